// Trace thread: answers what tasks.ts asks. Damage that shows itself on the way sets the file aside, and the question is answered by
// the new one.
import type { TraceNote } from '../store.ts';
import { isDamage, reason } from '../failures.ts';
import type { Db } from '../sqlite.ts';
import type { Answered, TraceTasks } from './tasks.ts';
import { TraceFile } from './trace-file.ts';
import { makeForget, makeWriter } from './trace-rows.ts';
import { makeGet, makeSearch } from './trace-search.ts';

type Handlers = { readonly [K in keyof TraceTasks]: (input: TraceTasks[K]['input']) => TraceTasks[K]['output'] };
type Prepared = ReturnType<typeof prepare>;

export function traceHandlers(path: string): Handlers {
  const file = new TraceFile(path);
  let prepared: { readonly db: Db; readonly on: Prepared } | null = null;

  function current(): Prepared {
    const { db } = file;
    if (prepared?.db !== db) prepared = { db, on: prepare(db) };
    return prepared.on;
  }

  function answer<T>(work: (on: Prepared) => T): Answered<T> {
    try {
      return { value: work(current()), setAside: file.takeRemark() };
    } catch (error) {
      if (!isDamage(error)) throw error;
      file.setAside(reason(error));
      return { value: work(current()), setAside: file.takeRemark() };
    }
  }

  return {
    write: (batch) => answer(({ write }) => {
      write(JSON.parse(batch) as TraceNote[]);
      return null;
    }),
    search: (query) => answer(({ search }) => search(query)),
    get: (wanted) => answer(({ get }) => get(wanted)),
    forget: ({ before }) => answer(({ quietSince }) => quietSince(before)),
    close(): Answered<null> {
      file.close();
      prepared = null;
      return { value: null, setAside: file.takeRemark() };
    },
  };
}

function prepare(db: Db) {
  return { write: makeWriter(db), search: makeSearch(db), get: makeGet(db), quietSince: makeForget(db).quietSince };
}
