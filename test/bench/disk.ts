// The disk that every system of a comparison stands on: one ext4 file system with a journal, made for the run on a loop device
// where root allows it. Without root all of them share a plain folder, and the report says so.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Disk {
  readonly directory: string;
  /** For the report. */
  readonly description: string;
  release(): Promise<void>;
}

const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** @param gigabytes size of the image; it is sparse, so only what is used takes space */
export function openDisk(gigabytes: number): Disk {
  const base = mkdtempSync(join(tmpdir(), 'merpati-bench-'));
  chmodSync(base, 0o755); // the users that mail systems run as must get through
  const plain = (why: string): Disk => ({
    directory: base, description: `plain folder, ${why}: ${fileSystem(base)}`, release: () => rm(base, { recursive: true, force: true }),
  });
  if (process.getuid?.() !== 0) return plain('not root');
  const image = join(base, 'disk.img');
  const directory = join(base, 'disk');
  mkdirSync(directory);
  try {
    run('truncate', '-s', `${gigabytes}G`, image);
    run('mkfs.ext4', '-q', '-F', '-O', 'has_journal', '-E', 'lazy_itable_init=0,lazy_journal_init=0', '-N', '2000000', image);
    run('mount', '-o', 'loop,noatime', image, directory);
  } catch (error) {
    rmSync(image, { force: true });
    return plain(`no loop device (${error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error)})`);
  }
  return {
    directory,
    description: `ext4 with a journal on a loop device: ${fileSystem(directory)}`,
    async release() {
      // The helpers of a server that has stopped may still be closing their files.
      for (let attempt = 0; !unmount(directory); attempt++) {
        if (attempt === 100) run('umount', '--lazy', directory);
        await delay(100);
      }
      rmSync(image, { force: true });
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function unmount(directory: string): boolean {
  if (spawnSync('mountpoint', ['-q', directory]).status !== 0) return true;
  try {
    run('umount', directory);
    return true;
  } catch {
    return false;
  }
}

function fileSystem(directory: string): string {
  return run('findmnt', '-n', '-o', 'FSTYPE,OPTIONS', '-T', directory).trim().replace(/\s+/g, ' ');
}
