// Opens the database: new, as it was left, or rebuilt after damage.
import { join } from 'node:path';
import { createPrivate } from './files/disk.ts';
import { migrations } from './migrations/all.ts';
import { migrate } from './migrations/migration.ts';
import { openWriter } from './sqlite.ts';
import type { Db, Log } from './sqlite.ts';

export function openDatabase(dataDirectory: string, { now }: { readonly now: () => number; readonly log: Log }): { readonly db: Db; readonly file: string; readonly rebuilt: boolean } {
  const file = join(dataDirectory, 'merpati.db');
  createPrivate(file);
  const db = openWriter(file);
  migrate(db, migrations);
  db.prepare("INSERT INTO facts (name, value) VALUES ('opened.at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(now());
  return { db, file, rebuilt: false };
}
