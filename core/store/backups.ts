// Keeps a copy of the small tables (settings, domains, accounts, aliases ...), renewed a while after a change, for the day on which
// the database cannot be read. The mail itself needs none: its files are its backup.
import { sentence } from '../contract/sentences.ts';
import { reason } from './failures.ts';
import type { Hand } from './hand/hand.ts';
import type { Log } from './sqlite.ts';

const afterMs = 10_000;

export class Backups {
  private readonly hand: Hand;
  private readonly file: string;
  private readonly log: Log;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(hand: Hand, file: string, log: Log) {
    this.hand = hand;
    this.file = file;
    this.log = log;
  }

  /** Something in the small tables is different. */
  due(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => void this.write(), afterMs);
    this.timer.unref();
  }

  /** Writes what is due. */
  async close(): Promise<void> {
    if (this.timer !== null) await this.write();
    await this.writing;
  }

  private write(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.hand.ask('backup', { file: this.file }).then(() => undefined, (error: unknown) => {
      this.log('warning', sentence('say.store.backup-failed', { cause: reason(error) }));
    });
    return this.writing;
  }
}
