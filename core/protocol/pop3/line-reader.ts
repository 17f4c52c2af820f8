// Cuts the bytes of a POP3 client into lines. Used by server-session.ts.
// A line ends with CRLF (RFC 1939 §3); a bare LF is taken too, since people who type into `nc` send it and a POP3 command
// cannot be misread for it. What is held of an unfinished line is bounded, and so is the length of a line nobody will read.

/**
 * RFC 2449 §4 limits a command to 255 octets. RFC 4616 §2 wants 255 octets of each name and password in AUTH PLAIN,
 * which is 1,024 octets in base64. Longer lines are dropped.
 */
const maxHeldOctets = 2048;
/** A "line" of this length is no mistake any more. */
const maxDroppedOctets = 65_536;

const nothing = Buffer.alloc(0);
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class LineReader {
  /** The line that `next` has just found, without its end, one character per octet (latin1). */
  line = '';
  private bytes: Buffer = nothing;
  private offset = 0;
  /** Octets of the present line that were dropped already. */
  private dropped = 0;

  push(bytes: Buffer): void {
    this.bytes = this.offset === this.bytes.length ? bytes : Buffer.concat([this.bytes.subarray(this.offset), bytes]);
    this.offset = 0;
  }

  /** Forgets all that was received and not read (RFC 2595 §4: nothing sent before TLS may be acted upon after it). */
  clear(): void {
    this.bytes = nothing;
    this.offset = 0;
    this.dropped = 0;
  }

  /** `endless`: the line is longer than anybody needs and has perhaps no end; there is nothing sensible to read after it. */
  next(): 'line' | 'too-long' | 'endless' | 'need-bytes' {
    const end = this.bytes.indexOf(lineFeed, this.offset);
    const octets = (end === -1 ? this.bytes.length : end) - this.offset + this.dropped;
    if (octets > maxDroppedOctets) {
      this.clear();
      return 'endless';
    }
    if (end === -1) {
      if (octets > maxHeldOctets) this.drop(octets);
      return 'need-bytes';
    }
    const start = this.offset;
    this.offset = end + 1;
    if (octets > maxHeldOctets) {
      this.dropped = 0;
      return 'too-long';
    }
    const textEnd = end > start && this.bytes[end - 1] === carriageReturn ? end - 1 : end;
    this.line = this.bytes.toString('latin1', start, textEnd);
    return 'line';
  }

  private drop(octets: number): void {
    this.clear();
    this.dropped = octets;
  }
}
