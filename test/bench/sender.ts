// What sending itself costs: the sender and the real store against servers in memory that take everything at once. `node test/bench/sender.ts
// [messages] [bytes] [destinations]`. Prints messages a second, milliseconds of CPU a message, and the longest the event loop was held up.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Resolver, SmtpClient, SmtpClientSession } from '../../core/mail/outbound/ports.ts';
import { Sender } from '../../core/mail/outbound/sender.ts';
import { openStore } from '../../core/store/open.ts';

const [messages = 5000, bytes = 4096, destinations = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'merpati-bench-sender-'));
const store = await openStore({ dataDirectory: folder, log: (level, remark) => console.error(level, remark) });
await store.settings.save({ 'domain.name': 'kantor.lan', 'queues.frozenRemote': true }, store.settings.read().revision, { who: 'bench', from: 'here' });
const body = Buffer.from(`Subject: bench\r\n\r\n${`${'x'.repeat(78)}\r\n`.repeat(Math.ceil(bytes / 80))}`.slice(0, bytes));
const reason = { code: 'remote.waiting', params: {}, text: '' };
for (let from = 0; from < messages; from += 500) {
  await Promise.all(Array.from({ length: Math.min(500, messages - from) }, (_, index) => {
    const file = store.incoming.create();
    file.write(body);
    const destination = `d${(from + index) % destinations}.example`;
    return store.incoming.commit([{
      file, receivedAt: Date.now(), reversePath: 'dina@kantor.lan', subject: 'bench', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [],
      queued: [{ queue: 'remote', address: `a@${destination}`, destination, notify: null, orcpt: null, reason }],
    }]);
  }));
}
const source = { kind: 'cache', server: '192.0.2.53', ms: 0 } as const;
const resolver: Resolver = {
  mx: (domain) => Promise.resolve({ kind: 'found', records: [{ host: `mx.${domain}`, preference: 10 }], source, tries: [] }),
  addresses: (host) => Promise.resolve({ kind: 'found', records: [`198.51.${Number(/\d+/.exec(host)?.[0] ?? 0) >> 8}.${Number(/\d+/.exec(host)?.[0] ?? 0) & 255}`], source, tries: [] }),
  tlsPolicy: () => Promise.resolve({ kind: 'none' }),
};
const ok = { code: 250, enhanced: '2.0.0', text: 'OK' };
const client: SmtpClient = {
  popCheck: () => Promise.resolve(null),
  connect: ({ host, address }) => {
    const session: SmtpClientSession = {
      host, address, localAddress: '', tls: false, loggedOn: false, dsn: false, maxBytes: 0, broken: false,
      send: async (message) => {
        const content = message.content();
        if (Symbol.asyncIterator in content) throw new Error('messages of the bench are small');
        await content;
        // As a server on the same computer: an answer comes with a turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
        return { kind: 'answered', mail: ok, recipients: message.recipients.map(() => ok), data: ok };
      },
      probe: () => Promise.reject(new Error('not asked')),
      quit: () => Promise.resolve(),
    };
    return Promise.resolve({ kind: 'connected', session });
  },
};
let sent = 0;
let done: () => void = () => undefined;
const all = new Promise<void>((resolve) => { done = resolve; });
const nothing = (): void => undefined;
const record = { id: 1, sent: nothing, received: nothing, note: nothing, update: nothing, traffic: nothing, end: nothing };
const sender = new Sender({
  queues: store.queues, onChange: (listener) => store.onChange(listener), settings: () => store.settings.read().values, client,
  routing: () => ({ settings: store.settings.read().values, directory: store.directory(), smartHosts: store.smartHosts.list(), smartHostPassword: () => '', secret: () => '', resolver, localAddresses: ['192.0.2.1'], random: Math.random }),
  reporter: { failed: () => Promise.resolve([]), delayed: () => Promise.resolve([]), relayed: () => Promise.resolve([]) },
  transcripts: { open: () => record },
  tell: (event) => {
    if (event.kind === 'sent') sent += 1;
    else console.error(JSON.stringify(event));
    if (sent === messages) done();
  },
});
sender.start();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const cpu = process.cpuUsage();
const started = performance.now();
await store.settings.save({ 'queues.frozenRemote': false }, store.settings.read().revision, { who: 'bench', from: 'here' });
await all;
const ms = performance.now() - started;
const used = process.cpuUsage(cpu);
delay.disable();
console.log(`${messages} messages of ${bytes} bytes to ${destinations} destinations: ${Math.round(messages / ms * 1000)} a second, ${((used.user + used.system) / 1000 / messages).toFixed(3)} ms of CPU each, held up ${(delay.max / 1e6).toFixed(0)} ms at most, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
await sender.stop();
await store.close();
rmSync(folder, { recursive: true, force: true });
