// The trace: what became of every message. It may lose its last moment and its file; it may never lose more, or stop anything.
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TraceQuery } from '../../../core/contract/records.ts';
import type { OpenedStore } from '../../../core/store/open.ts';
import type { TraceNote } from '../../../core/store/store.ts';
import { open, tempFolder } from './fixture.ts';

const at = 1_795_000_000_000;
const query = (more: Partial<TraceQuery> = {}): TraceQuery => ({ text: '', since: null, until: null, state: 'any', before: null, limit: 100, ...more });
const event = (kind: string, recipient = '', more: Partial<TraceNote['event']> = {}): TraceNote['event'] => ({ at, kind, recipient, facts: {}, text: kind, level: 'info', session: 0, ...more });
const happened = (messageId: string, kind: string, recipient: string, state?: TraceNote['state'], when = at): TraceNote => ({ messageId, event: event(kind, recipient, { at: when }), ...(state === undefined ? {} : { state }) });

function accepted(messageId: string, more: Partial<NonNullable<TraceNote['message']>> = {}, when = at): TraceNote {
  return { messageId, event: event('accepted', '', { at: when }), message: { from: 'dina@kantor.lan', to: ['a@contoh.id'], subject: 'Rapat besok', bytes: 700, peer: '192.0.2.7', ...more } };
}

async function found(store: OpenedStore, more: Partial<TraceQuery> = {}): Promise<string[]> {
  return (await store.trace.search(query(more))).entries.map(({ messageId }) => messageId);
}

test('a message is found with all that happened to it, after a restart too', async () => {
  const folder = tempFolder();
  const store = await open(folder);
  const delivery = event('sent', 'a@contoh.id', { at: at + 5, facts: { host: 'mx.contoh.id', ms: 12 }, level: 'good', session: 7 });
  store.trace.note([accepted('m1'), happened('m1', 'queued', 'a@contoh.id', 'waiting')]);
  store.trace.note([{ messageId: 'm1', event: delivery, state: 'sent' }]);
  const entry = { id: 1, messageId: 'm1', at, from: 'dina@kantor.lan', to: ['a@contoh.id'], subject: 'Rapat besok', bytes: 700, peer: '192.0.2.7', state: 'sent', lastAt: at + 5 };
  const whole = { entry, events: [event('accepted'), event('queued', 'a@contoh.id'), delivery] };
  expect(await store.trace.get({ messageId: 'm1' })).toEqual(whole);
  await store.close();
  const again = await open(folder);
  expect(await again.trace.search(query())).toEqual({ entries: [entry], more: false });
  expect(await again.trace.get({ id: 1 })).toEqual(whole);
  expect(await again.trace.get({ id: 2 })).toBeNull();
  expect(await again.trace.get({ messageId: '' })).toBeNull();
});

test.each<[string, [string, TraceNote['state']][], string]>([
  ['one sent', [['a', 'waiting'], ['a', 'sent']], 'sent'],
  ['spelled in another case', [['a', 'waiting'], ['A', 'sent']], 'sent'],
  ['one of two waits', [['a', 'sent'], ['b', 'waiting']], 'waiting'],
  ['one failed, one waits', [['a', 'failed'], ['b', 'waiting']], 'waiting'],
  ['one here, one sent', [['a', 'delivered'], ['b', 'sent']], 'mixed'],
  ['an event that says nothing of it', [['a', 'delivered'], ['b', undefined]], 'delivered'],
  ['a name that objects know', [['__proto__', 'kept'], ['constructor', 'kept']], 'kept'],
  ['nothing known yet', [], 'waiting'],
])('what a message comes to: %s', async (_what, states, expected) => {
  const store = await open();
  store.trace.note([accepted('m1')]);
  // In one batch, and over several.
  for (const [recipient, state] of states) {
    store.trace.note([happened('m1', 'x', recipient, state)]);
    if (expected === 'mixed') await store.trace.flush();
  }
  expect((await store.trace.get({ messageId: 'm1' }))?.entry.state).toBe(expected);
});

