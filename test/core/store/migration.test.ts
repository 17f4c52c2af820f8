// A data folder of the first schema, as an earlier Merpati has left it, opens with everything that was in it.
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { first } from '../../../core/store/migrations/0001-first.ts';
import { gather, open, remote, deliver, tempFolder } from './fixture.ts';

const at = 1_795_000_000_000;
const guid = '2mmfb4k1o0000000000a';
const text = 'Return-Path: <a@kantor.lan>\r\nSubject: old\r\n\r\nhello\r\n';
const page = { search: '', sort: 'queuedAt', descending: false, offset: 0, limit: 10 } as const;

/** A database of version 1 with a message for elsewhere in `Queues/`, and one that waits in the table. */
function firstVersion(folder: string): void {
  mkdirSync(join(folder, 'Queues'), { recursive: true });
  writeFileSync(join(folder, 'Queues', `md${guid}.msg`), text);
  const db = new Database(join(folder, 'merpati.db'));
  db.pragma('journal_mode = WAL');
  db.exec(first.sql);
  db.pragma('user_version = 1');
  db.exec(`INSERT INTO settings VALUES ('domain.name', '"kantor.lan"'); INSERT INTO domains (id, name, ip, bind_to_ip, revision) VALUES (1, 'kantor.lan', '', 0, 1)`);
  const insert = db.prepare("INSERT INTO queue_messages (queue, guid, reverse_path, subject, octets, queued_at, envid, ret, smtp_utf8) VALUES (?, ?, 'a@kantor.lan', 'old', ?, ?, 'E', 'FULL', 1)");
  const recipient = db.prepare('INSERT INTO queue_recipients (message_id, address, notify, orcpt, reason) VALUES (?, ?, ?, ?, ?)');
  const waiting = 'Waiting to be sent to another server.';
  insert.run('remote', guid, text.length, at);
  for (const address of ['b@Contoh.ID', '"odd@there"@jauh.example', 'c@contoh.id', 'é@bücher.example', 'x@[192.0.2.1]']) recipient.run(1, address, 'DELAY', 'rfc822;q', waiting);
  insert.run('bad', guid, text.length, at + 1);
  recipient.run(2, 'nobody@kantor.lan', null, null, 'There is no mailbox nobody@kantor.lan; the message was kept for the administrator.');
  recipient.run(2, 'other@kantor.lan', null, null, '');
  insert.run('remote', `${guid.slice(0, -1)}b`, 3, at + 2);
  recipient.run(3, 'd@contoh.id', null, null, waiting);
  db.prepare('INSERT INTO bodies (id, guid, octets, received_at, holders, bytes) VALUES (1, ?, 3, ?, ?, ?)').run(`${guid.slice(0, -1)}b`, at + 2, '[0]', Buffer.from('x\r\n'));
  // An id that was given once is not given again.
  insert.run('remote', 'gone', 1, at);
  db.exec('DELETE FROM queue_messages WHERE id = 4');
  db.close();
}

test.each([['is migrated', false], ['is rebuilt after damage', true]])('a queue of the first schema %s: one item for each destination', async (_how, damaged) => {
  const folder = tempFolder();
  firstVersion(folder);
  if (damaged) writeFileSync(join(folder, 'merpati.damaged'), 'found by the last check\n');
  const store = await open(folder);
  const reason = { code: 'remote.waiting', params: {}, text: 'Waiting to be sent to another server.' };
  expect(store.queues.messages({ ...page, queue: 'remote' }).items.map(({ messageId, destination, to, nextTryAt, attempts, queuedAt, reason: why }) => [messageId, destination, to, nextTryAt, attempts, queuedAt, why])).toEqual([
    [guid, 'contoh.id', ['b@Contoh.ID', 'c@contoh.id'], at, 0, at, reason],
    [guid, 'jauh.example', ['"odd@there"@jauh.example'], at, 0, at, reason],
    [guid, 'xn--bcher-kva.example', ['é@bücher.example'], at, 0, at, reason],
    [guid, '[192.0.2.1]', ['x@[192.0.2.1]'], at, 0, at, reason],
    [`${guid.slice(0, -1)}b`, 'contoh.id', ['d@contoh.id'], at + 2, 0, at + 2, reason],
  ]);
  expect(store.queues.messages({ ...page, queue: 'bad' }).items).toMatchObject([{
    destination: '', nextTryAt: null, reason: { code: 'bad.unknown', params: { address: 'nobody@kantor.lan' } },
    recipients: [{ address: 'nobody@kantor.lan', reason: { code: 'bad.unknown' } }, { address: 'other@kantor.lan', reason: null }],
  }]);
  expect(store.queues.list().map(({ name, messages, bytes }) => [name, messages, bytes])).toEqual([
    ['local', 0, 0], ['remote', 5, 4 * text.length + 3], ['retry', 0, 0], ['holding', 0, 0], ['bad', 1, text.length],
  ]);
  const taken = store.queues.take({ destination: 'jauh.example', reversePath: 'a@kantor.lan', via: '' }, at, ['remote'], 0, 10);
  expect(taken).toMatchObject([{ envid: 'E', ret: 'FULL', smtpUtf8: true, recipients: [{ notify: 'DELAY', orcpt: 'rfc822;q' }] }]);
  expect((await gather(store.queues.content(taken[0]!))).toString()).toBe(text);
  expect(Math.min(...taken.map(({ id }) => id))).toBeGreaterThan(damaged ? 3 : 4);
  await deliver(store, 'new\r\n', [], [remote('e@contoh.id')]);
  expect(store.queues.due(at, ['remote']).find(({ destination }) => destination === 'contoh.id')).toMatchObject({ reversePath: 'a@kantor.lan', items: 1, oldestId: 1 });
  if (damaged) expect(store.lines.filter((line) => line.includes('could not be read'))).toEqual([]);
});
