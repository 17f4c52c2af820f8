// Opens the database: new, as it was left, or rebuilt after damage. A small file is checked whole before it is used (some ten
// milliseconds); a large one by the second hand afterwards, and what that finds is acted on at the next start.
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentence } from '../contract/sentences.ts';
import { codeOf, isDamage, isDiskFull, reason } from './failures.ts';
import { createPrivate, fileMode, unlinkIfThere } from './files/disk.ts';
import { migrations } from './migrations/all.ts';
import { migrate } from './migrations/migration.ts';
import { salvage } from './salvage.ts';
import { openWriter } from './sqlite.ts';
import type { Db, Log } from './sqlite.ts';

const checkedAtOnceBytes = 24 << 20;
const name = 'merpati.db';
/** Left by the check of a large database that found damage. */
const damageMark = 'merpati.damaged';
export const backupName = 'merpati.backup.db';

export interface OpenedDatabase {
  readonly db: Db;
  readonly file: string;
  /** It is large: somebody should look through it in the background. */
  readonly unchecked: boolean;
}

export function openDatabase(dataDirectory: string, { now, log }: { readonly now: () => number; readonly log: Log }): OpenedDatabase {
  const file = join(dataDirectory, name);
  let db: Db;
  try {
    if (existsSync(join(dataDirectory, damageMark))) throw new Damage('the last check found damage');
    if (existsSync(join(dataDirectory, backupName)) && (!existsSync(file) || sizeOf(file) === 0)) throw new Damage('it is gone or empty');
    db = openChecked(file);
  } catch (error) {
    if (!(error instanceof Damage) && !isDamage(error)) throw error;
    db = rebuild(dataDirectory, file, now(), reason(error), log);
  }
  noteOpening(db, now());
  return { db, file, unchecked: sizeOf(file) > checkedAtOnceBytes };
}

/** Makes sure that there is a write-ahead log, whose fsync is the committer's. With a full disk people still want to read and delete their mail. */
function noteOpening(db: Db, at: number): void {
  try {
    db.prepare("INSERT INTO facts (name, value) VALUES ('opened.at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(at);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** After a check in the background. */
export function noteDamage(dataDirectory: string, found: string, log: Log): void {
  writeFileSync(join(dataDirectory, damageMark), `${found}\n`, { mode: fileMode });
  log('error', sentence('say.store.damaged', { cause: found }));
}

class Damage extends Error {}

function openChecked(file: string): Db {
  createPrivate(file);
  const db = openWriter(file);
  try {
    if (sizeOf(file) <= checkedAtOnceBytes) {
      const found = String(db.pragma('quick_check(1)', { simple: true }));
      if (found !== 'ok') throw new Damage(found.replaceAll('\n', ' '));
    }
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function rebuild(dataDirectory: string, file: string, at: number, why: string, log: Log): Db {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\..*/g, '');
  const aside = join(dataDirectory, `merpati-damaged-${stamp}.db`);
  log('error', sentence('say.store.set-aside', { file, cause: why, aside }));
  for (const suffix of ['', '-wal', '-shm']) moveIfThere(file + suffix, aside + suffix);
  const db = openChecked(file);
  for (const { remark, lost } of salvage(db, [aside, join(dataDirectory, backupName)])) log(lost ? 'error' : 'info', remark);
  unlinkIfThere(join(dataDirectory, damageMark));
  return db;
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function sizeOf(file: string): number {
  return statSync(file).size;
}
