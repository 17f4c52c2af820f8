// Joins files and rows, in the background after a start and when a directory comes into use: files with our names but no row are
// taken in (restored from a backup, or the database was lost), rows whose file is gone are hidden and reported, found again they return:
// mailboxes with hidden messages, and those whose directory is not there, are looked at again from time to time and when they are opened.
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { reason } from './failures.ts';
import type { Title } from './files/shelf.ts';
import type { Hand } from './hand/hand.ts';
import type { Housekeeper } from './housekeeper.ts';
import type { MailboxLists } from './mailboxes.ts';
import { messageId } from './records/message-id.ts';
import type { Roster, RosterAccount } from './roster.ts';
import type { Db, Log } from './sqlite.ts';
import type { StoreChange } from './store.ts';

export interface SweepParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly hand: Hand;
  readonly housekeeper: Housekeeper;
  readonly roster: Roster;
  readonly lists: MailboxLists;
  readonly log: Log;
  readonly emit: (change: StoreChange) => void;
}

const againMs = 10 * 60_000;
/** Whoever opens a mailbox every few seconds does not have its files listed as often. */
const openedMs = 30_000;

export class Sweep {
  private readonly parts: SweepParts;
  private readonly statements;
  private stopped = false;
  /** Accounts of which something is missing, and when they were last looked at because somebody opened them. */
  private readonly lacking = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(parts: SweepParts) {
    this.parts = parts;
    this.statements = {
      nextUid: parts.db.prepare<[number, number], number>('UPDATE folders SET uid_next = uid_next + 1, messages = messages + 1, bytes = bytes + ? WHERE id = ? RETURNING uid_next - 1').pluck(),
      insert: parts.db.prepare<[number, string, number, number]>('INSERT INTO messages (id, guid, octets, received_at) VALUES (?, ?, ?, ?)'),
      mark: parts.db.prepare<[number, number, number], number>('UPDATE messages SET missing = ? WHERE id = ? AND missing <> ? RETURNING octets').pluck(),
      count: parts.db.prepare<[number, number, number]>('UPDATE folders SET messages = messages + ?, bytes = bytes + ? WHERE id = ?'),
    };
    this.timer = setInterval(() => void this.lookAgain(), againMs);
    this.timer.unref();
  }

  /** Somebody has opened this mailbox: what is found now shows at the next time. */
  opened(accountId: number): void {
    const lookedAt = this.lacking.get(accountId);
    if (lookedAt === undefined || performance.now() - lookedAt < openedMs) return;
    this.lacking.set(accountId, performance.now());
    void this.soon(accountId);
  }

  private async lookAgain(): Promise<void> {
    for (const accountId of [...this.lacking.keys()]) await this.soon(accountId);
  }

  /** Every account in turn, other work in between. */
  async all(): Promise<void> {
    for (const { id } of [...this.parts.roster.all()]) {
      if (this.stopped) return;
      await this.soon(id);
    }
  }

  /** One account, when the jobs before it are done. */
  async soon(accountId: number): Promise<void> {
    try {
      await this.parts.housekeeper.run(async () => {
        if (!this.stopped) await this.scan(accountId);
      });
    } catch (error) {
      if (!this.stopped) this.parts.log('warning', sentence('say.store.sweep-failed', { account: accountId, cause: reason(error) }));
    }
  }

  /** Inside a job of the housekeeper. @returns how many of its messages have no file; null: its directory is not there */
  async scan(accountId: number): Promise<number | null> {
    const { hand, committer, roster, lists, log, emit } = this.parts;
    for (;;) {
      const account = roster.get(accountId);
      if (account === null) {
        this.lacking.delete(accountId);
        return 0;
      }
      const found = await hand.ask('scan', { place: roster.placeOf(account), accountId, folderId: account.folderId });
      if (found === null) {
        // Hiding its messages would tell clients that they were deleted; a disk that is not connected comes back.
        if (!this.lacking.has(accountId)) log('warning', sentence('say.store.directory-gone', { directory: roster.pathOf(account), mailbox: account.mailbox }));
        this.lacks(accountId);
        return null;
      }
      if (found.hidden > 0) this.lacks(accountId);
      else this.lacking.delete(accountId);
      if (found.adopt.length === 0 && found.missing.length === 0 && found.back.length === 0) return found.hidden;
      await committer.run(() => {
        this.mark(account, found.missing, 1);
        this.mark(account, found.back, 0);
        this.adopt(account, found.adopt);
      }, { committed: () => lists.forget(account.folderId) });
      const where = roster.pathOf(account);
      if (found.adopt.length > 0) log('info', sentence('say.store.files-adopted', { count: found.adopt.length, directory: where, mailbox: account.mailbox }));
      if (found.missing.length > 0) log('warning', sentence('say.store.files-missing', { count: found.missing.length, mailbox: account.mailbox, directory: where }));
      if (found.back.length > 0) log('info', sentence('say.store.files-back', { count: found.back.length, mailbox: account.mailbox }));
      emit({ topic: 'mail', accountId });
      if (!found.more) return found.hidden;
    }
  }

  private lacks(accountId: number): void {
    if (!this.lacking.has(accountId)) this.lacking.set(accountId, Number.NEGATIVE_INFINITY);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  private adopt({ folderId }: RosterAccount, titles: readonly Title[]): void {
    for (const { guid, octets, receivedAt } of [...titles].sort((a, b) => a.receivedAt - b.receivedAt)) {
      const uid = this.statements.nextUid.get(octets, folderId);
      if (uid !== undefined) this.statements.insert.run(messageId(folderId, uid), guid, octets, receivedAt);
    }
  }

  private mark({ folderId }: RosterAccount, ids: readonly number[], missing: 0 | 1): void {
    let messages = 0;
    let bytes = 0;
    for (const id of ids) {
      const octets = this.statements.mark.get(missing, id, missing);
      if (octets === undefined) continue;
      messages += 1;
      bytes += octets;
    }
    const sign = missing === 1 ? -1 : 1;
    if (messages > 0) this.statements.count.run(sign * messages, sign * bytes, folderId);
  }
}
