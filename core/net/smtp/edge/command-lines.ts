// Cuts what a client sends into command lines. Used by edge/stream.ts while the client is not sending a message.
// smtp-server ends a line at a bare LF too, and breaks off the session over a long one. Here RFC 5321 §2.3.8 is kept to the
// letter: a line ends at CR LF only, and every line gets exactly one answer, so that no relay before us can see fewer
// commands than we do. Pulled: the next line is cut only when the last one is decided, since its meaning sets the limit.
import { isUtf8 } from 'node:buffer';
import type { Reply } from '../backend.ts';

/** Why a line was not even looked at. */
export type LineProblem = 'too-long' | 'bare-line-feed' | 'control-character' | 'not-utf8';

export type CommandLine = { readonly kind: 'line'; readonly bytes: Buffer } | { readonly kind: 'refused'; readonly problem: LineProblem };

/** RFC 5321 §4.2.4, RFC 3463 §3.6; 5.5.6 for long lines by RFC 4954 §4. */
export const lineReplies: Readonly<Record<LineProblem, Reply>> = {
  'too-long': { code: 500, enhanced: '5.5.6', text: 'Line is too long' },
  'bare-line-feed': { code: 500, enhanced: '5.5.2', text: 'Lines must end with CR LF' },
  'control-character': { code: 500, enhanced: '5.5.2', text: 'Line has a control character in it' },
  'not-utf8': { code: 500, enhanced: '5.5.2', text: 'Line is not UTF-8' },
};

const CR = 0x0d;
const LF = 0x0a;
const empty = Buffer.alloc(0);

export class CommandLines {
  private buffer: Buffer = empty;
  private start = 0;
  /** The rest of a refused line is dropped up to its CR LF. A long line is answered there, one with a bare LF has been. */
  private dropping: 'too-long' | 'answered' | null = null;
  private droppedCr = false;

  push(chunk: Buffer): void {
    this.buffer = this.start >= this.buffer.length ? chunk : Buffer.concat([this.buffer.subarray(this.start), chunk]);
    this.start = 0;
  }

  /** Everything that is not cut yet: the beginning of a message, when a command has just started one. */
  takeRest(): Buffer {
    const rest = this.buffer.subarray(this.start);
    this.buffer = empty;
    this.start = 0;
    return rest;
  }

  /**
   * The next line without its CR LF, or null until more bytes come.
   *
   * @param limit octets that a line may have, judged by its first octets
   */
  next(limit: (start: Buffer) => number): CommandLine | null {
    if (this.dropping !== null) {
      const dropped = this.drop();
      if (dropped === 'more') return null;
      if (dropped === 'too-long') return { kind: 'refused', problem: 'too-long' };
    }
    if (this.start >= this.buffer.length) return null;
    const end = this.buffer.indexOf(LF, this.start);
    const longest = limit(this.buffer.subarray(this.start, this.start + 8));
    if (end < 0) {
      // A CR at the end may belong to the line end.
      if (this.buffer.length - this.start > longest + 1) return this.dropLongLine(this.buffer.length, limit);
      return null;
    }
    const ended = end > this.start && this.buffer[end - 1] === CR;
    const line = this.buffer.subarray(this.start, ended ? end - 1 : end);
    if (line.length > longest && !ended) return this.dropLongLine(end + 1, limit);
    this.start = end + 1;
    if (line.length > longest) return { kind: 'refused', problem: 'too-long' };
    if (ended) return judge(line);
    this.dropping = 'answered';
    this.droppedCr = false;
    return { kind: 'refused', problem: 'bare-line-feed' };
  }

  private dropLongLine(to: number, limit: (start: Buffer) => number): CommandLine | null {
    this.dropping = 'too-long';
    this.droppedCr = this.buffer[to - 1] === CR;
    this.start = to;
    return this.next(limit);
  }

  /** 'more': the CR LF has not come yet. */
  private drop(): 'too-long' | 'answered' | 'more' {
    for (;;) {
      const end = this.buffer.indexOf(LF, this.start);
      if (end < 0) {
        if (this.start < this.buffer.length) this.droppedCr = this.buffer[this.buffer.length - 1] === CR;
        this.buffer = empty;
        this.start = 0;
        return 'more';
      }
      const ended = end > this.start ? this.buffer[end - 1] === CR : this.droppedCr;
      this.start = end + 1;
      this.droppedCr = false;
      if (!ended) continue;
      const answer = this.dropping ?? 'answered';
      this.dropping = null;
      return answer;
    }
  }
}

/** RFC 5321 §4.1.2 knows no control characters in commands; a TAB as white space is let through. RFC 6531 §3.7: UTF-8 beyond ASCII. */
function judge(line: Buffer): CommandLine {
  let beyondAscii = false;
  for (const byte of line) {
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) return { kind: 'refused', problem: 'control-character' };
    if (byte > 0x7f) beyondAscii = true;
  }
  return beyondAscii && !isUtf8(line) ? { kind: 'refused', problem: 'not-utf8' } : { kind: 'line', bytes: line };
}
