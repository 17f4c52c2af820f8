// Writes what happens to messages into the trace of the store, and forgets what is older than the setting says.
import { traceOf } from '../mail/trace-notes.ts';
import type { MailEvent } from '../mail/types.ts';
import type { Trace } from '../store/store.ts';

const sweepMs = 60 * 60_000;
const dayMs = 24 * sweepMs;

export interface KeptTrace {
  /** Forgets what is too old, now and every hour. Not for one command on a data folder: it would begin a thread for it. */
  start(): void;
  note(event: MailEvent): void;
  close(): void;
}

export function keepTrace({ trace, keepDays, now }: { readonly trace: Trace; readonly keepDays: () => number; readonly now: () => number }): KeptTrace {
  const sweep = (): void => trace.forgetBefore(now() - keepDays() * dayMs);
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      sweep();
      timer = setInterval(sweep, sweepMs).unref();
    },
    note(event) {
      const notes = traceOf(event, now());
      if (notes.length > 0) trace.note(notes);
    },
    close: () => clearInterval(timer),
  };
}
