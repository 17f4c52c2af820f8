// A disk whose power can be cut: an ext4 file system in an image on a loop device. What programs wrote and nobody synced is in the
// kernel's memory, not yet in the image; a copy of the image, taken while the program is stopped, is what a power cut would have left.
// commit=300 keeps the journal from being written every five seconds by itself, so that a forgotten fsync does show.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PowerDisk {
  readonly directory: string;
  /** Cuts the power under this process, which is gone afterwards, and mounts again what was on the disk. */
  cut(pid: number): Promise<void>;
  release(): void;
}

const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Null where this is not allowed: it takes root and a loop device. */
export function openPowerDisk(): PowerDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const base = mkdtempSync(join(tmpdir(), 'merpati-power-'));
  const image = join(base, 'disk.img');
  const directory = join(base, 'disk');
  const mount = () => spawnSync('mount', ['-o', 'loop,noatime,commit=300', image, directory]).status === 0;
  mkdirSync(directory);
  run('truncate', '-s', '1G', image);
  run('mkfs.ext4', '-q', '-F', '-O', 'has_journal', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
  if (!mount()) {
    rmSync(base, { recursive: true });
    return null;
  }
  return {
    directory,
    async cut(pid) {
      process.kill(pid, 'SIGSTOP');
      while (!isStopped(pid)) await delay(1); // a sync that is under way is let finish, or the copy could be torn
      run('cp', '--sparse=always', image, `${image}.cut`);
      process.kill(pid, 'SIGKILL');
      for (let attempt = 0; spawnSync('umount', [directory]).status !== 0; attempt++) {
        if (attempt === 500) throw new Error('The disk stays in use.');
        await delay(10);
      }
      renameSync(`${image}.cut`, image);
      if (!mount()) throw new Error('The disk cannot be mounted after the cut.');
    },
    release() {
      run('umount', directory);
      rmSync(base, { recursive: true });
    },
  };
}

/** Every thread is. */
function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] === 'T';
  });
}
