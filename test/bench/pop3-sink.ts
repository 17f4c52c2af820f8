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

async function withServer<T>(work: Work, use: (port: number, memory: () => number) => Promise<T>): Promise<{ result: T; rss: number }> {
  const child = fork(import.meta.filename, ['serve', String(messageCounts[work])]);
  const [port] = await once(child, 'message') as [number];
  const memory = () => residentBytes(child.pid ?? 0);
  const result = await use(port, memory);
  const rss = memory();
  child.send('stop');
  await once(child, 'exit');
  return { result, rss };
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'pop3-sink-'));
  const load = buildLoad(directory);
  const perSecond = (read: Read, what: 'sessions' | 'fetched') => Math.round(read[what] / (read.end - read.start));
  try {
    for (const clients of [1, 10, 50]) {
      const options = { work: 'short', clients, sessions: 10_000, accounts };
      const { result, rss } = await withServer('short', async (port) => {
        await load.pop3(port, { ...options, sessions: 2000 });
        return await load.pop3(port, options);
      });
      print(`short sessions, ${clients} clients`, `${perSecond(result, 'sessions')} sessions/s`, rss);
    }
    for (const clients of [1, 10, 50]) {
      const options = { work: 'fetch', clients, sessions: 2000, accounts, expect: messageCounts.fetch };
      const { result, rss } = await withServer('fetch', async (port) => {
        await load.pop3(port, { ...options, sessions: 200 });
        return await load.pop3(port, options);
      });
      print(`100 messages of 4 KiB per session, ${clients} clients`, `${perSecond(result, 'fetched')} messages/s`, rss);
    }
    const { result, rss } = await withServer('list', async (port) => {
      const options = { work: 'list', clients: 1, sessions: 1, accounts, expect: messageCounts.list };
      await load.pop3(port, options);
      return await load.pop3(port, options);
    });
    print('mailbox of 20,000', `STAT ${((result.stat - result.start) * 1000).toFixed(1)} ms, UIDL ${((result.uidl - result.start) * 1000).toFixed(1)} ms`, rss);
    const { result: idle } = await withServer('short', async (port, memory) => {
      const before = memory();
      const held = await load.hold('pop3', port, 5000, 30);
      const rss = memory();
      return { greeted: held.greeted, each: (rss - before) / held.greeted, rss, open: await held.release() };
    });
    print('idle connections', `${idle.greeted} greeted, ${idle.open} stayed, ${(idle.each / 1024).toFixed(1)} KiB each`, idle.rss);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function print(what: string, result: string, rss: number): void {
  process.stdout.write(`${what.padEnd(48)} ${result.padEnd(40)} server ${Math.round(rss / 1_048_576)} MiB\n`);
}

await (process.argv[2] === 'serve' ? serve(Number(process.argv[3])) : measure());
