// Reading one stored message, the quick way: from the table while it waits, else straight from its file. Small files are read
// synchronously (a third of the cost of an asynchronous read, and warm in the cache), large ones come in pieces.
// A file that another program has cut or changed is never taken for the message: it must have the octets that clients were told.
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { codeOf } from './failures.ts';
import { countLf, toCrlf } from './files/line-ends.ts';
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

  /** @throws StoreError 'not-found' if the file is gone or not whole (at once, from the promise, or before the iterator's first piece) */
  read(title: Title, placeOf: () => Place | null): Buffer | Promise<Buffer> | AsyncIterable<Buffer> {
    return this.find(title, placeOf, true);
  }

  /** At least the first `bytes` bytes, or all there are. */
  readStart(title: Title, bytes: number, placeOf: () => Place | null): Buffer | Promise<Buffer> {
    const whole = this.find(title, placeOf, false);
    return Symbol.asyncIterator in whole ? firstBytes(whole, bytes) : whole;
  }

  /** @param toEnd all of it will be wanted, so it is worth while to look at all of it first */
  private find(title: Title, placeOf: () => Place | null, toEnd: boolean): Buffer | Promise<Buffer> | AsyncIterable<Buffer> {
    const otherwise = (): Promise<Buffer> => this.byHand(title, placeOf);
    const body = this.waiting.get(title.guid);
    if (body !== null) {
      const bytes = body.inFile ? null : this.waiting.bytes(body);
      if (bytes !== null) return bytes;
      if (body.inFile) return inPieces({ file: incomingFile(this.incomingDirectory, title.guid), title, lf: false, toEnd }, otherwise);
    }
    const place = placeOf();
    if (place === null) throw gone(title);
    if (place.format === 'mbox') return otherwise();
    const lf = place.format === 'maildir';
    const file = lf ? join(place.directory, 'new', maildirBase(title.guid, title.receivedAt)) : msgFile(place.directory, title.guid);
    if (title.octets > onePieceBytes) return inPieces({ file, title, lf, toEnd }, otherwise);
    const bytes = readSmall(file, title.octets);
    if (bytes === null) return otherwise();
    const message = lf ? toCrlf(bytes) : bytes;
    return message.length === title.octets ? message : otherwise();
  }

  /** The slow way, which also finds what another program or a move has put elsewhere. */
  private async byHand(title: Title, placeOf: () => Place | null): Promise<Buffer> {
    // Asked anew: the mailbox may have moved since the quick try.
    const place = placeOf();
    const bytes = place === null ? null : await this.hand.ask('read', { place, title });
    if (bytes === null) throw gone(title);
    if (bytes.byteLength !== title.octets) throw notWhole(title, bytes.byteLength);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

function gone(title: Title): StoreError {
  return new StoreError('not-found', `The file of message ${title.guid} is gone.`, { params: { message: title.guid } });
}

function notWhole(title: Title, octets: number): StoreError {
  return new StoreError('not-found', `The file of message ${title.guid} was changed by another program: it has ${octets} octets instead of ${title.octets}.`, { params: { message: title.guid } });
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

interface LargeFile {
  readonly file: string;
  readonly title: Title;
  readonly lf: boolean;
  readonly toEnd: boolean;
}

async function* inPieces({ file, title, lf, toEnd }: LargeFile, otherwise: () => Promise<Buffer>): AsyncGenerator<Buffer> {
  const handle = await openIfThere(file);
  if (handle === null) {
    // Placed, moved or renamed between the look and the opening.
    yield await otherwise();
    return;
  }
  try {
    const { size } = await handle.stat();
    // With LF at least one octet stands for each of the message, and at most one CR is put before each.
    const couldBeWhole = lf ? size <= title.octets && size * 2 >= title.octets : size === title.octets;
    if (!couldBeWhole) throw notWhole(title, size);
    // A client that is told in the middle can only hang up, and would hang up here for ever.
    const octets = lf && toEnd ? size + await lineEndsIn(handle) : title.octets;
    if (octets !== title.octets) throw notWhole(title, octets);
    let sent = 0;
    for await (const piece of piecesOf(handle)) {
      const bytes = lf ? toCrlf(piece) : piece;
      sent += bytes.length;
      yield bytes;
    }
    if (sent !== title.octets) throw notWhole(title, sent);
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

async function lineEndsIn(handle: FileHandle): Promise<number> {
  let count = 0;
  for await (const piece of piecesOf(handle)) count += countLf(piece);
  return count;
}

async function* piecesOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
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
