// Copies what can still be read of a damaged database into a new one, row by row, and from the backup of the small tables what is
// missing then. Messages that are lost here come back from their files by the sweep, with the same UIDLs.
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { sentence, type Sentence } from '../contract/sentences.ts';
import { isDiskFull } from './failures.ts';
import { splitQueue } from './queue/split.ts';
import { firstId, lastId } from './records/message-id.ts';
import type { Db } from './sqlite.ts';

/** Small tables, of which a backup is kept. */
export const savedTables = ['facts', 'settings', 'engine_values', 'domains', 'accounts', 'aliases', 'folders', 'removed', 'leftovers', 'moves', 'smart_hosts'] as const;
const tables = [...savedTables, 'queue_messages', 'queue_recipients', 'bodies', 'messages', 'history'] as const;

export interface Finding {
  readonly remark: Sentence;
  readonly lost: boolean;
}

/** @param sources databases to read, the best first */
export function salvage(target: Db, sources: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const whole = new Set<string>();
  target.pragma('foreign_keys = OFF');
  for (const source of sources.filter((file) => existsSync(file))) {
    for (const table of tables) {
      if (whole.has(table)) continue;
      const { rows, complete } = copyTable(target, source, table);
      if (complete) whole.add(table);
      if (rows > 0 || !complete) findings.push({ remark: sentence(complete ? 'say.store.salvaged' : 'say.store.salvaged-part', { source, table, rows }), lost: !complete });
    }
  }
  mend(target, whole.has('messages') && whole.has('folders'));
  target.pragma('foreign_keys = ON');
  const accounts = target.prepare<[], number>('SELECT count(*) FROM accounts').pluck().get() ?? 0;
  findings.push(accounts > 0
    ? { remark: sentence('say.store.rebuilt', { accounts }), lost: false }
    : { remark: sentence('say.store.no-accounts'), lost: true });
  return findings;
}

/** Rows from the front, and after damage in the middle from the back as well. */
function copyTable(target: Db, source: string, table: string): { readonly rows: number; readonly complete: boolean } {
  const forward = copyRows(target, source, `SELECT * FROM ${table}`, table);
  if (forward.complete) return forward;
  const backward = copyRows(target, source, `SELECT * FROM ${table} ORDER BY 1 DESC`, table);
  return { rows: forward.rows + backward.rows, complete: false };
}

function copyRows(target: Db, source: string, query: string, table: string): { readonly rows: number; readonly complete: boolean } {
  const known = new Set(target.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table));
  let rows = 0;
  let complete = false;
  target.transaction(() => {
    try {
      const db = new Database(source);
      try {
        // An older Merpati did not have it.
        if (hasTables(db) && !hasTable(db, table)) {
          complete = true;
          return;
        }
        let insert: Database.Statement<[Record<string, unknown>]> | null = null;
        for (const row of db.prepare<[], Record<string, unknown>>(query).iterate()) {
          const columns = Object.keys(row).filter((column) => known.has(column));
          insert ??= target.prepare<[Record<string, unknown>]>(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`);
          rows += insert.run(row).changes;
        }
        complete = true;
      } finally {
        db.close();
      }
    } catch (error) {
      // Damage is what is expected here; the rows before it are kept. A full disk is not.
      if (isDiskFull(error)) throw error;
    }
  })();
  return { rows, complete };
}

function hasTable(db: Db, table: string): boolean {
  return db.prepare<[string], number>("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").pluck().get(table) !== undefined;
}

/** Otherwise the list of tables itself is lost, and a missing table says nothing. */
function hasTables(db: Db): boolean {
  return hasTable(db, 'settings');
}

/** Makes the rows that came through consistent again. UIDs are never used again: where any may be lost, UIDVALIDITY changes. */
function mend(db: Db, uidsKnown: boolean): void {
  db.transaction(() => {
    db.exec(`
      INSERT INTO domains (id, name, ip, bind_to_ip, revision)
        SELECT 1, json_extract(value, '$'), '', 0, 1 FROM settings WHERE name = 'domain.name' AND json_extract(value, '$') <> '' AND NOT EXISTS (SELECT 1 FROM domains WHERE id = 1);
      INSERT INTO domains (id, name, ip, bind_to_ip, revision)
        SELECT DISTINCT domain_id, 'recovered-' || domain_id || '.invalid', '', 0, 1 FROM accounts WHERE domain_id NOT IN (SELECT id FROM domains);
      INSERT INTO folders (account_id, name, uid_validity, uid_next, messages, bytes)
        SELECT id, 'INBOX', CAST(strftime('%s', 'now') AS INTEGER), 1, 0, 0 FROM accounts WHERE id NOT IN (SELECT account_id FROM folders WHERE name = 'INBOX');
      DELETE FROM folders WHERE account_id NOT IN (SELECT id FROM accounts);
      DELETE FROM aliases WHERE account_id NOT IN (SELECT id FROM accounts);
      DELETE FROM queue_recipients WHERE message_id NOT IN (SELECT id FROM queue_messages);
      DELETE FROM smart_hosts WHERE kind = 'account' AND account_id NOT IN (SELECT id FROM accounts);
    `);
    splitQueue(db);
    if (!uidsKnown) db.exec("UPDATE folders SET uid_validity = max(uid_validity + 1, CAST(strftime('%s', 'now') AS INTEGER))");
    const update = db.prepare('UPDATE folders SET messages = ?, bytes = ?, uid_next = max(uid_next, ?) WHERE id = ?');
    const count = db.prepare<[number, number], { messages: number; bytes: number; last: number | null }>('SELECT count(*) FILTER (WHERE missing = 0) AS messages, coalesce(sum(octets) FILTER (WHERE missing = 0), 0) AS bytes, max(id) AS last FROM messages WHERE id BETWEEN ? AND ?');
    for (const id of db.prepare<[], number>('SELECT id FROM folders').pluck().all()) {
      const counted = count.get(firstId(id), lastId(id));
      if (counted !== undefined) update.run(counted.messages, counted.bytes, counted.last === null ? 1 : counted.last - firstId(id) + 1, id);
    }
  })();
}
