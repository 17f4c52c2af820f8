// Sending limits: a sliding hour for each sender, only accepted mail, one event and one notice for who keeps trying.
import { expect, test } from 'vitest';
import { defaultSettings } from '../../../core/contract/settings.ts';
import type { Settings } from '../../../core/contract/settings.ts';
import { createMail } from '../../../core/mail/create-mail.ts';
import { createSendingLimits } from '../../../core/mail/limits.ts';
import type { LimitReached, SendingSession } from '../../../core/mail/limits.ts';
import type { Envelope, MailEvent, MessageSink, SmtpConnection } from '../../../core/mail/types.ts';
import { MemoryIncoming } from './memory-incoming.ts';
import { directoryOf, mailbox, majuTerus } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const dina: SendingSession = { login: { accountId: 1, address: 'dina@majuterus.lan' }, remoteAddress: '192.168.0.7', sessionId: 1 };
const scanner: SendingSession = { login: null, remoteAddress: '192.168.0.9', sessionId: 2 };

function setUp(messages: number, recipients: number) {
  const state = { at: Date.UTC(2026, 10, 24), messages, recipients };
  const reached: LimitReached[] = [];
  const limits = createSendingLimits({ limits: () => state, now: () => state.at, reached: (event) => reached.push(event) });
  const take = (session: SendingSession, count = 1) => limits.take(session, count).kind;
  return { state, limits, reached, take };
}

test('so many messages in any hour, for each sender apart', () => {
  const { state, limits, take } = setUp(2, 0);
  expect([take(dina), take(scanner)]).toEqual(['taken', 'taken']);
  state.at += 30 * minute;
  expect([take(dina), take(dina), take(scanner)]).toEqual(['taken', 'refused', 'taken']);
  expect(limits.refuse(dina, 1)).toMatchObject({ code: 'limit.messages', params: { login: 'dina@majuterus.lan', count: 2 } });
  expect(limits.refuse(scanner, 1)?.text).toBe('192.168.0.9 has sent 2 messages in the last hour, which is the most allowed. Try again later.');
  state.at += 30 * minute;
  expect([take(dina), take(dina)]).toEqual(['taken', 'refused']);
  state.at += 29 * minute;
  expect(take(dina)).toBe('refused');
  state.at += minute;
  expect(take(dina)).toBe('taken');
});

test('so many recipients, those of this message included', () => {
  const { limits, take } = setUp(0, 10);
  expect(take(dina, 8)).toBe('taken');
  expect(limits.refuse(dina, 2)).toBeNull();
  expect(limits.refuse(dina, 3)).toMatchObject({ code: 'limit.recipients', params: { count: 8 } });
  expect([take(dina, 3), take(dina, 2), take(dina, 1), take(scanner, 10)]).toEqual(['refused', 'taken', 'refused', 'taken']);
});

test('0 is no limit; a limit changed is in force at once', () => {
  const { state, take, reached } = setUp(0, 0);
  for (let count = 0; count < 500; count += 1) expect(take(dina, 1000)).toBe('taken');
  expect(reached).toEqual([]);
  state.messages = 300;
  expect(take(dina)).toBe('refused');
  state.messages = 501;
  expect([take(dina), take(dina)]).toEqual(['taken', 'refused']);
  state.messages = 0;
  expect(take(dina)).toBe('taken');
});

test('a place given back is free again, once', () => {
  const { limits, take } = setUp(2, 0);
  const taken = limits.take(dina, 1);
  expect(take(dina)).toBe('taken');
  if (taken.kind === 'refused') throw new Error('refused');
  taken.place.release();
  taken.place.release();
  expect([take(dina), take(dina)]).toEqual(['taken', 'refused']);
});

test('a clock that is set back locks nobody out', () => {
  const { state, take } = setUp(1, 0);
  expect([take(dina), take(dina)]).toEqual(['taken', 'refused']);
  state.at -= 24 * hour;
  expect(take(dina)).toBe('taken');
});

test('who keeps trying is one event an episode, and new once a day', () => {
  const { state, reached, take } = setUp(1, 0);
  take(dina);
  for (let count = 0; count < 10; count += 1) take(dina);
  expect(reached).toMatchObject([{ who: 'dina@majuterus.lan', kind: 'account', limit: 1, isNew: true, session: { sessionId: 1 } }]);
  state.at += 2 * hour;
  for (let count = 0; count < 3; count += 1) take(dina);
  expect(reached.map(({ isNew }) => isNew)).toEqual([true, false]);
  for (let step = 0; step < 60; step += 1) {
    state.at += 30 * minute;
    take(dina);
    take(dina);
  }
  expect(reached.map(({ isNew }) => isNew)).toEqual([true, false, true]);
});

