// How fast the store alone is: messages accepted per second (each durable when counted), and mailboxes opened and read.
// npm exec -c 'node test/bench/store.ts [folder]'. UV_THREADPOOL_SIZE matters little: one fsync at a time is asked for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../core/store/open.ts';
import type { OpenedStore } from '../../core/store/open.ts';

const accounts = 100;
const actor = { who: 'bench', from: 'bench' };

async function fill(store: OpenedStore): Promise<number[]> {
  await store.settings.save({ 'domain.name': 'bench.test' }, store.settings.read().revision, actor);
  const input = { domainId: 1, fullName: '', enabled: true, allowPopImap: true, apop: false, notes: '', directory: '', storageFormat: 'msg', extractAttachments: false } as const;
  const made = await Promise.all(Array.from({ length: accounts }, (_, index) => store.accounts.add({ ...input, mailbox: `user${index}` }, {}, actor)));
  return made.map(({ id }) => id);
}

async function commits(store: OpenedStore, ids: readonly number[], content: Buffer, parallel: number, total: number, recipients = 1): Promise<string> {
  let left = total;
  const times: number[] = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      const file = store.incoming.create();
      file.write(content);
      const local = Array.from({ length: recipients }, (_, index) => ids[(left + index) % ids.length] ?? 0);
      await store.incoming.commit([{ file, receivedAt: Date.now(), reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local, queued: [] }]);
      times.push(performance.now() - begun);
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
  return `${Math.round(total / seconds)}/s (${Math.round((user + system) / total)} us of CPU each, ms p50 ${at(0.5)} p99 ${at(0.99)} max ${at(0.9999)})`;
}

async function sessions(store: OpenedStore, ids: readonly number[], total: number): Promise<string> {
  const start = performance.now();
  for (let count = 0; count < total; count += 1) {
    const mailbox = store.mailboxes.open(ids[count % ids.length] ?? 0);
    if (mailbox !== null && mailbox.messages.length > 0) await mailbox.read(count % mailbox.messages.length);
    mailbox?.release();
  }
  return `${Math.round(total / ((performance.now() - start) / 1000))}/s`;
}

const base = process.argv[2] ?? tmpdir();
const dataDirectory = mkdtempSync(join(base, 'merpati-store-bench-'));
try {
  const store = await openStore({ dataDirectory, log: (level, remark) => console.log(level, typeof remark === 'string' ? remark : remark.text) });
  const ids = await fill(store);
  const small = Buffer.from(`Subject: bench\r\n\r\n${'x'.repeat(62)}\r\n`.repeat(51).slice(0, 4094).concat('\r\n'));
  const large = Buffer.concat(Array.from({ length: 16 }, () => small));
  for (const parallel of [1, 10, 50]) console.log(`4 KiB, ${parallel} in parallel: ${await commits(store, ids, small, parallel, parallel === 1 ? 3000 : 20_000)}`);
  console.log(`4 KiB, ten recipients, 10 in parallel: ${await commits(store, ids, small, 10, 4000, 10)}`);
  console.log(`open and read, waiting: ${await sessions(store, ids, 20_000)}`);
  let start = performance.now();
  await store.settle();
  console.log(`settled after ${Math.round(performance.now() - start)} ms`);
  console.log(`open and read, placed: ${await sessions(store, ids, 20_000)}`);
  for (const parallel of [1, 10, 50]) console.log(`64 KiB, ${parallel} in parallel: ${await commits(store, ids, large, parallel, 2000)}`);
  const [only] = ids;
  console.log(`into one mailbox: ${await commits(store, only === undefined ? [] : [only], small, 50, 20_000)}`);
  await store.settle();
  await store.close();
  start = performance.now();
  const again = await openStore({ dataDirectory, log: (level, remark) => console.log(level, typeof remark === 'string' ? remark : remark.text) });
  const opened = performance.now();
  const mailbox = again.mailboxes.open(only ?? 0);
  console.log(`reopened in ${Math.round(opened - start)} ms; ${mailbox?.messages.length ?? 0} messages opened in ${(performance.now() - opened).toFixed(1)} ms`);
  mailbox?.release();
  const second = performance.now();
  again.mailboxes.open(only ?? 0)?.release();
  console.log(`and again in ${(performance.now() - second).toFixed(2)} ms; memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  await again.close();
} finally {
  rmSync(dataDirectory, { recursive: true, force: true });
}
