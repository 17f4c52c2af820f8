// What the trace writes down of events, and what a message comes to by them.
import { expect, test } from 'vitest';
import english from '../../../core/contract/locales/en/trace.json' with { type: 'json' };
import indonesian from '../../../core/contract/locales/id/trace.json' with { type: 'json' };
import { reason } from '../../../core/mail/describe.ts';
import { traceOf } from '../../../core/mail/trace-notes.ts';
import type { Destination, MailEvent } from '../../../core/mail/types.ts';
import { open } from '../store/fixture.ts';

const at = 1_795_000_000_000;
const id = 'm1';
const destination = (kind: Destination['kind'], recipient: string, address = recipient, why: Destination['reason'] = null): Destination => ({ kind, recipient, address, reason: why });
const unknown = reason('bad.unknown', { address: 'x@kantor.lan' });
const refusedThere = { code: 'host.refused', params: { host: 'mx.contoh.id' }, text: 'mx.contoh.id refused the connection.' };

const accepted: MailEvent = {
  kind: 'accepted', id, sessionId: 7, from: 'dina@kantor.lan', to: ['sales@kantor.lan', 'a@contoh.id', 'x@kantor.lan'], subject: 'Rapat', bytes: 700, remoteAddress: '192.0.2.7',
  destinations: [destination('local', 'sales@kantor.lan', 'budi@kantor.lan'), destination('remote', 'a@contoh.id'), destination('bad', 'x@kantor.lan', 'x@kantor.lan', unknown), destination('archive', 'arsip@kantor.lan')],
};
const sent = (...recipients: string[]): MailEvent => ({ kind: 'sent', id, sessionId: 9, from: 'dina@kantor.lan', recipients, bytes: 700, host: 'mx.contoh.id', address: '198.51.100.4', tls: true, reply: '250 2.0.0 ok', ms: 80 });
const deferred: MailEvent = { kind: 'deferred', id, sessionId: 9, recipients: [{ address: 'a@contoh.id', reason: refusedThere }], host: 'mx.contoh.id', attempts: 2, nextTryAt: at + 5 };
const failed = (reported: boolean, kept: boolean): MailEvent => ({ kind: 'failed', id, sessionId: 0, recipients: [{ address: 'a@contoh.id', reason: refusedThere }], host: '', reported, kept });
const action = (name: Extract<MailEvent, { kind: 'queue-action' }>['action'], more: { previous?: string; local?: boolean } = {}): MailEvent => ({ kind: 'queue-action', id, action: name, recipients: ['a@contoh.id'], who: 'admin', ...more });
const event = (kind: string, recipient: string, text: string, facts: object = {}, level = 'info', session = 0) => ({ at, kind, recipient, facts, text, level, session });

test.each<[string, MailEvent, object[]]>([
  ['an accepted message', accepted, [
    { messageId: id, message: { from: 'dina@kantor.lan', to: ['sales@kantor.lan', 'a@contoh.id', 'x@kantor.lan'], subject: 'Rapat', bytes: 700, peer: '192.0.2.7' }, event: event('accepted', '', 'Accepted from 192.0.2.7: 700 bytes.', { peer: '192.0.2.7', bytes: 700 }, 'info', 7) },
    { messageId: id, state: 'delivered', event: event('delivered', 'sales@kantor.lan', 'Delivered to the mailbox budi@kantor.lan.', { mailbox: 'budi@kantor.lan' }, 'good') },
    { messageId: id, state: 'waiting', event: event('queued', 'a@contoh.id', 'Waiting to be sent to another server.') },
    { messageId: id, state: 'kept', event: event('kept', 'x@kantor.lan', `Kept in the bad queue. ${unknown.text}`, { address: 'x@kantor.lan', reason: 'bad.unknown' }, 'warning') },
    { messageId: id, event: event('archived', 'arsip@kantor.lan', 'An archive copy went to arsip@kantor.lan.', { mailbox: 'arsip@kantor.lan' }) },
  ]],
  ['a refused recipient', { kind: 'refused', sessionId: 3, remoteAddress: '198.51.100.9', stage: 'recipient', from: 'spam@far.example', to: 'x@kantor.lan', reason: reason('mailbox.unknown', { address: 'x@kantor.lan' }) }, [{
    messageId: '', state: 'refused', message: { from: 'spam@far.example', to: ['x@kantor.lan'], subject: '', bytes: 0, peer: '198.51.100.9' },
    event: event('refused.recipient', 'x@kantor.lan', 'The recipient was refused. There is no mailbox x@kantor.lan here.', { peer: '198.51.100.9', from: 'spam@far.example', address: 'x@kantor.lan', reason: 'mailbox.unknown' }, 'warning', 3),
  }]],
  ['a refused sender', { kind: 'refused', sessionId: 3, remoteAddress: '198.51.100.9', stage: 'sender', from: 'a@b', to: '', reason: reason('sender.malformed') }, [expect.objectContaining({ state: 'refused', message: { from: 'a@b', to: [], subject: '', bytes: 0, peer: '198.51.100.9' } })]],
  ['a sent message', sent('a@contoh.id'), [{ messageId: id, state: 'sent', event: event('sent.tls', 'a@contoh.id', 'Sent encrypted to mx.contoh.id [198.51.100.4]. It answered: 250 2.0.0 ok', { host: 'mx.contoh.id', address: '198.51.100.4', reply: '250 2.0.0 ok', ms: 80 }, 'good', 9) }]],
  ['a try that came to nothing', deferred, [{ messageId: id, state: 'waiting', event: event('deferred.host', 'a@contoh.id', 'Try 2, at mx.contoh.id: not sent. mx.contoh.id refused the connection.', { host: 'mx.contoh.id', attempts: 2, next: at + 5, reason: 'host.refused' }, 'warning', 9) }]],
  ['a message given up', failed(true, false), [{ messageId: id, state: 'failed', event: event('failed.reported', 'a@contoh.id', 'Given up, and the sender is told. mx.contoh.id refused the connection.', { host: 'mx.contoh.id', reason: 'host.refused' }, 'error') }]],
  ['its report', { kind: 'reported', id, about: 'failed', to: 'dina@kantor.lan', reportId: 'r1', subject: 'Not delivered', bytes: 900, local: true }, [
    { messageId: id, event: event('reported.failed', '', 'The sender dina@kantor.lan is told that it could not be delivered, by the report r1.', { to: 'dina@kantor.lan', report: 'r1' }) },
    { messageId: 'r1', state: 'delivered', message: { from: '', to: ['dina@kantor.lan'], subject: 'Not delivered', bytes: 900, peer: '' }, event: event('report', 'dina@kantor.lan', 'A report about the message m1.', { about: id }) },
  ]],
  ['a changed recipient', action('change-recipient', { previous: 'b@contoh.id' }), [
    { messageId: id, state: 'removed', event: event('queue.changed-away', 'b@contoh.id', 'admin gave it another recipient instead: a@contoh.id.', { who: 'admin', to: 'a@contoh.id' }) },
    { messageId: id, state: 'waiting', event: event('queue.change-recipient', 'a@contoh.id', 'admin gave it this recipient instead of b@contoh.id.', { who: 'admin', previous: 'b@contoh.id' }) },
  ]],
  ['attachments', { kind: 'attachments-extracted', id, address: 'budi@kantor.lan', files: ['a.pdf', 'b.doc'] }, [{ messageId: id, event: event('attachments', 'budi@kantor.lan', 'Attachments were taken out and saved: a.pdf, b.doc', { files: 'a.pdf, b.doc' }) }]],
  ['what concerns no message', { kind: 'line', up: false, cause: 'ENETUNREACH', nextTryAt: null }, []],
  ['a problem of ours', { kind: 'problem', id, what: 'x', cause: null }, []],
])('of %s', (_what, happened, expected) => {
  expect(traceOf(happened, at)).toEqual(expected);
});