function world(changes: Partial<Settings>) {
  const incoming = new MemoryIncoming();
  const events: MailEvent[] = [];
  const settings = { ...defaultSettings, 'security.relayAddresses': ['192.168.0.9'], ...changes };
  const mail = createMail({
    store: {
      incoming, directory: () => directoryOf(majuTerus), freeBytes: () => Promise.resolve(1e12), mailboxes: { open: () => null }, accounts: { apopSecret: () => null, touch: () => undefined },
    } as unknown as Parameters<typeof createMail>[0]['store'],
    settings: () => settings, now: () => Date.UTC(2026, 10, 24), hostName: () => 'majuterus.lan', language: () => 'en', wait: () => Promise.resolve(), log: (event) => events.push(event),
  });
  return { mail, incoming, events };
}
const session: SmtpConnection = { ...dina, server: 'submission', localAddress: '192.168.0.1', tls: true, helo: 'pc1', esmtp: true };
function envelope(to: readonly string[]): Envelope {
  return { mail: { reversePath: mailbox('dina@majuterus.lan'), size: null, body: '7BIT', smtpUtf8: false, ret: null, envid: null }, recipients: to.map((path) => ({ forwardPath: mailbox(path), notify: null, orcpt: null })) };
}
async function send({ mail }: ReturnType<typeof world>, to: readonly string[], finish = true) {
  const sink = mail.smtp.message(envelope(to), session);
  if ('kind' in sink) return sink.reply.text;
  sink.write(Buffer.from('Subject: x\r\n\r\n'));
  if (!finish) sink.abort();
  return finish ? (await sink.finish()).kind : 'aborted';
}

test('at RCPT and at DATA; mail that stays here, refused and aborted mail does not count', async () => {
  const place = world({ 'limits.messagesPerHour': 2, 'limits.recipientsPerHour': 0 });
  const { incoming, mail } = place;
  for (let count = 0; count < 5; count += 1) expect(await send(place, ['sari@majuterus.lan'])).toBe('ok');
  incoming.failCommitWith = new Error('disk');
  for (let count = 0; count < 5; count += 1) expect(await send(place, ['b@far.example'])).toBe('refused');
  incoming.failCommitWith = null;
  for (let count = 0; count < 5; count += 1) expect(await send(place, ['b@far.example'], false)).toBe('aborted');
  expect([await send(place, ['b@far.example', 'sari@majuterus.lan']), await send(place, ['b@far.example'])]).toEqual(['ok', 'ok']);
  const open = incoming.open.size;
  expect(await send(place, ['b@far.example'])).toMatch(/^dina@majuterus\.lan has sent 2 messages/);
  expect(incoming.open.size).toBe(open);
  expect(mail.smtp.recipient(envelope(['b@far.example']).recipients[0]!, envelope([]), session)).toMatchObject({ kind: 'refused', reply: { code: 451, enhanced: '4.7.1' } });
  expect(mail.smtp.recipient(envelope(['sari@majuterus.lan']).recipients[0]!, envelope([]), session)).toEqual({ kind: 'ok' });
});

test('recipients of one transaction are counted as they come, those here not', () => {
  const { mail } = world({ 'limits.recipientsPerHour': 2 });
  const transaction = envelope([]);
  const ask = (path: string) => mail.smtp.recipient(envelope([path]).recipients[0]!, transaction, session).kind;
  expect(['a@far.example', 'sari@majuterus.lan', 'b@far.example', 'c@far.example', 'sari@majuterus.lan'].map(ask)).toEqual(['ok', 'ok', 'ok', 'refused', 'ok']);
  expect(mail.smtp.recipient(envelope(['d@far.example']).recipients[0]!, envelope([]), session)).toEqual({ kind: 'ok' });
});

test('two messages at once do not both get the last place', () => {
  const { mail } = world({ 'limits.messagesPerHour': 1 });
  const first = mail.smtp.message(envelope(['b@far.example']), session) as MessageSink;
  expect(mail.smtp.message(envelope(['c@far.example']), session)).toMatchObject({ kind: 'refused' });
  first.abort();
  expect('kind' in mail.smtp.message(envelope(['c@far.example']), session)).toBe(false);
});

test('the log and the postmaster hear of it once', async () => {
  const place = world({ 'limits.messagesPerHour': 1 });
  await send(place, ['b@far.example']);
  for (let count = 0; count < 20; count += 1) await send(place, ['b@far.example']);
  expect(place.events.filter(({ kind }) => kind === 'limit-reached')).toMatchObject([{ who: 'dina@majuterus.lan', remoteAddress: '192.168.0.7', sessionId: 1, reason: { code: 'limit.messages' } }]);
  const notices = place.incoming.committed.filter(({ subject }) => subject.includes('limit'));
  expect(notices).toMatchObject([{ local: [1], reversePath: '', subject: 'dina@majuterus.lan has reached the sending limit', eightBit: false }]);
  expect(notices[0]!.text).toMatch(/^Return-Path: <>\r\n[^]*Auto-Submitted: auto-generated\r\n[^]*somebody may have stolen\r\nthe password[^]*192\.168\.0\.7/);
});

test('a device that sends without logon is named by its address; a notice that cannot be stored goes to the log', async () => {
  const place = world({ 'limits.messagesPerHour': 1 });
  const device: SmtpConnection = { ...session, ...scanner, server: 'smtp' };
  const sink = place.mail.smtp.message(envelope(['b@far.example']), device) as MessageSink;
  await sink.finish();
  place.incoming.failCommitWith = new Error('disk');
  expect(place.mail.smtp.message(envelope(['b@far.example']), device)).toMatchObject({ kind: 'refused' });
  await new Promise(setImmediate);
  expect(place.events.filter(({ kind }) => kind === 'limit-reached' || kind === 'problem')).toMatchObject([{ who: '192.168.0.9' }, { what: { key: 'say.problem.notice' }, cause: new Error('disk') }]);
});
