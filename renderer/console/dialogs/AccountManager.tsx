// Accounts > Account manager (Alt+M): every account, found by name, address or note, sorted, by domain, several at once.
import { Search, Users } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { accountSort, type Account } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { BareSelect } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { useConsole, useFacts } from '../console.ts';
import { count } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { newAccount } from '../run-command.ts';
import { createAccountPages } from '../store/account-pages.ts';
import { useAccountColumns } from './account-columns.tsx';
import { deleteAccounts } from './delete-accounts.ts';

export function AccountManager({ domainId, onClose }: { readonly domainId?: number; readonly onClose: () => void }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const domains = useFacts((facts) => facts.domains);
  const version = useFacts((facts) => facts.versions.accounts + facts.versions.domains);
  const [pages] = useState(() => createAccountPages(console.api, { search: '', domainId: domainId ?? null, sort: 'mailbox', descending: false }));
  const { filter, total, matching, failure } = useStore(pages);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = useAccountColumns();
  const view = useCallback((first: number, last: number) => pages.view(first, last), [pages]);
  useEffect(() => pages.refresh(), [pages, version]);
  const edit = (account: Account) => console.dialogs.open({ kind: 'account', accountId: account.id });
  const ids = [...selected];
  const remove = async () => { if (ids.length > 0 && await deleteAccounts(console, t, ids, pages)) setSelected(new Set()); };
  const clientSettings = (accountIds: readonly number[]) => console.dialogs.open({ kind: 'client-settings', accountIds });
  const sortBy = (column: string) => {
    const sort = accountSort.parse(column);
    pages.filter({ sort, descending: filter.sort === sort && !filter.descending });
  };
  const change = (next: Parameters<typeof pages.filter>[0]) => { setSelected(new Set()); pages.filter(next); };
  const one = ids.length === 1;
  return (
    <Dialog
      title="Account Manager" icon={<Users size={16} aria-hidden />} width={1040} height={640} closeLabel={t('button.close')} fill onClose={onClose}
      footer={<Button kind="primary" accessKey={null} onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="filter-bar">
        <SearchField className="log-search wide" aria-label={t('accounts.search')} value={filter.search} onChange={(search) => change({ search })} autoFocus>
          <Search size={13} aria-hidden />
          <Input className="input" placeholder={t('accounts.search')} />
        </SearchField>
        <span data-field className="filter-field">
          <span data-access="">{t('accounts.domain-filter')}</span>
          <BareSelect
            label={t('accounts.domain-filter')} value={String(filter.domainId ?? 0)} onChange={(id) => change({ domainId: id === '0' ? null : Number(id) })}
            options={[{ value: '0', label: t('accounts.all-domains') }, ...domains.map(({ id, name }) => ({ value: String(id), label: name }))]}
          />
        </span>
        <span className="spacer" />
        <span className="muted numbers" role="status">{t('accounts.numbers', { shown: count(matching, i18n.language), total: count(total, i18n.language) })}{ids.length > 1 ? ` - ${t('accounts.selected', { count: ids.length })}` : ''}</span>
      </div>
      {failure === null ? null : <div className="banner error" role="alert">{problemText(t, problemOf(failure))}</div>}
      <div className="beside">
        <Grid
          label={t('accounts.list')} columns={columns} count={matching} row={pages.row} id={(account) => account.id} selected={selected} onSelect={setSelected} range={pages.ids} onView={view}
          sort={{ column: filter.sort, descending: filter.descending }} onSort={sortBy} onOpen={edit} onDelete={() => void remove()} empty={total === 0 ? t('accounts.none') : t('accounts.nothing-found')}
          menu={(account) => [
            { id: 'edit', label: t('accounts.menu.edit'), run: () => edit(account) },
            { id: 'client', label: t('accounts.menu.client'), run: () => clientSettings(selected.has(account.id) ? ids : [account.id]) },
            { id: 'delete', label: t('accounts.menu.delete'), separated: true, run: () => void deleteAccounts(console, t, selected.has(account.id) ? ids : [account.id], pages).then((done) => { if (done) setSelected(new Set()); }) },
          ]}
        />
        <div className="buttons">
          <Button accessKey="n" onPress={() => newAccount(console, t, filter.domainId ?? undefined)}>{t('button.new')}</Button>
          <Button isDisabled={!one} onPress={() => { const id = ids[0]; if (id !== undefined) console.dialogs.open({ kind: 'account', accountId: id }); }}>{t('button.edit')}</Button>
          <Button isDisabled={ids.length === 0} onPress={() => void remove()}>{t('button.delete')}</Button>
          <Button isDisabled={ids.length === 0} onPress={() => clientSettings(ids)}>{t('accounts.client')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
