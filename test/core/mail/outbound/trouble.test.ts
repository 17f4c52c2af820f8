// When something is wrong: the line, many dead servers, the disk, one message, the clock, the moment of stopping.
import { expect, test } from 'vitest';
import { StoreError } from '../../../../core/store/errors.ts';
import type { Queues } from '../../../../core/store/store.ts';
import { found, makeWorld, none, reply } from './world.ts';

const noRoute = { cause: 'ENETUNREACH', text: 'No connection: ENETUNREACH.', local: true };

test('without a line ten messages wait untried; when it is back they leave over one connection', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25' });
  let isUp = false;
  world.internet.servers.set('198.51.100.25', { connect: () => isUp ? null : noRoute });
  for (let number = 0; number < 10; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.items().every(({ reason }) => reason?.code === 'line.down'));
  expect(world.items().map(({ attempts, queue }) => [attempts, queue])).toEqual(Array.from({ length: 10 }, () => [0, 'remote']));
  expect(world.events.filter(({ kind }) => kind === 'line')).toEqual([{ kind: 'line', up: false, cause: noRoute.text, nextTryAt: world.clock.now() + 15_000 }]);
  expect(world.internet.calls).toHaveLength(1);
  // Looked at again after 15 s, 30 s, 1, 2, 4, 5, 5 ... minutes: not at once for each message.
  await world.pass(20 * 60);
  expect(world.internet.calls.length).toBeGreaterThanOrEqual(5);
  expect(world.internet.calls.length).toBeLessThanOrEqual(9);
  expect(world.items().map(({ attempts, queue }) => [attempts, queue])).toEqual(Array.from({ length: 10 }, () => [0, 'remote']));
  const before = world.internet.calls.length;
  isUp = true;
  await world.pass(6 * 60);
  await world.until(() => world.count('sent') === 10);
  expect(world.internet.calls).toHaveLength(before + 1);
  expect(world.events.filter(({ kind }) => kind === 'line').at(-1)).toMatchObject({ up: true });
  expect(world.count('deferred')).toBe(0);
});

test('a person who asks for it has the line tried at once', async () => {
  const world = await makeWorld();
  world.resolver.mxs.set('contoh.id', none('unreachable'));
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.sender.isLineDown && world.items()[0]?.reason?.code === 'line.down');
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  expect(await world.sender.processNow()).toBe(1);
  await world.until(() => world.count('sent') === 1);
  expect(world.sender.isLineDown).toBe(false);
});

test('one destination that fails on this side holds up nobody else, and is counted when others get out', async () => {
  const world = await makeWorld();
  world.resolver.domain('aneh.id', '198.51.100.1');
  world.resolver.domain('contoh.id', '198.51.100.2');
  world.internet.servers.set('198.51.100.1', { connect: () => noRoute });
  world.internet.servers.set('198.51.100.2', {});
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 1);
  await world.queue(['x@aneh.id']);
  await world.until(() => world.internet.calls.some(({ address }) => address === '198.51.100.1'));
  await world.quiet();
  await world.queue(['b@contoh.id']);
  await world.until(() => world.count('sent') === 2);
  expect(world.items()).toMatchObject([{ to: ['x@aneh.id'], attempts: 0 }]);
  await world.clock.advance(16_000);
  await world.until(() => world.count('deferred') === 1);
  expect(world.items()).toMatchObject([{ attempts: 1, reason: { code: 'host.unreachable' } }]);
  expect(world.count('line')).toBe(0);
});

