// Lets a few heavy jobs run at a time and a bounded number wait; more are turned away at once. Each scrypt takes 32 MiB while
// it runs, each extraction the size of its message: a storm of either would otherwise take all memory.

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
