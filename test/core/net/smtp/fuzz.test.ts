// Sessions that nobody would write, against the real server: whatever they are, the way the network cuts them changes nothing,
// nobody hears two replies to one line, and nothing of ours fails.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, stopServers, type Running } from './harness.ts';
import { play } from './play.ts';

const secret = Buffer.from('\0bob\0rahasia').toString('base64');
const line = fc.constantFrom(
  'EHLO client', 'HELO client', 'EHLO', 'MAIL FROM:<>', 'MAIL FROM:<alice@example.test> SIZE=10', 'MAIL FROM:<"a b"@example.test>', 'MAIL FROM:<a@b', 'RCPT TO:<bob@example.test>',
  'RCPT TO:<nobody@example.test>', 'RCPT TO:<Postmaster> NOTIFY=NEVER', 'RCPT TO:<>', 'DATA', 'DATA', 'DATA', '.', '.', '..', '.x', '', 'text', 'RSET', 'NOOP', 'QUIT', 'HELP', 'VRFY x',
  'AUTH LOGIN', 'AUTH PLAIN', `AUTH PLAIN ${secret}`, secret, '*', 'Ym9i', 'cmFoYXNpYQ==', 'JUNK', '\0', 'é', 'x'.repeat(2060),
);
const end = fc.oneof({ weight: 12, arbitrary: fc.constant('\r\n') }, { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '', '\r\r\n', '\n.\n', '\r\n.\r', '\n.\r\n') });
const session = fc.array(fc.tuple(line, end), { minLength: 3, maxLength: 25 }).map((lines) => Buffer.from(`EHLO fuzz\r\n${lines.flat().join('')}`));

let running: Running;
beforeAll(async () => {
  running = await startServer();
  running.backend.mayLogOnWhere = () => true;
});
afterAll(stopServers);

test('every cut of any session has the same replies and keeps the same messages', async () => {
  await fc.assert(fc.asyncProperty(session, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }), async (bytes, places) => {
    const cuts = [...new Set(places.map((place) => Math.floor(place * bytes.length)))].filter((cut) => cut > 0).sort((one, other) => one - other);
    const whole = await play(running, bytes, []);
    expect(await play(running, bytes, cuts)).toEqual(whole);
    const replies = whole.replies.split('\n').filter((reply) => /^\d{3} /.test(reply));
    // The greeting, one reply to a line, one more to a message, and a last one.
    expect(replies.length).toBeLessThanOrEqual(2 + bytes.toString('latin1').split('\n').length);
  }), { numRuns: 400 });
  expect(running.failures).toEqual([]);
}, 120_000);
