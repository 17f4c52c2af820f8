// What the engine's thread asks of the second hand: the slow and blocking work on files, and checkpoints of the database.
// One task after the other, so no two of them ever touch one mailbox at the same time. The second hand never writes rows.
import type { StorageFormat } from '../../contract/records.ts';
import type { Title } from '../files/shelf.ts';

/** A mailbox on disk. */
export interface Place {
  readonly directory: string;
  readonly format: StorageFormat;
}

export interface PlaceItem {
  /** Row of `bodies`; its bytes are read from there unless `file` has them. */
  readonly body: number;
  readonly title: Title;
  readonly file: string | null;
  readonly places: readonly Place[];
}
export type Placed = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** `absent`: a directory is not there, so nobody knows about its files. */
export type Unlinked = { readonly kind: 'done' | 'absent' } | { readonly kind: 'failed'; readonly directory: string; readonly problem: string };

export interface Tasks {
  /** Writes accepted messages into their mailboxes. One answer per place of each item. */
  readonly place: { readonly input: readonly PlaceItem[]; readonly output: readonly (readonly Placed[])[] };
  /** Makes placed messages durable. Answers with the guids that have gone, per mailbox. */
  readonly sync: { readonly input: readonly { readonly place: Place; readonly titles: readonly Title[] }[]; readonly output: readonly (readonly string[])[] };
  /** Deletes the files of removed messages, durably, from all of the places. One answer per item. */
  readonly remove: { readonly input: readonly { readonly places: readonly Place[]; readonly guids: readonly string[] }[]; readonly output: readonly Unlinked[] };
  /** Compares a mailbox with its rows. `hidden`: how many rows have no file now. `more`: there are further messages to adopt. */
  readonly scan: {
    readonly input: { readonly place: Place; readonly accountId: number; readonly folderId: number };
    /** Null: the directory itself is not there, such as a disk that is not connected. */
    readonly output: { readonly adopt: readonly Title[]; readonly missing: readonly number[]; readonly back: readonly number[]; readonly hidden: number; readonly more: boolean } | null;
  };
  /** Bytes of a message, null if it is not there. */
  readonly read: { readonly input: { readonly place: Place; readonly title: Title }; readonly output: Uint8Array | null };
  /** Copies messages durably from one mailbox to another and compares them. Answers with the guids that were not there. */
  readonly copy: { readonly input: { readonly from: Place; readonly to: Place; readonly titles: readonly Title[] }; readonly output: readonly string[] };
  /** Copies the folder of extracted attachments. */
  readonly copyFiles: { readonly input: { readonly from: string; readonly to: string }; readonly output: null };
  /** Removes from one mailbox what the other one has, and what has been deleted meanwhile. Answers with how many are left. */
  readonly clear: { readonly input: { readonly place: Place; readonly other: Place; readonly accountId: number }; readonly output: number };
  /** Deletes all mail of a mailbox and its extracted attachments. */
  readonly erase: { readonly input: Place; readonly output: null };
  /** @see Checkpoint */
  readonly checkpoint: { readonly input: null; readonly output: Checkpoint };
  /** Copies the small tables into a file of their own, from which they can be restored. */
  readonly backup: { readonly input: { readonly file: string }; readonly output: null };
  /** Looks for damage in the whole database. Answers '' or what was found. */
  readonly check: { readonly input: null; readonly output: string };
}
export type TaskName = keyof Tasks;
export interface Checkpoint {
  /** Frames in the log, and how many of them are in the database now. */
  readonly log: number;
  readonly done: number;
}

/** What a thread is for, and the database that it has open. */
export interface WorkerStart {
  readonly work: 'store' | 'trace';
  readonly file: string;
}

export interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
export type Answer =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };
