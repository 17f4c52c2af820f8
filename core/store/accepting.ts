// Taking responsibility for messages, in the steps that whoever commits them puts around other changes: seal the bytes, write the rows
// inside a transaction, then tell. Used by incoming.ts for what arrives, and by the queues for reports and copies.
import type { DirectorySync } from './directory-sync.ts';
import { StoreError } from './errors.ts';
import type { Housekeeper } from './housekeeper.ts';
import { StoredIncomingFile } from './incoming-file.ts';
import type { QueueTable } from './queue/queue-table.ts';
import { messageId } from './records/message-id.ts';
import type { Roster } from './roster.ts';
import type { Db } from './sqlite.ts';
import type { AcceptedPart, IncomingFile, StoreChange } from './store.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

export interface AcceptingParts {
  readonly db: Db;
  readonly waiting: WaitingMail;
  readonly housekeeper: Housekeeper;
  readonly roster: Roster;
  readonly queueTable: QueueTable;
  readonly directory: string;
  readonly directorySync: DirectorySync;
  readonly makeGuid: () => string;
  readonly emit: (change: StoreChange) => void;
}

export interface Sealed {
  readonly part: AcceptedPart;
  readonly file: StoredIncomingFile;
  /** Null: in a file that has been fsynced. */
  readonly bytes: Buffer | null;
}

export class Accepting {
  private readonly parts: AcceptingParts;
  private readonly statements;

  constructor(parts: AcceptingParts) {
    this.parts = parts;
    const { db } = parts;
    this.statements = {
      nextUid: db.prepare<[number, number], number>(`
        UPDATE folders SET uid_next = uid_next + 1, messages = messages + 1, bytes = bytes + ? WHERE id = ? RETURNING uid_next - 1`).pluck(),
      message: db.prepare<[number, string, number, number]>('INSERT INTO messages (id, guid, octets, received_at) VALUES (?, ?, ?, ?)'),
      body: db.prepare<[number, string, number, number, string, Buffer | null]>('INSERT INTO bodies (id, guid, octets, received_at, holders, bytes) VALUES (?, ?, ?, ?, ?, ?)'),
    };
  }

  create(): IncomingFile {
    return new StoredIncomingFile(this.parts.makeGuid(), this.parts.directory);
  }

  /** The bytes of all parts where a commit needs them. @throws StoreError 'disk.full', with nothing left behind */
  async seal(accepted: readonly AcceptedPart[]): Promise<readonly Sealed[]> {
    const sealing = await Promise.allSettled(accepted.map(async (part) => {
      const file = ownFile(part.file);
      return { part, file, bytes: await file.seal() };
    }));
    const failed = sealing.find((one) => one.status === 'rejected');
    const sealed = sealing.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    try {
      if (failed !== undefined) throw failed.reason;
      if (sealed.some(({ bytes }) => bytes === null)) await this.parts.directorySync.sync();
      return sealed;
    } catch (error) {
      await this.discard(sealed);
      throw error;
    }
  }

  /** After a commit that failed. */
  async discard(sealed: readonly Sealed[]): Promise<void> {
    await Promise.all(sealed.map(({ file }) => file.remove()));
  }

  /** Inside a transaction. @throws StoreError 'not-found' if an account is gone */
  write(sealed: readonly Sealed[]): readonly WaitingBody[] {
    return sealed.map((one) => this.writeOne(one));
  }

  /** At COMMIT, with what `write` returned. */
  committed(bodies: readonly WaitingBody[]): void {
    if (bodies.length === 0) return;
    for (const body of bodies) this.parts.waiting.add(body);
    this.parts.housekeeper.wake();
  }

  /** When it is durable. */
  tell(accepted: readonly AcceptedPart[]): void {
    for (const accountId of new Set(accepted.flatMap(({ local }) => local))) this.parts.emit({ topic: 'mail', accountId });
  }

  private writeOne(sealed: Sealed): WaitingBody {
    const { part, file, bytes } = sealed;
    const accounts = [...new Set(part.local)];
    const messages = accounts.map((accountId) => this.toMailbox(accountId, sealed));
    this.parts.queueTable.accept(part);
    const queue = part.queued.length > 0 ? [0] : [];
    const bodyId = this.parts.waiting.newBodyId();
    this.statements.body.run(bodyId, file.id, file.octets, part.receivedAt, JSON.stringify([...messages, ...queue]), bytes);
    const title = { guid: file.id, octets: file.octets, receivedAt: part.receivedAt };
    return { bodyId, title, inFile: bytes === null, holders: [...accounts, ...queue], stage: 'new', touched: false, placedAt: 0 };
  }

  private toMailbox(accountId: number, { part, file }: Sealed): number {
    const account = this.parts.roster.get(accountId);
    const uid = account === null ? undefined : this.statements.nextUid.get(file.octets, account.folderId);
    if (account === null || uid === undefined) throw new StoreError('not-found', 'The account has been removed while the message was coming in.', { params: { account: accountId } });
    const id = messageId(account.folderId, uid);
    this.statements.message.run(id, file.id, file.octets, part.receivedAt);
    return id;
  }
}

/** Rough bytes for the log. */
export function weightOf(sealed: readonly Sealed[]): number {
  return sealed.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
}

function ownFile(file: IncomingFile): StoredIncomingFile {
  if (!(file instanceof StoredIncomingFile)) throw new Error('an incoming file that this store has not created');
  return file;
}
