// Reading one stored message, the quick way: from the table while it waits, else straight from its file. Small files are read
// synchronously (a third of the cost of an asynchronous read, and warm in the cache), large ones come in pieces.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { codeOf } from './failures.ts';
import { toCrlf } from './files/line-ends.ts';
import { incomingFile, maildirBase, msgFile } from './files/names.ts';
import type { Title } from './files/shelf.ts';
import type { Hand } from './hand/hand.ts';
import type { Place } from './hand/tasks.ts';
import type { WaitingMail } from './waiting-mail.ts';

/** Read in one piece up to here. */
const onePieceBytes = 128 << 10;
const pieceBytes = 256 << 10;

export class MessageReader {
  private readonly waiting: WaitingMail;
  private readonly hand: Hand;
  private readonly incomingDirectory: string;

  constructor(waiting: WaitingMail, hand: Hand, incomingDirectory: string) {
    this.waiting = waiting;
    this.hand = hand;
    this.incomingDirectory = incomingDirectory;
  }

  /** @throws StoreError 'not-found' if the file is gone (at once, or from the promise or iterator) */
  read(title: Title, placeOf: () => Place | null): Buffer | Promise<Buffer> | AsyncIterable<Buffer> {
    const body = this.waiting.get(title.guid);
    if (body !== null) {
      const bytes = body.inFile ? null : this.waiting.bytes(body);
      if (bytes !== null) return bytes;
      if (body.inFile) return inPieces(incomingFile(this.incomingDirectory, title.guid), title, false, () => this.byHand(title, placeOf));
    }
    const place = placeOf();
    if (place === null) throw gone(title);
    if (place.format === 'mbox') return this.byHand(title, placeOf);
    const lf = place.format === 'maildir';
    const file = lf ? join(place.directory, 'new', maildirBase(title.guid, title.receivedAt)) : msgFile(place.directory, title.guid);
    if (title.octets > onePieceBytes) return inPieces(file, title, lf, () => this.byHand(title, placeOf));
    const bytes = readSmall(file, title.octets);
    if (bytes === null) return this.byHand(title, placeOf);
    const message = lf ? toCrlf(bytes) : bytes;
    return message.length === title.octets ? message : this.byHand(title, placeOf);
  }

  /** At least the first `bytes` bytes, or all there are. */
  readStart(title: Title, bytes: number, placeOf: () => Place | null): Buffer | Promise<Buffer> {
    const whole = this.read(title, placeOf);
    return Symbol.asyncIterator in whole ? firstBytes(whole, bytes) : whole;
  }

  /** The slow way, which also finds what another program or a move has put elsewhere. */
  private async byHand(title: Title, placeOf: () => Place | null): Promise<Buffer> {
    // Asked anew: the mailbox may have moved since the quick try.
    const place = placeOf();
    const bytes = place === null ? null : await this.hand.ask('read', { place, title });
    if (bytes !== null) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    throw gone(title);
  }
}

function gone(title: Title): StoreError {
  return new StoreError('not-found', `The file of message ${title.guid} is gone.`, { params: { message: title.guid } });
}

/** The file, null if it is not there. One byte more than expected is asked for, so that a longer file shows. */
function readSmall(file: string, octets: number): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(octets + 1);
    const read = readSync(descriptor, buffer, 0, buffer.length, 0);
    return buffer.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

async function* inPieces(file: string, title: Title, lf: boolean, otherwise: () => Promise<Buffer>): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: pieceBytes });
  let begun = false;
  try {
    for await (const piece of stream) {
      begun = true;
      const bytes = piece as Buffer;
      yield lf ? toCrlf(bytes) : bytes;
    }
  } catch (error) {
    // Placed, moved or renamed between the look and the opening.
    if (begun || codeOf(error) !== 'ENOENT') throw error;
    yield await otherwise();
    return;
  }
  if (!begun && title.octets > 0) throw gone(title);
}

async function firstBytes(pieces: AsyncIterable<Buffer>, bytes: number): Promise<Buffer> {
  const start: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    start.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(start);
}
