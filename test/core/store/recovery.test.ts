// Opening: the lock, newer data, strays, files without rows, rows without files, damage.
import { copyFileSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../core/store/migrations/all.ts';
import { actor, addAccount, codeOf, deliver, open, openWithDomain, readAll, remote, remove, tempFolder, texts } from './fixture.ts';

test('a second engine is refused, in words, and may open when the first has closed', async () => {
  const folder = tempFolder();
  const store = await open(folder);
  await expect(open(folder)).rejects.toThrow('Another Merpati is using the data folder');
  expect(await codeOf(open(folder))).toBe('store.in-use');
  await store.close();
  await (await open(folder)).close();
});

test('data of a newer version is refused and left alone', async () => {
  const folder = tempFolder();
  await (await open(folder)).close();
  const file = join(folder, 'merpati.db');
  const db = new Database(file);
  db.pragma('user_version = 99');
  db.close();
  await expect(open(folder)).rejects.toThrow('newer version of Merpati');
  expect(await codeOf(open(folder))).toBe('store.newer');
  const again = new Database(file);
  expect(again.pragma('user_version', { simple: true })).toBe(99);
  again.close();
});

test('migrations are numbered one by one', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
});

test('close may be called twice, and then nothing more is taken', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  await Promise.all([store.close(), store.close()]);
  expect(await codeOf(deliver(store, 'x\r\n', [id]))).toBe('store.closed');
});

