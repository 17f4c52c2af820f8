// Small steps on the disk that all formats share. Synchronous: for the second hand.
import { closeSync, copyFileSync, constants, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../failures.ts';

export const fileMode = 0o600;
export const directoryMode = 0o700;
const absent = new Set(['ENOENT', 'ENOTDIR']);

/** Names in a directory; none if it is not there. */
export function listOf(directory: string): string[] {
  return orAbsent(() => readdirSync(directory), []);
}

export function readOrNull(file: string): Buffer | null {
  return orAbsent(() => readFileSync(file), null);
}

export function unlinkIfThere(file: string): boolean {
  return orAbsent(() => {
    unlinkSync(file);
    return true;
  }, false);
}

/** Removes a directory if it is empty. */
export function rmdirIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM'].includes(codeOf(error))) throw error;
  }
}

/** A new file with these bytes; one of that name is replaced, never written into (it may be a link that others share). */
export function writeNew(file: string, bytes: Buffer): void {
  const descriptor = createNew(file);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    unlinkIfThere(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function createNew(file: string): number {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return openSync(file, 'wx', fileMode);
    } catch (error) {
      if (attempt === 2) throw error;
      const code = codeOf(error);
      if (code === 'EEXIST') unlinkIfThere(file);
      else if (code === 'ENOENT') mkdirSync(dirname(file), { recursive: true, mode: directoryMode });
      else throw error;
    }
  }
}

/**
 * An empty file that only its owner can read, unless there is one. Never opens one that is there: closing it again would drop the
 * locks that this process has on it (POSIX).
 */
export function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', fileMode));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** A hard link where the disk allows it, else a copy. */
export function linkOrCopy(from: string, to: string): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      linkSync(from, to);
      return;
    } catch (error) {
      const code = codeOf(error);
      if (attempt === 2) throw error;
      if (code === 'EEXIST') unlinkIfThere(to);
      else if (code === 'ENOENT') mkdirSync(dirname(to), { recursive: true, mode: directoryMode });
      else if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EACCES', 'EINVAL', 'UNKNOWN'].includes(code)) {
        copyFileSync(from, to, constants.COPYFILE_EXCL);
        return;
      } else throw error;
    }
  }
}

/** fsync of a file. @returns false if it is not there */
export function syncFile(file: string): boolean {
  return orAbsent(() => {
    const descriptor = openSync(file, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  }, false);
}

/** fsync of a directory, which makes names in it durable. Windows has no such thing: its file systems journal names. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  orAbsent(() => {
    const descriptor = openSync(directory, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }, undefined);
}

function orAbsent<T>(step: () => T, value: T): T {
  try {
    return step();
  } catch (error) {
    if (absent.has(codeOf(error))) return value;
    throw error;
  }
}
