// Whatever a client sends, the session answers in whole lines, keeps its own memory bounded, never throws, and deletes only what
// was marked before QUIT.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../../../core/protocol/pop3/line-reader.ts';
import { InstantDriver } from './instant-driver.ts';

const words = fc.constantFrom(
  'USER dina', 'PASS secret', 'PASS wrong', 'USER', 'CAPA', 'STLS', 'UTF8', 'AUTH PLAIN', 'AUTH PLAIN AGRpbmEAc2VjcmV0', 'AGRpbmEAc2VjcmV0', '*',
  'APOP dina 00000000000000000000000000000000', 'STAT', 'LIST', 'LIST 1', 'UIDL', 'UIDL 9', 'TOP 1 0', 'TOP 2 5', 'RETR 1', 'RETR 2', 'RETR 3', 'DELE 1', 'DELE 2', 'DELE 3',
  'NOOP', 'RSET', 'QUIT', '', ' ', 'X', '\0', 'RETR 99999999999999999999', `NOOP ${'x'.repeat(3000)}`,
);
const lineEnds = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '');
const commands = fc.array(fc.tuple(words, lineEnds).map((pair) => Buffer.from(pair.join(''), 'latin1')), { maxLength: 30 });
const junk = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));

/** +OK, -ERR and + lines, and multi-line bodies behind +OK. */
function isWellFormed(said: string): boolean {
  return said === '' || (said.endsWith('\r\n') && /^(\+OK|-ERR|\+ )/.test(said));
}

function play(chunks: readonly Buffer[]): InstantDriver {
  const driver = new InstantDriver();
  for (const chunk of chunks) {
    driver.send(chunk);
    if (driver.awaitsTls) driver.startTls();
  }
  driver.sendEnd();
  return driver;
}

test('random orders of commands, whole and half, never upset the session', () => {
  fc.assert(fc.property(commands, (chunks) => {
    const driver = play(chunks);
    expect(isWellFormed(driver.said)).toBe(true);
    expect(driver.closed).not.toBe(null);
  }), { numRuns: 3000 });
});

test('random octets never upset the session', () => {
  fc.assert(fc.property(fc.array(junk, { maxLength: 8 }), (chunks) => {
    const driver = play(chunks);
    expect(isWellFormed(driver.said)).toBe(true);
    expect(driver.closed).not.toBe(null);
  }), { numRuns: 500 });
});

test('the answers to random commands do not depend on how they arrive', () => {
  // Without STLS: what comes with it in one piece is dropped on purpose.
  const withoutTls = commands.map((chunks) => Buffer.concat(chunks.filter((chunk) => !chunk.includes('STLS'))));
  fc.assert(fc.property(withoutTls, fc.integer({ min: 1, max: 7 }), (bytes, size) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    const whole = play([bytes]);
    const cut = play(pieces);
    expect([cut.said, cut.closed, cut.heard, cut.removed]).toEqual([whole.said, whole.closed, whole.heard, whole.removed]);
  }), { numRuns: 1000 });
});

test('only what was marked and not unmarked is deleted, and only by QUIT', () => {
  const inside = fc.array(fc.constantFrom('DELE 1', 'DELE 2', 'DELE 3', 'DELE 4', 'RSET', 'NOOP', 'STAT', 'RETR 1'), { maxLength: 12 });
  fc.assert(fc.property(inside, fc.boolean(), (lines, quits) => {
    const marked = new Set<number>();
    for (const line of lines) {
      if (line === 'RSET') marked.clear();
      const number = Number(/^DELE ([123])$/.exec(line)?.[1] ?? 0);
      if (number > 0) marked.add(number - 1);
    }
    const driver = play([Buffer.from(['USER dina', 'PASS secret', ...lines, ...(quits ? ['QUIT'] : []), ''].join('\r\n'))]);
    expect(driver.removed).toEqual(quits ? [...marked].sort() : null);
  }), { numRuns: 500 });
});

test('an unfinished line is held to a limit, and dropped beyond it', () => {
  const reader = new LineReader();
  const held = () => Buffer.from(JSON.stringify(reader)).length;
  let most = 0;
  for (let sent = 0; sent < 65_536; sent += 512) {
    reader.push(Buffer.alloc(512, 'a'));
    expect(reader.next()).toBe('need-bytes');
    most = Math.max(most, held());
  }
  // A Buffer is written as a list of numbers: some 3 characters an octet.
  expect(most).toBeLessThan(4 * 2048 * 3);
  reader.push(Buffer.from('a'));
  expect(reader.next()).toBe('endless');
});
