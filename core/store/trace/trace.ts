// The trace, on the engine's side: notes wait in memory for a moment and go to the trace thread in batches. It is a help and no record:
// a crash loses that moment, a file that cannot be used is set aside, and whatever goes wrong is said once and stops nothing.
import { sentence } from '../../contract/sentences.ts';
import { reason } from '../failures.ts';
import type { Hand } from '../hand/hand.ts';
import type { Log } from '../sqlite.ts';
import type { Trace, TraceNote } from '../store.ts';
import { bounded } from './bounds.ts';
import type { Answered, TraceTasks } from './tasks.ts';

const writeAfterMs = 500;
const batchNotes = 1000;
/** Above so many the oldest are dropped: they come faster than they are written. */
const mostWaiting = 20_000;

export interface OwnTrace extends Trace {
  /** Writes what waits, and ends. */
  close(): Promise<void>;
}

export function makeTrace(hand: Hand<TraceTasks>, log: Log): OwnTrace {
  let waiting: TraceNote[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  let forgetting: Promise<void> | null = null;
  let closing = false;
  const said = new Set<string>();

  function saidAlready(what: string): boolean {
    const known = said.has(what);
    said.add(what);
    return known;
  }

  function unwrap<T>({ value, setAside }: Answered<T>): T {
    if (setAside !== '') log('warning', sentence('say.store.trace-set-aside', { cause: setAside }));
    return value;
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchNotes);
      waiting = waiting.slice(batchNotes);
      try {
        unwrap(await hand.ask('write', JSON.stringify(batch)));
        said.delete('write');
      } catch (error) {
        // Kept, they would only grow: a full disk does not go away in a moment.
        if (!saidAlready('write')) log('warning', sentence('say.store.trace-not-written', { cause: reason(error) }));
      }
    }
  }

  /** One batch at a time. */
  function start(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing ??= write().finally(() => {
      writing = null;
    });
    return writing;
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0 || writing !== null) await start();
  }

  async function forget(before: number): Promise<void> {
    try {
      for (let more = true; more && !closing;) more = unwrap(await hand.ask('forget', { before }));
    } catch (error) {
      if (!closing && !saidAlready('forget')) log('warning', sentence('say.store.trace-not-written', { cause: reason(error) }));
    }
  }

  return {
    note(events): void {
      if (closing) return;
      for (const event of events) waiting.push(bounded(event));
      if (waiting.length > mostWaiting) {
        waiting = waiting.slice(waiting.length - mostWaiting);
        if (!saidAlready('dropped')) log('warning', sentence('say.store.trace-dropped'));
      }
      if (waiting.length >= batchNotes) void start();
      else timer ??= setTimeout(() => void start(), writeAfterMs).unref();
    },
    async search(query): ReturnType<Trace['search']> {
      await flush();
      return unwrap(await hand.ask('search', query));
    },
    async get(which): ReturnType<Trace['get']> {
      await flush();
      return unwrap(await hand.ask('get', which));
    },
    forgetBefore(at): void {
      forgetting = (forgetting ?? Promise.resolve()).then(() => forget(at));
    },
    flush,
    async close(): Promise<void> {
      await flush();
      closing = true;
      await forgetting;
      // Only to close, no thread is begun.
      if (hand.isRunning) await hand.ask('close', null).catch(() => undefined);
      await hand.close();
    },
  };
}
