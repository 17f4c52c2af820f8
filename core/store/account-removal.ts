// Removing accounts. `keep` leaves the message files where they are, all of them: what still waits is written there first, and the
// files of deleted messages are gone, so that a later account with this directory does not get them.
// `delete` takes the files too, after the rows, with word left in `leftovers` so that a crash in between changes nothing.
import type { AccountTable } from './account-table.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import type { History } from './history.ts';
import type { Housekeeper } from './housekeeper.ts';
import { firstId, lastId } from './records/message-id.ts';
import type { Remover } from './remover.ts';
import type { Roster, RosterAccount } from './roster.ts';
import type { Db } from './sqlite.ts';
import type { Actor } from './store.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

/** Mail may keep coming while the last of it is being written. */
const mostRounds = 20;
/** So often it is tried to be rid of the files of deleted messages first. */
const unlinkRounds = 5;

export interface AccountRemovalParts {
  readonly db: Db;
  readonly table: AccountTable;
  readonly roster: Roster;
  readonly committer: Committer;
  readonly housekeeper: Housekeeper;
  readonly waiting: WaitingMail;
  readonly remover: Remover;
  readonly history: History;
  /** Committed: this account is gone. */
  readonly changed: (accountId: number) => void;
}

export class AccountRemoval {
  private readonly parts: AccountRemovalParts;
  private readonly leave;
  private readonly anyRemoved;

  constructor(parts: AccountRemovalParts) {
    this.parts = parts;
    this.leave = parts.db.prepare<[string, string]>('INSERT OR IGNORE INTO leftovers (directory, storage_format) VALUES (?, ?)');
    this.anyRemoved = parts.db.prepare<[number], number>('SELECT 1 FROM removed WHERE account_id = ? LIMIT 1').pluck();
  }

  /** @returns how many there were to remove */
  remove(ids: readonly number[], mail: 'keep' | 'delete', actor: Actor): Promise<number> {
    const { housekeeper, committer } = this.parts;
    return housekeeper.run(async () => {
      for (let round = 0; round < mostRounds; round += 1) {
        if (mail === 'keep') await housekeeper.cycle(true);
        const removed = await committer.run(() => (mail === 'keep' && this.isBusy(ids, round) ? null : this.removeAll(ids, mail, actor)), {
          committed: (bodies) => {
            if (bodies !== null) this.forget(ids, bodies);
          },
        });
        if (removed === null) continue;
        for (const [accountId, bodies] of removed) this.parts.remover.clean({ accountId, count: 0, guids: [], bodies });
        housekeeper.wake();
        return removed.size;
      }
      throw new StoreError('directory.not-writable', 'Some mail of the account could not be written to its Message directory, so its files cannot be kept. Look at the log for the reason, or remove the account together with its mail.');
    });
  }

  /** Inside the transaction: something must be written or unlinked first. Where that cannot be unlinked now, the account goes all the same. */
  private isBusy(ids: readonly number[], round: number): boolean {
    return this.anyWaits(ids) || (round < unlinkRounds && ids.some((id) => this.anyRemoved.get(id) !== undefined));
  }

  private anyWaits(ids: readonly number[]): boolean {
    const wanted = new Set(ids);
    for (const body of this.parts.waiting.all()) if (body.holders.some((accountId) => wanted.has(accountId))) return true;
    return false;
  }

  /** Inside a transaction. @returns per removed account the bodies that it lets go of */
  private removeAll(ids: readonly number[], mail: 'keep' | 'delete', actor: Actor): Map<number, WaitingBody[]> {
    const removed = new Map<number, WaitingBody[]>();
    for (const id of new Set(ids)) {
      const account = this.parts.roster.get(id);
      const record = this.parts.table.get(id);
      if (account === null || record === null) continue;
      removed.set(id, this.letGo(account));
      this.parts.table.remove(id, firstId(account.folderId), lastId(account.folderId));
      if (mail === 'delete') this.leave.run(this.parts.roster.pathOf(account), account.format);
      this.parts.history.add(actor, 'delete', `account ${record.address}`, [
        { field: 'directory', before: record.directory, after: '' }, { field: 'messages', before: String(record.messages), after: mail === 'keep' ? String(record.messages) : '0' },
      ]);
    }
    return removed;
  }

  private letGo({ id }: RosterAccount): WaitingBody[] {
    const bodies: WaitingBody[] = [];
    for (const body of this.parts.waiting.all()) if (body.holders.includes(id)) this.parts.remover.letGo(id, body.title.guid, [], bodies);
    return bodies;
  }

  private forget(ids: readonly number[], bodies: ReadonlyMap<number, readonly WaitingBody[]>): void {
    for (const id of ids) {
      this.parts.remover.forget({ accountId: id, count: 0, guids: [], bodies: bodies.get(id) ?? [] });
      this.parts.changed(id);
    }
  }
}
