// One engine per data folder. The lock is the operating system's own, held through SQLite on a file that holds nothing else:
// it goes with the process however that ends, and no left-over file or reused process id can block a start.
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { createPrivate } from './files/disk.ts';

export interface FolderLock {
  release(): void;
}

/** @throws StoreError 'store.in-use' if another engine has the folder open */
export function lockFolder(dataDirectory: string): FolderLock {
  const file = join(dataDirectory, 'merpati.lock');
  createPrivate(file);
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new StoreError('store.in-use', `Another Merpati is using the data folder ${dataDirectory}. Close it first, or choose another data folder.`, { params: { directory: dataDirectory }, cause: error });
    }
    throw error;
  }
  return { release: () => db.close() };
}
