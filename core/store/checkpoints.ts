// Keeps the write-ahead log short without stopping the event loop: the second hand copies the bulk into the database, and only the
// few frames written meanwhile are left to this thread, after which the next write begins the log anew.
import { reason } from './failures.ts';
import type { Hand } from './hand/hand.ts';
import type { Db, Log } from './sqlite.ts';

const everyBytes = 16 << 20;
const pageBytes = 4096;
const fewFrames = 600;

export class Checkpoints {
  private readonly db: Db;
  private readonly hand: Hand;
  private readonly log: Log;
  private written = 0;
  private running: Promise<void> | null = null;

  constructor(db: Db, hand: Hand, log: Log) {
    this.db = db;
    this.hand = hand;
    this.log = log;
  }

  /** About so many bytes were added to the log. */
  add(bytes: number): void {
    this.written += bytes;
    if (this.written < everyBytes || this.running !== null) return;
    this.running = this.run().finally(() => {
      this.running = null;
    });
  }

  private async run(): Promise<void> {
    try {
      const { log, done } = await this.hand.ask('checkpoint', null);
      this.written = (log - done) * pageBytes;
      if (log > done && log - done < fewFrames) {
        this.db.pragma('wal_checkpoint(PASSIVE)');
        this.written = 0;
      }
    } catch (error) {
      this.written = 0;
      this.log('warning', `The database log could not be shortened: ${reason(error)}`);
    }
  }

  async idle(): Promise<void> {
    await this.running;
  }
}
