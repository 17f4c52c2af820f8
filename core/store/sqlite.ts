// The one door to better-sqlite3 for the other files of the store.
import Database from 'better-sqlite3';
import type { Remark } from '../contract/sentences.ts';

export type Db = Database.Database;
export const SqliteError = Database.SqliteError;
/** Most lines are sentences, for a console in another language. */
export type Log = (level: 'info' | 'warning' | 'error', remark: Remark) => void;

/** The connection that writes. WAL with NORMAL: the committer does the fsync of the log (docs/adr/0002-group-commit.md). */
export function openWriter(file: string): Db {
  const db = new Database(file, { timeout: 5000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -8192');
    // Checkpoints are made by the second hand; this is the safety net for when it does not come round to them.
    db.pragma('wal_autocheckpoint = 131072');
    db.pragma('journal_size_limit = 67108864');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection that only reads and checkpoints, for the second hand. */
export function openReader(file: string): Db {
  const db = new Database(file, { timeout: 5000, fileMustExist: true });
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -1024');
  db.pragma('wal_autocheckpoint = 0');
  return db;
}
