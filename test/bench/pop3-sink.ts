// How fast the POP3 server itself is: mailboxes in memory, no store, no password hashing, no session log. What Merpati as a
// whole reaches (run.ts) lies below this. `npm exec -c 'node test/bench/pop3-sink.ts'`; the server runs in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Maildrop, Pop3Backend } from '../../core/net/pop3/backend.ts';
import { createPop3Server } from '../../core/net/pop3/server.ts';
import type { SessionRecord } from '../../core/net/session.ts';
import { buildLoad, type Read } from './load.ts';

const accounts = 100;
const messageCounts = { short: 1, fetch: 100, list: 20_000 };
type Work = keyof typeof messageCounts;

function message(octets: number): Buffer {
  const header = 'From: budi@bench.test\r\nTo: dina@bench.test\r\nSubject: bench\r\n\r\n';
  const line = `${'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do'.padEnd(76, '.')}\r\n`;
  const text = header + line.repeat(Math.ceil(octets / line.length));
  return Buffer.from(`${text.slice(0, octets - 2)}\r\n`, 'latin1');
}

async function serve(count: number): Promise<void> {
  const content = message(4096);
  const messages = Array.from({ length: count }, (_, index) => ({ uidl: `k3f9a2c17d4e${String(index).padStart(8, '0')}`, octets: content.length }));
  const nothing = (): void => undefined;
  const maildrop: Maildrop = { messages, read: () => content, readStart: () => content, remove: () => Promise.resolve(), release: nothing };
  const record: SessionRecord = { id: 1, sent: nothing, received: nothing, note: nothing, update: nothing, traffic: nothing, end: nothing };
  const backend: Pop3Backend = {
    sessions: { admit: () => ({ kind: 'admitted', record }) },
    mayLogOn: () => true,
    logOn: (user) => Promise.resolve({ kind: 'ok', address: user, maildrop }),
    logOnApop: () => Promise.resolve({ kind: 'refused', code: 'AUTH', text: 'No APOP here', disconnect: false }),
  };
  const server = createPop3Server({
    name: 'pop3', backend, tls: () => ({ key: '', cert: '', ca: '' }),
    options: () => ({ greetingName: () => 'bench.test', inactiveMs: 600_000, latencyMs: 0 }),
  });
  const [result] = await server.listen(['127.0.0.1'], 0);
  process.send?.(result?.port ?? 0);
  process.once('message', () => void server.close().then(() => process.disconnect()));
}

interface Server {
  readonly port: number;
  /** Processor time so far, seconds: unlike the time on the clock it does not depend on who else is using the machine. */
  cpu(): number;
  rss(): number;
}

async function withServer(work: Work, use: (server: Server) => Promise<void>): Promise<void> {
  const child = fork(import.meta.filename, ['serve', String(messageCounts[work])]);
  const [port] = await once(child, 'message') as [number];
  const read = (file: string): string => readFileSync(`/proc/${child.pid ?? 0}/${file}`, 'utf8');
  await use({
    port,
    cpu: () => read('stat').split(') ')[1]?.split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks) / 100, 0) ?? 0,
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(read('status'))?.[1] ?? 0) * 1024,
  });
  child.send('stop');
  await once(child, 'exit');
}

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'pop3-sink-'));
  const load = buildLoad(directory);
  const works = (['short', 'fetch'] as const).flatMap((work) => [1, 10, 50].map((clients) => ({ work, clients })));
  try {
    for (const { work, clients } of works) {
      const sessions = work === 'short' ? 10_000 : 2000;
      const options = { work, clients, sessions, accounts, expect: messageCounts[work] };
      const [what, counted] = work === 'short' ? ['sessions', 'sessions'] as const : ['messages', 'fetched'] as const;
      await withServer(work, async (server) => {
        await load.pop3(server.port, { ...options, sessions: sessions / 5 });
        const before = server.cpu();
        const read: Read = await load.pop3(server.port, options);
        const microseconds = ((server.cpu() - before) / read[counted]) * 1_000_000;
        print(work === 'short' ? `short sessions, ${clients} at once` : `100 messages of 4 KiB per session, ${clients} at once`,
          `${Math.round(read[counted] / (read.end - read.start))} ${what}/s, ${Math.round(microseconds)} µs of processor time each`, server);
      });
    }
    await withServer('list', async (server) => {
      const options = { work: 'list', clients: 1, sessions: 1, accounts, expect: messageCounts.list };
      await load.pop3(server.port, options);
      const { start, stat, uidl } = await load.pop3(server.port, options);
      print('mailbox of 20,000', `STAT ${((stat - start) * 1000).toFixed(1)} ms, UIDL ${((uidl - start) * 1000).toFixed(1)} ms`, server);
    });
    await withServer('short', async (server) => {
      const before = server.rss();
      const held = await load.hold('pop3', server.port, 5000, 30);
      print('idle connections', `${held.greeted} greeted, ${((server.rss() - before) / held.greeted / 1024).toFixed(1)} KiB each, ${await held.release()} stayed`, server);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function print(name: string, figures: string, server: Server): void {
  console.log(`${name.padEnd(48)} ${figures.padEnd(55)} ${Math.round(server.rss() / 1_048_576)} MiB`);
}

await (process.argv[2] === 'serve' ? serve(Number(process.argv[3])) : measure());
