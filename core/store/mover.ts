// A mailbox to another directory or storage format, all or nothing. What is intended is written down first; then the files are copied,
// synced and compared; one transaction switches the account to the new place; only then the old files go. A crash before the switch
// is undone at the next start, one after it finished. Mail that arrives meanwhile waits in the database and follows to the new place.
// Mail that is removed meanwhile leaves a file in either place: the unlinker looks in both for as long as the row in `moves` is there.
import type { StorageFormat } from '../contract/records.ts';
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import { asStoreError, reason } from './failures.ts';
import type { Hand } from './hand/hand.ts';
import type { Place } from './hand/tasks.ts';
import type { Housekeeper } from './housekeeper.ts';
import { firstId, lastId } from './records/message-id.ts';
import type { Roster } from './roster.ts';
import type { Db, Log } from './sqlite.ts';
import type { Sweep } from './sweep.ts';
import type { WaitingMail } from './waiting-mail.ts';

const batch = 100;
const columns = 'SELECT account_id AS accountId, old_directory AS oldDirectory, old_format AS oldFormat, new_directory AS newDirectory, new_format AS newFormat, switched FROM moves';
interface MoveRow { readonly accountId: number; readonly oldDirectory: string; readonly oldFormat: StorageFormat; readonly newDirectory: string; readonly newFormat: StorageFormat; readonly switched: number }
interface MessageRow { readonly id: number; readonly guid: string; readonly octets: number; readonly receivedAt: number }

/** Of a move that is done or undone: the place that does not count any more, and the one that does. */
interface Behind { readonly accountId: number; readonly place: Place; readonly other: Place }

export interface MoverParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly hand: Hand;
  readonly housekeeper: Housekeeper;
  readonly waiting: WaitingMail;
  readonly roster: Roster;
  readonly sweep: Sweep;
  readonly log: Log;
}

/** What the switch itself writes, and what is in memory after it. */
export interface Switch<T> {
  readonly work: () => T;
  readonly committed: (result: T) => void;
}

export class Mover {
  private readonly parts: MoverParts;
  private readonly statements;

  constructor(parts: MoverParts) {
    this.parts = parts;
    this.statements = {
      begin: parts.db.prepare<[number, string, string, string, string]>('INSERT OR REPLACE INTO moves (account_id, old_directory, old_format, new_directory, new_format, switched) VALUES (?, ?, ?, ?, ?, 0)'),
      switched: parts.db.prepare<[number]>('UPDATE moves SET switched = 1 WHERE account_id = ?'),
      end: parts.db.prepare<[number]>('DELETE FROM moves WHERE account_id = ?'),
      messages: parts.db.prepare<[number, number, number], MessageRow>('SELECT id, guid, octets, received_at AS receivedAt FROM messages WHERE id BETWEEN ? AND ? AND missing = 0 ORDER BY id LIMIT ?'),
      unfinished: parts.db.prepare<[], MoveRow>(columns),
      unfinishedOf: parts.db.prepare<[number], MoveRow>(`${columns} WHERE account_id = ?`),
    };
  }

