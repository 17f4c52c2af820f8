// The queues: what waits for elsewhere or for the administrator, through restarts, tries, and all that can be done with it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { QueueQuery } from '../../../core/contract/records.ts';
import type { OpenedStore } from '../../../core/store/open.ts';
import type { AcceptedPart, QueueOutcome, SendingQueue } from '../../../core/store/store.ts';
import { actor, addAccount, bad, codeOf, deliver, gather, open, openWithDomain, remote, tempFolder, texts } from './fixture.ts';

const at = 1_795_000_000_000;
const both: readonly SendingQueue[] = ['remote', 'retry'];
const large = `Subject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(12_000)}`;
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const query = (queue: QueueQuery['queue'], more: Partial<QueueQuery> = {}): QueueQuery => ({ queue, search: '', sort: 'queuedAt', descending: false, offset: 0, limit: 200, ...more });
const items = (store: OpenedStore, queue: QueueQuery['queue'], more: Partial<QueueQuery> = {}) => store.queues.messages(query(queue, more)).items;
const counts = (store: OpenedStore): string => store.queues.list().filter(({ messages }) => messages > 0).map(({ name, messages, bytes }) => `${name} ${messages} ${bytes}`).join(', ');
const files = (folder: string): string[] => readdirSync(join(folder, 'Queues'));
const why = (text: string) => ({ code: 'host.refused', params: { host: 'mx.contoh.id' }, text });

function outcome(id: number, done: readonly number[], more: Partial<QueueOutcome['rest']> = {}, toBad: QueueOutcome['toBad'] = []): QueueOutcome {
  return { id, done, toBad, rest: { queue: 'retry', nextTryAt: at + 60_000, attempts: 1, firstTriedAt: at, triedAt: at, informedAt: null, host: 'mx.contoh.id', reasons: new Map(), ...more } };
}

function report(store: OpenedStore, text: string, local: readonly number[], queued: AcceptedPart['queued'] = []): AcceptedPart {
  const file = store.incoming.create();
  file.write(Buffer.from(text));
  return { file, receivedAt: at, reversePath: '', subject: 'Report', envid: null, ret: null, smtpUtf8: false, eightBit: false, local, queued };
}

