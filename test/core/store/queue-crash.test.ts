// Killed at any moment (SIGKILL) while mail is sent: every recipient that was accepted is either in the queue, once, with the bytes of
// his message, or settled with exactly one report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { addAccount, gather, open, openWithDomain, tempFolder, texts } from './fixture.ts';

const addresses = ['a@contoh.id', 'b@contoh.id', 'c@jauh.example'];

/** What the child said: messages with their octets, and which recipients it was settling and had settled. */
interface Known { readonly accepted: Map<string, number>; readonly settled: Set<string>; readonly doubtful: Set<string> }

async function runAndKill(folder: string, lines: number, { accepted, settled, doubtful }: Known): Promise<void> {
  const running = spawn(process.execPath, [join(import.meta.dirname, 'queue-crash-child.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let count = 0;
  for await (const line of createInterface(running.stdout)) {
    const [word, ...rest] = line.split(' ').filter((one) => one !== '');
    if (word === 'accepted') accepted.set(rest[0] ?? '', Number(rest[1]));
    if (word === 'settling') for (const one of rest) doubtful.add(one);
    if (word === 'settled') for (const one of rest) settled.add(one);
    count += 1;
    if (count === lines) running.kill('SIGKILL');
  }
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  expect(running.signalCode).toBe('SIGKILL');
}

async function check(folder: string, { accepted, settled, doubtful }: Known): Promise<void> {
  const store = await open(folder);
  const items = (['remote', 'retry'] as const).flatMap((queue) => store.queues.messages({ queue, search: '', sort: 'queuedAt', descending: false, offset: 0, limit: 100_000 }).items);
  const queued = items.flatMap(({ messageId, to }) => to.map((address) => `${messageId}/${address}`));
  const reported = (await texts(store, 1)).map((text) => /^Subject: (\S+)/.exec(text)?.[1] ?? '');
  expect(new Set(queued).size).toBe(queued.length);
  expect(new Set(reported).size).toBe(reported.length);
  const there = new Set(queued);
  const told = new Set(reported);
  const all = [...accepted.keys()].flatMap((guid) => addresses.map((address) => `${guid}/${address}`));
  expect(all.filter((one) => there.has(one) === told.has(one))).toEqual([]);
  expect(reported.filter((one) => !settled.has(one) && !doubtful.has(one))).toEqual([]);
  expect([...settled].filter((one) => !told.has(one))).toEqual([]);
  for (const { messageId, bytes, queuedAt } of items) {
    const content = await gather(store.queues.content({ messageId, octets: bytes, queuedAt }));
    expect([content.length, accepted.get(messageId) ?? bytes]).toEqual([bytes, bytes]);
  }
  const totals = store.queues.list().reduce((sum, { messages }) => sum + messages, 0);
  expect(totals).toBe(items.length);
  await store.settle();
  expect(new Set(readdirSync(join(folder, 'Queues')))).toEqual(new Set(items.map(({ messageId }) => `md${messageId}.msg`)));
  await store.close();
  await expect.poll(() => readdirSync(join(folder, 'Incoming'))).toEqual([]);
}

test('sending, killed again and again', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  await addAccount(store, 'dina');
  await store.close();
  const known: Known = { accepted: new Map(), settled: new Set(), doubtful: new Set() };
  for (let round = 0; round < 20; round += 1) {
    await runAndKill(folder, 2 + Math.floor(Math.random() * 200), known);
    if (round % 3 === 2) await check(folder, known);
  }
  await check(folder, known);
  expect(known.settled.size).toBeGreaterThan(50);
}, 240_000);
