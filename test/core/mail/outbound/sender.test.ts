// The sender on the real store, against servers in memory: what leaves, over how many connections, and what becomes of each recipient.
import { expect, test } from 'vitest';
import { actor, addAccount, texts } from '../../store/fixture.ts';
import { makeWorld, none, reply } from './world.ts';

const minutes = (count: number): number => count * 60_000;

test('a message goes to the first mail server of its domain and leaves the queue', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1', '198.51.100.2');
  world.internet.servers.set('198.51.100.1', {});
  const id = await world.queue(['budi@contoh.id', 'sari@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 1);
  expect(world.internet.taken).toEqual([{ address: '198.51.100.1', connection: 1, from: 'dina@kantor.lan', to: ['budi@contoh.id', 'sari@contoh.id'], text: 'Subject: to budi@contoh.id sari@contoh.id\r\n\r\nText.\r\n', octets: 52 }]);
  expect(world.items()).toEqual([]);
  expect(world.events).toMatchObject([{ kind: 'sent', id, recipients: ['budi@contoh.id', 'sari@contoh.id'], host: 'mx1.contoh.id', address: '198.51.100.1', reply: '250 2.0.0 OK', sessionId: 1 }]);
});

test('each recipient has the fate that the server gave him, with one report for who is given up', async () => {
  const world = await makeWorld({ 'retry.badQueue': true });
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {
    send: () => ({ rcpt: (address) => address.startsWith('tidak') ? reply(550, '5.1.1', 'no such user') : address.startsWith('nanti') ? reply(450, '4.2.1', 'busy') : reply(250) }),
  });
  const id = await world.queue(['ada@contoh.id', 'tidak@contoh.id', 'nanti@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  expect(world.internet.taken.map(({ to }) => to)).toEqual([['ada@contoh.id']]);
  expect(world.items()).toMatchObject([{ to: ['nanti@contoh.id'], attempts: 1, host: 'mx1.contoh.id', reason: { code: 'reply.mailbox-disabled' }, nextTryAt: world.clock.now() + minutes(1) }]);
  expect(world.items('bad').find(({ destination, to }) => destination === '' && to[0] === 'tidak@contoh.id')).toMatchObject({ reason: { code: 'reply.no-such-mailbox' } });
  expect(world.items('bad').map(({ to }) => to[0]).sort()).toEqual(['report-failed@report.example', 'tidak@contoh.id']);
  expect(world.reporter.made).toEqual([{ about: 'failed', message: id, to: ['tidak@contoh.id'], reasons: ['reply.no-such-mailbox'] }]);
  expect(world.events.map(({ kind }) => kind)).toEqual(['sent', 'failed', 'deferred', 'reported']);
  await world.clock.advance(minutes(1));
  await world.until(() => world.count('deferred') === 2);
  expect(world.items()).toMatchObject([{ to: ['nanti@contoh.id'], attempts: 2, nextTryAt: world.clock.now() + minutes(5) }]);
});

test('what nobody takes is tried, then late, then given up', async () => {
  const world = await makeWorld({ 'retry.days': 1 });
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { connect: () => ({ cause: 'ECONNREFUSED' }) });
  await world.queue(['budi@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  const started = world.clock.now();
  const tried: number[] = [0];
  while (world.count('failed') === 0) {
    const { nextTryAt } = [...world.items(), ...world.items('retry')][0]!;
    await world.clock.advance(nextTryAt! - world.clock.now());
    await world.until(() => world.count('deferred') + world.count('failed') > tried.length);
    tried.push((world.clock.now() - started) / minutes(1));
  }
  await world.until(() => world.count('failed') === 1);
  expect(world.reporter.made.map(({ about, reasons }) => [about, reasons])).toEqual([['delayed', ['host.refused']], ['failed', ['queue.expired']]]);
  expect(tried).toEqual([0, 1, 6, 21, 51, ...Array.from({ length: 24 }, (_, hour) => 60 * (hour + 1))]);
  expect([...world.items(), ...world.items('retry')]).toEqual([]);
});

test('a domain that does not exist is given up at once, one whose DNS fails waits', async () => {
  const world = await makeWorld();
  world.resolver.mxs.set('rusak.id', none('server-failure'));
  await world.queue(['a@tidak-ada.id', 'b@rusak.id']);
  world.sender.start();
  await world.until(() => world.count('failed') + world.count('deferred') === 2);
  expect(world.events.find(({ kind }) => kind === 'failed')).toMatchObject({ recipients: [{ address: 'a@tidak-ada.id', reason: { code: 'dns.no-such-domain' } }], reported: true, kept: false });
  expect(world.items()).toMatchObject([{ to: ['b@rusak.id'], reason: { code: 'dns.failed', params: { domain: 'rusak.id', problem: 'server-failure' } } }]);
  expect(world.internet.calls).toEqual([]);
});

test('ten messages to one domain share a connection, in the order in which they came', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  for (let number = 0; number < 10; number += 1) await world.queue([`nomor${number}@contoh.id`], { from: `pengirim${number % 3}@kantor.lan` });
  world.sender.start();
  await world.until(() => world.count('sent') === 10);
  expect(world.internet.calls).toHaveLength(1);
  expect(world.internet.taken.map(({ to }) => to[0])).toEqual(Array.from({ length: 10 }, (_, number) => `nomor${number}@contoh.id`));
});

test('three domains through one smart host are one transaction, with its logon', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': 'smtp.penyedia.id:587', 'delivery.smartHostTls': 'starttls', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'kantor', 'delivery.smartHostPassword': 'rahasia' });
  world.resolver.hosts.set('smtp.penyedia.id', { kind: 'found', records: ['198.51.100.25'], source: { kind: 'dns', server: '192.0.2.53', ms: 1 }, tries: [] });
  world.internet.servers.set('198.51.100.25', {});
  await world.queue(['a@satu.id', 'b@dua.id', 'c@tiga.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 3);
  expect(world.internet.taken.map(({ to }) => to)).toEqual([['a@satu.id', 'b@dua.id', 'c@tiga.id']]);
  expect(world.internet.calls).toMatchObject([{ host: 'smtp.penyedia.id', address: '198.51.100.25', port: 587, tls: 'starttls', verify: true, logon: { user: 'kantor', password: 'rahasia', method: 'auto' } }]);
  expect(world.resolver.asked.filter((question) => question.startsWith('MX'))).toEqual([]);
});

test('directly first: what cannot be reached or resolved goes to the smart host in the same try, what is refused there does not', async () => {
  const world = await makeWorld({ 'delivery.mode': 'direct-then-smart-host', 'delivery.smartHost': '198.51.100.25' });
  world.resolver.domain('mati.id', '198.51.100.1');
  world.resolver.domain('hidup.id', '198.51.100.2');
  world.resolver.domain('menolak.id', '198.51.100.3');
  world.resolver.mxs.set('rusak.id', none('timeout'));
  world.internet.servers.set('198.51.100.2', { send: () => ({ rcpt: () => reply(550, '5.1.1') }) });
  world.internet.servers.set('198.51.100.3', { connect: () => ({ stage: 'greeting', reply: reply(554, '5.7.1', 'go away'), cause: 'EPROTOCOL' }) });
  world.internet.servers.set('198.51.100.25', {});
  await world.queue(['a@mati.id', 'b@hidup.id', 'c@menolak.id', 'd@rusak.id']);
  world.sender.start();
  await world.until(() => world.count('sent') + world.count('failed') === 4);
  expect(world.internet.taken.flatMap(({ address, to }) => to.map((one) => `${one} ${address}`)).sort()).toEqual(['a@mati.id 198.51.100.25', 'c@menolak.id 198.51.100.25', 'd@rusak.id 198.51.100.25']);
  expect(world.events.find(({ kind }) => kind === 'failed')).toMatchObject({ recipients: [{ address: 'b@hidup.id' }] });
  expect(world.items()).toEqual([]);
});

test('a wrong password keeps the mail, is tried once, and a corrected one sends it at once', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'kantor', 'delivery.smartHostPassword': 'salah' });
  world.internet.servers.set('198.51.100.25', { connect: ({ logon }) => logon?.password === 'benar' ? null : { stage: 'logon', reply: reply(535, '5.7.8', 'bad'), cause: 'EAUTH' } });
  for (let number = 0; number < 5; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.count('deferred') === 5);
  expect(world.internet.calls).toHaveLength(1);
  expect(world.items().map(({ reason }) => reason?.code)).toEqual(Array.from({ length: 5 }, () => 'host.logon'));
  await world.set({ 'delivery.smartHostPassword': 'benar' });
  await world.until(() => world.count('sent') === 5);
  expect(world.internet.calls).toHaveLength(2);
});