describe('what waits', () => {
  test('is one item for each queue and destination, until it is removed, after a restart too', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    const text = `Subject: 1\r\n\r\n${'x'.repeat(500)}\r\n`;
    const guid = await deliver(store, text, [id], [remote('a@contoh.id'), remote('c@jauh.example'), remote('b@contoh.id'), bad('nobody@kantor.lan')]);
    const reason = { code: 'remote.waiting', params: {}, text: 'Waiting to be sent to another server.' };
    const first = {
      id: 1, messageId: guid, queue: 'remote', from: 'a@contoh.id', to: ['a@contoh.id', 'b@contoh.id'],
      recipients: [{ id: 1, address: 'a@contoh.id', reason }, { id: 2, address: 'b@contoh.id', reason }], subject: 'S', bytes: text.length, queuedAt: at, destination: 'contoh.id',
      attempts: 0, triedAt: null, nextTryAt: at, expiresAt: null, host: '', via: '', sending: false, reason,
    };
    expect(store.queues.messages(query('remote'))).toMatchObject({ total: 2, matching: 2, items: [first, { id: 2, to: ['c@jauh.example'], destination: 'jauh.example' }] });
    expect(items(store, 'bad')).toMatchObject([{ id: 3, to: ['nobody@kantor.lan'], destination: '', nextTryAt: null, reason: { code: 'bad.unknown' } }]);
    expect(counts(store)).toBe(`remote 2 ${2 * text.length}, bad 1 ${text.length}`);
    expect(store.queues.list().map(({ name, oldestAt }) => [name, oldestAt])).toEqual([['local', null], ['remote', at], ['retry', null], ['holding', null], ['bad', at]]);
    expect(await store.queues.read(1, 0, 10)).toEqual({ bytes: Buffer.from(text.slice(0, 10)), truncated: true });
    await store.close();

    const again = await open(folder);
    expect(again.queues.get(1)).toEqual(first);
    expect(await again.queues.read(3, 0, 10_000)).toEqual({ bytes: Buffer.from(text), truncated: false });
    const file = join(folder, 'Queues', `md${guid}.msg`);
    expect(readFileSync(file, 'latin1')).toBe(text);
    expect(await again.queues.remove([1, 2], actor)).toBe(2);
    await again.settle();
    expect(existsSync(file)).toBe(true);
    expect(await again.queues.remove([3, 3, 99], actor)).toBe(1);
    await again.settle();
    expect(existsSync(file)).toBe(false);
    expect(await texts(again, id)).toEqual([text]);
    expect(await codeOf(again.queues.read(1, 0, 10))).toBe('not-found');
    expect(again.queues.get(1)).toBeNull();
    expect(counts(again)).toBe('');
    expect(again.history.list(null, 3).map(({ subject, action }) => [subject, action])).toEqual([['queue bad', 'delete'], ['queue remote', 'delete'], ['queue remote', 'delete']]);
  });

  test('a large message is read from where it is, in parts', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    await deliver(store, large, [], [remote('a@contoh.id')]);
    for (const placed of [false, true]) {
      if (placed) await store.settle();
      expect(files(folder)).toHaveLength(placed ? 1 : 0);
      const parts: Buffer[] = [];
      for (let offset = 0; offset < large.length; offset += 300_000) {
        const { bytes, truncated } = await store.queues.read(1, offset, 300_000);
        expect(truncated).toBe(offset + 300_000 < large.length);
        parts.push(bytes);
      }
      expect(Buffer.concat(parts).toString('latin1')).toBe(large);
      const [message] = store.queues.take({ destination: 'contoh.id', reversePath: 'a@contoh.id', via: '' }, at, both, 0, 10);
      expect((await gather(store.queues.content(message!))).toString('latin1')).toBe(large);
    }
  });

  test('small messages that leave at once are never files', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    await deliver(store, 'Subject: 1\r\n\r\n', [], [remote('a@contoh.id'), remote('b@jauh.example')]);
    await store.queues.settle([outcome(1, [1]), outcome(2, [1])], []);
    expect(counts(store)).toBe('');
    await store.settle();
    expect(files(folder)).toEqual([]);
  });

  test.each([
    ['', ['one', 'two', 'Three']],
    ['TWO', ['two']],
    ['@jauh', ['one', 'Three']],
    ['a@contoh.id', ['one', 'two', 'Three']],
    ['%', []],
    ['_', []],
    ['É', ['two']],
  ])('is found by a part of sender, recipient, subject or destination: %s', async (search, expected) => {
    const store = await openWithDomain();
    for (const [subject, address] of [['one', 'x@jauh.example'], ['two', 'é@dekat.example'], ['Three', 'y@jauh.example']] as const) {
      await store.incoming.commit([{ ...report(store, 'x\r\n', [], [remote(address)]), reversePath: 'a@contoh.id', subject }]);
    }
    expect(store.queues.messages(query('remote', { search }))).toMatchObject({ total: 3, matching: expected.length, items: expected.map((subject) => ({ subject })) });
  });

  test('is shown in any order, a page at a time, and an order is not kept longer than it is true', async () => {
    const store = await openWithDomain();
    for (const [index, [subject, address]] of ([['b', 'x@c.example'], ['C', 'y@a.example'], ['a', 'z@b.example']] as const).entries()) {
      await store.incoming.commit([{ ...report(store, 'x'.repeat(3 - index), [], [remote(address)]), receivedAt: at + index, subject }]);
    }
    const shown = (more: Partial<QueueQuery>): string => items(store, 'remote', more).map(({ subject }) => subject).join('');
    expect(shown({})).toBe('bCa');
    expect(shown({ descending: true })).toBe('aCb');
    expect(shown({ sort: 'subject' })).toBe('abC');
    expect(shown({ sort: 'to', descending: true })).toBe('aCb');
    expect(shown({ sort: 'bytes' })).toBe('aCb');
    expect(shown({ sort: 'destination' })).toBe('Cab');
    expect(shown({ sort: 'subject', offset: 1, limit: 1 })).toBe('b');
    await store.queues.remove([1], actor);
    expect(shown({ sort: 'subject' })).toBe('aC');
    await deliver(store, 'x\r\n', [], [remote('n@n.example')]);
    expect(shown({ sort: 'subject' })).toBe('aCS');
  });

  test('is not due by itself while its queue is frozen', async () => {
    const store = await openWithDomain();
    await deliver(store, 'x\r\n', [], [remote('a@contoh.id')]);
    await store.queues.settle([outcome(1, [])], []);
    expect(items(store, 'retry')).toMatchObject([{ nextTryAt: at + 60_000, expiresAt: at + 5 * 86_400_000 }]);
    await store.settings.save({ 'queues.frozenRetry': true }, store.settings.read().revision, actor);
    expect(items(store, 'retry')).toMatchObject([{ nextTryAt: null }]);
    expect(store.queues.list().filter(({ frozen }) => frozen).map(({ name }) => name)).toEqual(['retry']);
  });
});

