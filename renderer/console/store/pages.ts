// A long list of the engine, page by page on demand: tens of thousands of rows without loading them all. A page that is asked for anew
// stays shown until its fresh rows are there. The lists of accounts and of queued mail are made of it.
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface PageAnswer<Row> {
  readonly total: number;
  readonly matching: number;
  readonly rows: readonly Row[];
}

export interface Pages<Row, Filter> {
  readonly filter: Filter;
  readonly total: number;
  readonly matching: number;
  /** By page number; a page may be missing. */
  readonly pages: ReadonlyMap<number, readonly Row[]>;
  readonly failure: unknown;
}

export interface PageStore<Row, Filter> extends StoreApi<Pages<Row, Filter>> {
  readonly row: (index: number) => Row | undefined;
  /** These rows are in view: loads what is missing. */
  readonly view: (first: number, last: number) => void;
  readonly filter: (change: Partial<Filter>) => void;
  /** Something of it changed: loads what is in view again, as often as answers come and no oftener. */
  readonly refresh: () => void;
  /** Ids of the rows from..to, loaded or not. */
  readonly ids: (from: number, to: number) => Promise<readonly number[]>;
}

export const pageSize = 200;
const rangeSize = 1000;
/** Rows beyond what is in view that are loaded with it: whoever scrolls finds them there. */
const ahead = 150;

/** @param ask one piece of the list as the filter wants it: `limit` rows from `offset` */
export function createPages<Row extends { readonly id: number }, Filter extends object>(
  ask: (filter: Filter, offset: number, limit: number) => Promise<PageAnswer<Row>>, filter: Filter,
): PageStore<Row, Filter> {
  const store = createStore<Pages<Row, Filter>>(() => ({ filter, total: 0, matching: 0, pages: new Map(), failure: null }));
  let seen = { first: 0, last: 0 };
  let age = 0;
  let stale = false;
  const loading = new Set<number>();

  const load = async (page: number, wantedAge: number) => {
    loading.add(page);
    try {
      const { total, matching, rows } = await ask(store.getState().filter, page * pageSize, pageSize);
      if (wantedAge !== age) return;
      store.setState(({ pages }) => ({ total, matching, pages: new Map(pages).set(page, rows), failure: null }));
    } catch (failure) {
      if (wantedAge === age) store.setState({ failure });
    } finally {
      if (wantedAge === age) loaded(page);
    }
  };
  const loaded = (page: number) => {
    loading.delete(page);
    if (stale && loading.size === 0) restart(true);
  };
  const pagesInView = () => {
    const numbers: number[] = [];
    const known = store.getState().matching;
    const last = Math.max(seen.last, Math.min(seen.last + ahead, known - 1));
    for (let page = Math.floor(Math.max(0, seen.first - ahead) / pageSize); page <= Math.floor(last / pageSize); page++) numbers.push(page);
    return numbers;
  };
  /** Everything asked for before counts for nothing from here on. */
  const restart = (keep: boolean) => {
    age += 1;
    stale = false;
    loading.clear();
    const wanted = pagesInView();
    store.setState(({ pages }) => ({ pages: keep ? new Map([...pages].filter(([page]) => wanted.includes(page))) : new Map() }));
    for (const page of wanted) void load(page, age);
  };
  return {
    ...store,
    row: (index) => store.getState().pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    view(first, last) {
      seen = { first, last };
      for (const page of pagesInView()) if (!store.getState().pages.has(page) && !loading.has(page)) void load(page, age);
    },
    filter(change) {
      // What is in view stays in view, with other rows; if there are fewer of them now, the list comes back with another view.
      store.setState((state) => ({ filter: { ...state.filter, ...change } }));
      restart(false);
    },
    refresh() {
      // While answers are awaited a busy engine changes again: asking anew each time would never show any of them.
      if (loading.size > 0) stale = true;
      else restart(true);
    },
    async ids(from, to) {
      const found: number[] = [];
      for (let offset = from; offset <= to; offset += rangeSize) {
        const { rows } = await ask(store.getState().filter, offset, Math.min(rangeSize, to - offset + 1));
        found.push(...rows.map(({ id }) => id));
      }
      return found;
    },
  };
}
