import { UserRound, UserRoundX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../core/contract/records.ts';
import type { Column } from '../../ui/Grid.tsx';
import { count, dateTime, size } from '../format.ts';

/** Columns of the Account Manager; ids are what the engine sorts by. The first four are the classic ones. */
export function useAccountColumns(): readonly Column<Account>[] {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  return [
    { id: 'domain', title: t('accounts.domain'), width: 116, sortable: true, render: (account) => account.domainName, text: (account) => account.domainName },
    {
      id: 'mailbox', title: t('accounts.mailbox'), width: 140, sortable: true, text: (account) => account.mailbox,
      render: (account) => (
        <>
          {account.enabled ? <UserRound size={13} className="muted" aria-hidden /> : <UserRoundX size={13} className="muted" role="img" aria-label={t('accounts.disabled')} />}
          <span>{account.mailbox}</span>
        </>
      ),
    },
    { id: 'fullName', title: t('accounts.realName'), width: 140, sortable: true, render: (account) => account.fullName, text: (account) => account.fullName },
    { id: 'directory', title: t('accounts.directory'), width: 140, grow: true, sortable: true, render: (account) => account.directory, text: (account) => account.directory },
    { id: 'messages', title: t('accounts.messages'), width: 84, align: 'right', sortable: true, render: (account) => count(account.messages, language) },
    { id: 'bytes', title: t('accounts.size'), width: 76, align: 'right', sortable: true, render: (account) => size(account.bytes, language) },
    { id: 'lastAccessAt', title: t('accounts.lastAccess'), width: 130, sortable: true, render: (account) => (account.lastAccessAt === null ? t('accounts.never') : dateTime(account.lastAccessAt)) },
  ];
}
