// Merpati set up for Internet mail on loopback: DNS from a dnsmasq of the test, other servers on 127.0.0.x, one account that sends.
import { setTimeout as pause } from 'node:timers/promises';
import type { QueueItem } from '../../core/contract/records.ts';
import { choosePorts, freshData, merpatiCli, startMerpati, type Merpati } from './merpati.ts';
import { run, type Outcome } from './run.ts';

export const sender = { address: 'dina@majuterus.com', password: 'rahasia-dina' };

/** @param settings such as delivery.smartHost=127.0.0.1:2525 */
export async function startSender(settings: readonly string[]): Promise<Merpati> {
  const data = await freshData();
  const ports = await choosePorts(data, [
    'domain.name=majuterus.com', 'domain.helo=mail.majuterus.com', 'domain.ip=127.0.0.1', 'domain.bindToIp=true', 'accounts.welcomeMessage=false',
    'dns.useSystem=false', 'dns.useHostsFile=false', 'dns.retries=0', 'timers.mxSeconds=2', 'timers.aSeconds=2', 'timers.connectSeconds=3', ...settings,
  ]);
  await merpatiCli(data, 'accounts', 'add', sender.address, '--name', 'Dina Maharani', '--password', sender.password);
  await merpatiCli(data, 'accounts', 'add', 'budi@majuterus.com', '--name', 'Budi Santoso', '--password', 'rahasia-budi');
  return await startMerpati(data, ports);
}

/** Sends as dina, logged on. */
export function send(server: Merpati, to: readonly string[], ...args: readonly string[]): Promise<Outcome> {
  return run('swaks', [
    '--server', `127.0.0.1:${server.ports.smtp}`, '--helo', 'pc-dina', '--from', sender.address, '--to', to.join(','),
    '--auth', 'PLAIN', '--auth-user', sender.address, '--auth-password', sender.password, ...args,
  ]);
}

/** What waits in all queues. */
export async function waiting(server: Merpati): Promise<readonly QueueItem[]> {
  const pages = await Promise.all((['remote', 'retry', 'holding', 'bad'] as const).map((queue) => server.call<{ items: QueueItem[] }>('queues.messages', { queue })));
  return pages.flatMap(({ items }) => items);
}

/** Asks until it is so; fails after 20 s with what it was last. */
export async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    const value = await ask();
    if (isSo(value)) return value;
    if (turn === 100) throw new Error(`It never came to that. The last answer was: ${JSON.stringify(value, null, 2)}`);
    await pause(200);
  }
}

/** The first item that waits, once its reason is there. */
export async function reasonOf(server: Merpati, code: string): Promise<QueueItem> {
  const items = await until(() => waiting(server), (all) => all.some((item) => item.reason?.code === code));
  const found = items.find((item) => item.reason?.code === code);
  if (found === undefined) throw new Error(`No item has the reason ${code}.`);
  return found;
}

/** The mailbox of an account by POP3: every message as text. */
export async function mailbox(server: Merpati, user: string, password: string): Promise<readonly string[]> {
  const pop = (path: string): Promise<Outcome> => run('curl', ['-sS', '--max-time', '10', '-u', `${user}:${password}`, `pop3://127.0.0.1:${server.ports.pop3}/${path}`]);
  const count = (await pop('')).out.split('\r\n').filter((line) => /^\d+ \d+$/.test(line)).length;
  const messages: string[] = [];
  for (let number = 1; number <= count; number += 1) messages.push((await pop(String(number))).out);
  return messages;
}
