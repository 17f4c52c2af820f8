// Deleted mail stays deleted, whatever happens to the files: a kill, a disk that is not connected, a move that cannot be finished, an account
// that goes and comes again, an mbox that another program has written in. The rule that is tested stands in core/store/unlinker.ts.
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { syncFileSystemOf } from '../../../core/store/file-system-sync.ts';
import { actor, addAccount, codeOf, deliver, inputOf, open, openWithDomain, remove, tempFolder, texts } from './fixture.ts';

const formats = ['msg', 'maildir', 'mbox'] as const;
/** A directory with the name of a message file: it cannot be unlinked. It sorts before all others. */
const obstacle = 'md000000000000000000000.msg';

test.skipIf(process.platform === 'win32').each(formats)('when the engine is killed right after the answer, before the file in %s is gone', async (storageFormat) => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina', { storageFormat });
  for (const text of ['1\r\n', '2\r\n']) await deliver(store, text, [id]);
  await store.settle();
  await remove(store, id, [0]);
  // What a killed engine leaves: nothing of it runs while this is copied.
  const left = join(tempFolder(), 'left');
  execFileSync('cp', ['-a', folder, left]);
  const again = await open(left);
  await again.swept();
  expect(await texts(again, id)).toEqual(['2\r\n']);
  await again.settle();
  await again.close();
  const last = await open(left);
  await last.swept();
  expect(await texts(last, id)).toEqual(['2\r\n']);
});

test.each(formats)('while the disk of its %s mailbox is not connected', async (storageFormat) => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina', { storageFormat });
  for (const text of ['1\r\n', '2\r\n']) await deliver(store, text, [id]);
  await store.settle();
  await store.close();
  renameSync(join(folder, 'Users'), join(folder, 'unplugged'));
  const without = await open(folder);
  await remove(without, id, [0]);
  await without.settle();
  await without.close();
  renameSync(join(folder, 'unplugged'), join(folder, 'Users'));
  const again = await open(folder);
  await again.swept();
  await again.settle();
  expect(await texts(again, id)).toEqual(['2\r\n']);
  await again.close();
  const db = new Database(join(folder, 'merpati.db'));
  expect(db.prepare('SELECT count(*) FROM removed').pluck().get()).toBe(0);
  db.close();
});

/** A message is deleted after it was copied; then the engine is killed, and the place that does not count cannot be cleared at first. */
test.each([[0, 'two', 'kantor.lan/dina'], [1, 'kantor.lan/dina', 'two']])('by a move that was killed at step %i and cannot be settled at once', async (switched, behind, counts) => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const account = await addAccount(store, 'dina');
  const guid = await deliver(store, '1\r\n', [account.id]);
  await deliver(store, '2\r\n', [account.id]);
  await store.settle();
  await store.close();
  const [old, next] = ['kantor.lan/dina', 'two'].map((name) => join(folder, 'Users', name)) as [string, string];
  mkdirSync(next);
  for (const name of readdirSync(old)) copyFileSync(join(old, name), join(next, name));
  mkdirSync(join(folder, 'Users', behind, obstacle));
  const db = new Database(join(folder, 'merpati.db'));
  db.prepare("INSERT INTO moves (account_id, old_directory, old_format, new_directory, new_format, switched) VALUES (?, ?, 'msg', ?, 'msg', ?)").run(account.id, old, next, switched);
  db.prepare('UPDATE accounts SET directory = ? WHERE id = ?').run(`Users/${counts}`, account.id);
  db.prepare('DELETE FROM messages WHERE guid = ?').run(guid);
  for (const gone of [guid, obstacle.slice(2, -4)]) db.prepare('INSERT INTO removed (account_id, guid) VALUES (?, ?)').run(account.id, gone);
  db.close();

  const blocked = await open(folder);
  await blocked.swept();
  await blocked.settle();
  expect(blocked.lines.join('\n')).toContain('are tried again at the next start');
  const present = blocked.accounts.get(account.id)!;
  expect(await codeOf(blocked.accounts.change(account.id, present.revision, { ...inputOf(present), directory: 'Users/three' }, {}, actor))).toBe('directory.not-writable');
  await blocked.close();

  rmdirSync(join(folder, 'Users', behind, obstacle));
  const again = await open(folder);
  await again.swept();
  await again.settle();
  await again.accounts.change(account.id, present.revision, { ...inputOf(present), directory: `Users/${behind}` }, {}, actor);
  await again.close();
  const last = await open(folder);
  await last.swept();
  expect(await texts(last, account.id)).toEqual(['2\r\n']);
  expect(readdirSync(join(folder, 'Users', behind))).toHaveLength(1);
});

