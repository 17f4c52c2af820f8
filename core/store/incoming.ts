// Accepting: the store takes responsibility for messages. Rows of all parts, with the bytes of small messages among them, are
// committed in one transaction that shares its fsync with all others of the moment (committer.ts). Placing follows later.
import type { Committer } from './committer.ts';
import type { DirectorySync } from './directory-sync.ts';
import { StoreError } from './errors.ts';
import { asStoreError } from './failures.ts';
import type { Housekeeper } from './housekeeper.ts';
import { StoredIncomingFile } from './incoming-file.ts';
import { messageId } from './records/message-id.ts';
import type { Roster } from './roster.ts';
import type { Db } from './sqlite.ts';
import type { AcceptedPart, Incoming, IncomingFile, StoreChange } from './store.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

export interface IncomingParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly waiting: WaitingMail;
  readonly housekeeper: Housekeeper;
  readonly roster: Roster;
  readonly directory: string;
  readonly directorySync: DirectorySync;
  readonly makeGuid: () => string;
  readonly emit: (change: StoreChange) => void;
}

interface Sealed {
  readonly part: AcceptedPart;
  readonly file: StoredIncomingFile;
  readonly bytes: Buffer | null;
}

export function makeIncoming(parts: IncomingParts): Incoming {
  const { committer, waiting, housekeeper, emit } = parts;
  const insert = inserter(parts);

  async function seal(accepted: readonly AcceptedPart[]): Promise<Sealed[]> {
    const sealing = await Promise.allSettled(accepted.map(async (part) => {
      const file = ownFile(part.file);
      return { part, file, bytes: await file.seal() };
    }));
    const failed = sealing.find((one) => one.status === 'rejected');
    const sealed = sealing.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    if (failed === undefined) return sealed;
    await Promise.all(sealed.map(({ file }) => file.remove()));
    throw failed.reason;
  }

  return {
    create: (): IncomingFile => new StoredIncomingFile(parts.makeGuid(), parts.directory),

    async commit(accepted): Promise<void> {
      const sealed = await seal(accepted);
      try {
        if (sealed.some(({ bytes }) => bytes === null)) await parts.directorySync.sync();
        await committer.run(() => sealed.map(insert), {
          committed: (bodies) => {
            for (const body of bodies) waiting.add(body);
            housekeeper.wake();
          },
          weight: sealed.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
        });
      } catch (error) {
        await Promise.all(sealed.map(({ file }) => file.remove()));
        throw asStoreError(error);
      }
      for (const accountId of new Set(accepted.flatMap(({ local }) => local))) emit({ topic: 'mail', accountId });
      if (accepted.some(({ queued }) => queued.length > 0)) emit({ topic: 'queues' });
    },
  };
}

function ownFile(file: IncomingFile): StoredIncomingFile {
  if (!(file instanceof StoredIncomingFile)) throw new Error('an incoming file that this store has not created');
  return file;
}

/** Writes the rows of one part. */
function inserter({ db, waiting, roster }: IncomingParts): (sealed: Sealed) => WaitingBody {
  const nextUid = db.prepare<[number, number], number>(`
    UPDATE folders SET uid_next = uid_next + 1, messages = messages + 1, bytes = bytes + ? WHERE id = ? RETURNING uid_next - 1`).pluck();
  const insertMessage = db.prepare<[number, string, number, number]>('INSERT INTO messages (id, guid, octets, received_at) VALUES (?, ?, ?, ?)');
  const insertBody = db.prepare<[number, string, number, number, string, Buffer | null]>('INSERT INTO bodies (id, guid, octets, received_at, holders, bytes) VALUES (?, ?, ?, ?, ?, ?)');
  const insertQueued = db.prepare<[string, string, string, string, number, number, string | null, string | null, number]>(`
    INSERT INTO queue_messages (queue, guid, reverse_path, subject, octets, queued_at, envid, ret, smtp_utf8) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertRecipient = db.prepare<[number | bigint, string, string | null, string | null, string]>('INSERT INTO queue_recipients (message_id, address, notify, orcpt, reason) VALUES (?, ?, ?, ?, ?)');

  function toMailbox(accountId: number, { part, file }: Sealed): number {
    const account = roster.get(accountId);
    const uid = account === null ? undefined : nextUid.get(file.octets, account.folderId);
    if (account === null || uid === undefined) throw new StoreError('not-found', 'The account has been removed while the message was coming in.', { params: { account: accountId } });
    const id = messageId(account.folderId, uid);
    insertMessage.run(id, file.id, file.octets, part.receivedAt);
    return id;
  }

  function toQueue(queue: 'remote' | 'bad', { part, file }: Sealed): void {
    const recipients = part.queued.filter((one) => one.queue === queue);
    if (recipients.length === 0) return;
    const { lastInsertRowid } = insertQueued.run(queue, file.id, part.reversePath, part.subject, file.octets, part.receivedAt, part.envid, part.ret, part.smtpUtf8 ? 1 : 0);
    for (const { address, notify, orcpt, reason } of recipients) insertRecipient.run(lastInsertRowid, address, notify, orcpt, reason);
  }

  return (sealed) => {
    const { part, file, bytes } = sealed;
    const accounts = [...new Set(part.local)];
    const messages = accounts.map((accountId) => toMailbox(accountId, sealed));
    toQueue('remote', sealed);
    toQueue('bad', sealed);
    const queue = part.queued.length > 0 ? [0] : [];
    const bodyId = waiting.newBodyId();
    insertBody.run(bodyId, file.id, file.octets, part.receivedAt, JSON.stringify([...messages, ...queue]), bytes);
    const title = { guid: file.id, octets: file.octets, receivedAt: part.receivedAt };
    return { bodyId, title, inFile: bytes === null, holders: [...accounts, ...queue], stage: 'new', touched: false, placedAt: 0 };
  };
}
