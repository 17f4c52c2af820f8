// What session logs may show of a client's lines.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskAnswer, maskLine } from '../../../../core/protocol/pop3/mask.ts';
import { InstantDriver } from './instant-driver.ts';

describe('a line in the log', () => {
  test.each([
    ['USER dina', 'USER dina'],
    ['USER d\u00c3\u00ad', 'USER d\u00ed'],
    ['PASS secret', 'PASS ******'],
    ['pass a b c', 'pass ******'],
    ['PASS', 'PASS'],
    ['PASSsecret', 'PASS ******'],
    ['PASS\tsecret', 'PASS ******'],
    ['APOP dina c4c9334bac560ecc979e58001b3e22fb', 'APOP dina ******'],
    ['APOP c4c9334bac560ecc979e58001b3e22fb', 'APOP ******'],
    ['AUTH', 'AUTH'],
    ['AUTH PLAIN', 'AUTH PLAIN'],
    ['AUTH PLAIN AGRpbmEAc2VjcmV0', 'AUTH PLAIN ******'],
    ['AUTH AGRpbmEAc2VjcmV0AGRpbmEAc2VjcmV0', 'AUTH ******'],
    ['AGRpbmEAc2VjcmV0', '****** (16 octets, not a command)'],
    ['secret', '****** (6 octets, not a command)'],
    [' PASS secret', '****** (12 octets, not a command)'],
    ['EHLO client.example', 'EHLO ******'],
    ['HELP', 'HELP'],
    ['RETR 1', 'RETR 1'],
    [`USER ${'a'.repeat(300)}`, `USER ${'a'.repeat(195)}...`],
  ])('%j is shown as %j', (line, shown) => {
    expect(maskLine(line)).toBe(shown);
  });

  test('never holds what follows PASS, in any case and form', () => {
    fc.assert(fc.property(fc.constantFrom('PASS', 'pass', 'Pass', ' PASS', 'PASS '), fc.constantFrom(' ', '  ', '\t', ''), (word, space) => {
      expect(maskLine(`${word}${space}hunter2`)).not.toContain('hunter2');
    }));
  });
});

test('an answer to AUTH is hidden, a cancellation is not', () => {
  expect([maskAnswer('AGRpbmEAc2VjcmV0'), maskAnswer('*')]).toEqual(['******', '*']);
});

test('a whole session shows no password', () => {
  const driver = new InstantDriver();
  driver.send(Buffer.from('USER dina\r\nPASS hunter2\r\nAUTH PLAIN\r\nAGh1bnRlcjIAaHVudGVyMg==\r\nAUTH PLAIN AGh1bnRlcjIAaHVudGVyMg==\r\nhunter2\r\nUSER dina\r\nPASS secret\r\nQUIT\r\n'));
  expect(driver.heard).toEqual(['USER dina', 'PASS ******', 'AUTH PLAIN', '******', 'AUTH PLAIN ******', '****** (7 octets, not a command)', 'USER dina', 'PASS ******', 'QUIT']);
});
