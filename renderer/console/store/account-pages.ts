// The account list, page by page on demand: thousands of accounts without loading them all. A page that is asked for anew stays
// shown until its fresh rows are there.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Account, AccountQuery } from '../../../core/contract/records.ts';
import type { Api } from '../connection.ts';

export type AccountFilter = Pick<AccountQuery, 'search' | 'domainId' | 'sort' | 'descending'>;

export interface AccountPages {
  readonly filter: AccountFilter;
  readonly total: number;
  readonly matching: number;
  /** By page number; a page may be missing. */
  readonly pages: ReadonlyMap<number, readonly Account[]>;
  readonly failure: unknown;
}

export const pageSize = 200;
const rangeSize = 1000;

export interface AccountPageStore extends StoreApi<AccountPages> {
  readonly row: (index: number) => Account | undefined;
  /** These rows are in view: loads what is missing. */
  readonly view: (first: number, last: number) => void;
  readonly filter: (change: Partial<AccountFilter>) => void;
  /** The accounts changed somewhere: loads what is in view again. */
  readonly refresh: () => void;
  /** Ids of the rows from..to, loaded or not. */
  readonly ids: (from: number, to: number) => Promise<readonly number[]>;
}

export function createAccountPages(api: () => Api, filter: AccountFilter): AccountPageStore {
  const store = createStore<AccountPages>(() => ({ filter, total: 0, matching: 0, pages: new Map(), failure: null }));
  let seen = { first: 0, last: 0 };
  let age = 0;
  const loading = new Set<number>();

  const load = async (page: number, wantedAge: number) => {
    loading.add(page);
    try {
      const { total, matching, accounts } = await api().accounts.list({ ...store.getState().filter, offset: page * pageSize, limit: pageSize });
      if (wantedAge !== age) return;
      store.setState(({ pages }) => ({ total, matching, pages: new Map(pages).set(page, accounts), failure: null }));
    } catch (failure) {
      if (wantedAge === age) store.setState({ failure });
    } finally {
      if (wantedAge === age) loading.delete(page);
    }
  };
  const pagesInView = () => {
    const numbers: number[] = [];
    for (let page = Math.floor(seen.first / pageSize); page <= Math.floor(seen.last / pageSize); page++) numbers.push(page);
    return numbers;
  };
  /** Everything asked for before counts for nothing from here on. */
  const restart = (keep: boolean) => {
    age += 1;
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
      store.setState((state) => ({ filter: { ...state.filter, ...change } }));
      seen = { first: 0, last: 0 };
      restart(false);
    },
    refresh: () => restart(true),
    async ids(from, to) {
      const found: number[] = [];
      for (let offset = from; offset <= to; offset += rangeSize) {
        const { accounts } = await api().accounts.list({ ...store.getState().filter, offset, limit: Math.min(rangeSize, to - offset + 1) });
        found.push(...accounts.map(({ id }) => id));
      }
      return found;
    },
  };
}
