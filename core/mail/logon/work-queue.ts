// Lets a few slow jobs run at a time and a bounded number wait; more are turned away at once.
// Each scrypt takes 32 MiB while it runs, so a storm of logons would otherwise take all memory. Called by logons.ts.

export interface WorkQueue {
  /** Runs the job when its turn comes; null when too many are waiting already. */
  run<T>(job: () => Promise<T>): Promise<T> | null;
}

export function createWorkQueue(atATime: number, maxWaiting: number): WorkQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const release = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return {
    run(job) {
      if (running >= atATime && waiting.length >= maxWaiting) return null;
      return new Promise((resolve, reject) => {
        const start = (): void => {
          running += 1;
          job().then(resolve, reject).finally(release);
        };
        if (running < atATime) start();
        else waiting.push(start);
      });
    },
  };
}
