// Second hand: care of the database file.
import type { Db } from '../sqlite.ts';
import type { Checkpoint } from './tasks.ts';

/** Copies what it can from the log into the database without ever making the writer wait. */
export function checkpoint(db: Db): Checkpoint {
  const [row] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
  return { log: row?.log ?? 0, done: row?.checkpointed ?? 0 };
}

/** @returns '' if the database is whole */
export function findDamage(db: Db): string {
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? '' : found;
}
