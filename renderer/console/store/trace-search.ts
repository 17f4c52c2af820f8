// The list of the trace: newest first, older entries as the reader gets to them. What is typed is asked for after a short rest.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TraceEntry, TraceQuery } from '../../../core/contract/records.ts';
import type { Api } from '../connection.ts';

export const spans = ['hour', 'day', 'week', 'all', 'custom'] as const;
export interface TraceFilter {
  readonly text: string;
  readonly span: (typeof spans)[number];
  /** Of `custom`, as a date-and-time field has them; '' = open. */
  readonly since: string;
  readonly until: string;
  readonly state: TraceQuery['state'];
}

interface TraceList {
  readonly filter: TraceFilter;
  readonly entries: readonly TraceEntry[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly failure: unknown;
}

interface TraceSearch extends StoreApi<TraceList> {
  /** From the newest on, with the filter as it is. */
  readonly begin: () => Promise<void>;
  readonly filter: (change: Partial<TraceFilter>) => void;
  /** These rows are in view. */
  readonly view: (first: number, last: number) => void;
}

const restMs = 200;
const hourMs = 3_600_000;
const spanMs = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs } as const;

export function createTraceSearch(api: () => Api, now: () => number, filter: TraceFilter): TraceSearch {
  const store = createStore<TraceList>(() => ({ filter, entries: [], more: false, loading: true, failure: null }));
  let age = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const load = async (before: number | null) => {
    const wanted = before === null ? ++age : age;
    store.setState({ loading: true });
    try {
      const { entries, more } = await api().trace.search({ ...asQuery(store.getState().filter, now()), before });
      if (wanted === age) store.setState((state) => ({ entries: before === null ? entries : [...state.entries, ...entries], more, loading: false, failure: null }));
    } catch (failure) {
      if (wanted === age) store.setState({ failure, loading: false });
    }
  };
  return {
    ...store,
    begin() {
      clearTimeout(rest);
      return load(null);
    },
    filter(change) {
      store.setState((state) => ({ filter: { ...state.filter, ...change } }));
      clearTimeout(rest);
      rest = setTimeout(() => void load(null), restMs);
    },
    view(_, last) {
      const { entries, more, loading } = store.getState();
      const oldest = entries.at(-1);
      if (more && !loading && oldest !== undefined && last >= entries.length - 20) void load(oldest.id);
    },
  };
}

export function asQuery({ text, span, since, until, state }: TraceFilter, now: number): Pick<TraceQuery, 'text' | 'since' | 'until' | 'state'> {
  const custom = (value: string) => (value === '' || Number.isNaN(Date.parse(value)) ? null : Date.parse(value));
  switch (span) {
    case 'all': return { text, state, since: null, until: null };
    // The field names a minute; all of it counts.
    case 'custom': return { text, state, since: custom(since), until: until === '' ? null : (custom(until) ?? 0) + 59_999 };
    case 'hour': case 'day': case 'week': return { text, state, since: now - spanMs[span], until: null };
  }
}
