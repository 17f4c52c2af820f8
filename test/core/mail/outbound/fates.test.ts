// What replies, broken connections and failed calls mean for a recipient.
import { expect, test } from 'vitest';
import { connectFate, fatesOf } from '../../../../core/mail/outbound/fates.ts';
import type { SendResult } from '../../../../core/mail/outbound/ports.ts';
import type { Reply } from '../../../../core/mail/types.ts';
import { ok, reply } from './world.ts';

const kinds = (result: SendResult, isSmartHost = false, recipients = result.kind === 'answered' ? result.recipients.length : 1): string[] =>
  fatesOf({ result, host: 'mx.contoh.id', isSmartHost, recipients }).map((fate) => fate.kind === 'sent' || fate.kind === 'rest' ? fate.kind : `${fate.kind} ${fate.reason.code}`);
const answered = (mail: Reply, recipients: readonly (Reply | null)[], data: Reply | null): SendResult => ({ kind: 'answered', mail, recipients, data });

test.each<[string, SendResult, string[]]>([
  ['all taken', answered(ok, [ok, ok], ok), ['sent', 'sent']],
  ['one unknown', answered(ok, [ok, reply(550, '5.1.1')], ok), ['sent', 'failed reply.no-such-mailbox']],
  ['one full', answered(ok, [ok, reply(452, '4.2.2', 'mailbox full')], ok), ['sent', 'later reply.mailbox-full']],
  ['one full for good, in an old code', answered(ok, [ok, reply(552, '5.2.2', 'mailbox full')], ok), ['sent', 'failed reply.mailbox-full']],
  ['greylisted', answered(ok, [reply(450, '4.7.1', 'Greylisted')], null), ['later reply.greylisted']],
  ['the sender refused', answered(reply(553, '5.1.8', 'bad sender'), [null, null], null), ['failed reply.sender-address', 'failed reply.sender-address']],
  ['the message refused', answered(ok, [ok, reply(550, '5.1.1')], reply(554, '5.7.1', 'spam')), ['failed reply.spam', 'failed reply.no-such-mailbox']],
  ['the message not now', answered(ok, [ok], reply(451, '4.3.0')), ['later reply.server-problem']],
  ['too many recipients', answered(ok, [ok, reply(452, '4.5.3', 'too many')], ok), ['sent', 'rest']],
  ['too many, in an old code without words', answered(ok, [ok, reply(552, '', '')], ok), ['sent', 'rest']],
  ['too many at the first one', answered(ok, [reply(452, '4.5.3', 'too many recipients')], null), ['later reply.too-many-recipients']],
  ['goodbye in the middle', answered(ok, [ok, reply(421, '4.3.2'), null], null), ['later reply.not-accepting', 'later reply.not-accepting', 'later reply.not-accepting']],
  ['no UTF-8', answered(ok, [reply(553, '5.6.7', 'no')], null), ['failed message.needs-utf8']],
  ['broken', { kind: 'broken', afterData: false, cause: 'ECONNRESET', text: '' }, ['later host.broken']],
  ['broken after the message', { kind: 'broken', afterData: true, cause: 'ECONNRESET', text: '' }, ['later host.unsure']],
  ['unreadable', { kind: 'unreadable', cause: new Error() }, ['later message.unreadable']],
])('%s', (_, result, expected) => {
  expect(kinds(result)).toEqual(expected);
});

test.each<[string, SendResult, string, string]>([
  ['logon needed', answered(reply(530, '5.7.0', 'Authentication required'), [null], null), 'later', 'failed'],
  ['relaying denied', answered(ok, [reply(554, '5.7.1', 'Relay access denied')], null), 'later', 'failed'],
  ['sender not ours', answered(reply(553, '5.7.1', 'Sender address rejected: not owned by user'), [null], null), 'later', 'failed'],
  ['user unknown', answered(ok, [reply(550, '5.1.1')], null), 'failed', 'failed'],
  ['spam', answered(ok, [ok], reply(550, '5.7.1', 'spam')), 'failed', 'failed'],
])('%s: whose fault it is depends on who says it', (_, result, atSmartHost, direct) => {
  expect([kinds(result, true)[0]?.split(' ')[0], kinds(result, false)[0]?.split(' ')[0]]).toEqual([atSmartHost, direct]);
});

const hop = { host: 'mx.contoh.id', sourceAddress: '192.0.2.1' };
const failure = { stage: 'connect', reply: null, cause: 'ECONNREFUSED', text: '', local: false } as const;
test.each([
  [failure, 'later host.refused'],
  [{ ...failure, cause: 'ETIMEDOUT' }, 'later host.timeout'],
  [{ ...failure, cause: 'EHOSTUNREACH' }, 'later host.unreachable'],
  [{ ...failure, cause: 'EADDRNOTAVAIL', local: true }, 'later host.source'],
  [{ ...failure, stage: 'greeting', cause: 'ETIMEDOUT' }, 'later host.timeout'],
  [{ ...failure, stage: 'greeting', reply: reply(554, '5.7.1', 'blocked using bl.example') }, 'later reply.address-listed'],
  [{ ...failure, stage: 'greeting', reply: reply(521, '', 'no mail here') }, 'failed reply.no-mail-here'],
  [{ ...failure, stage: 'tls', cause: 'CERT_HAS_EXPIRED' }, 'later host.tls'],
  [{ ...failure, stage: 'tls', cause: 'ETLS', reply: reply(502, '', 'no such command') }, 'later host.no-tls'],
  [{ ...failure, stage: 'tls', cause: 'ETLS', reply: reply(454, '4.7.0', 'TLS not available') }, 'later host.tls'],
  [{ ...failure, stage: 'logon', cause: 'EAUTH', reply: reply(535, '5.7.8') }, 'later host.logon'],
  [{ ...failure, stage: 'logon', cause: 'EAUTH', reply: reply(454, '4.3.0', 'later') }, 'later reply.server-problem'],
  [{ ...failure, stage: 'pop', cause: '-ERR' }, 'later host.pop'],
] as const)('a call that fails so: %j', (problem, expected) => {
  const fate = connectFate(problem, hop);
  expect(`${fate.kind} ${fate.reason.code}`).toBe(expected);
});