test('each refusal is an entry of its own, and an event of an unknown message begins one', async () => {
  const store = await open();
  const refused: TraceNote = { messageId: '', event: event('refused', 'x@kantor.lan', { level: 'warning' }), message: { from: 'spam@far.example', to: ['x@kantor.lan'], subject: '', bytes: 0, peer: '198.51.100.9' }, state: 'refused' };
  store.trace.note([refused, refused, happened('lost', 'failed', 'a@contoh.id', 'failed')]);
  const { entries } = await store.trace.search(query());
  expect(entries.map(({ id, messageId, state, to }) => [id, messageId, state, to])).toEqual([[3, 'lost', 'failed', ['a@contoh.id']], [2, '', 'refused', ['x@kantor.lan']], [1, '', 'refused', ['x@kantor.lan']]]);
  expect((await store.trace.get({ id: 2 }))?.events).toHaveLength(1);
});

test('a message that is described after its first event is described', async () => {
  const store = await open();
  store.trace.note([happened('m1', 'attachments', 'dina@kantor.lan', undefined, at - 1), accepted('m1')]);
  expect((await store.trace.get({ messageId: 'm1' }))?.entry).toMatchObject({ at: at - 1, from: 'dina@kantor.lan', subject: 'Rapat besok' });
  store.trace.note([accepted('m1', { subject: 'Rapat lusa' })]);
  expect((await store.trace.search(query())).entries).toMatchObject([{ id: 1, subject: 'Rapat lusa' }]);
});

describe('the search', () => {
  test.each<[string, Partial<TraceQuery>, string[]]>([
    ['nothing asked', {}, ['m3', 'm2', 'm1']],
    ['sender', { text: 'DINA@' }, ['m3', 'm1']],
    ['recipient', { text: 'siti@' }, ['m2']],
    ['second recipient', { text: 'zul@' }, ['m3']],
    ['subject beyond ASCII', { text: ' pérKARA ' }, ['m2']],
    ['message id', { text: 'm3' }, ['m3']],
    ['signs of a pattern', { text: '50%_' }, ['m3']],
    ['nothing found', { text: '%%' }, []],
    ['a state', { state: 'waiting' }, ['m2', 'm1']],
    ['since', { since: at + 2 }, ['m3', 'm2']],
    ['until', { until: at + 2 }, ['m2', 'm1']],
    ['before an entry', { before: 3 }, ['m2', 'm1']],
    ['text, state and time', { text: 'dina', state: 'waiting', since: at, until: at + 9 }, ['m1']],
  ])('by %s', async (_what, asked, expected) => {
    const store = await open();
    store.trace.note([
      accepted('m1', {}, at + 1), accepted('m2', { from: 'budi@kantor.lan', to: ['siti@contoh.id'], subject: 'PÉRKARA' }, at + 2),
      accepted('m3', { to: ['yan@contoh.id', 'zul@contoh.id'], subject: '50%_ lebih' }, at + 3), happened('m3', 'sent', 'yan@contoh.id', 'sent'),
    ]);
    expect(await found(store, asked)).toEqual(expected);
  });

  test('goes back a page at a time', async () => {
    const store = await open();
    store.trace.note(Array.from({ length: 25 }, (_, index) => accepted(`m${index}`)));
    const seen: string[] = [];
    let before: number | null = null;
    for (let more = true; more;) {
      const page = await store.trace.search(query({ limit: 10, before }));
      seen.push(...page.entries.map(({ messageId }) => messageId));
      before = page.entries.at(-1)?.id ?? null;
      ({ more } = page);
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `m${24 - index}`));
  });
});

test('what nothing has happened to since is forgotten, its events too', async () => {
  const folder = tempFolder();
  const store = await open(folder);
  store.trace.note(Array.from({ length: 1200 }, (_, index) => accepted(`m${index}`, {}, at + index)));
  store.trace.note([happened('m5', 'sent', 'a', 'sent', at + 5000)]);
  await store.trace.flush();
  store.trace.forgetBefore(at + 1100);
  await store.close();
  // What was asked for before the end may be cut short by it, and is asked for again every day.
  const again = await open(folder);
  again.trace.forgetBefore(at + 1100);
  await expect.poll(async () => (await found(again, { limit: 500 })).length).toBe(101);
  expect((await found(again, { limit: 500 })).at(-1)).toBe('m5');
  expect(await again.trace.get({ messageId: 'm7' })).toBeNull();
});

