// How much processor time the SMTP client takes for a message: one reused connection to Postfix's smtp-sink, which answers and
// forgets. `npm exec -c 'node test/bench/smtp-client.ts'`. What Merpati as a whole reaches lies below this.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createSmtpClient } from '../../core/net/smtp-client/client.ts';
import type { OutgoingMessage, Transcript } from '../../core/net/smtp-client/types.ts';
import { freePorts } from '../helpers/free-ports.ts';

const nothing = (): void => undefined;
const record: Transcript = { id: 1, sent: nothing, received: nothing, note: nothing, update: nothing, traffic: nothing, end: nothing };
const line = `${'x'.repeat(70)}\r\n`;
const message = (octets: number): OutgoingMessage => {
  const text = Buffer.from(`From: a@a.test\r\nTo: b@b.test\r\nSubject: speed\r\n\r\n${line.repeat(Math.ceil(octets / line.length))}`).subarray(0, octets);
  return { reversePath: 'a@a.test', recipients: [{ address: 'b@b.test', notify: null, orcpt: null }], octets, envid: null, ret: null, smtpUtf8: false, eightBit: false, content: () => text };
};

async function sink(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const [port = 0] = await freePorts(1);
  const child = spawn('smtp-sink', [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), `127.0.0.1:${port}`, '256'], { stdio: 'inherit' });
  while (!await new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
  })) await pause(50);
  return { port, stop: () => void child.kill() };
}

const { port, stop } = await sink();
const to = { host: '127.0.0.1', address: '127.0.0.1', port, tls: 'none', verify: false, logon: null, sourceAddress: '', helo: 'bench.test' } as const;
const timeouts = { connectMs: 5000, greetingMs: 30_000, dataMs: 30_000 };
for (const [name, octets, messages] of [['4 KiB', 4096, 20_000], ['64 KiB', 65_536, 3000], ['1 MiB', 1_048_576, 200]] as const) {
  const connected = await createSmtpClient().connect(to, timeouts, record, new AbortController().signal);
  if (connected.kind === 'failed') throw new Error(connected.failure.text);
  const one = message(octets);
  for (let sent = 0; sent < messages / 10; sent += 1) await connected.session.send(one);
  const before = process.cpuUsage();
  const started = performance.now();
  for (let sent = 0; sent < messages; sent += 1) {
    const result = await connected.session.send(one);
    if (result.kind !== 'answered' || result.data?.code !== 250) throw new Error(JSON.stringify(result));
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  console.log(`${name.padEnd(8)} ${Math.round((user + system) / messages)} µs of processor time each (${Math.round(user / messages)} ours, ${Math.round(system / messages)} the system's), ${Math.round(messages / seconds)} messages/s over one connection`);
  await connected.session.quit();
}
stop();
