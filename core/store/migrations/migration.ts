// What a migration is, and how they are done. Each is one file with the next number; a released one is never changed.
import type { Database } from 'better-sqlite3';
import { StoreError } from '../errors.ts';

export interface Migration {
  /** 1, 2, 3 ...: the schema version after it. */
  readonly version: number;
  readonly sql: string;
  /** What SQL alone cannot do to the rows, after it and in the same transaction. */
  readonly after?: (db: Database) => void;
}

/**
 * Brings the schema up to date, each step in its own transaction.
 *
 * @throws StoreError 'store.newer' if a later Merpati has written this database
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  const newest = migrations.length;
  const present = Number(db.pragma('user_version', { simple: true }));
  if (present > newest) {
    throw new StoreError('store.newer', `The data folder was last used by a newer version of Merpati (data version ${present}, this program knows ${newest}). Install the newer version again, or restore a backup.`, { params: { present, newest } });
  }
  for (const migration of migrations.slice(present)) {
    db.transaction(() => {
      db.exec(migration.sql);
      migration.after?.(db);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
}
