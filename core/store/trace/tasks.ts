// What the engine's thread asks of the trace thread, which alone has the trace's database open: neither writing nor searching it ever
// makes mail wait, and a long search holds up no work on message files.
import type { TraceEntry, TraceEvent, TraceQuery } from '../../contract/records.ts';

export interface TraceTasks {
  /** A batch of TraceNote as JSON: one string crosses to the other thread faster than many objects. */
  readonly write: { readonly input: string; readonly output: Answered<null> };
  readonly search: { readonly input: TraceQuery; readonly output: Answered<{ readonly entries: readonly TraceEntry[]; readonly more: boolean }> };
  readonly get: { readonly input: Wanted; readonly output: Answered<Found | null> };
  /** A few of the entries in which nothing has happened since. Answers whether there are more. */
  readonly forget: { readonly input: { readonly before: number }; readonly output: Answered<boolean> };
  readonly close: { readonly input: null; readonly output: Answered<null> };
}
export type Wanted = { readonly id: number } | { readonly messageId: string };
export interface Found {
  readonly entry: TraceEntry;
  readonly events: readonly TraceEvent[];
}
/** `setAside`: why the file that was there could not be used, '' if nothing was wrong. */
export interface Answered<T> {
  readonly value: T;
  readonly setAside: string;
}
