// Turns what SQLite and the file system throw into StoreErrors where a person can do something about it.
import { SqliteError } from './sqlite.ts';
import { StoreError } from './errors.ts';

/** The error as the caller of the store should see it. Anything not recognised is returned unchanged. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  if (isDiskFull(error)) {
    return new StoreError('disk.full', 'The disk is full. Delete what is not needed, or move the data folder to a larger disk.', { cause: error });
  }
  if (isDamage(error)) {
    return new StoreError('store.damaged', 'The database is damaged. Restart Merpati: it sets the damaged file aside and rebuilds what it can from the message files.', { cause: error });
  }
  return error;
}

/** The same for where an Error is needed. */
export function asError(error: unknown): Error {
  const known = asStoreError(error);
  return known instanceof Error ? known : new Error(String(known));
}

export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  // SHMSIZE: the index of the write-ahead log could not grow, which it does on the same disk.
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE';
}

export function isDamage(error: unknown): boolean {
  return error instanceof SqliteError && (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB');
}

/** The `code` of a system or SQLite error, '' if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** One line for the log. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