  /**
   * Moves the mail to `to`; `change` is done in the transaction that makes it count.
   *
   * @throws what `change` threw, StoreError 'disk.full', 'directory.not-there' or 'directory.not-writable', or what the disk said; the old place still counts then
   */
  move<T>(accountId: number, to: Place, change: Switch<T>): Promise<T> {
    const { committer, housekeeper, roster, hand, sweep, waiting, log } = this.parts;
    return housekeeper.run(async () => {
      const account = roster.get(accountId);
      if (account === null) return committer.run(change.work, { committed: change.committed });
      const from = roster.placeOf(account);
      await this.finishEarlier(accountId);
      await housekeeper.cycle(true);
      const hidden = await sweep.scan(accountId);
      // Nothing can be brought along from a disk that is not connected, and nobody would look for it there ever again.
      if (hidden === null && this.statements.messages.all(firstId(account.folderId), lastId(account.folderId), 1).length > 0) throw notThere(from.directory);
      await committer.run(() => this.statements.begin.run(accountId, from.directory, from.format, to.directory, to.format));
      let result: T;
      try {
        if (from.directory !== to.directory) await hand.ask('copyFiles', { from: from.directory, to: to.directory });
        await this.copyAll(account.folderId, from, to);
        result = await committer.run(() => {
          const changed = change.work();
          this.statements.switched.run(accountId);
          return changed;
        }, {
          committed: (changed) => {
            change.committed(changed);
            waiting.placeAgain(accountId);
          },
        });
      } catch (error) {
        await this.finish({ accountId, place: to, other: from });
        throw asStoreError(error);
      }
      await this.finish({ accountId, place: from, other: to });
      if (hidden !== null && hidden > 0) log('warning', sentence('say.store.move-hidden', { count: hidden, mailbox: account.mailbox, from: from.directory, to: to.directory }));
      housekeeper.wake();
      return result;
    });
  }

  /** At the start: undoes or finishes what a crash has interrupted. */
  recover(): Promise<void> {
    const { housekeeper, log } = this.parts;
    return housekeeper.run(async () => {
      for (const row of this.statements.unfinished.all()) {
        log('info', sentence(row.switched === 1 ? 'say.store.move-finished' : 'say.store.move-undone', { from: row.oldDirectory, to: row.newDirectory }));
        await this.finish(leftBehind(row));
      }
    });
  }

  /** One row tells of one move: before the next the files of the last must be gone. */
  private async finishEarlier(accountId: number): Promise<void> {
    const row = this.statements.unfinishedOf.get(accountId);
    if (row === undefined) return;
    const behind = leftBehind(row);
    if (await this.finish(behind)) return;
    const { directory } = behind.place;
    throw new StoreError('directory.not-writable', `Files of an earlier move of this mailbox could not be removed from ${directory}. Look at the log for the reason, give Merpati the right to write there, and try again.`, { field: 'directory', params: { directory } });
  }

  private async copyAll(folderId: number, from: Place, to: Place): Promise<void> {
    const { waiting, hand, log } = this.parts;
    let after = firstId(folderId);
    for (;;) {
      const rows = this.statements.messages.all(after, lastId(folderId), batch);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id + 1;
      // What still waits has not been written to the old place for certain, and will be written to the new one.
      const titles = rows.filter(({ guid }) => waiting.get(guid) === null).map(({ guid, octets, receivedAt }) => ({ guid, octets, receivedAt }));
      const gone = await hand.ask('copy', { from, to, titles });
      for (const guid of gone) log('warning', sentence('say.store.move-missing', { id: guid, directory: from.directory }));
    }
  }

  /** Takes away what is in both places from the one that does not count. @returns whether that could be done */
  private async finish({ accountId, place, other }: Behind): Promise<boolean> {
    const { hand, committer, log } = this.parts;
    try {
      const left = await hand.ask('clear', { place, other, accountId });
      if (left > 0) log('info', sentence('say.store.move-left', { count: left, directory: place.directory }));
      await committer.run(() => this.statements.end.run(accountId), { durable: false });
      return true;
    } catch (error) {
      log('warning', sentence('say.store.move-not-removed', { directory: place.directory, cause: reason(error) }));
      return false;
    }
  }
}

function notThere(directory: string): StoreError {
  return new StoreError('directory.not-there', `${directory}, where the mail of this account is, is not there at the moment. Connect its disk again; if it is lost, make an empty folder of that name. Then repeat the change.`, { field: 'directory', params: { directory } });
}

function leftBehind({ accountId, oldDirectory, oldFormat, newDirectory, newFormat, switched }: MoveRow): Behind {
  const before: Place = { directory: oldDirectory, format: oldFormat };
  const after: Place = { directory: newDirectory, format: newFormat };
  return switched === 1 ? { accountId, place: before, other: after } : { accountId, place: after, other: before };
}
