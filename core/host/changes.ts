// Who wants to know that something changed: consoles hear topics, gathered for a moment so that a busy server does not drown them.
import type { Topic } from '../contract/contract.ts';

const gatherMs = 150;

export class Changes {
  private readonly listeners = new Set<(topic: Topic) => void>();

  announce(topic: Topic): void {
    for (const listener of this.listeners) listener(topic);
  }

  /** Every announced topic, at once and one by one. */
  onTopic(listener: (topic: Topic) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Batches of topics until the signal is aborted; the first, empty batch comes at once to say that the line is open. */
  async *batches(signal: AbortSignal | undefined): AsyncGenerator<{ topics: Topic[] }> {
    const waiting = new Set<Topic>();
    const wake = new Waker(signal);
    const stop = this.onTopic((topic) => {
      waiting.add(topic);
      wake.ring();
    });
    try {
      yield { topics: [] };
      while (await wake.wait()) {
        if (!(await wake.pause(gatherMs))) break;
        const topics = [...waiting];
        waiting.clear();
        if (topics.length > 0) yield { topics };
      }
    } finally {
      stop();
    }
  }
}

/** A bell for one waiter that can be rung before he waits, and that a signal silences for good. */
export class Waker {
  private rung = false;
  private resolve: (() => void) | null = null;
  private readonly signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
    signal?.addEventListener('abort', () => this.resolve?.(), { once: true });
  }

  ring(): void {
    this.rung = true;
    this.resolve?.();
  }

  /** @returns true when rung, false when the signal was aborted */
  async wait(): Promise<boolean> {
    if (!this.rung && this.signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
      });
      this.resolve = null;
    }
    this.rung = false;
    return this.signal?.aborted !== true;
  }

  /** Lets time pass. @returns false when the signal was aborted meanwhile */
  async pause(ms: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal?.addEventListener('abort', done, { once: true });
    });
    return this.signal?.aborted !== true;
  }
}
