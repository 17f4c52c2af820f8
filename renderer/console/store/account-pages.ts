// The account list by page (pages.ts), as the Account Manager filters and sorts it.
import type { Account, AccountQuery } from '../../../core/contract/records.ts';
import type { Api } from '../connection.ts';
import { createPages, type PageStore } from './pages.ts';

type AccountFilter = Pick<AccountQuery, 'search' | 'domainId' | 'sort' | 'descending'>;
export type AccountPageStore = PageStore<Account, AccountFilter>;

export function createAccountPages(api: () => Api, filter: AccountFilter): AccountPageStore {
  return createPages<Account, AccountFilter>(async (wanted, offset, limit) => {
    const { total, matching, accounts } = await api().accounts.list({ ...wanted, offset, limit });
    return { total, matching, rows: accounts };
  }, filter);
}
