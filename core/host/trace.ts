// Writes what happens to messages into the trace of the store, and forgets what is older than the setting says.
import { traceOf } from '../mail/trace-notes.ts';
import type { MailEvent } from '../mail/types.ts';
import type { Trace } from '../store/store.ts';

const sweepMs = 60 * 60_000;
const dayMs = 24 * sweepMs;

export function keepTrace({ trace, keepDays, now }: { readonly trace: Trace; readonly keepDays: () => number; readonly now: () => number }): { note(event: MailEvent): void; close(): void } {
  const sweep = (): void => trace.forgetBefore(now() - keepDays() * dayMs);
  const timer = setInterval(sweep, sweepMs);
  timer.unref();
  sweep();
  return {
    note(event) {
      const notes = traceOf(event, now());
      if (notes.length > 0) trace.note(notes);
    },
    close: () => clearInterval(timer),
  };
}
