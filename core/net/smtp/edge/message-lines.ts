// Turns what follows DATA into message bytes. Used by edge/stream.ts.
// smtp-server takes a dot away after a bare LF, leaves the dot of `.x` in place and passes bare CR and LF on. Here:
//   - only CR LF . CR LF ends the message (RFC 5321 §4.1.1.4; the CR LF of the DATA line counts as the first one);
//   - the first dot of a line goes unless it is the whole line (§4.5.2); a line begins after CR LF and nowhere else;
//   - a bare CR or a bare LF comes out as CR LF (§2.3.8 forbids them), so that whoever reads the message sees one kind of line end.
const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/**
 * What the octets in the middle of a message are searched for: a bare LF, a bare CR, a line that begins with a dot. Everything
 * else is passed on as it came, so a message costs one search in native code and not a look at each of its octets.
 */
const notable = /(?<!\r)\n|\r(?!\n)|\n\./g;

/** `line-start`: after CR LF. `cr`: after a CR that is already passed on. `dot`, `dot-cr`: after the first dot of a line, taken away. */
type State = 'line-start' | 'text' | 'cr' | 'dot' | 'dot-cr';

export interface Decoded {
  /** Message bytes, null for none. May be a part of the chunk itself. */
  readonly content: Buffer | null;
  /** Where the octets after the final dot begin in the chunk, -1 while the message goes on. */
  readonly end: number;
}

export class MessageLines {
  private state: State = 'line-start';

  decode(chunk: Buffer): Decoded {
    const out = new Output(chunk);
    let state = this.state;
    let text = '';
    for (let index = 0; index < chunk.length; index += 1) {
      let byte = chunk[index];
      if (state === 'text' && byte !== CR && byte !== LF) {
        if (text === '') text = chunk.toString('latin1');
        notable.lastIndex = index;
        const found = notable.exec(text);
        if (found === null) {
          if (chunk.at(-1) === LF) state = 'line-start';
          break;
        }
        index = found.index;
        byte = chunk[index];
        if (found[0] === '\n.') {
          state = 'line-start';
          continue;
        }
      }
      if (state === 'line-start' && byte === DOT) {
        out.skip(index);
        state = 'dot';
        continue;
      }
      if (state === 'dot' && byte === CR) {
        out.skip(index);
        state = 'dot-cr';
        continue;
      }
      if (state === 'dot-cr' && byte === LF) {
        out.skip(index);
        this.state = 'line-start';
        return { content: out.finish(index), end: index + 1 };
      }
      if (state === 'cr' && byte === LF) {
        state = 'line-start';
        continue;
      }
      // A CR that no LF followed.
      if (state === 'cr') out.insert(index, LF);
      else if (state === 'dot-cr') out.insert(index, CR, LF);
      state = 'text';
      if (byte === CR) state = 'cr';
      else if (byte === LF) out.insert(index, CR);
    }
    this.state = state;
    return { content: out.finish(chunk.length), end: -1 };
  }
}

/** The chunk itself as long as nothing in it has to change, a copy from the first change on. */
class Output {
  private readonly chunk: Buffer;
  private copy: Buffer | null = null;
  private copied = 0;
  /** Where what is not copied yet begins. */
  private from = 0;

  constructor(chunk: Buffer) {
    this.chunk = chunk;
  }

  /** Leaves the octet at `index` out. */
  skip(index: number): void {
    if (index > this.from || this.copy !== null) this.copyTo(index);
    this.from = index + 1;
  }

  /** Puts octets before the one at `index`. */
  insert(index: number, ...octets: readonly number[]): void {
    const copy = this.copyTo(index);
    for (const octet of octets) {
      copy[this.copied] = octet;
      this.copied += 1;
    }
  }

  finish(end: number): Buffer | null {
    if (this.copy !== null) return this.copyTo(end).subarray(0, this.copied);
    return end > this.from ? this.chunk.subarray(this.from, end) : null;
  }

  /** An octet can become two, and one that came before this chunk two more. */
  private copyTo(index: number): Buffer {
    const copy = this.copy ??= Buffer.allocUnsafe(this.chunk.length * 2 + 3);
    if (index > this.from) this.copied += this.chunk.copy(copy, this.copied, this.from, index);
    this.from = Math.max(this.from, index);
    return copy;
  }
}
