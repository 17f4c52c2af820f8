// A message as DATA wants it: a dot at the start of a line is doubled, the last line is the dot alone (RFC 5321 §4.5.2).
// Stored messages have CRLF only. Should a bare CR or LF come all the same, it leaves as CRLF, so that no server can see the end of
// the message where we see none (SMTP smuggling, hazard 3). Used by session.ts; one object for one message.

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dot = 0x2e;

export class DataLines {
  /** The last octet seen; a message begins as if a line had just ended. */
  private last = lineFeed;

  /** What goes out for this piece: itself if nothing has to change. */
  push(piece: Buffer): Buffer {
    if (piece.length === 0) return piece;
    let extra = 0;
    let last = this.last;
    for (let index = 0; index < piece.length; index += 1) {
      const octet = piece[index] ?? 0;
      extra += added(last, octet);
      last = octet;
    }
    const result = extra === 0 ? piece : this.changed(piece, extra);
    this.last = last;
    return result;
  }

  /** What follows the last piece. */
  finish(): string {
    if (this.last === lineFeed) return '.\r\n';
    return this.last === carriageReturn ? '\n.\r\n' : '\r\n.\r\n';
  }

  private changed(piece: Buffer, extra: number): Buffer {
    const result = Buffer.allocUnsafe(piece.length + extra);
    let last = this.last;
    let to = 0;
    for (const octet of piece) {
      if (last === carriageReturn && octet !== lineFeed) {
        result[to] = lineFeed;
        to += 1;
      }
      if (octet === lineFeed && last !== carriageReturn) {
        result[to] = carriageReturn;
        to += 1;
      }
      if (octet === dot && (last === lineFeed || last === carriageReturn)) {
        result[to] = dot;
        to += 1;
      }
      result[to] = octet;
      to += 1;
      last = octet;
    }
    return result;
  }
}

/** Octets that go before `octet`. */
function added(last: number, octet: number): number {
  if (last === carriageReturn) return octet === lineFeed ? 0 : octet === dot ? 2 : 1;
  if (octet === lineFeed) return 1;
  return octet === dot && last === lineFeed ? 1 : 0;
}
