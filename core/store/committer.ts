// The one place where rows are written: group commit. What is asked for in the same moment shares a transaction and one fsync of
// the write-ahead log; each item has its own savepoint, so a bad one does not fail the others. Nothing blocks on the disk.
// Why this is as safe as synchronous=FULL: docs/adr/0002-group-commit.md.
import { closeSync, fdatasync, openSync } from 'node:fs';
import { asError } from './failures.ts';
import { StoreError } from './errors.ts';
import type { Db } from './sqlite.ts';

export interface CommitOptions<T> {
  /** Called at once after COMMIT, before anybody can read: brings what is kept in memory up to date. Must not throw. */
  readonly committed?: (result: T) => void;
  /** False: bookkeeping that may be lost in a power cut; resolves after COMMIT. */
  readonly durable?: boolean;
  /** Rough bytes that it adds to the log. */
  readonly weight?: number;
}

interface Item {
  readonly durable: boolean;
  readonly weight: number;
  work(): void;
  committed(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** A group is cut here, so that one transaction does not hold the event loop for long. */
const maxGroup = 400;
const maxGroupBytes = 16 << 20;

export class Committer {
  private readonly db: Db;
  private readonly log: number;
  private readonly onWritten: (bytes: number) => void;
  private readonly statements;
  private pending: Item[] = [];
  private scheduled = false;
  private syncing = false;
  private held = 0;
  private broken: StoreError | null = null;
  private idle: (() => void)[] = [];

  /** @param onWritten told after each group, about how many bytes the log has grown */
  constructor(db: Db, file: string, onWritten: (bytes: number) => void) {
    this.db = db;
    this.onWritten = onWritten;
    const prepare = (sql: string) => db.prepare(sql);
    this.statements = {
      begin: prepare('BEGIN IMMEDIATE'), commit: prepare('COMMIT'), rollback: prepare('ROLLBACK'),
      savepoint: prepare('SAVEPOINT item'), release: prepare('RELEASE item'), undo: prepare('ROLLBACK TO item'),
    };
    // Windows flushes only through a handle that may write. POSIX locks are on the database and -shm files, so this one is free to open.
    this.log = openSync(`${file}-wal`, 'r+');
  }

  /**
   * Runs `work` (synchronous SQL) in the next group.
   *
   * @returns what `work` returned, once it is on disk
   * @throws what `work` threw, with nothing of it kept; StoreError 'disk.full'
   */
  run<T>(work: () => T, options: CommitOptions<T> = {}): Promise<T> {
    if (this.broken !== null) return Promise.reject(this.broken);
    return new Promise<T>((resolve, reject) => {
      let done: { readonly value: T } | null = null;
      this.pending.push({
        durable: options.durable ?? true,
        weight: options.weight ?? 0,
        work: () => {
          done = { value: work() };
        },
        committed: () => {
          if (done !== null) options.committed?.(done.value);
        },
        resolve: () => {
          if (done !== null) resolve(done.value);
        },
        reject: (error) => reject(asError(error)),
      });
      this.schedule();
    });
  }

  /** Writes nothing while `work` goes on; what is asked for meanwhile waits, and nothing else does. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.held += 1;
    try {
      return await work();
    } finally {
      this.held -= 1;
      this.schedule();
    }
  }

  private schedule(): void {
    if (this.scheduled || this.syncing || this.held > 0 || this.pending.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (this.held === 0) this.flush();
    });
  }

  private flush(): void {
    const group = this.nextGroup();
    const kept = this.broken === null ? this.transact(group) : refuse(group, this.broken);
    for (const item of kept) item.committed();
    if (kept.length > 0) this.onWritten(kept.reduce((sum, { weight }) => sum + weight + 8192, 0));
    if (!kept.some(({ durable }) => durable)) {
      this.settle(kept, null);
      return;
    }
    this.syncing = true;
    // Started after COMMIT: whatever this group wrote is on disk when it returns, in the log or, if that was reset, in the database.
    fdatasync(this.log, (error) => {
      this.syncing = false;
      this.settle(kept, error);
    });
  }

  private settle(kept: readonly Item[], error: Error | null): void {
    if (error !== null) {
      // After a failed fsync nobody knows what is on disk, and asking again may answer yes wrongly: write no more.
      this.broken = new StoreError('store.damaged', `The disk reported an error while saving (${error.message}). Nothing more is accepted until Merpati is restarted. Check the disk.`, { cause: error });
      refuse(kept, this.broken);
    } else {
      for (const item of kept) item.resolve();
    }
    if (this.pending.length > 0) this.schedule();
    else for (const wake of this.idle.splice(0)) wake();
  }

  private nextGroup(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const { weight } of this.pending) {
      if (count === maxGroup || (count > 0 && bytes + weight > maxGroupBytes)) break;
      bytes += weight;
      count += 1;
    }
    return this.pending.splice(0, count);
  }

  /** @returns the items that are committed; the others have been rejected */
  private transact(group: readonly Item[]): readonly Item[] {
    const { begin, commit, rollback, savepoint, release, undo } = this.statements;
    const kept: Item[] = [];
    try {
      begin.run();
      for (const item of group) {
        savepoint.run();
        try {
          item.work();
          release.run();
          kept.push(item);
        } catch (error) {
          // A full disk makes SQLite roll back everything; then all of the group has failed.
          if (!this.db.inTransaction) throw error;
          undo.run();
          release.run();
          item.reject(error);
        }
      }
      commit.run();
      return kept;
    } catch (error) {
      if (this.db.inTransaction) rollback.run();
      // Rejecting those again that had failed by themselves changes nothing.
      return refuse(group, error);
    }
  }

  /** Resolves when nothing is waiting or being written. */
  async drained(): Promise<void> {
    if (this.pending.length === 0 && !this.syncing && !this.scheduled) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Waits for what has been asked for; then nothing more is taken. */
  async close(): Promise<void> {
    await this.drained();
    this.broken ??= new StoreError('store.closed', 'Merpati is shutting down.');
    closeSync(this.log);
  }
}

function refuse(items: readonly Item[], error: unknown): readonly Item[] {
  for (const item of items) item.reject(error);
  return [];
}