describe('what is due', () => {
  test('comes in groups that share a way, oldest first, and only from the queues asked for', async () => {
    const store = await openWithDomain();
    const part = (address: string, reversePath: string) => ({ ...report(store, 'x\r\n', [], [remote(address)]), reversePath });
    for (const [address, from] of [['1@b.example', 'u'], ['2@a.example', 'u'], ['3@b.example', 'u'], ['4@b.example', 'v'], ['5@b.example', 'u']] as const) await store.incoming.commit([part(address, from)]);
    await store.queues.settle([outcome(3, [], { nextTryAt: at + 5 })], []);
    await store.queues.reroute([5], 'relay.example:587', at, actor);
    const group = (destination: string, reversePath: string, oldestId: number, items = 1, via = '') => ({ destination, reversePath, via, items, oldestId });
    expect(store.queues.due(at, both)).toEqual([group('b.example', 'u', 1), group('a.example', 'u', 2), group('b.example', 'v', 4), group('b.example', 'u', 5, 1, 'relay.example:587')]);
    expect(store.queues.due(at + 5, both)[0]).toEqual(group('b.example', 'u', 1, 2));
    expect(store.queues.due(at + 5, ['retry'])).toEqual([group('b.example', 'u', 3)]);
    expect(store.queues.due(at - 1, both)).toEqual([]);
    expect(store.queues.due(at, [])).toEqual([]);
    expect([store.queues.nextDueAt(at, both), store.queues.nextDueAt(at, ['remote']), store.queues.nextDueAt(at - 1, both), store.queues.nextDueAt(at + 5, both)]).toEqual([at + 5, null, at, null]);
    const taken = (now: number, after: number, limit = 10) => store.queues.take(group('b.example', 'u', 1), now, both, after, limit).map(({ id }) => id);
    expect([taken(at, 0), taken(at + 5, 0), taken(at + 5, 1), taken(at + 5, 0, 1), taken(at + 5, 3)]).toEqual([[1], [1, 3], [3], [1], []]);
  });

  test('carries all that sending needs', async () => {
    const store = await openWithDomain();
    const queued = [{ ...remote('a@contoh.id'), notify: 'FAILURE,DELAY', orcpt: 'rfc822;a@contoh.id' }];
    await store.incoming.commit([{ ...report(store, 'x\r\n', [], queued), envid: 'E1', ret: 'HDRS', smtpUtf8: true, eightBit: true }]);
    const message = store.queues.message(1);
    expect(message).toMatchObject({
      id: 1, queue: 'remote', octets: 3, reversePath: '', subject: 'Report', destination: 'contoh.id', via: '', queuedAt: at, envid: 'E1', ret: 'HDRS', smtpUtf8: true, eightBit: true, attempts: 0,
      firstTriedAt: null, informedAt: null, recipients: [{ id: 1, address: 'a@contoh.id', notify: 'FAILURE,DELAY', orcpt: 'rfc822;a@contoh.id' }],
    });
    expect(store.queues.take({ destination: 'contoh.id', reversePath: '', via: '' }, at, both, 0, 1)).toEqual([message]);
    expect(store.queues.message(2)).toBeNull();
  });
});

