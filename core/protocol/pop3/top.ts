// Where TOP ends: after the header, the empty line and the wanted number of body lines (RFC 1939 §7 TOP).
// Called by net/pop3, with pieces of any size.

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class TopCutter {
  /** Nothing of the pieces to come belongs to the answer. */
  done = false;
  private linesLeft: number;
  private inBody = false;
  /** Octets of the present line in earlier pieces; a CR that may belong to its end is not counted. */
  private lineOctets = 0;
  private endedWithCr = false;

  constructor(lines: number) {
    this.linesLeft = lines;
  }

  /** The part of the piece that belongs to the answer. */
  push(piece: Buffer): Buffer {
    let start = 0;
    while (!this.done) {
      const end = piece.indexOf(lineFeed, start);
      if (end === -1) {
        this.remember(piece, start);
        return piece;
      }
      this.endOfLine(this.isEmptyLine(piece, start, end));
      start = end + 1;
    }
    return piece.subarray(0, start);
  }

  private endOfLine(empty: boolean): void {
    if (this.inBody) this.linesLeft -= 1;
    else this.inBody = empty;
    this.done = this.inBody && this.linesLeft === 0;
    this.lineOctets = 0;
    this.endedWithCr = false;
  }

  private isEmptyLine(piece: Buffer, start: number, end: number): boolean {
    if (this.lineOctets > 0) return false;
    if (end === start) return true;
    // CR CR LF is not an empty line.
    return end === start + 1 && piece[start] === carriageReturn && !this.endedWithCr;
  }

  private remember(piece: Buffer, start: number): void {
    if (start === piece.length) return;
    const withCr = piece[piece.length - 1] === carriageReturn;
    this.lineOctets += piece.length - start + (this.endedWithCr ? 1 : 0) - (withCr ? 1 : 0);
    this.endedWithCr = withCr;
  }
}
