// Moving a mailbox and converting it: all or nothing, with UIDLs, dates and bytes kept, mail that arrives meanwhile included.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { StorageFormat } from '../../../core/contract/records.ts';
import type { OpenedStore } from '../../../core/store/open.ts';
import { actor, addAccount, codeOf, deliver, gather, inputOf, open, openWithDomain, readAll, remove, tempFolder, texts } from './fixture.ts';

const formats: readonly StorageFormat[] = ['msg', 'maildir', 'mbox'];
const contents = ['Subject: 1\r\n\r\nFrom me\r\n', '', 'Subject: 3\r\n\r\n>From us\r\n\r\n\r\n', `Subject: 4\r\n\r\n${`${'z'.repeat(76)}\r\n`.repeat(4000)}`];

async function fill(store: OpenedStore, id: number): Promise<void> {
  for (const [index, content] of contents.entries()) await deliver(store, content, [id], [], 1_795_000_000_123 + index * 1000);
  await store.settle();
}

const files = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile()) : []);

describe.each(formats.flatMap((from) => formats.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
  test.each(['Users/new place', 'Users/kantor.lan/dina'])('in %s everything is kept', async (directory) => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const account = await addAccount(store, 'dina', { storageFormat: from });
    await fill(store, account.id);
    mkdirSync(join(folder, 'Users/kantor.lan/dina/Files'));
    writeFileSync(join(folder, 'Users/kantor.lan/dina/Files/a.pdf'), 'attachment');
    const before = await readAll(store, account.id);
    const changed = await store.accounts.change(account.id, 1, { ...inputOf(account), directory, storageFormat: to }, {}, actor);
    expect(changed).toMatchObject({ directory, storageFormat: to, messages: 4, revision: from === to && directory === account.directory ? 1 : 2 });
    expect(await readAll(store, account.id)).toEqual(before);
    await deliver(store, 'after\r\n', [account.id]);
    await store.settle();
    expect(readFileSync(join(folder, directory, 'Files/a.pdf'), 'utf8')).toBe('attachment');
    expect(files(join(folder, directory))).toHaveLength(to === 'mbox' ? 2 : 6);
    if (directory !== account.directory) expect(existsSync(join(folder, account.directory))).toBe(false);
    await store.close();
    const again = await open(folder);
    await again.swept();
    expect((await readAll(again, account.id)).slice(0, 4)).toEqual(before);
    expect(again.accounts.get(account.id)?.messages).toBe(5);
  });
});

test('a mailbox whose directory is not there is not moved, so that its mail is not left behind', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const account = await addAccount(store, 'dina');
  await fill(store, account.id);
  const directory = join(folder, account.directory);
  renameSync(directory, join(folder, 'unplugged'));
  const move = () => store.accounts.change(account.id, 1, { ...inputOf(account), directory: 'Users/new place' }, {}, actor);
  expect(await codeOf(move())).toBe('directory.not-there');
  expect(store.accounts.get(account.id)).toMatchObject({ directory: account.directory, messages: 4 });
  renameSync(join(folder, 'unplugged'), directory);
  await move();
  expect(await texts(store, account.id)).toEqual(contents);
  // Without mail there is nothing to leave behind.
  const empty = await addAccount(store, 'budi');
  rmSync(join(folder, empty.directory), { recursive: true });
  expect(await codeOf(store.accounts.change(empty.id, 1, { ...inputOf(empty), directory: 'Users/also new' }, {}, actor))).toBe('done');
});

test.each(formats)('a mailbox that is open while it moves is read where it is now, as %s', async (storageFormat) => {
  const store = await openWithDomain();
  const account = await addAccount(store, 'dina');
  await fill(store, account.id);
  const mailbox = store.mailboxes.open(account.id);
  const read = async (): Promise<string[]> => await Promise.all(contents.map(async (_, index) => (await gather(mailbox?.read(index) ?? Buffer.alloc(0))).toString()));
  expect(await read()).toEqual(contents);
  await store.accounts.change(account.id, 1, { ...inputOf(account), directory: 'Users/new place', storageFormat }, {}, actor);
  expect(await read()).toEqual(contents);
  mailbox?.release();
});

test('mail that arrives or is removed during a move is neither lost nor brought back', async () => {
  const store = await openWithDomain();
  const account = await addAccount(store, 'dina');
  for (let index = 0; index < 400; index += 1) await deliver(store, `old ${index}\r\n`, [account.id]);
  await store.settle();
  const progress = { moved: false };
  const change = store.accounts.change(account.id, 1, { ...inputOf(account), directory: 'Users/two', storageFormat: 'maildir' }, {}, actor).finally(() => {
    progress.moved = true;
  });
  let arrived = 0;
  while (!progress.moved) {
    await deliver(store, `new ${arrived}\r\n`, [account.id]);
    arrived += 1;
    await remove(store, account.id, [0]);
  }
  await change;
  await store.settle();
  const expected = [...Array.from({ length: 400 }, (_, index) => `old ${index}\r\n`), ...Array.from({ length: arrived }, (_, index) => `new ${index}\r\n`)].slice(arrived);
  expect(arrived).toBeGreaterThan(0);
  expect(await texts(store, account.id)).toEqual(expected);
});

test('a stale change is a conflict after the copying too, and leaves the old place as it was', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const account = await addAccount(store, 'dina');
  await fill(store, account.id);
  const before = await readAll(store, account.id);
  const move = store.accounts.change(account.id, 1, { ...inputOf(account), directory: 'Users/two', storageFormat: 'mbox' }, {}, actor);
  const rename = store.accounts.change(account.id, 1, { ...inputOf(account), fullName: 'Dina' }, {}, actor);
  expect(await Promise.all([move, rename].map(codeOf))).toEqual(['conflict', 'done']);
  expect(await readAll(store, account.id)).toEqual(before);
  expect(store.accounts.get(account.id)).toMatchObject({ fullName: 'Dina', directory: 'Users/kantor.lan/dina', storageFormat: 'msg' });
  expect(files(join(folder, 'Users/two'))).toEqual([]);
});

/** What stands in the database when the engine is killed before or after the switch, with the files of both places there. */
test.each([[0, 'stays where it was'], [1, 'is finished']])('a move interrupted at step %i %s', async (switched, said) => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const account = await addAccount(store, 'dina');
  await fill(store, account.id);
  const before = await readAll(store, account.id);
  await store.close();
  const old = join(folder, 'Users/kantor.lan/dina');
  const next = join(folder, 'Users/two');
  mkdirSync(next);
  for (const name of files(old)) writeFileSync(join(next, name), readFileSync(join(old, name)));
  const db = new Database(join(folder, 'merpati.db'));
  db.prepare("INSERT INTO moves (account_id, old_directory, old_format, new_directory, new_format, switched) VALUES (?, ?, 'msg', ?, 'msg', ?)").run(account.id, old, next, switched);
  if (switched === 1) db.prepare("UPDATE accounts SET directory = 'Users/two' WHERE id = ?").run(account.id);
  db.close();
  const again = await open(folder);
  await again.swept();
  expect(await readAll(again, account.id)).toEqual(before);
  expect(files(switched === 1 ? old : next)).toEqual([]);
  expect(files(switched === 1 ? next : old)).toHaveLength(4);
  expect(again.lines.join('\n')).toContain(said);
});
