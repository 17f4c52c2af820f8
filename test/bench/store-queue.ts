// What sending costs in the store alone: messages accepted for elsewhere, taken, read and settled, each step durable; and what the
// sender and the console ask of 50,000 that wait. npm exec -c 'node test/bench/store-queue.ts [folder]'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueQuery } from '../../core/contract/records.ts';
import { openStore } from '../../core/store/open.ts';
import type { OpenedStore } from '../../core/store/open.ts';
import type { SendingQueue } from '../../core/store/store.ts';

const both: readonly SendingQueue[] = ['remote', 'retry'];
const content = Buffer.from(`Subject: bench\r\n\r\n${'x'.repeat(62)}\r\n`.repeat(51).slice(0, 4094).concat('\r\n'));
const reason = { code: 'remote.waiting', params: {}, text: 'Waiting to be sent to another server.' };

async function accept(store: OpenedStore, total: number, destinations: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: 50 }, async () => {
    while (next < total) {
      const index = next;
      next += 1;
      const file = store.incoming.create();
      file.write(content);
      const destination = `dest${index % destinations}.example.com`;
      await store.incoming.commit([{
        file, receivedAt: Date.now(), reversePath: `user${index % 50}@bench.test`, subject: `Message ${index}`, envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [],
        queued: [{ queue: 'remote', address: `someone${index}@${destination}`, destination, notify: null, orcpt: null, reason }],
      }]);
    }
  }));
}

async function send(store: OpenedStore): Promise<number> {
  let sent = 0;
  for (const group of store.queues.due(Date.now(), both)) {
    for (let after = 0; ;) {
      const taken = store.queues.take(group, Date.now(), both, after, 50);
      if (taken.length === 0) break;
      await Promise.all(taken.map(async (message) => {
        const bytes = await store.queues.content(message);
        if (Buffer.isBuffer(bytes) && bytes.length !== message.octets) throw new Error('not whole');
        await store.queues.settle([{
          id: message.id, done: message.recipients.map(({ id }) => id), toBad: [],
          rest: { queue: 'retry', nextTryAt: 0, attempts: 1, firstTriedAt: 0, triedAt: 0, informedAt: null, host: '', reasons: new Map() },
        }], []);
      }));
      sent += taken.length;
      after = taken.at(-1)?.id ?? 0;
    }
  }
  return sent;
}

async function timed(what: string, work: () => unknown): Promise<void> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${what}: ${(performance.now() - begun).toFixed(1)} ms, ${((user + system) / 1000).toFixed(0)} ms of CPU${typeof result === 'number' ? ` (${result})` : ''}`);
}

const dataDirectory = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'merpati-queue-bench-'));
const say = (level: string, remark: unknown): void => console.log(level, remark);
try {
  const store = await openStore({ dataDirectory, log: say });
  for (let round = 0; round < 2; round += 1) {
    await timed('10,000 of 4 KiB accepted', () => accept(store, 10_000, 1));
    await timed('10,000 taken, read and settled, 50 at a time', () => send(store));
  }
  console.log(`${readdirSync(join(dataDirectory, 'Queues')).length} files`);
  await timed('50,000 accepted', () => accept(store, 50_000, 1000));
  const page = (more: Partial<QueueQuery>): number => store.queues.messages({ queue: 'remote', search: '', sort: 'queuedAt', descending: false, offset: 0, limit: 200, ...more }).items.length;
  const now = Date.now();
  for (let round = 0; round < 2; round += 1) {
    await timed('due, all', () => store.queues.due(now, both).length);
    await timed('due, none', () => store.queues.due(now - 1e9, both).length);
    await timed('nextDueAt', () => store.queues.nextDueAt(now, both));
    await timed('take 100', () => store.queues.take({ destination: 'dest1.example.com', reversePath: 'user1@bench.test', via: '' }, now, both, 0, 100).length);
    await timed('list', () => store.queues.list().length);
    await timed('first page', () => page({}));
    await timed('last page', () => page({ offset: 49_000 }));
    await timed('by subject', () => page({ sort: 'subject', offset: 20_000 }));
    await timed('by recipient', () => page({ sort: 'to' }));
    await timed('search', () => page({ search: 'someone4999' }));
  }
  await timed('hurry', () => store.queues.hurry(now, both));
  await timed('settled into files', () => store.settle());
  await timed('closed', () => store.close());
  let again = store;
  await timed('opened', async () => (again = await openStore({ dataDirectory, log: say })));
  console.log(`memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  await timed('50,000 taken, read and settled', () => send(again));
  await timed('their files removed', () => again.settle());
  await again.close();
} finally {
  rmSync(dataDirectory, { recursive: true, force: true });
}