test('the delivery mode is switched without a restart', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25' });
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  world.internet.servers.set('198.51.100.25', {});
  world.sender.start();
  await world.queue(['a@contoh.id']);
  await world.until(() => world.count('sent') === 1);
  await world.set({ 'delivery.mode': 'direct' });
  await world.queue(['b@contoh.id']);
  await world.until(() => world.count('sent') === 2);
  expect(world.internet.taken.map(({ address }) => address)).toEqual(['198.51.100.25', '198.51.100.1']);
});

test('a frozen queue sends nothing until it is released', async () => {
  const world = await makeWorld({ 'queues.frozenRemote': true });
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.clock.advance(minutes(3));
  expect(world.internet.calls).toEqual([]);
  await world.set({ 'queues.frozenRemote': false });
  await world.until(() => world.count('sent') === 1);
});

test('a POP check comes before sending, and its failure keeps the mail', async () => {
  const world = await makeWorld({ 'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25', 'delivery.popBefore': true, 'delivery.popUser': 'kantor', 'delivery.popPassword': 'x' });
  const checks: string[] = [];
  world.internet.servers.set('198.51.100.25', { connect: () => (checks.push(`connect after ${world.internet.popChecks.length}`), null) });
  let refuse = true;
  world.internet.servers.set('pop', { pop: () => refuse ? { reply: reply(0, '', 'wrong') } : null });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  expect(world.items()[0]?.reason).toMatchObject({ code: 'host.pop', params: { cause: 'wrong' } });
  refuse = false;
  await world.sender.processNow();
  await world.until(() => world.count('sent') === 1);
  expect(checks).toEqual(['connect after 2']);
});

