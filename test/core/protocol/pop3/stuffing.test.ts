// RETR and TOP as multi-line responses, against a plain reference, for every message and every way it comes in pieces.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DotStuffer } from '../../../../core/protocol/pop3/dot-stuffing.ts';
import { TopCutter } from '../../../../core/protocol/pop3/top.ts';

/** Messages made of what matters: line ends, halves of them, dots, text, and octets of every kind. */
const anyMessage = fc.array(fc.constantFrom('\r\n', '\r', '\n', '.', '..', '\r\n.', '\r\n.\r\n', '\r\n\r\n', 'a', 'text', '\0', 'ÿ'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
/** Messages as the store has them: CRLF throughout and at the end. */
const storedMessage = fc.array(fc.constantFrom('', '.', '..', '.x', 'text', ' ', 'Subject: x', '\0ÿ'), { maxLength: 30 })
  .map((lines) => Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
const cuts = fc.array(fc.nat(200), { maxLength: 6 });

function inPieces(message: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((cut) => Math.min(cut, message.length)))].sort((a, b) => a - b);
  return [...places, message.length].map((place, index) => message.subarray(places[index - 1] ?? 0, place));
}

function stuff(pieces: readonly Buffer[]): string {
  const stuffer = new DotStuffer();
  return pieces.map((piece) => stuffer.push(piece).toString('latin1')).join('') + stuffer.finish();
}

/** RFC 1939 §3, as a client does it: lines up to the one with a single dot, and one dot less where a line begins with one. */
function unstuff(response: string, lineEnd: '\r\n' | '\n'): { message: string; rest: string } {
  let message = '';
  let at = 0;
  for (;;) {
    const end = response.indexOf(lineEnd, at);
    if (end === -1) throw new Error('The response has no end');
    const line = response.slice(at, end);
    at = end + lineEnd.length;
    if (line.replace(/\r$/, '') === '.') return { message, rest: response.slice(at) };
    message += (line.startsWith('.') ? line.slice(1) : line) + lineEnd;
  }
}

describe('a message as a response', () => {
  test('comes out as it was stored, octet by octet', () => {
    fc.assert(fc.property(storedMessage, cuts, (message, at) => {
      const { message: back, rest } = unstuff(stuff(inPieces(message, at)), '\r\n');
      expect({ back, rest }).toEqual({ back: message.toString('latin1'), rest: '' });
    }), { numRuns: 2000 });
  });

  test('has the octets that were announced, and one CRLF more only where the end of the message lacks it', () => {
    fc.assert(fc.property(anyMessage, cuts, (message, at) => {
      const text = message.toString('latin1');
      const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
      const dots = (text.match(/(?<=^|\n)\./g) ?? []).length;
      expect(stuff(inPieces(message, at)).length).toBe(whole.length + dots + '.\r\n'.length);
    }), { numRuns: 2000 });
  });

  test.each(['\r\n', '\n'] as const)('ends where it ends for a client that takes %j for the end of a line', (lineEnd) => {
    fc.assert(fc.property(anyMessage, cuts, (message, at) => {
      expect(unstuff(stuff(inPieces(message, at)), lineEnd).rest).toBe('');
    }), { numRuns: 2000 });
  });

  test('is passed on as it is when nothing is to be changed', () => {
    const message = Buffer.from('Subject: x\r\n\r\nno dots\r\n');
    expect(new DotStuffer().push(message)).toBe(message);
  });

  test.each([
    ['', '.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['a\r\n.\r\n.\r\n', 'a\r\n..\r\n..\r\n.\r\n'],
    ['a\r', 'a\r\r\n.\r\n'],
    ['a\n', 'a\n\r\n.\r\n'],
    ['a.\r\nb.', 'a.\r\nb.\r\n.\r\n'],
    ['\r\n', '\r\n.\r\n'],
  ])('%j is sent as %j', (message, response) => {
    expect(stuff([Buffer.from(message)])).toBe(response);
    expect(stuff([...Buffer.from(message)].map((byte) => Buffer.of(byte)))).toBe(response);
  });
});

/** The header, the empty line, and so many lines; by splitting. */
function topOf(message: string, lines: number): string {
  const all = message.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const empty = all.findIndex((line) => line === '\r\n' || line === '\n');
  return empty === -1 ? message : all.slice(0, empty + 1 + lines).join('');
}

describe('TOP', () => {
  test('is what splitting into lines gives, however the message comes in pieces', () => {
    fc.assert(fc.property(anyMessage, cuts, fc.nat(5), (message, at, lines) => {
      const cutter = new TopCutter(lines);
      const got = inPieces(message, at).map((piece) => cutter.push(piece).toString('latin1')).join('');
      expect(got).toBe(topOf(message.toString('latin1'), lines));
    }), { numRuns: 3000 });
  });

  test('says when it needs no more', () => {
    const cutter = new TopCutter(1);
    expect([cutter.push(Buffer.from('A: b\r\n\r')).toString(), cutter.done]).toEqual(['A: b\r\n\r', false]);
    expect([cutter.push(Buffer.from('\none\r\ntwo\r\n')).toString(), cutter.done]).toEqual(['\none\r\n', true]);
    expect(cutter.push(Buffer.from('three\r\n')).length).toBe(0);
  });
});
