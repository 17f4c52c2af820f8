// Keeps the write-ahead log short without stopping the event loop: the second hand copies it into the database. A writer that never
// rests would keep adding to the log; when that has become long, writing is held for the moment that the last few frames take, after
// which the next write begins the log anew.
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { reason } from './failures.ts';
import type { Hand } from './hand/hand.ts';
import type { Log } from './sqlite.ts';

const everyBytes = 16 << 20;
const pageBytes = 4096;
/** The log may grow to this before writing is held. */
const longFrames = (48 << 20) / pageBytes;

export class Checkpoints {
  private readonly hand: Hand;
  private readonly log: Log;
  private written = 0;
  private running: Promise<void> | null = null;

  constructor(hand: Hand, log: Log) {
    this.hand = hand;
    this.log = log;
  }

  /** About so many bytes were added to the log. */
  add(bytes: number, committer: Committer): void {
    this.written += bytes;
    if (this.written < everyBytes || this.running !== null) return;
    this.written = 0;
    this.running = this.run(committer).finally(() => {
      this.running = null;
    });
  }

  private async run(committer: Committer): Promise<void> {
    try {
      const { log } = await this.hand.ask('checkpoint', null);
      // What was written while it ran is in the log still: without a pause the log would never be empty, and so never begin anew.
      if (log > longFrames) await committer.hold(() => this.hand.ask('checkpoint', null));
    } catch (error) {
      this.log('warning', sentence('say.store.log-not-shortened', { cause: reason(error) }));
    }
  }

  async idle(): Promise<void> {
    await this.running;
  }
}
