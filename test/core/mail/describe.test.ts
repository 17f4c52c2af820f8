// Words for people and for peers.
import { expect, test } from 'vitest';
import { describeReply, reason, reasonCodes, replyOf } from '../../../core/mail/describe.ts';

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

test.each([
  [550, '5.1.1', 'reply.1.1', 'There is no such mailbox there.'],
  [452, '4.2.2', 'reply.2.2', 'The mailbox is full. It is tried again later.'],
  [550, '5.7.26', 'reply.7.26', 'The security rules of the other server refused the message.'],
  [554, '', 'reply.554', 'The message was refused.'],
  [599, '5.9.9', 'reply.599', 'The server refused the message.'],
  [499, '', 'reply.499', 'The server cannot take the message now. It is tried again later.'],
])('%i %s is explained', (code, enhanced, key, text) => {
  expect(describeReply(code, enhanced)).toEqual({ key, text });
});