test('a message that stays here as well leaves without its Return-Path, with the right size', async () => {
  const world = await makeWorld();
  const account = await addAccount(world.store, 'dina');
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  const body = 'Subject: x\r\n\r\nReturn-Path: stays in the text\r\n';
  await world.queue(['a@contoh.id'], { text: `Return-Path:\r\n <dina@kantor.lan>\r\n${body}`, local: [account.id] });
  world.sender.start();
  await world.until(() => world.count('sent') === 1);
  expect(world.internet.taken).toMatchObject([{ text: body, octets: body.length }]);
  expect(await texts(world.store, account.id)).toEqual([`Return-Path:\r\n <dina@kantor.lan>\r\n${body}`]);
});

test('the server says that it takes no more recipients: the others follow at once on the same connection', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  const transactions: number[] = [];
  world.internet.servers.set('198.51.100.1', {
    send: (message) => {
      transactions.push(message.recipients.length);
      return { rcpt: (address) => message.recipients.findIndex((one) => one.address === address) < 40 ? reply(250) : reply(452, '4.5.3', 'too many recipients') };
    },
  });
  const to = Array.from({ length: 250 }, (_, number) => `nomor${number}@contoh.id`);
  await world.queue(to);
  world.sender.start();
  await world.until(() => world.internet.taken.flatMap((one) => one.to).length === 250 && world.items().length === 0);
  expect(world.internet.calls).toHaveLength(1);
  expect(transactions[0]).toBe(100);
  expect(world.internet.taken.flatMap((one) => one.to).sort()).toEqual(to.sort());
  expect(world.count('deferred')).toBe(0);
});

