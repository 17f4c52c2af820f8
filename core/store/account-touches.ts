// When an account was last used: noted at every logon, so gathered and written now and then, without waiting for the disk.
import type { AccountTable } from './account-table.ts';
import type { Committer } from './committer.ts';
import { isDiskFull } from './failures.ts';
import type { Db } from './sqlite.ts';

const writeAfterMs = 2000;

export class AccountTouches {
  private readonly db: Db;
  private readonly table: AccountTable;
  private readonly committer: Committer;
  private readonly pending = new Map<number, number>();
  private timer: NodeJS.Timeout | null = null;

  constructor(db: Db, table: AccountTable, committer: Committer) {
    this.db = db;
    this.table = table;
    this.committer = committer;
  }

  note(accountId: number, at: number): void {
    this.pending.set(accountId, at);
    if (this.timer !== null) return;
    this.timer = setTimeout(() => void this.committer.run(() => this.write(), { durable: false }).catch(() => undefined), writeAfterMs);
    this.timer.unref();
  }

  /** Before somebody looks. Nothing else is in a transaction then: those begin and end in one turn. A full disk hinders nobody from looking. */
  flush(): void {
    if (this.pending.size === 0) return;
    try {
      this.db.transaction(() => this.write())();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  }

  private write(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const [id, at] of this.pending) this.table.touch(id, at);
    this.pending.clear();
  }
}
