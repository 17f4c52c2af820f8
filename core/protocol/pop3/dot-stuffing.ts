// Makes a message a multi-line response: doubles the dot at the start of a line and ends it with the line of one dot.
// RFC 1939 §3. Called by net/pop3 for RETR and TOP.
// A dot after a bare LF is doubled as well: messages have CRLF throughout, but a client that takes LF for the end of a line
// (most do) would otherwise end the message at an LF-dot line, and read mail text as server replies.

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dot = 0x2e;
const lineOfDot = Buffer.from('\n.', 'latin1');

/** One message, fed in pieces of any size. */
export class DotStuffer {
  private last = lineFeed;
  private beforeLast = carriageReturn;

  /** The piece, itself when it needs no change, otherwise a copy. */
  push(piece: Buffer): Buffer {
    if (piece.length === 0) return piece;
    const startsWithDot = this.last === lineFeed && piece[0] === dot;
    this.beforeLast = piece.length > 1 ? (piece[piece.length - 2] ?? 0) : this.last;
    this.last = piece[piece.length - 1] ?? 0;
    const first = piece.indexOf(lineOfDot);
    return startsWithDot || first !== -1 ? stuffed(piece, startsWithDot, first) : piece;
  }

  /**
   * What follows the last piece. A message that does not end with CRLF gets one, since the end of the response would not be
   * seen otherwise. An empty message has no line at all.
   */
  finish(): string {
    return this.last === lineFeed && this.beforeLast === carriageReturn ? '.\r\n' : '\r\n.\r\n';
  }
}

function stuffed(piece: Buffer, startsWithDot: boolean, first: number): Buffer {
  const places: number[] = startsWithDot ? [0] : [];
  for (let at = first; at !== -1; at = piece.indexOf(lineOfDot, at + 2)) places.push(at + 1);
  const result = Buffer.allocUnsafe(piece.length + places.length);
  let from = 0;
  let to = 0;
  for (const place of places) {
    to += piece.copy(result, to, from, place);
    result[to] = dot;
    to += 1;
    from = place;
  }
  piece.copy(result, to, from);
  return result;
}
