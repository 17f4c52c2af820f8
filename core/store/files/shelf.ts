// Where the messages of one mailbox stand as files: one interface, three formats. Used by the second hand only, so every call is
// synchronous; the engine's own quick reads are in message-reader.ts. "Bytes" are always as on the wire, with CRLF.
import type { StorageFormat } from '../../contract/records.ts';
import { MaildirShelf } from './maildir-shelf.ts';
import { MboxShelf } from './mbox-shelf.ts';
import { MsgShelf } from './msg-shelf.ts';

/** What must be known of a message to find or name its file. */
export interface Title {
  readonly guid: string;
  readonly octets: number;
  readonly receivedAt: number;
}

/** Where the bytes of a message come from. */
export interface Source {
  bytes(): Buffer;
  /** A file that holds exactly what a file of this kind would: it may be linked instead of written. */
  file(lineEnds: 'crlf' | 'lf'): string | null;
}

export interface Shelf {
  /** Writes or links the file; done again it replaces what is there. Not durable before sync. @returns the file, for further links */
  put(title: Title, source: Source): { readonly file: string | null; readonly lineEnds: 'crlf' | 'lf' };
  /** @returns null if it is not there */
  read(title: Title): Buffer | null;
  /** A file of its own that holds the message as described by `lineEnds`, if this format has one. */
  fileOf(title: Title): { readonly file: string; readonly lineEnds: 'crlf' | 'lf' } | null;
  /** Every message whose name is ours. */
  guids(): ReadonlySet<string>;
  /** Facts of a message that is there but not known; null if it cannot be read. */
  title(guid: string): Title | null;
  /** Durable when it returns, also for what had been unlinked before. */
  remove(guids: ReadonlySet<string>): void;
  /** fsync of these messages and of the directories that hold them. @returns guids that are not there */
  sync(titles: readonly Title[]): string[];
  /** Removes the folders of this format if they are empty, and the directory `itself` if asked to. */
  clear(itself: boolean): void;
}

export function shelfAt(directory: string, format: StorageFormat): Shelf {
  switch (format) {
    case 'msg': return new MsgShelf(directory);
    case 'maildir': return new MaildirShelf(directory);
    case 'mbox': return new MboxShelf(directory);
  }
}
