// How fast the SMTP server itself is: messages are taken and forgotten, no store, no session log. What Merpati as a whole
// reaches (run.ts) lies below this. `npm exec -c 'node test/bench/smtp-sink.ts'`; the server runs in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageSink, SmtpBackend } from '../../core/net/smtp/backend.ts';
import { createSmtpServer } from '../../core/net/smtp/server.ts';
import type { SessionRecord } from '../../core/net/session.ts';
import { loadOrCreateCertificates } from '../../core/net/tls/certificates.ts';
import { buildLoad, type Sent } from './load.ts';

async function serve(): Promise<void> {
  const nothing = (): void => undefined;
  const record: SessionRecord = { id: 1, sent: nothing, received: nothing, note: nothing, update: nothing, traffic: nothing, end: nothing };
  const kept = Promise.resolve({ kind: 'ok', id: '1' } as const);
  const sink: MessageSink = { write: () => true, drained: () => Promise.resolve(), finish: () => kept, abort: nothing };
  const backend: SmtpBackend = {
    sessions: { admit: () => ({ kind: 'admitted', record }) },
    mayLogOn: () => false,
    logOn: () => Promise.reject(new Error('nobody logs on here')),
    sender: () => ({ kind: 'ok' }),
    recipient: () => ({ kind: 'ok' }),
    message: () => sink,
  };
  const { material } = await loadOrCreateCertificates({ storage: { read: () => null, save: () => Promise.resolve() }, names: ['bench.test'], now: Date.now() });
  const server = createSmtpServer({
    name: 'smtp', backend, tls: () => material, log: (text) => console.error(text),
    options: () => ({ greetingName: () => 'bench.test', maxMessageBytes: 50_000_000, maxRecipients: 1000, inactiveMs: 600_000, latencyMs: 0 }),
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

async function withServer<T>(use: (server: Server) => Promise<T>): Promise<T> {
  const child = fork(import.meta.filename, ['serve']);
  const [port] = await once(child, 'message') as [number];
  const read = (file: string): string => readFileSync(`/proc/${child.pid ?? 0}/${file}`, 'utf8');
  const result = await use({
    port,
    cpu: () => read('stat').split(') ')[1]?.split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks) / 100, 0) ?? 0,
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(read('status'))?.[1] ?? 0) * 1024,
  });
  child.send('stop');
  await once(child, 'exit');
  return result;
}

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'smtp-sink-'));
  const load = buildLoad(directory);
  const perSecond = ({ firstMail, lastAccepted }: Sent, messages: number) => Math.round(messages / (lastAccepted - firstMail));
  const works: [string, Record<string, number>][] = [
    ['4 KiB, 1 connection', { connections: 1, messages: 10_000 }],
    ['4 KiB, 10 connections', { connections: 10, messages: 40_000 }],
    ['4 KiB, 50 connections', { connections: 50, messages: 40_000 }],
    ['64 KiB, 10 connections', { connections: 10, messages: 10_000, size: 65_536 }],
    ['4 KiB, ten recipients, 10 connections', { connections: 10, messages: 20_000, recipients: 10 }],
    ['4 KiB, one message per connection, 10 at once', { connections: 10, messages: 10_000, 'per-connection': 1 }],
    ['4 KiB, one message per connection, 50 at once', { connections: 50, messages: 10_000, 'per-connection': 1 }],
  ];
  try {
    for (const [name, options] of works) {
      const messages = options['messages'] ?? 0;
      await withServer(async (server) => {
        await load.smtp(server.port, { ...options, messages: messages / 5 });
        const before = server.cpu();
        const sent = await load.smtp(server.port, options);
        const microseconds = Math.round((server.cpu() - before) / messages * 1_000_000);
        print(name, `${perSecond(sent, messages)} messages/s, ${microseconds} µs of processor time each`, server);
      });
    }
    await withServer(async (server) => {
      const before = server.rss();
      const held = await load.hold('smtp', server.port, 5000, 30);
      print('idle connections held', `${held.greeted}, ${Math.round((server.rss() - before) / held.greeted / 1024)} KiB each`, server);
      await held.release();
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function print(name: string, figures: string, server: Server): void {
  console.log(`${name.padEnd(48)} ${figures.padEnd(55)} ${Math.round(server.rss() / 1_048_576)} MiB`);
}

await (process.argv[2] === 'serve' ? serve() : measure());