const otherSent: MailEvent = { ...accepted, to: ['a@contoh.id', 'b@contoh.id'], destinations: [destination('remote', 'a@contoh.id'), destination('remote', 'b@contoh.id')] };
test.each<[string, MailEvent[], string]>([
  ['accepted for a mailbox', [{ ...accepted, destinations: [destination('local', 'budi@kantor.lan')] }], 'delivered'],
  ['accepted for elsewhere', [otherSent], 'waiting'],
  ['one of two sent', [otherSent, sent('a@contoh.id')], 'waiting'],
  ['both sent', [otherSent, sent('a@contoh.id'), sent('b@contoh.id')], 'sent'],
  ['one sent at the second try', [otherSent, deferred, sent('a@contoh.id', 'B@contoh.id')], 'sent'],
  ['one given up', [otherSent, sent('b@contoh.id'), failed(true, true)], 'mixed'],
  ['held', [otherSent, sent('b@contoh.id'), action('hold')], 'waiting'],
  ['deleted', [otherSent, sent('b@contoh.id'), action('remove')], 'mixed'],
  ['given back', [{ ...otherSent, destinations: [destination('remote', 'a@contoh.id')] }, action('give-back')], 'failed'],
  ['a recipient corrected and delivered here', [{ ...otherSent, destinations: [destination('bad', 'typo@kantor.lan')] }, { ...action('change-recipient', { previous: 'typo@kantor.lan', local: true }) }], 'mixed'],
  ['attachments first', [{ kind: 'attachments-extracted', id, address: 'budi@kantor.lan', files: ['a'] }, { ...accepted, destinations: [destination('local', 'budi@kantor.lan')] }], 'delivered'],
])('a message comes to what happened: %s', async (_what, events, state) => {
  const store = await open();
  for (const happened of events) store.trace.note(traceOf(happened, at));
  const { entries } = await store.trace.search({ text: '', since: null, until: null, state: 'any', before: null, limit: 10 });
  expect(entries).toMatchObject([{ messageId: id, from: 'dina@kantor.lan', state }]);
});

test('every event can be said in both languages, with the same values', () => {
  const values = (texts: Readonly<Record<string, string>>) => Object.entries(texts).map(([key, text]) => [key, [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()]);
  expect(values(indonesian)).toEqual(values(english));
  const kinds = (['retry', 'hold', 'release', 'reroute', 'remove', 'give-back', 'change-recipient'] as const).flatMap((name) => traceOf(action(name), at));
  const more = [failed(false, false), failed(false, true), failed(true, true), { ...deferred, host: '' }, { ...sent('a'), tls: false }].flatMap((happened: MailEvent) => traceOf(happened, at));
  expect([...kinds, ...more].filter(({ event: { kind } }) => !(`trace.${kind}` in english))).toEqual([]);
});