describe('at the start', () => {
  test('files in Incoming without a row are removed', async () => {
    const folder = tempFolder();
    await (await open(folder)).close();
    const stray = join(folder, 'Incoming/0123456789abcdefghijk.msg');
    writeFileSync(stray, 'half a mess');
    await open(folder);
    expect(existsSync(stray)).toBe(false);
  });

  test('message files of the queues that no row knows go to the bad queue, and only those', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const ids = [];
    for (const text of ['Return-Path: <dina@kantor.lan>\r\nSubject: Halo\r\n\r\n1\r\n', 'Subject: x\r\n\r\n2\r\n']) ids.push(await deliver(store, text, [], [remote('budi@contoh.id')]));
    await store.settle();
    await store.close();
    const kept = await open(folder);
    await kept.swept();
    expect(kept.queues.list().map(({ name, messages }) => [name, messages])).toContainEqual(['bad', 0]);
    await kept.close();
    for (const name of readdirSync(folder).filter((one) => one.startsWith('merpati.'))) rmSync(join(folder, name));
    writeFileSync(join(folder, 'Queues/notes.txt'), 'mine');
    const again = await openWithDomain(folder);
    await again.swept();
    const { items } = again.queues.messages({ queue: 'bad', search: '', sort: 'from', descending: true, offset: 0, limit: 10 });
    expect(items.map(({ messageId, from, subject, reason }) => [messageId, from, subject, reason?.code])).toEqual([[ids[0], 'dina@kantor.lan', 'Halo', 'bad.recovered'], [ids[1], '', 'x', 'bad.recovered']]);
    expect((await again.queues.read(items[1]?.id ?? 0, 0, 100)).bytes.toString()).toBe('Subject: x\r\n\r\n2\r\n');
    expect(await again.queues.remove(items.map(({ id }) => id), actor)).toBe(2);
    await again.settle();
    expect(readdirSync(join(folder, 'Queues'))).toEqual(['notes.txt']);
  });

  test('hidden messages are looked for again when their mailbox is opened', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    await deliver(store, 'back again\r\n', [id]);
    await store.settle();
    await store.close();
    const directory = join(folder, 'Users/kantor.lan/dina');
    renameSync(directory, join(folder, 'aside'));
    mkdirSync(directory);
    const again = await open(folder);
    await again.swept();
    rmSync(directory, { recursive: true });
    renameSync(join(folder, 'aside'), directory);
    expect(await texts(again, id)).toEqual([]);
    await again.settle();
    expect(await texts(again, id)).toEqual(['back again\r\n']);
    expect(again.lines.join('\n')).toContain('1 hidden messages of the mailbox dina are back');
  });

  test('a program that is killed again and again shortens its write-ahead log all the same', async () => {
    const killed = (folder: string): string => {
      const copy = tempFolder();
      cpSync(folder, copy, { recursive: true, filter: (name) => !/merpati\.(lock|db-shm)$/.test(name) });
      return copy;
    };
    const save = async (store: Awaited<ReturnType<typeof open>>, name: string, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) await store.values.save(`${name} ${index}`, 'x'.repeat(1 << 20));
    };
    const folder = tempFolder();
    const first = await openWithDomain(folder);
    const { id } = await addAccount(first, 'dina');
    await save(first, 'first', 14);
    const second = await open(killed(folder));
    await save(second, 'second', 4);
    // The second hand does one task after the other: when this is placed, the log has been copied.
    await deliver(second, 'x\r\n', [id]);
    await second.settle();
    expect(statSync(join(second.dataDirectory, 'merpati.db')).size).toBeGreaterThan(10 << 20);
  });

  test('messages in a mailbox folder that no row knows are taken in with their UIDLs, in the order of their dates', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const accounts = [];
    for (const format of ['msg', 'maildir', 'mbox'] as const) accounts.push(await addAccount(store, format, { storageFormat: format }));
    for (const text of ['1\r\n', '2\r\n', '3\r\n']) await deliver(store, text, accounts.map(({ id }) => id), [], 1_795_000_000_000 + Number(text[0]) * 1000);
    const before = await Promise.all(accounts.map(({ id }) => readAll(store, id)));
    await store.settle();
    await store.close();
    const db = new Database(join(folder, 'merpati.db'));
    db.exec('DELETE FROM messages; UPDATE folders SET messages = 0, bytes = 0');
    db.close();
    const again = await open(folder);
    await again.swept();
    for (const [index, { id, storageFormat }] of accounts.entries()) {
      const after = await readAll(again, id);
      // A .msg file has the time at which it was written.
      expect(storageFormat === 'msg' ? after.map(({ uidl, bytes }) => ({ uidl, bytes })).sort((a, b) => (a.uidl < b.uidl ? -1 : 1)) : after)
        .toEqual(storageFormat === 'msg' ? before[index]!.map(({ uidl, bytes }) => ({ uidl, bytes })) : before[index]);
      expect(again.accounts.get(id)).toMatchObject({ messages: 3, bytes: 9 });
      const mailbox = again.mailboxes.open(id);
      expect(mailbox!.messages.every((message) => message.id % 2 ** 32 > 3)).toBe(true);
      mailbox!.release();
    }
  });

  test('a message whose file is gone is reported and hidden, and back when the file is', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    const guid = await deliver(store, '1\r\n', [id]);
    await deliver(store, '2\r\n', [id]);
    await store.settle();
    const file = join(folder, `Users/kantor.lan/dina/md${guid}.msg`);
    renameSync(file, join(folder, 'away'));
    const mailbox = store.mailboxes.open(id);
    await expect(mailbox!.read(0)).rejects.toThrow('is gone');
    mailbox!.release();
    await store.close();
    const again = await open(folder);
    await again.swept();
    expect(await texts(again, id)).toEqual(['2\r\n']);
    expect(again.accounts.get(id)).toMatchObject({ messages: 1, bytes: 3 });
    expect(again.lines.join('\n')).toContain('1 messages of the mailbox dina have no file');
    await again.close();
    renameSync(join(folder, 'away'), file);
    const third = await open(folder);
    await third.swept();
    expect(await texts(third, id)).toEqual(['1\r\n', '2\r\n']);
  });

  test('mail in a directory that is not there at the moment is not hidden', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    await deliver(store, '1\r\n', [id]);
    await store.settle();
    await store.close();
    renameSync(join(folder, 'Users'), join(folder, 'unplugged'));
    const without = await open(folder);
    await without.swept();
    expect(without.accounts.get(id)?.messages).toBe(1);
    expect(without.lines.join('\n')).toContain('is not there. Its messages cannot be read until it is.');
    expect(await codeOf(readAll(without, id))).toBe('not-found');
    renameSync(join(folder, 'unplugged'), join(folder, 'Users'));
    expect(await texts(without, id)).toEqual(['1\r\n']);
  });

  test('a removed message does not come back from a file that a crash has left', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    const guid = await deliver(store, '1\r\n', [id]);
    await store.settle();
    const file = join(folder, `Users/kantor.lan/dina/md${guid}.msg`);
    copyFileSync(file, join(folder, 'copy'));
    await remove(store, id, [0]);
    await store.settle();
    await store.close();
    // As if killed between the commit and the unlink.
    renameSync(join(folder, 'copy'), file);
    const db = new Database(join(folder, 'merpati.db'));
    db.prepare('INSERT INTO removed (account_id, guid) VALUES (?, ?)').run(id, guid);
    db.close();
    const again = await open(folder);
    await again.swept();
    await again.settle();
    expect(await texts(again, id)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  test.each(['msg', 'maildir', 'mbox'] as const)('messages accepted but not placed are placed, over a half-written %s too', async (storageFormat) => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina', { storageFormat });
    await deliver(store, 'one\r\n\r\nFrom x\r\n', [id]);
    await store.settle();
    await deliver(store, 'two two two\r\n', [id]);
    const rows = new Database(join(folder, 'merpati.db'), { readonly: true }).prepare('SELECT id, guid, octets, received_at, holders, bytes FROM bodies').all() as Record<string, unknown>[];
    await store.settle();
    await store.close();
    const box = join(folder, 'Users/kantor.lan/dina');
    const [last] = readdirSync(box, { recursive: true, encoding: 'utf8' }).filter((name) => (storageFormat === 'mbox' ? name === 'mbox' : name.includes(String(rows[0]!['guid']))));
    truncateSync(join(box, last!), statSync(join(box, last!)).size - 6);
    const db = new Database(join(folder, 'merpati.db'));
    db.prepare('INSERT INTO bodies (id, guid, octets, received_at, holders, bytes) VALUES (@id, @guid, @octets, @received_at, @holders, @bytes)').run(rows[0]);
    db.close();
    const again = await open(folder);
    expect(await texts(again, id)).toEqual(['one\r\n\r\nFrom x\r\n', 'two two two\r\n']);
    await again.settle();
    await again.swept();
    expect(await texts(again, id)).toEqual(['one\r\n\r\nFrom x\r\n', 'two two two\r\n']);
  });
});