test('a dead destination costs one call for a thousand messages, and the next one after a rest', async () => {
  const world = await makeWorld();
  world.resolver.domain('mati.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { connect: () => ({ cause: 'ECONNREFUSED' }) });
  await Promise.all(Array.from({ length: 1000 }, (_, number) => world.queue([`nomor${number}@mati.id`], { from: `p${number % 50}@kantor.lan` })));
  world.sender.start();
  await world.until(() => world.count('deferred') === 1000);
  expect(world.internet.calls).toHaveLength(1);
  await world.clock.advance(1000);
  await world.queue(['baru@mati.id']);
  await world.pass(10);
  expect(world.internet.calls).toHaveLength(1);
  await world.clock.advance(70_000);
  await world.until(() => world.count('deferred') === 2001);
  expect(world.internet.calls).toHaveLength(2);
});

test('forty servers that do not answer keep no mail for long from one that does', async () => {
  const world = await makeWorld({ 'sessions.maxSmtpOut': 5 });
  for (let number = 0; number < 40; number += 1) {
    world.resolver.domain(`diam${number}.id`, `198.51.100.${number + 1}`);
    world.internet.servers.set(`198.51.100.${number + 1}`, { connect: () => new Promise((resolve) => world.clock.after(30_000, () => resolve({ cause: 'ETIMEDOUT' }))) });
    await world.queue([`a@diam${number}.id`]);
  }
  world.resolver.domain('contoh.id', '203.0.113.1');
  world.internet.servers.set('203.0.113.1', {});
  await world.queue(['budi@contoh.id']);
  world.sender.start();
  await world.until(() => world.internet.calls.length === 5);
  await world.pass(25);
  // Three times the limit may be waiting for an answer beside those that have a place.
  await world.until(() => world.internet.calls.length >= 20);
  expect(world.internet.calls.length).toBe(20);
  // In turns of five every 30 seconds it would take 240 seconds.
  await world.pass(65);
  await world.until(() => world.count('sent') === 1);
  await world.pass(40);
  await world.until(() => world.count('deferred') >= 40);
});

test('a slow destination keeps its connections and no more; others pass it by', async () => {
  const world = await makeWorld({ 'sessions.maxPerDestination': 2 });
  world.resolver.domain('lambat.id', '198.51.100.1');
  world.resolver.domain('contoh.id', '198.51.100.2');
  world.internet.servers.set('198.51.100.1', { send: () => new Promise(() => undefined) });
  world.internet.servers.set('198.51.100.2', {});
  for (let number = 0; number < 100; number += 1) await world.queue([`nomor${number}@lambat.id`]);
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 1 && (world.internet.most.get('198.51.100.1') ?? 0) === 2 && world.sender.sending().get('remote') === 2);
  const stopped = world.sender.stop();
  await world.clock.advance(8000);
  await stopped;
  expect(world.items()).toHaveLength(100);
  expect(world.items().every(({ attempts }) => attempts === 0)).toBe(true);
});

test('while the disk is full nothing more is sent, it is said once, and what was taken is not sent again', async () => {
  const world = await makeWorld();
  let isFull = false;
  const queues: Queues = { ...world.store.queues, settle: (outcomes, reports) => isFull ? Promise.reject(new StoreError('disk.full', 'The disk is full.')) : world.store.queues.settle(outcomes, reports) };
  world.options = { queues };
  world.sender = world.makeSender();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => ((isFull = world.internet.taken.length === 0 || isFull), {}) });
  for (let number = 0; number < 20; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.problems.length === 1);
  await world.clock.advance(5000);
  await world.clock.advance(10_000);
  expect(world.problems).toHaveLength(1);
  const sentBefore = world.internet.taken.length;
  expect(sentBefore).toBeLessThan(5);
  isFull = false;
  await world.clock.advance(60_000);
  await world.until(() => world.count('sent') === 20);
  expect(world.internet.taken.flatMap(({ to }) => to).sort()).toEqual(Array.from({ length: 20 }, (_, number) => `nomor${number}@contoh.id`).sort());
});

test('a report that cannot be made keeps its recipient; the rest of the mail goes on', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => ({ rcpt: (address) => address.startsWith('tidak') ? reply(550, '5.1.1') : reply(250) }) });
  world.reporter.fails = new Error('a bug');
  await world.queue(['tidak@contoh.id', 'ada@contoh.id']);
  await world.queue(['lain@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 2);
  expect(world.problems).toMatchObject([{ kind: 'problem', cause: world.reporter.fails }]);
  expect(world.items('retry')).toMatchObject([{ to: ['tidak@contoh.id'], reason: { code: 'reply.no-such-mailbox' } }]);
});

