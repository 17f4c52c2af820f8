// Says once in the System log that the disk is full, with what to do, and once that there is room again: not with every message that
// is refused for it. Looks now and then, and is told when something could not be stored. Made by engine.ts.
import { sentence, type Remark } from '../contract/sentences.ts';
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
  readonly note: (remark: Remark, level: Level) => void;
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
    note(sentence('say.disk.full', { directory, megabytes: megabytes(enoughBytes) }), 'error');
  }

  async function look(): Promise<void> {
    const free = await freeBytes().catch(() => null);
    if (free === null) return;
    if (free < reserveBytes) raise();
    else if (full && free >= enoughBytes && now() - failedAt >= quietMs) {
      full = false;
      note(sentence('say.disk.room', { directory, megabytes: megabytes(free) }), 'info');
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
