// Time as the sender needs it: given, so that tests have a clock of their own.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that no setting of the clock changes. */
  elapsed(): number;
  /** Calls `work` once. @returns a function that prevents it */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, Math.min(ms, 0x7fff_ffff));
    return () => clearTimeout(timer);
  },
};

/** Resolves after so long, or as soon as `signal` says so. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