describe('a try', () => {
  test('leaves who is not settled, with his reason and the schedule', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    await deliver(store, 'x\r\n', [], ['a', 'b', 'c', 'd'].map((name) => remote(`${name}@contoh.id`)));
    const rest = { reasons: new Map([[2, why('no')]]), informedAt: at + 1 };
    await store.queues.settle([outcome(1, [1, 4, 99], rest, [{ recipientId: 4, reason: why('never') }])], []);
    for (const again of [false, true]) {
      const one = again ? await reopened(store, folder) : store;
      expect(items(one, 'remote')).toEqual([]);
      expect(items(one, 'retry')).toMatchObject([{ id: 1, to: ['b@contoh.id', 'c@contoh.id'], attempts: 1, triedAt: at, nextTryAt: at + 60_000, host: 'mx.contoh.id', reason: why('no') }]);
      expect(one.queues.get(1)?.recipients.map(({ id, reason }) => [id, reason?.text])).toEqual([[2, 'no'], [3, 'Waiting to be sent to another server.']]);
      expect(one.queues.message(1)).toMatchObject({ firstTriedAt: at, informedAt: at + 1 });
      expect(items(one, 'bad')).toMatchObject([{ id: 2, to: ['d@contoh.id'], destination: '', nextTryAt: null, expiresAt: null, reason: why('never') }]);
    }
  });

  test('and its reports are one: if a report cannot be accepted, nothing has happened', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    await deliver(store, 'x\r\n', [], [remote('a@contoh.id')]);
    const settle = (account: number) => store.queues.settle([outcome(1, [1])], [report(store, 'Subject: failed\r\n\r\n', [account]), report(store, large, [id], [remote('p@jauh.example')])]);
    expect(await codeOf(settle(4711))).toBe('not-found');
    expect(counts(store)).toBe('remote 1 3');
    expect(await texts(store, id)).toEqual([]);
    expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
    await settle(id);
    expect(items(store, 'remote')).toMatchObject([{ to: ['p@jauh.example'], from: '' }]);
    expect(await texts(store, id)).toEqual(['Subject: failed\r\n\r\n', large]);
  });

  test('of an item that is gone meanwhile changes nothing, and one that is held meanwhile stays held', async () => {
    const store = await openWithDomain();
    await deliver(store, 'x\r\n', [], [remote('a@contoh.id'), remote('b@contoh.id'), remote('c@jauh.example')]);
    await store.queues.remove([2], actor);
    await store.queues.hold([1], actor);
    await store.queues.settle([outcome(1, [1]), outcome(2, [1])], []);
    expect(counts(store)).toBe('holding 1 3');
    expect(items(store, 'holding')).toMatchObject([{ id: 1, to: ['b@contoh.id'], attempts: 1, nextTryAt: null }]);
    await store.queues.release([1], at + 9, actor);
    expect(items(store, 'retry')).toMatchObject([{ id: 1, nextTryAt: at + 9 }]);
  });

  test('of the last item takes the bytes along, the file of a placed message too', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    for (const text of ['x\r\n', large]) await deliver(store, text, [], [remote('a@contoh.id'), remote('b@jauh.example')]);
    await store.settle();
    expect(files(folder)).toHaveLength(2);
    await store.queues.settle([outcome(1, [1]), outcome(3, [1])], []);
    await store.settle();
    expect(files(folder)).toHaveLength(2);
    await store.queues.settle([outcome(2, [1]), outcome(4, [1])], []);
    await store.settle();
    expect(files(folder)).toEqual([]);
  });
});

async function reopened(store: OpenedStore, folder: string): Promise<OpenedStore> {
  await store.close();
  return open(folder);
}

