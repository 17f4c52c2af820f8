// Account Editor, tab Mailbox: where and how the mail of the account is stored until it is fetched.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { storageFormat, type Account } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { CheckBox, SelectBox } from '../../ui/Choice.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { useConsole } from '../console.ts';
import { count, dateTime, size } from '../format.ts';
import type { AccountDraft } from './account-draft.ts';
import { useField } from './AccountTab.tsx';

export function MailboxTab({ draft, account }: { readonly draft: AccountDraft; readonly account: Account | null }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const values = useStore(draft, (state) => state.values);
  const original = useStore(draft, (state) => state.original);
  const error = useField(draft);
  const suggested = useSuggestedDirectory(draft);
  const browse = async () => {
    const chosen = await console.desktop?.chooseFolder(values.directory);
    if (typeof chosen === 'string') draft.change({ directory: chosen });
  };
  const moves = account !== null && (values.directory.trim() !== original.directory || values.storageFormat !== original.storageFormat) && account.messages > 0;
  return (
    <>
      <GroupBox title={t('mailbox.group')}>
        <TextBox
          label="Message directory" help={t('mailbox.directory.help')} value={values.directory} onChange={(directory) => draft.change({ directory })} error={error('directory')} placeholder={suggested} wide
          after={console.desktop === null ? null : <Button look="small" onPress={() => void browse()}>{t('button.browse')}</Button>}
        />
        <SelectBox
          label="Storage Format" help={t('mailbox.format.help')} value={values.storageFormat} onChange={(format) => draft.change({ storageFormat: storageFormat.parse(format) })} error={error('storageFormat')} wide full
          options={storageFormat.options.map((format) => ({ value: format, label: t(`mailbox.format.${format}`) }))}
        />
        {moves ? <p className="note" role="status">{t('mailbox.moves', { count: account.messages })}</p> : null}
      </GroupBox>
      <GroupBox title={t('mailbox.attachments')}>
        <CheckBox label="Enable automatic extraction of MIME encoded attachments" help={t('mailbox.extract.help')} value={values.extractAttachments} onChange={(extractAttachments) => draft.change({ extractAttachments })} />
      </GroupBox>
      {account === null ? null : (
        <GroupBox title={t('mailbox.now')}>
          <dl className="facts">
            <dt>{t('accounts.messages')}</dt><dd>{count(account.messages, i18n.language)}</dd>
            <dt>{t('accounts.size')}</dt><dd>{size(account.bytes, i18n.language)}</dd>
            <dt>{t('accounts.lastAccess')}</dt><dd>{account.lastAccessAt === null ? t('accounts.never') : dateTime(account.lastAccessAt)}</dd>
            <dt>{t('mailbox.created')}</dt><dd>{dateTime(account.createdAt)}</dd>
          </dl>
        </GroupBox>
      )}
    </>
  );
}

/** What an empty directory will become, from the template. */
function useSuggestedDirectory(draft: AccountDraft): string {
  const console = useConsole();
  const { fullName, domainId, mailbox } = useStore(draft, (state) => state.values);
  const [directory, setDirectory] = useState('');
  useEffect(() => {
    if (mailbox === '') return undefined;
    let current = true;
    console.api().accounts.suggest({ fullName, domainId, mailbox }).then((answer) => { if (current) setDirectory(answer.directory); }, () => undefined);
    return () => { current = false; };
  }, [console, fullName, domainId, mailbox]);
  return directory;
}
