// The two line readers on their own: a second, slow reading of the same rules must agree with them for any bytes and any cut.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandLines, type CommandLine } from '../../../../core/net/smtp/edge/command-lines.ts';
import { MessageLines } from '../../../../core/net/smtp/edge/message-lines.ts';

/** Bytes that matter, in any order, cut anywhere. */
const pieces = fc.array(fc.array(fc.constantFrom('\r', '\n', '.', '\r\n', '\r\n.', '\r\n.\r\n', 'x', 'ab', '\0', 'é'), { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''))), { maxLength: 8 });

describe('the message reader', () => {
  test('agrees with RFC 5321 §4.1.1.4 and §4.5.2 read literally', () => {
    fc.assert(fc.property(pieces, (chunks) => {
      const whole = Buffer.concat(chunks).toString('latin1');
      const reader = new MessageLines();
      const contents: Buffer[] = [];
      let rest: string | null = null;
      let offset = 0;
      for (const chunk of chunks) {
        const { content, end } = reader.decode(chunk);
        if (content !== null) contents.push(content);
        if (end >= 0) {
          rest = whole.slice(offset + end);
          break;
        }
        offset += chunk.length;
      }
      const expected = literally(whole);
      const content = Buffer.concat(contents).toString('latin1');
      if (expected.rest !== null) expect({ content, rest }).toEqual(expected);
      else {
        expect(rest).toBeNull();
        // What is still open at the end of the bytes may be held back: a dot, a CR and what becomes of it.
        expect(expected.content.startsWith(content) || content.startsWith(expected.content)).toBe(true);
        expect(Math.abs(expected.content.length - content.length)).toBeLessThanOrEqual(2);
      }
    }), { numRuns: 5000 });
  });

  test('hands the bytes on as they are when nothing has to change', () => {
    const chunk = Buffer.from('one\r\ntwo. ..\r\n\r\nthree\r\n');
    expect(new MessageLines().decode(chunk)).toEqual({ content: chunk, end: -1 });
  });
});

/** Splits at CR LF, looks for the dot, takes dots away, then makes CR LF of every bare CR and LF. */
function literally(whole: string): { content: string; rest: string | null } {
  const lines = whole.split('\r\n');
  const dot = lines.slice(0, -1).indexOf('.');
  const kept = dot < 0 ? lines : [...lines.slice(0, dot), ''];
  const content = kept.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\r\n').replace(/\r\n|\r|\n/g, '\r\n');
  return { content, rest: dot < 0 ? null : lines.slice(dot + 1).join('\r\n') };
}

describe('the command reader', () => {
  const limit = 10;

  function read(chunks: readonly Buffer[]): string[] {
    const reader = new CommandLines();
    const lines: string[] = [];
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let line = reader.next(() => limit); line !== null; line = reader.next(() => limit)) lines.push(show(line));
    }
    return lines;
  }
  const show = (line: CommandLine): string => (line.kind === 'line' ? line.bytes.toString() : `(${line.problem})`);

  test('gives every line between CR LF and CR LF one answer, wherever it is cut', () => {
    fc.assert(fc.property(pieces, (chunks) => {
      const whole = Buffer.concat(chunks);
      const expected = whole.toString('latin1').split('\r\n').slice(0, -1).map((line) => {
        const firstLf = line.indexOf('\n');
        if (firstLf >= 0 && firstLf <= limit) return '(bare-line-feed)';
        if (line.length > limit) return '(too-long)';
        return /[\0\r]/.test(line) ? '(control-character)' : Buffer.from(line, 'latin1').toString();
      });
      const unfinished = whole.toString('latin1').split('\r\n').pop() ?? '';
      const early = unfinished.indexOf('\n') >= 0 && unfinished.indexOf('\n') <= limit ? ['(bare-line-feed)'] : [];
      const notUtf8 = (lines: string[]): string[] => lines.map((line) => (line.includes('\ufffd') ? '(not-utf8)' : line));
      expect(read(chunks)).toEqual(notUtf8([...expected, ...early]));
      expect(read(Array.from(whole, (byte) => Buffer.from([byte])))).toEqual(notUtf8([...expected, ...early]));
    }), { numRuns: 3000 });
  });

  test('keeps nothing of a line that does not end', () => {
    const reader = new CommandLines();
    for (let index = 0; index < 1000; index += 1) {
      reader.push(Buffer.alloc(1000, 'x'));
      expect(reader.next(() => limit)).toBeNull();
    }
    expect(reader.takeRest().length).toBe(0);
  });
});