describe('the administrator', () => {
  test('holds, releases, tries again and hurries', async () => {
    const store = await openWithDomain();
    for (const name of ['a', 'b', 'c']) await deliver(store, 'x\r\n', [], [remote(`${name}@contoh.id`)]);
    await store.queues.settle([outcome(2, []), outcome(3, [])], []);
    expect(await store.queues.hold([1, 2, 99], actor)).toBe(2);
    expect(counts(store)).toBe('retry 1 3, holding 2 6');
    expect(await store.queues.hold([1], actor)).toBe(0);
    expect(store.queues.due(at + 999_999, both)).toMatchObject([{ items: 1, oldestId: 3 }]);
    expect(await store.queues.release([1, 2, 3], at + 5, actor)).toBe(2);
    expect([items(store, 'remote'), items(store, 'retry')]).toMatchObject([[{ id: 1, nextTryAt: at + 5 }], [{ id: 2, nextTryAt: at + 5 }, { id: 3, nextTryAt: at + 60_000 }]]);
    expect(await store.queues.hurry(at + 6, both)).toBe(1);
    expect(store.queues.get(3)).toMatchObject({ queue: 'retry', nextTryAt: at + 6, attempts: 1 });
    await store.queues.hold([2], actor);
    expect(await store.queues.retry([2, 3], at + 7, domainOf, actor)).toBe(2);
    expect([store.queues.get(2), store.queues.get(3)]).toMatchObject([{ queue: 'remote', nextTryAt: at + 7 }, { queue: 'retry', nextTryAt: at + 7 }]);
    expect(store.history.list(null, 2)).toMatchObject([
      { subject: 'queue retry', action: 'change', changes: [{ field: 'message' }, { field: 'nextTryAt', after: new Date(at + 7).toISOString() }] },
      { subject: 'queue holding', action: 'change', changes: [{ field: 'message' }, { field: 'queue', before: 'holding', after: 'remote' }, { field: 'nextTryAt', before: '' }] },
    ]);
  });

  test('sends what was kept in bad on its way, to each destination', async () => {
    const store = await openWithDomain();
    await deliver(store, 'x\r\n', [], [bad('a@contoh.id'), bad('b@jauh.example'), bad('"odd@name"@contoh.id')]);
    expect(await store.queues.retry([1], at + 1, domainOf, actor)).toBe(1);
    expect(counts(store)).toBe('remote 2 6');
    expect(items(store, 'remote')).toMatchObject([
      { id: 1, destination: 'contoh.id', to: ['a@contoh.id', '"odd@name"@contoh.id'], nextTryAt: at + 1, attempts: 0, reason: null },
      { id: 2, destination: 'jauh.example', to: ['b@jauh.example'], nextTryAt: at + 1 },
    ]);
    await store.queues.settle([outcome(1, [1, 3]), outcome(2, [1])], []);
    expect(counts(store)).toBe('');
  });

  test('sends by another host; what is held stays held', async () => {
    const store = await openWithDomain();
    for (const name of ['a', 'b']) await deliver(store, 'x\r\n', [], [remote(`${name}@contoh.id`), bad('x@kantor.lan')]);
    await store.queues.hold([3], actor);
    expect(await store.queues.reroute([1, 2, 3], 'relay.example', at + 4, actor)).toBe(2);
    expect([store.queues.get(1), store.queues.get(3), store.queues.get(2)]).toMatchObject([{ via: 'relay.example', nextTryAt: at + 4 }, { queue: 'holding', via: 'relay.example', nextTryAt: null }, { queue: 'bad', via: '' }]);
  });

  test('corrects a recipient, who moves to an item of his own', async () => {
    const store = await openWithDomain();
    await deliver(store, 'x\r\n', [], [remote('a@contoh.id'), remote('b@contoh.id')]);
    await store.queues.settle([outcome(1, [], { reasons: new Map([[1, why('no')]]) })], []);
    await store.queues.changeRecipient(1, 1, { address: 'a@contoh.co.id', destination: 'contoh.co.id' }, at + 2, actor);
    expect([items(store, 'retry'), items(store, 'remote')]).toMatchObject([[{ id: 1, to: ['b@contoh.id'] }], [{ to: ['a@contoh.co.id'], destination: 'contoh.co.id', attempts: 0, nextTryAt: at + 2, reason: null }]]);
    expect(await codeOf(store.queues.changeRecipient(1, 1, { address: 'x@y.example', destination: 'y.example' }, at, actor))).toBe('queue.recipient-gone');
    expect(await codeOf(store.queues.changeRecipient(9, 1, { address: 'x@y.example', destination: 'y.example' }, at, actor))).toBe('queue.item-gone');
    expect(store.history.list(null, 1)).toMatchObject([{ subject: 'queue retry', changes: [{ field: 'message' }, { field: 'recipient', before: 'a@contoh.id', after: 'a@contoh.co.id' }] }]);
  });

  test.each([['small', 'Subject: x\r\n\r\n'], ['large', large]])('gives a %s message to an account here, and it leaves the queue', async (_size, text) => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const { id } = await addAccount(store, 'dina');
    const guid = await deliver(store, text, [id], [bad('dino@kantor.lan')]);
    expect(await codeOf(store.queues.changeRecipient(1, 1, { address: 'x@kantor.lan', accountId: 4711 }, at, actor))).toBe('not-found');
    expect(counts(store)).toBe(`bad 1 ${text.length}`);
    await store.queues.changeRecipient(1, 1, { address: 'dina@kantor.lan', accountId: id }, at, actor);
    expect(counts(store)).toBe('');
    expect(await texts(store, id)).toEqual([text, text]);
    await store.settle();
    expect(await texts(store, id)).toEqual([text, text]);
    expect(files(folder)).toEqual([]);
    const mailbox = store.mailboxes.open(id);
    expect(mailbox?.messages.map(({ uidl }) => uidl === guid)).toEqual([true, false]);
    mailbox?.release();
    expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
  });

  test('can do so with many at once', async () => {
    const store = await openWithDomain();
    await Promise.all(Array.from({ length: 600 }, (_, index) => deliver(store, 'x\r\n', [], [remote(`${index}@contoh.id`)])));
    const ids = Array.from({ length: 600 }, (_, index) => index + 1);
    expect(await store.queues.hold(ids, actor)).toBe(600);
    expect(await store.queues.release(ids, at + 50_000, actor)).toBe(600);
    expect(await store.queues.hurry(at, both)).toBe(600);
    expect(store.queues.due(at, both)).toMatchObject([{ items: 600 }]);
    expect(await store.queues.remove(ids, actor)).toBe(600);
    expect(counts(store)).toBe('');
  });
});
