// Words for people and for peers.
import { expect, test } from 'vitest';
import { expiredReason, reason, reasonCodes, replyOf } from '../../../core/mail/describe.ts';

test('every reason has a valid reply: classes agree, one line of ASCII', () => {
  const params = { address: 'jörg\r\n250 x@münchen.de', login: 'a\r\n250@b', limit: 1, hops: 2, minutes: 3, seconds: 4 };
  for (const code of reasonCodes) {
    const reply = replyOf(reason(code, params));
    expect(reply.enhanced).toMatch(/^[245]\.\d{1,3}\.\d{1,3}$/);
    expect(reply.enhanced[0]).toBe(String(reply.code)[0]);
    expect(reply.text).toMatch(/^[\x20-\x7e]+$/);
    expect(reply.text).not.toMatch(/[{}]/);
  }
});

test('an address beyond ASCII is spelled so that the peer can read it', () => {
  expect(replyOf(reason('mailbox.unknown', { address: 'a@münchen.de' })).text).toBe('There is no mailbox a@xn--mnchen-3ya.de here.');
});

test('what came from outside is cut and never read as a template', () => {
  expect(reason('sender.not-yours', { login: '{address}', address: 'x'.repeat(500) }).text).toBe(`You are logged on as {address} and may send as {address} or one of its aliases, not as ${'x'.repeat(200)}....`);
});

test('every reason has its sentence; the last try goes along with the end', () => {
  expect(reasonCodes.filter((code) => reason(code).text === '')).toEqual([]);
  expect(expiredReason(5, reason('host.timeout', { host: 'mx.example' }))).toEqual({
    code: 'queue.expired', params: { host: 'mx.example', days: 5, last: 'mx.example did not answer in time.', lastCode: 'host.timeout' },
    text: 'The message could not be delivered for 5 days and is given up. The last reason: mx.example did not answer in time.',
  });
});
