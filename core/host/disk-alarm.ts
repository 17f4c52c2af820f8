// Says once in the System log that the disk is full, with what to do, and once that there is room again: not with every message that
// is refused for it. Looks now and then, and is told when something could not be stored. Made by engine.ts.
import { reserveBytes } from '../mail/disk-space.ts';
import type { Level } from './log/ring.ts';

/** More than the reserve, so that a disk at its edge is not full and free by turns. */
const enoughBytes = 2 * reserveBytes;
const everyMs = 15_000;
/** Where a quota is what is used up, free space says nothing: then it is over when nothing has failed for so long. */
const quietMs = 60_000;

export interface DiskAlarmOptions {
  readonly freeBytes: () => Promise<number>;
  readonly directory: string;
  readonly now: () => number;
  readonly note: (text: string, level: Level) => void;
}

export interface DiskAlarm {
  /** Something could not be stored for lack of room. */
  noRoom(): void;
  look(): Promise<void>;
  close(): void;
}

export function createDiskAlarm({ freeBytes, directory, now, note }: DiskAlarmOptions): DiskAlarm {
  let full = false;
  let failedAt = Number.NEGATIVE_INFINITY;

  function raise(): void {
    if (full) return;
    full = true;
    note(`The disk of ${directory} is full: no mail is taken until there is room again, senders are told to try later. Delete what is not needed on that disk (Merpati wants ${megabytes(enoughBytes)} MB free), or move the data folder to a larger disk.`, 'error');
  }

  async function look(): Promise<void> {
    const free = await freeBytes().catch(() => null);
    if (free === null) return;
    if (free < reserveBytes) raise();
    else if (full && free >= enoughBytes && now() - failedAt >= quietMs) {
      full = false;
      note(`There is room on the disk of ${directory} again (${megabytes(free)} MB): mail is taken.`, 'info');
    }
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    noRoom() {
      failedAt = now();
      raise();
    },
    look,
    close: () => clearInterval(timer),
  };
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / (1024 * 1024)));
}