describe('a damaged database', () => {
  async function filled(folder: string): Promise<Awaited<ReturnType<typeof readAll>>> {
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina', { fullName: 'Dina' });
    await addAccount(store, 'budi');
    await store.aliases.add({ alias: 'info', target: 'dina@kantor.lan' }, actor);
    for (let index = 0; index < 500; index += 1) await deliver(store, `Subject: ${index}\r\n\r\n`, [id], [], 1_795_000_000_000 + index * 1000);
    await deliver(store, 'Subject: queued\r\n\r\n', [], [remote('x@contoh.id')]);
    await store.settle();
    const before = await readAll(store, id);
    await store.close();
    return before;
  }

  const damages: Readonly<Record<string, (file: string) => void>> = {
    'that is no database at all': (file) => writeFileSync(file, 'this is not a database, but it was one once\n'.repeat(500)),
    'that is cut off': (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096),
    'with pages overwritten': (file) => {
      const descriptor = openSync(file, 'r+');
      for (let page = 25; page < statSync(file).size / 4096; page += 3) writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
      closeSync(descriptor);
    },
    'that is empty': (file) => truncateSync(file, 0),
    'that is gone': (file) => rmSync(file),
  };

  test.each(Object.entries(damages))('%s is set aside and rebuilt', async (_name, damage) => {
    const folder = tempFolder();
    const before = await filled(folder);
    damage(join(folder, 'merpati.db'));
    const store = await open(folder);
    await store.swept();
    const dina = store.directory().accountByAddress('dina@kantor.lan');
    expect(dina?.fullName).toBe('Dina');
    expect(store.directory().aliasFor('info@kantor.lan')).toBe('dina@kantor.lan');
    const after = await readAll(store, dina!.id);
    expect(after.map(({ uidl, bytes }) => [uidl, bytes.toString()]).sort()).toEqual(before.map(({ uidl, bytes }) => [uidl, bytes.toString()]).sort());
    expect(store.accounts.get(dina!.id)?.messages).toBe(500);
    expect(readdirSync(folder).some((name) => /^merpati-damaged-\w+\.db$/.test(name))).toBe(_name !== 'that is gone');
    expect(store.lines.join('\n')).toContain('is set aside as');
    await deliver(store, 'new\r\n', [dina!.id]);
    expect(await texts(store, dina!.id)).toContain('new\r\n');
    await store.close();
    expect((await open(folder)).lines.join('\n')).not.toContain('set aside');
  });

  test('without any copy the mail is found again when the accounts are made anew', async () => {
    const folder = tempFolder();
    const before = await filled(folder);
    for (const name of readdirSync(folder).filter((one) => one.startsWith('merpati.'))) rmSync(join(folder, name));
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    await store.settle();
    expect((await readAll(store, id)).map(({ uidl }) => uidl).sort()).toEqual(before.map(({ uidl }) => uidl).sort());
  });
});

test('the backup of the small tables is written and can be read by itself', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  await addAccount(store, 'dina');
  await store.close();
  const db = new Database(join(folder, 'merpati.backup.db'), { readonly: true });
  expect(db.prepare('SELECT mailbox FROM accounts').pluck().all()).toEqual(['dina']);
  db.close();
});

test('a machine key that is damaged is a clear refusal', async () => {
  const folder = tempFolder();
  await (await open(folder)).close();
  writeFileSync(join(folder, 'machine.key'), 'short');
  await expect(open(folder)).rejects.toThrow('machine.key cannot be used');
  unlinkSync(join(folder, 'machine.key'));
  await open(folder);
  expect(readFileSync(join(folder, 'machine.key'))).toHaveLength(32);
});