test('hostile lengths are cut, and what comes too fast loses its oldest part and says so once', async () => {
  const store = await open();
  const endless = 'é😀'.repeat(200_000);
  store.trace.note([{
    messageId: 'm1', state: 'waiting', message: { from: endless, to: Array.from({ length: 5000 }, () => endless), subject: endless, bytes: 1, peer: endless },
    event: event(endless, endless, { text: endless, facts: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`fact${index}`, endless])) }),
  }]);
  const whole = await store.trace.get({ messageId: 'm1' });
  expect(JSON.stringify(whole).length).toBeLessThan(500_000);
  expect(whole?.entry.subject).toMatch(/^(é😀)+é?…$/u);
  for (let count = 0; count < 50; count += 1) store.trace.note(Array.from({ length: 1000 }, (_, index) => accepted(`b${count}-${index}`)));
  store.trace.note([accepted('last')]);
  expect(await found(store, { limit: 1 })).toEqual(['last']);
  expect(store.lines.filter((line) => line.includes('oldest details are dropped'))).toHaveLength(1);
});

test.each<[string, (file: string) => void]>([
  ['is no database', (file) => writeFileSync(file, 'this is no database'.repeat(1000))],
  ['is damaged behind its first page', (file) => writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 4096), Buffer.alloc(60_000, 'x')]))],
  ['is of a later version', (file) => {
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
  }],
])('a file that %s is set aside with one line, and the trace goes on', async (_what, spoil) => {
  const folder = tempFolder();
  const before = await open(folder);
  before.trace.note([accepted('old')]);
  await before.close();
  spoil(join(folder, 'trace.db'));
  const store = await open(folder);
  store.trace.note([accepted('m1')]);
  expect(await found(store)).toEqual(['m1']);
  expect(store.lines.filter((line) => line.includes('trace'))).toHaveLength(1);
  expect(readdirSync(folder)).toContain('trace-damaged.db');
  await store.close();
  expect((await found(await open(folder)))).toEqual(['m1']);
});

test('damage that shows itself only in use sets the file aside as well', async () => {
  const folder = tempFolder();
  const before = await open(folder);
  before.trace.note(Array.from({ length: 3000 }, (_, index) => accepted(`m${index}`)));
  await before.close();
  const file = join(folder, 'trace.db');
  const bytes = readFileSync(file);
  // Old entries; the way to the newest one stays whole.
  writeFileSync(file, bytes.fill('x', 10 * 4096, 60 * 4096));
  const store = await open(folder);
  store.trace.note([accepted('new')]);
  await store.trace.flush();
  await store.trace.search(query({ text: 'in no message' }));
  expect(store.lines.filter((line) => line.includes('trace'))).toHaveLength(1);
  store.trace.note([accepted('m1')]);
  expect(await found(store)).toContain('m1');
});

test('whatever cannot be written stops nothing and is said once', async () => {
  const folder = tempFolder();
  const store = await open(folder, { workerScript: new URL('data:text/javascript,throw new Error("no thread")') });
  for (let count = 0; count < 3; count += 1) {
    store.trace.note([accepted(`m${count}`)]);
    await store.trace.flush();
  }
  expect(store.lines.filter((line) => line.includes('trace'))).toHaveLength(1);
});

test('after SIGKILL the trace has everything but its last moment', async () => {
  const folder = tempFolder();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'trace-child.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await once(child.stdout, 'data') as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(first.toString()).toBe('written\n');
  const store = await open(folder);
  expect((await found(store, { limit: 500 })).length).toBeGreaterThanOrEqual(300);
  expect(store.lines).toEqual([]);
});