test('a server that closes after each message gets one connection a message, and no message is counted as tried for it', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: (_message, count) => count === 1 ? {} : { kind: 'broken', afterData: false, cause: 'ECONNRESET', text: '' } });
  for (let number = 0; number < 4; number += 1) await world.queue([`nomor${number}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.count('sent') === 4);
  expect(world.count('deferred')).toBe(0);
  expect(world.internet.calls).toHaveLength(4);
});

test('a connection that breaks after the message may have delivered it: it is sent again, and says so', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { send: () => ({ kind: 'broken', afterData: true, cause: 'ECONNRESET', text: '' }) });
  await world.queue(['a@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('deferred') === 1);
  expect(world.items()).toMatchObject([{ attempts: 1, reason: { code: 'host.unsure' } }]);
});

test('who asked for reports of success gets one from us only where the server makes none itself', async () => {
  const world = await makeWorld();
  world.resolver.domain('dengan.id', '198.51.100.1');
  world.resolver.domain('tanpa.id', '198.51.100.2');
  world.internet.servers.set('198.51.100.1', { dsn: true });
  world.internet.servers.set('198.51.100.2', {});
  await world.queue(['a@dengan.id', 'b@tanpa.id'], { notify: 'SUCCESS' });
  world.sender.start();
  await world.until(() => world.count('sent') === 2);
  expect(world.reporter.made.map(({ about, to }) => [about, to])).toEqual([['relayed', ['b@tanpa.id']]]);
});

test('a report that cannot be delivered makes no report; the setting keeps it for the administrator', async () => {
  const world = await makeWorld();
  await world.queue(['a@tidak-ada.id'], { from: '' });
  world.sender.start();
  await world.until(() => world.count('failed') === 1);
  expect(world.reporter.made).toEqual([]);
  expect(world.items('bad')).toMatchObject([{ to: ['a@tidak-ada.id'], reason: { code: 'dns.no-such-domain' } }]);
});

test('what an administrator holds, removes or reroutes while others are sent is not sent as before', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => { go = resolve; });
  world.internet.servers.set('198.51.100.1', { send: async (message) => (message.recipients[0]?.address.startsWith('pertama') === true ? (await gate, {}) : {}) });
  world.internet.servers.set('203.0.113.7', {});
  for (const name of ['pertama', 'ditahan', 'dihapus', 'dialihkan', 'biasa']) await world.queue([`${name}@contoh.id`]);
  world.sender.start();
  await world.until(() => world.sender.sending().get('remote') === 1);
  const idOf = (name: string): number => world.items().find(({ to }) => to[0]?.startsWith(name))!.id;
  expect(world.sender.isSending(idOf('pertama'))).toBe(true);
  await world.store.queues.hold([idOf('ditahan')], actor);
  await world.store.queues.remove([idOf('dihapus')], actor);
  await world.store.queues.reroute([idOf('dialihkan')], '[203.0.113.7]', world.clock.now(), actor);
  go();
  await world.until(() => world.count('sent') >= 2);
  await world.clock.advance(1000);
  await world.until(() => world.count('sent') === 3);
  expect(world.internet.taken.map(({ address, to }) => `${to[0]} ${address}`).sort()).toEqual(['biasa@contoh.id 198.51.100.1', 'dialihkan@contoh.id 203.0.113.7', 'pertama@contoh.id 198.51.100.1']);
  expect(world.items('holding').map(({ to }) => to)).toEqual([['ditahan@contoh.id']]);
});

test('new mail for a connection that waits goes over it', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', {});
  world.sender.start();
  await world.queue(['a@contoh.id']);
  await world.until(() => world.count('sent') === 1);
  await world.queue(['b@contoh.id']);
  await world.clock.advance(200);
  await world.until(() => world.count('sent') === 2);
  expect(world.internet.calls).toHaveLength(1);
  await world.clock.advance(5000);
  await world.until(() => world.internet.quits === 1);
});

test('a message larger than the server takes is given up without being sent', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1');
  world.internet.servers.set('198.51.100.1', { maxBytes: 100 });
  await world.queue(['a@contoh.id'], { text: `Subject: x\r\n\r\n${'y'.repeat(200)}\r\n` });
  await world.queue(['b@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') + world.count('failed') === 2);
  expect(world.events.find(({ kind }) => kind === 'failed')).toMatchObject({ recipients: [{ address: 'a@contoh.id', reason: { code: 'message.too-large-there', params: { limit: 100 } } }] });
});
