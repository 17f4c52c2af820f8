// One at a time, over processes: whoever holds the lock file works, the others wait. Used by the build.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const lookAgainMs = 200;

/** Runs `work` while no other process holds `lockFile`. A lock whose process is gone is taken over. */
export async function takeTurns<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  while (!take(lockFile)) await pause(lookAgainMs);
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take(lockFile: string): boolean {
  try {
    const file = openSync(lockFile, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    if (holderIsGone(lockFile)) rmSync(lockFile, { force: true });
    return false;
  }
}

function holderIsGone(lockFile: string): boolean {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    // Just made, its number not yet written: look again.
    if (!(holder > 0)) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
