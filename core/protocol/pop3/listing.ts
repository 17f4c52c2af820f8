// The maildrop as one session sees it: messages by number, those marked as deleted, and the answers to STAT, LIST and UIDL.
// RFC 1939 §5 and §7 (UIDL). Used by transaction.ts. Knows counts and names, no message.

/** `uidl`: RFC 1939 §7; `octets`: what RETR sends, before dots are doubled. */
export interface ListedMessage {
  readonly uidl: string;
  readonly octets: number;
}

/** A multi-line answer is made in pieces of about this length, since a maildrop of 100,000 messages has megabytes of it. */
const pieceLength = 16_384;

export class Listing {
  private readonly messages: readonly ListedMessage[];
  /** 1: marked as deleted. Made at the first DELE. */
  private deleted: Uint8Array | null = null;
  private readonly totalOctets: number;
  private deletedCount = 0;
  private deletedOctets = 0;

  constructor(messages: readonly ListedMessage[]) {
    this.messages = messages;
    this.totalOctets = messages.reduce((sum, { octets }) => sum + octets, 0);
  }

  /** Without those marked as deleted (RFC 1939 §5 STAT). */
  get count(): number {
    return this.messages.length - this.deletedCount;
  }

  get octets(): number {
    return this.totalOctets - this.deletedOctets;
  }

  /** Null: there is no such message, or it is marked as deleted: it may not be named any more (RFC 1939 §5 DELE). */
  find(number: number): ListedMessage | null {
    const message = this.messages[number - 1];
    return message === undefined || this.isDeleted(number - 1) ? null : message;
  }

  /** @param number of a message that `find` has found */
  markDeleted(number: number): void {
    this.deleted ??= new Uint8Array(this.messages.length);
    this.deleted[number - 1] = 1;
    this.deletedCount += 1;
    this.deletedOctets += this.messages[number - 1]?.octets ?? 0;
  }

  unmarkAll(): void {
    this.deleted = null;
    this.deletedCount = 0;
    this.deletedOctets = 0;
  }

  /** Indexes, from 0. */
  deletedIndexes(): number[] {
    return this.deletedCount === 0 ? [] : this.messages.flatMap((_, index) => (this.isDeleted(index) ? [index] : []));
  }

  /** The lines of LIST or UIDL, and the line of one dot. */
  *lines(what: 'octets' | 'uidl'): Generator<string, void, undefined> {
    let piece = '';
    for (const [index, message] of this.messages.entries()) {
      if (this.isDeleted(index)) continue;
      piece += `${index + 1} ${message[what]}\r\n`;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
    yield `${piece}.\r\n`;
  }

  private isDeleted(index: number): boolean {
    return this.deleted !== null && this.deleted[index] === 1;
  }
}
