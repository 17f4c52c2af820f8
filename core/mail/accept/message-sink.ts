// Takes the bytes of one DATA to disk. The header is looked at as it comes (hops, missing fields, subject), our trace goes before
// it, the body passes through untouched. finish() settles every recipient in one commit and only then says yes.
// RFC 5321 §4.4 (trace), §6.3 (loops), §6.1 (responsibility begins with the 250). Built by create-mail.ts at DATA.
import { isAscii } from 'node:buffer';
import type { IncomingFile, Incoming } from '../../store/store.ts';
import { reason, replyOf } from '../describe.ts';
import type { Reason } from '../describe.ts';
import type { MessageSink } from '../types.ts';
import { headerPieces } from './header-pieces.ts';
import { HeaderScanner } from './header-scanner.ts';
import { storeReason } from './store-reason.ts';

export interface SinkOptions {
  readonly incoming: Incoming;
  readonly maxMessageBytes: number;
  readonly maxHops: number;
  /** A second file with a marked subject is wanted for the archive. */
  readonly withMarkedCopy: boolean;
  /** Our trace header, for the file with this id. */
  readonly trace: (id: string) => string;
  /** Header lines to add because the message starts here and lacks them. */
  readonly additions: (scanner: HeaderScanner, id: string) => string;
  /** Everything is written: commit it. Throws what the store throws. */
  readonly settle: (message: ReceivedMessage) => Promise<void>;
  readonly refused: (why: Reason) => void;
  /** The store failed: for our log. */
  readonly problem: (id: string, cause: unknown) => void;
}

export interface ReceivedMessage {
  readonly file: IncomingFile;
  readonly markedFile: IncomingFile | null;
  /** The header as received, for who wants to read its fields. */
  readonly header: Buffer;
  readonly scanner: HeaderScanner;
  /** Octets as the peer sent them. */
  readonly octets: number;
  /** Some of them are above 127. */
  readonly eightBit: boolean;
}

const maxHeaderBytes = 1024 * 1024;

export function createMessageSink(options: SinkOptions): MessageSink {
  const file = options.incoming.create();
  const markedFile = options.withMarkedCopy ? options.incoming.create() : null;
  const files = markedFile === null ? [file] : [file, markedFile];
  const scanner = new HeaderScanner();
  let header: Buffer = Buffer.alloc(0);
  let headerLength = 0;
  let inHeader = true;
  let octets = 0;
  let eightBit = false;
  let refusal: Reason | null = null;

  function refuse(why: Reason): Reason {
    refusal = why;
    header = Buffer.alloc(0);
    discardAll();
    options.refused(why);
    return why;
  }
  function storeFailed(cause: unknown): Reason {
    options.problem(file.id, cause);
    return refuse(storeReason(cause));
  }
  function discardAll(): void {
    for (const each of files) each.discard().catch((cause: unknown) => options.problem(each.id, cause));
  }

  /** Collects the header: a message that fits in one chunk is never copied. */
  function collect(chunk: Buffer): void {
    if (headerLength === 0) header = chunk;
    else {
      if (headerLength + chunk.length > header.length) header = grown(header, headerLength, headerLength + chunk.length);
      chunk.copy(header, headerLength);
    }
    headerLength += chunk.length;
  }

  /** Writes trace and header; false when the files want a pause. */
  function headerDone(): boolean {
    inHeader = false;
    if (scanner.receivedCount > options.maxHops) {
      refuse(reason('message.hops', { hops: scanner.receivedCount }));
      return true;
    }
    let room = true;
    for (const target of files) {
      target.write(Buffer.from(options.trace(target.id)));
      const changes = { additions: options.additions(scanner, file.id), mark: target === markedFile };
      for (const piece of headerPieces(header, headerLength, scanner, changes)) room = target.write(piece) && room;
    }
    header = header.subarray(0, scanner.headerEnd);
    return room;
  }

  return {
    write(chunk) {
      if (refusal !== null) return true;
      octets += chunk.length;
      if (octets > options.maxMessageBytes) {
        refuse(reason('message.too-large', { limit: options.maxMessageBytes }));
        return true;
      }
      eightBit ||= !isAscii(chunk);
      if (!inHeader) return files.reduce((room, target) => target.write(chunk) && room, true);
      collect(chunk);
      const isWhole = scanner.scan(header, headerLength);
      if ((isWhole ? scanner.headerEnd : headerLength) <= maxHeaderBytes) return isWhole ? headerDone() : true;
      refuse(reason('message.header-too-large', { limit: maxHeaderBytes }));
      return true;
    },
    async drained() {
      if (refusal !== null) return;
      try {
        await Promise.all(files.map((each) => each.drained()));
      } catch (error) {
        storeFailed(error);
      }
    },
    async finish() {
      if (inHeader && refusal === null) {
        scanner.finish(headerLength);
        headerDone();
      }
      if (refusal !== null) return { kind: 'refused', reply: replyOf(refusal) };
      try {
        await options.settle({ file, markedFile, header, scanner, octets, eightBit });
        return { kind: 'ok', id: file.id };
      } catch (error) {
        return { kind: 'refused', reply: replyOf(storeFailed(error)) };
      }
    },
    abort() {
      if (refusal === null) discardAll();
    },
  };
}

function grown(bytes: Buffer, used: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(needed, 2 * bytes.length));
  bytes.copy(larger, 0, 0, used);
  return larger;
}
