// What the engine says about mail, said by the console in the reader's language; and what of it depends on times and names.
import { describe, expect, test } from 'vitest';
import { expiredReason, reason } from '../../core/mail/describe.ts';
import { explainReason, replyReason } from '../../core/mail/describe-reply.ts';
import type { TraceEvent } from '../../core/contract/records.ts';
import { age, dateTime, nearTime } from '../../renderer/console/format.ts';
import { adviceOf, isDoubtful, wayToBeginWith, type Findings } from '../../renderer/console/guide/internet/findings.ts';
import { asQuery, type TraceFilter } from '../../renderer/console/store/trace-search.ts';
import { bytesOf, fileName } from '../../renderer/console/window/queues/save-message.ts';
import { eventWords, explained, reasonText, stepText } from '../../renderer/console/words-of-mail.ts';
import { defaultSettings } from '../../core/contract/settings.ts';

const full = replyReason('mx.example', { code: 452, enhanced: '4.2.2', text: 'over quota {{host}} $t(button.ok)' });
const refused = reason('host.refused', { host: 'mx.example' });

describe.each(['en', 'id'] as const)('in %s', (language) => {
  test.each([
    ['a reply', full], ['a reason of ours', refused], ['one without a cure', reason('remote.waiting')], ['given up after a reply', expiredReason(5, full)], ['given up after a reason of ours', expiredReason(5, refused)],
  ])('%s is explained as the engine explains it in its reports', (_, because) => {
    const { means, fault, cure } = explained(because, language);
    expect({ means, fault, cure }).toEqual(explainReason(because, language));
  });
});

test('the other server\'s own words stay as they are, with its code', () => {
  expect(explained(full, 'id').said).toBe('452 4.2.2 over quota {{host}} $t(button.ok)');
  expect(explained(expiredReason(5, full), 'id').said).toBe('452 4.2.2 over quota {{host}} $t(button.ok)');
  expect(explained(refused, 'en').said).toBe('');
});

test('what has no sentence of its own stays in English', () => {
  expect(reasonText({ code: 'new.one', params: {}, text: 'Something new.' }, 'id')).toBe('Something new.');
  expect(reasonText(null, 'id')).toBe('');
  expect(stepText({ kind: 'new-one', facts: {}, text: 'A new step.', level: 'info' }, 'id')).toBe('A new step.');
});

test('an event says what happened, and why, apart', () => {
  const event: TraceEvent = { at: 0, kind: 'deferred.host', recipient: 'a@b.example', facts: { ...full.params, reason: full.code, host: 'mx.example', attempts: 2 }, text: 'whole', level: 'warning', session: 3 };
  expect(eventWords(event, 'en')).toMatchObject({ what: 'Try 2, at mx.example: not sent.', means: 'The mailbox at mx.example is full.', said: '452 4.2.2 over quota {{host}} $t(button.ok)' });
  expect(eventWords({ ...event, kind: 'new-one' }, 'id').what).toBe('whole');
});

test.each([
  [0, '0 min', '0 mnt'], [59 * 60_000, '59 min', '59 mnt'], [60 * 60_000, '1 h', '1 jam'], [47.9 * 3_600_000, '47 h', '47 jam'], [48 * 3_600_000, '2 d', '2 hr'], [-5, '0 min', '0 mnt'],
])('an age of %i ms', (ms, english, indonesian) => {
  expect([age(ms, 'en'), age(ms, 'id')]).toEqual([english, indonesian]);
});

test('a time of today has no date; another day has no year', () => {
  const now = new Date(2026, 10, 25, 12, 0).getTime();
  expect(nearTime(new Date(2026, 10, 25, 8, 5).getTime(), now)).toBe('08:05');
  expect(nearTime(new Date(2026, 10, 28, 8, 5).getTime(), now)).toBe('11-28 08:05');
  expect(dateTime(now)).toBe('2026-11-25 12:00');
});

test.each([
  ['Penawaran', 'Penawaran.eml'], ['Re: a/b\\c "d" <e>|f?*', 'Re a b c d e f.eml'], ['', 'abc.eml'], ['...', 'abc.eml'], ['\u202egpj.exe', 'gpj.exe.eml'], ['x'.repeat(200), `${'x'.repeat(80)}.eml`],
])('the file of a message with the subject %j', (subject, name) => {
  expect(fileName({ subject, messageId: 'abc' })).toBe(name);
});

test('bytes that crossed as latin1 are the same bytes', () => {
  expect([...bytesOf('\u0000A\u00ff')]).toEqual([0, 65, 255]);
});

test('the time span of the trace', () => {
  const filter: TraceFilter = { text: 'a', span: 'all', since: '', until: '', state: 'any' };
  expect(asQuery(filter, 10_000_000)).toEqual({ text: 'a', state: 'any', since: null, until: null });
  expect(asQuery({ ...filter, span: 'hour' }, 10_000_000)).toMatchObject({ since: 6_400_000, until: null });
  const at = new Date(2026, 10, 25, 8, 5).getTime();
  expect(asQuery({ ...filter, span: 'custom', since: '2026-11-25T08:05', until: '2026-11-25T08:05' }, 0)).toMatchObject({ since: at, until: at + 59_999 });
  expect(asQuery({ ...filter, span: 'custom' }, 0)).toMatchObject({ since: null, until: null });
});

describe('the advice of the set-up guide', () => {
  const found = (port25: string, domain: string): Findings => {
    const one = (code: string) => ({ lines: [], verdict: { ok: code.endsWith('.ok'), code, params: {}, text: '' } });
    return { port25: one(port25), domain: one(domain) };
  };
  const withHost = { ...defaultSettings, 'delivery.smartHost': 'smtp.example.org', 'delivery.mode': 'direct-then-smart-host' as const };

  test.each([
    ['port25.ok', 'domain.ok', 'both', 'direct', false], ['port25.ok', 'domain.unregistered', 'both', 'smart-host', false], ['port25.blocked', 'domain.ok', 'smart-host', 'smart-host', true],
    ['port25.no-line', 'domain.failed', 'no-line', 'smart-host', true], ['port25.dns', 'domain.failed', 'unknown', 'smart-host', true],
  ] as const)('%s and %s', (port25, domain, advice, way, doubtful) => {
    const findings = found(port25, domain);
    expect([adviceOf(findings), wayToBeginWith(findings, defaultSettings), isDoubtful(findings, 'direct'), isDoubtful(findings, 'smart-host')]).toEqual([advice, way, doubtful, false]);
    // What is set already is not changed unasked.
    expect(wayToBeginWith(findings, withHost)).toBe('direct-then-smart-host');
  });

  test('nothing tested', () => expect([adviceOf({}), wayToBeginWith({}, defaultSettings)]).toEqual(['unknown', 'smart-host']));
});