test('when its account is removed in the same moment, and another one gets the files that were kept', async () => {
  const store = await openWithDomain();
  const account = await addAccount(store, 'dina');
  for (const text of ['1\r\n', '2\r\n']) await deliver(store, text, [account.id]);
  await store.settle();
  await Promise.all([remove(store, account.id, [0]), store.accounts.remove([account.id], 'keep', actor)]);
  const { id } = await addAccount(store, 'dina');
  await vi.waitFor(async () => expect(await texts(store, id)).toContain('2\r\n'));
  expect(await texts(store, id)).toEqual(['2\r\n']);
});

test('when another program has copied it within an mbox', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina', { storageFormat: 'mbox' });
  for (const text of ['1\r\n', '2\r\n']) await deliver(store, text, [id]);
  await store.settle();
  const file = join(folder, 'Users/kantor.lan/dina/mbox');
  appendFileSync(file, readFileSync(file));
  await remove(store, id, [0]);
  await store.settle();
  await store.close();
  const again = await open(folder);
  await again.swept();
  expect(await texts(again, id)).toEqual(['2\r\n']);
});

test('mail is placed and removed although the files of another account cannot be', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const [gone, stuck, dina] = [await addAccount(store, 'gone'), await addAccount(store, 'stuck'), await addAccount(store, 'dina')];
  mkdirSync(join(folder, 'Users/kantor.lan/gone', obstacle));
  await store.accounts.remove([gone.id], 'delete', actor);
  const blocked = await deliver(store, 'x\r\n', [stuck.id]);
  const first = await deliver(store, '1\r\n', [dina.id]);
  const second = await deliver(store, '2\r\n', [dina.id]);
  await store.settle();
  const fileOf = (guid: string, name = 'dina'): string => join(folder, 'Users/kantor.lan', name, `md${guid}.msg`);
  expect([first, second].map((guid) => existsSync(fileOf(guid)))).toEqual([true, true]);
  unlinkSync(fileOf(blocked, 'stuck'));
  mkdirSync(fileOf(blocked, 'stuck'));
  await remove(store, stuck.id, [0]);
  await remove(store, dina.id, [0]);
  await store.settle();
  expect([first, second].map((guid) => existsSync(fileOf(guid)))).toEqual([false, true]);
  expect(store.lines.filter((line) => line.includes('Files of deleted messages cannot be removed'))).toHaveLength(1);
});

test('mail that comes later is not deleted with that of a removed account', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const first = await addAccount(store, 'dina');
  await deliver(store, 'old\r\n', [first.id]);
  await store.settle();
  mkdirSync(join(folder, 'Users/kantor.lan/dina', obstacle));
  await store.accounts.remove([first.id], 'delete', actor);
  expect(await codeOf(addAccount(store, 'dina'))).toBe('directory.not-writable');
  await store.settle();
  await store.settle();
  expect(store.lines.filter((line) => line.includes('is tried again'))).toHaveLength(1);
  rmdirSync(join(folder, 'Users/kantor.lan/dina', obstacle));
  const second = await addAccount(store, 'dina');
  await deliver(store, 'new\r\n', [second.id]);
  await store.settle();
  await store.settle();
  expect(await texts(store, second.id)).toEqual(['new\r\n']);
});

test.skipIf(process.platform !== 'linux')('a move loses nothing that was placed but could not be made durable before', async ({ skip }) => {
  const folder = tempFolder();
  if (!await syncFileSystemOf(folder)) skip('this system cannot sync a file system as a whole');
  const store = await openWithDomain(folder);
  const dina = await addAccount(store, 'dina');
  const stuck = await addAccount(store, 'stuck');
  for (let index = 0; index < 40; index += 1) await deliver(store, `${index}\r\n`, [dina.id]);
  const last = join(folder, `Users/kantor.lan/stuck/md${await deliver(store, 'x\r\n', [stuck.id])}.msg`);
  await vi.waitFor(() => expect(existsSync(last)).toBe(true), 10_000);
  unlinkSync(last);
  mkdirSync(last);
  await store.accounts.change(dina.id, 1, { ...inputOf(dina), directory: 'Users/two' }, {}, actor);
  expect(store.lines.join('\n')).toContain('EISDIR');
  rmdirSync(last);
  // Now so many that the file system is synced as a whole, without a look at each file.
  for (let index = 40; index < 140; index += 1) await deliver(store, `${index}\r\n`, [dina.id]);
  await store.settle();
  expect(readdirSync(join(folder, 'Users/two'))).toHaveLength(140);
  expect(await texts(store, dina.id)).toEqual(Array.from({ length: 140 }, (_, index) => `${index}\r\n`));
});

test('an empty mailbox that is converted keeps its directory', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const account = await addAccount(store, 'dina', { storageFormat: 'maildir' });
  await store.accounts.change(account.id, 1, { ...inputOf(account), storageFormat: 'mbox' }, {}, actor);
  expect(existsSync(join(folder, 'Users/kantor.lan/dina'))).toBe(true);
});
