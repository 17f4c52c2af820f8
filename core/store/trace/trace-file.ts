// Trace thread: the trace's database, in a file of its own. One that is damaged, or written by a later Merpati, is set aside and begun
// anew: the trace is a help, and mail must not wait for its repair. Not part of backups.
import Database from 'better-sqlite3';
import { renameSync } from 'node:fs';
import { codeOf, isDamage, reason } from '../failures.ts';
import { createPrivate, unlinkIfThere } from '../files/disk.ts';
import type { Db } from '../sqlite.ts';

const version = 1;
const schema = `
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, at INTEGER NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL,
    bytes INTEGER NOT NULL, peer TEXT NOT NULL, state TEXT NOT NULL, last_at INTEGER NOT NULL,
    -- JSON: the state of each recipient by address.
    states TEXT NOT NULL, events INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX entries_of_message ON entries (message_id) WHERE message_id <> '';
  CREATE INDEX entries_in_time ON entries (at);
  CREATE INDEX entries_last ON entries (last_at);
  CREATE TABLE events (
    entry_id INTEGER NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL, facts TEXT NOT NULL, text TEXT NOT NULL,
    level TEXT NOT NULL, session INTEGER NOT NULL, PRIMARY KEY (entry_id, id)
  ) WITHOUT ROWID;
  PRAGMA user_version = ${version};
`;

export class TraceFile {
  private readonly file: string;
  private opened: Db | null = null;
  private asideBecause = '';

  constructor(file: string) {
    this.file = file;
  }

  /** The database; null statements must be prepared anew when it is another one than before. */
  get db(): Db {
    this.opened ??= this.open();
    return this.opened;
  }

  /** Why a file was set aside since this was asked last, '' if none was. */
  takeRemark(): string {
    const remark = this.asideBecause;
    this.asideBecause = '';
    return remark;
  }

  close(): void {
    this.opened?.close();
    this.opened = null;
  }

  /** After damage has shown itself; the next use begins a new file. */
  setAside(why: string): void {
    this.asideBecause = why;
    try {
      this.close();
    } finally {
      this.opened = null;
      // One of them is enough to look into.
      const aside = this.file.replace(/\.db$/, '-damaged.db');
      for (const suffix of ['', '-wal', '-shm']) {
        unlinkIfThere(aside + suffix);
        moveIfThere(this.file + suffix, aside + suffix);
      }
    }
  }

  private open(): Db {
    try {
      return openWhole(this.file);
    } catch (error) {
      if (!(error instanceof Unusable) && !isDamage(error)) throw error;
      this.setAside(reason(error));
      return openWhole(this.file);
    }
  }
}

class Unusable extends Error {}

function openWhole(file: string): Db {
  createPrivate(file);
  const db = new Database(file, { timeout: 5000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -4096');
    db.pragma('journal_size_limit = 16777216');
    const present = Number(db.pragma('user_version', { simple: true }));
    if (present === 0) db.transaction(() => db.exec(schema))();
    else if (present !== version) throw new Unusable(`it was written by another version of Merpati (${present})`);
    db.prepare('SELECT max(id) FROM entries').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
