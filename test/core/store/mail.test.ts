// Accepting, reading and removing mail.
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StorageFormat } from '../../../core/contract/records.ts';
import type { StoreChange } from '../../../core/store/store.ts';
import { addAccount, codeOf, deliver, gather, open, openWithDomain, readAll, remove, tempFolder, texts } from './fixture.ts';

const formats: readonly StorageFormat[] = ['msg', 'maildir', 'mbox'];
const large = `Subject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(12_000)}`;

/** Files of messages below a folder, sorted. */
function messageFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile() && !name.includes('.backup')).sort();
}

describe.each(formats)('in the format %s', (storageFormat) => {
  test('a message can be read at once, when it is placed, and after a restart', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina', { storageFormat });
    const small = 'Subject: 1\r\n\r\nFrom here\r\n>From there\r\n.\r\n..\r\n\r\n';
    const guids = [await deliver(store, small, [id], [], 1_795_000_001_000), await deliver(store, large, [id], [], 1_795_000_002_000)];
    const expected = [
      { uidl: guids[0], octets: small.length, receivedAt: 1_795_000_001_000, bytes: Buffer.from(small) },
      { uidl: guids[1], octets: large.length, receivedAt: 1_795_000_002_000, bytes: Buffer.from(large) },
    ];
    expect(await readAll(store, id)).toEqual(expected);
    await store.settle();
    expect(await readAll(store, id)).toEqual(expected);
    expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
    await store.close();
    const again = await open(folder);
    expect(await readAll(again, id)).toEqual(expected);
    expect(again.accounts.get(id)).toMatchObject({ messages: 2, bytes: small.length + large.length });
  });

  test('what is removed is gone for good, its file too, and its UID is not used again', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina', { storageFormat });
    for (const text of ['1', '2', '3']) await deliver(store, `Subject: ${text}\r\n\r\n`, [id]);
    await store.settle();
    const before = store.mailboxes.open(id)?.messages.map((message) => message.id) ?? [];
    await store.close();
    const again = await open(folder);
    await remove(again, id, [0, 2, 2]);
    expect(await texts(again, id)).toEqual(['Subject: 2\r\n\r\n']);
    await deliver(again, 'Subject: 4\r\n\r\n', [id]);
    const mailbox = again.mailboxes.open(id);
    expect(mailbox?.messages.at(-1)?.id).toBeGreaterThan(Math.max(...before));
    mailbox?.release();
    await again.settle();
    const kept = readdirSync(join(folder, 'Users'), { recursive: true, encoding: 'utf8' }).filter((name) => /merpati$|msg$|mbox$/.test(name));
    expect(kept).toHaveLength(storageFormat === 'mbox' ? 1 : 2);
    await again.close();
    const third = await open(folder);
    await third.swept();
    expect(await texts(third, id)).toEqual(['Subject: 2\r\n\r\n', 'Subject: 4\r\n\r\n']);
    expect(third.accounts.get(id)?.messages).toBe(2);
  });

  test('the start of a message is enough for TOP', async () => {
    const store = await openWithDomain();
    const { id } = await addAccount(store, 'dina', { storageFormat });
    await deliver(store, large, [id]);
    await store.settle();
    const mailbox = store.mailboxes.open(id);
    const start = await mailbox?.readStart(0, 1000);
    expect(start?.length).toBeGreaterThanOrEqual(1000);
    expect(large.startsWith(start?.toString('latin1') ?? 'nothing')).toBe(true);
    mailbox?.release();
  });

  test.each([['small', 'Subject: 1\r\n\r\none\r\ntwo\r\n'], ['large', large]])('a %s message whose file was cut from outside is not read as if it were whole', async (_size, content) => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina', { storageFormat });
    await deliver(store, content, [id]);
    await store.settle();
    const [file = ''] = messageFiles(join(folder, 'Users'));
    const mailbox = store.mailboxes.open(id);
    if (mailbox === null) throw new Error('the mailbox is held');
    const whole = statSync(join(folder, 'Users', file)).size;
    for (const size of [whole - 10, Math.floor(whole / 3), 0]) {
      truncateSync(join(folder, 'Users', file), size);
      expect(await firstOf(() => mailbox.read(0))).toBe('not-found');
    }
    expect(await codeOf(Promise.resolve().then(() => mailbox.readStart(0, 100)))).toBe('not-found');
    mailbox.release();
  });
});

/** The error's code, if it comes before the first piece of the message. */
function firstOf(read: () => Buffer | Promise<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  return codeOf(Promise.resolve().then(async () => {
    const message = await read();
    if (!Buffer.isBuffer(message)) await message[Symbol.asyncIterator]().next();
  }));
}

test('a message for several accounts is one file where the formats allow it', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const accounts = [];
  for (const [name, storageFormat] of [['a', 'msg'], ['b', 'msg'], ['c', 'maildir'], ['d', 'maildir'], ['e', 'mbox']] as const) accounts.push(await addAccount(store, name, { storageFormat }));
  const text = 'Subject: for all\r\n\r\nFrom us\r\n';
  const guid = await deliver(store, text, accounts.map(({ id }) => id));
  await store.settle();
  for (const { id } of accounts) expect(await texts(store, id)).toEqual([text]);
  const inode = (path: string): number => statSync(join(folder, 'Users/kantor.lan', path)).ino;
  expect(inode(`a/md${guid}.msg`)).toBe(inode(`b/md${guid}.msg`));
  expect(inode(`c/new/1795000000.${guid}.merpati`)).toBe(inode(`d/new/1795000000.${guid}.merpati`));
  await remove(store, accounts[0]!.id, [0]);
  await store.settle();
  expect(await texts(store, accounts[1]!.id)).toEqual([text]);
});