test('a message that cannot be read waits; the next one is sent over the same connection', async () => {
  const world = await makeWorld();
  const queues: Queues = { ...world.store.queues, content: (message) => {
    if (message.octets === 66) throw new StoreError('not-found', 'The file is gone.');
    return world.store.queues.content(message);
  } };
  world.options = { queues };
  world.sender = world.makeSender();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  await world.queue(['a@contoh.id'], { text: `Subject: x\r\n\r\n${'y'.repeat(50)}\r\n` });
  await world.queue(['b@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') + world.count('deferred') === 2);
  expect(world.items()).toMatchObject([{ to: ['a@contoh.id'], attempts: 1, reason: { code: 'message.unreadable' } }]);
  expect(world.problems).toHaveLength(1);
  expect(world.internet.calls).toHaveLength(1);
});

test('stopping lets the message on its way come to its end and begins no other', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  let finish: () => void = () => undefined;
  world.internet.servers.set('198.51.100.1', { send: () => new Promise((resolve) => { finish = () => resolve({}); }) });
  await world.queue(['a@contoh.id']);
  await world.queue(['b@contoh.id']);
  world.sender.start();
  await world.until(() => world.sender.sending().size === 1);
  const stopped = world.sender.stop();
  finish();
  await stopped;
  expect(world.internet.taken.map(({ to }) => to)).toEqual([['a@contoh.id']]);
  expect(world.items().map(({ to, attempts }) => [to, attempts])).toEqual([[['b@contoh.id'], 0]]);
});

test('stopping waits for no server for ever, and says nothing of a message that it cut off', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => new Promise(() => undefined) });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.sender.sending().size === 1);
  const stopped = world.sender.stop();
  await world.clock.advance(8000);
  await stopped;
  expect(world.items()).toMatchObject([{ to: ['a@contoh.id'], attempts: 0, reason: { code: 'remote.waiting' } }]);
  expect(world.events).toEqual([]);
});

test('a connection that an administrator cuts leaves its message for the next try', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => new Promise(() => undefined) });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.sender.sending().size === 1);
  world.disconnect[0]!();
  await world.until(() => world.count('deferred') === 1);
  expect(world.items()).toMatchObject([{ attempts: 1, reason: { code: 'host.broken' } }]);
});

test('a clock that is set back keeps nothing waiting for the difference', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  let refuse = true;
  world.internet.servers.set('198.51.100.1', { send: () => refuse ? { mail: reply(451) } : {} });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  refuse = false;
  world.clock.set(world.clock.now() - 365 * 86_400_000);
  await world.clock.advance(61_000);
  await world.until(() => world.count('sent') === 1);
});

test('a server that breaks every connection is left in peace after three', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => ({ kind: 'broken', afterData: false, cause: 'ECONNRESET', text: '' }) });
  for (let number = 0; number < 30; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.count('deferred') === 30);
  // The one that was begun meanwhile included.
  expect(world.internet.calls.length).toBeLessThanOrEqual(4);
});

test('a server that refuses a second connection keeps the first', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { connect: (_hop, number) => number === 1 ? null : { stage: 'greeting', reply: reply(421, '4.7.0', 'too many connections'), cause: '421' } });
  for (let number = 0; number < 60; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.count('sent') === 60);
  expect(new Set(world.internet.taken.map(({ connection }) => connection))).toEqual(new Set([1]));
  expect(world.internet.calls.length).toBeLessThanOrEqual(3);
  expect(world.count('deferred')).toBe(0);
});

test('TLS that was only an offer and is broken is done without; a logon never goes that way', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { connect: ({ tls }) => tls === 'none' ? null : { stage: 'tls', cause: 'ERR_SSL_WRONG_VERSION' } });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 1);
  expect(world.internet.calls.map(({ tls }) => tls)).toEqual(['opportunistic', 'none']);
  await world.set({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.1', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'u', 'delivery.smartHostPassword': 'p' });
  await world.queue(['b@contoh.id']);
  await world.until(() => world.count('deferred') === 1);
  expect(world.internet.calls.slice(2).map(({ tls }) => tls)).toEqual(['opportunistic']);
});

