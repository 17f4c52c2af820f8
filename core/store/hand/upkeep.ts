// Second hand: care of the database file.
import { renameSync } from 'node:fs';
import { createPrivate, syncFile, unlinkIfThere } from '../files/disk.ts';
import { savedTables } from '../salvage.ts';
import type { Db } from '../sqlite.ts';
import type { Checkpoint } from './tasks.ts';

/** Copies what it can from the log into the database without ever making the writer wait. */
export function checkpoint(db: Db): Checkpoint {
  const [row] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
  return { log: row?.log ?? 0, done: row?.checkpointed ?? 0 };
}

/** Written beside and renamed, so there is always a whole one. */
export function backup(db: Db): (input: { readonly file: string }) => null {
  return ({ file }) => {
    const beside = `${file}.new`;
    unlinkIfThere(beside);
    createPrivate(beside);
    db.prepare('ATTACH ? AS backup').run(beside);
    try {
      db.transaction(() => {
        for (const table of savedTables) db.exec(`CREATE TABLE backup.${table} AS SELECT * FROM main.${table}`);
      })();
    } finally {
      db.exec('DETACH backup');
    }
    syncFile(beside);
    renameSync(beside, file);
    return null;
  };
}

/** @returns '' if the database is whole */
export function findDamage(db: Db): string {
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? '' : found;
}