test('a message fetched and deleted at once never costs a file', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina');
  await deliver(store, 'Subject: 1\r\n\r\n', [id]);
  await remove(store, id, [0]);
  await store.settle();
  expect(messageFiles(join(folder, 'Users'))).toEqual([]);
  expect(await texts(store, id)).toEqual([]);
});

test('the list stands still while the mailbox is held, and one session holds it', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  await deliver(store, 'Subject: 1\r\n\r\n', [id]);
  const held = store.mailboxes.open(id);
  expect(store.mailboxes.open(id)).toBeNull();
  await deliver(store, 'Subject: 2\r\n\r\n', [id]);
  expect(held?.messages).toHaveLength(1);
  held?.release();
  expect(await texts(store, id)).toHaveLength(2);
  expect(store.mailboxes.open(4711)).toBeNull();
});

test('parts are committed together or not at all', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina');
  const part = (text: string, local: number[]) => {
    const file = store.incoming.create();
    file.write(Buffer.from(text));
    return { file, receivedAt: 1, reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local, queued: [] };
  };
  expect(await codeOf(store.incoming.commit([part('1\r\n', [id]), part(large, [id]), part('2\r\n', [999])]))).toBe('not-found');
  expect(await texts(store, id)).toEqual([]);
  expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
  await store.incoming.commit([part('1\r\n', [id]), part('2\r\n', [id])]);
  expect(await texts(store, id)).toEqual(['1\r\n', '2\r\n']);
});

test('a commit that fails does not fail the others of its moment', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  const results = await Promise.all([deliver(store, '1\r\n', [id]), deliver(store, '2\r\n', [id, 999]), deliver(store, '3\r\n', [id])].map(codeOf));
  expect(results).toEqual(['done', 'not-found', 'done']);
  expect(await texts(store, id)).toEqual(['1\r\n', '3\r\n']);
  expect(store.accounts.get(id)).toMatchObject({ messages: 2, bytes: 6 });
});

test('what is discarded leaves nothing, and cannot be committed', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina');
  const file = store.incoming.create();
  file.write(Buffer.alloc(400_000, 'x'));
  expect((await file.content()).length).toBe(400_000);
  expect(readdirSync(join(folder, 'Incoming'))).toHaveLength(1);
  await file.discard();
  await file.discard();
  expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
  const commit = store.incoming.commit([{ file, receivedAt: 1, reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [id], queued: [] }]);
  await expect(commit).rejects.toThrow('discarded');
});

test('a large message is written as it comes, with back-pressure', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  const file = store.incoming.create();
  const chunk = Buffer.alloc(65_536, 'y');
  let waits = 0;
  for (let count = 0; count < 100; count += 1) {
    if (file.write(chunk)) continue;
    waits += 1;
    await file.drained();
  }
  expect(waits).toBeGreaterThan(0);
  expect(file.octets).toBe(6_553_600);
  await store.incoming.commit([{ file, receivedAt: 1, reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [id], queued: [] }]);
  const mailbox = store.mailboxes.open(id);
  expect((await gather(mailbox!.read(0))).equals(Buffer.alloc(6_553_600, 'y'))).toBe(true);
  mailbox?.release();
});

test('who listens hears of new mail per account', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  const other = await addAccount(store, 'budi');
  const told: StoreChange[] = [];
  store.onChange((change) => told.push(change));
  await deliver(store, 'x\r\n', [id, other.id]);
  expect(told).toEqual([{ topic: 'mail', accountId: id }, { topic: 'mail', accountId: other.id }]);
});

test('ids of messages sort by time and never repeat', async () => {
  const store = await open();
  const ids = Array.from({ length: 20_000 }, () => store.incoming.create().id);
  expect(new Set(ids).size).toBe(20_000);
  expect(ids.every((id) => /^[a-z0-9]{20,32}$/.test(id))).toBe(true);
});

test('a mailbox of 20,000 opens, and again after one more came', async () => {
  const store = await openWithDomain();
  const { id } = await addAccount(store, 'dina');
  await Promise.all(Array.from({ length: 20_000 }, (_, index) => deliver(store, `Subject: ${index}\r\n\r\n`, [id])));
  const mailbox = store.mailboxes.open(id);
  expect(mailbox?.messages).toHaveLength(20_000);
  mailbox?.release();
  await deliver(store, 'Subject: last\r\n\r\n', [id]);
  const again = store.mailboxes.open(id);
  expect(again?.messages).toHaveLength(20_001);
  expect((await gather(again!.read(20_000))).toString()).toBe('Subject: last\r\n\r\n');
  again?.release();
  expect(store.accounts.get(id)?.messages).toBe(20_001);
}, 60_000);