test('a setting of messages per connection is kept', async () => {
  const world = await makeWorld({ 'sessions.maxMessagesPerSession': 3, 'sessions.maxPerDestination': 1 });
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  for (let number = 0; number < 9; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.count('sent') === 9);
  const perConnection = Map.groupBy(world.internet.taken, ({ connection }) => connection);
  expect([...perConnection.values()].map((list) => list.length)).toEqual([3, 3, 3]);
});

test('no more than two messages of a connection are unrecorded at a time', async () => {
  const world = await makeWorld({ 'sessions.maxPerDestination': 1 });
  const settled: (() => void)[] = [];
  const queues: Queues = { ...world.store.queues, settle: async (outcomes, reports) => {
    await new Promise<void>((resolve) => settled.push(resolve));
    await world.store.queues.settle(outcomes, reports);
  } };
  world.options = { queues };
  world.sender = world.makeSender();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  for (let number = 0; number < 10; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.internet.taken.length === 2);
  for (let written = 1; written <= 8; written += 1) {
    settled.shift()!();
    await world.until(() => world.internet.taken.length === written + 2 && world.count('sent') === written);
    expect(settled.length).toBeLessThanOrEqual(2);
  }
  await world.until(() => settled.length === 2);
  for (const write of settled.splice(0)) write();
  await world.until(() => world.count('sent') === 10);
});

test('a wrong password is not tried at every address of the smart host', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': 'smtp.penyedia.id', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'u', 'delivery.smartHostPassword': 'p' });
  world.resolver.hosts.set('smtp.penyedia.id', found(['198.51.100.1', '198.51.100.2', '198.51.100.3']));
  for (const number of [1, 2, 3]) world.internet.servers.set(`198.51.100.${number}`, { connect: () => number === 1 ? { cause: 'ECONNREFUSED' } : { stage: 'logon', cause: 'EAUTH', reply: reply(535, '5.7.8') } });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  expect(world.internet.calls.map(({ address }) => address)).toEqual(['198.51.100.1', '198.51.100.2']);
});

test('a mode that is switched while mail leaves the old way takes the rest of it at once', async () => {
  const world = await makeWorld({ 'sessions.maxPerDestination': 1 });
  world.resolver.domain('contoh.id', '198.51.100.1');
  let finish: () => void = () => undefined;
  world.internet.servers.set('198.51.100.1', { send: () => new Promise((resolve) => { finish = () => resolve({}); }) });
  world.internet.servers.set('198.51.100.25', {});
  for (let number = 0; number < 10; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.sender.sending().size === 1);
  await world.set({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25' });
  await world.until(() => world.internet.taken.length === 9);
  finish();
  await world.until(() => world.count('sent') === 10);
  const perAddress = Map.groupBy(world.internet.taken, ({ address }) => address);
  expect([...perAddress].map(([address, list]) => [address, list.length])).toEqual([['198.51.100.25', 9], ['198.51.100.1', 1]]);
});

test('three thousand senders to a dead domain cost one call and one look at DNS', async () => {
  const world = await makeWorld();
  world.resolver.domain('mati.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { connect: () => ({ cause: 'ECONNREFUSED' }) });
  const many = 3000;
  for (let from = 0; from < many; from += 500) await Promise.all(Array.from({ length: 500 }, (_, number) => world.queue(['a@mati.id'], { from: `v${from + number}@kantor.lan` })));
  world.sender.start();
  for (let round = 0; round < 100 && world.count('deferred') < many; round += 1) {
    await world.pass(0.5);
    await world.quiet();
  }
  expect(world.count('deferred')).toBe(many);
  expect(world.internet.calls).toHaveLength(1);
  expect(world.resolver.asked).toEqual(['MX mati.id', 'A mx1.mati.id']);
});
