// Whether there is room for another message, asked at MAIL and at DATA (RFC 5321 §4.2.3: 452). The free space is measured in the
// background, at most once a second, so that asking costs nothing; a disk that fills up in between shows at the commit.

export interface DiskSpace {
  hasRoomFor(bytes: number): boolean;
}

/** Kept free, so that there is room to delete, to log and to repair. */
export const reserveBytes = 32 * 1024 * 1024;
const measureEveryMs = 1000;

export function createDiskSpace(freeBytes: () => Promise<number>, now: () => number, failed: (cause: unknown) => void): DiskSpace {
  let free = Number.POSITIVE_INFINITY;
  let measuredAt = Number.NEGATIVE_INFINITY;

  function measure(): void {
    measuredAt = now();
    freeBytes().then((bytes) => { free = bytes; }, failed);
  }
  return {
    hasRoomFor(bytes) {
      if (now() - measuredAt >= measureEveryMs) measure();
      return free >= bytes + reserveBytes;
    },
  };
}
