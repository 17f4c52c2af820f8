// Directories: where new accounts keep their mail, and how long logs and the trace of messages are kept.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { useFacts } from '../../console.ts';
import { SettingField } from '../SettingField.tsx';

export const directoriesFields = ['directories.mail', 'accounts.mailboxTemplate', 'accounts.welcomeMessage', 'directories.logs', 'logs.keepDays', 'trace.keepDays'] as const;

export function DirectoriesTab() {
  const { t } = useTranslation();
  const folder = useFacts((facts) => facts.info?.dataDirectory ?? '');
  return (
    <>
      <GroupBox title={t('directories.group')}>
        <p className="note">{t('directories.data')} <code>{folder}</code></p>
        <SettingField name="directories.mail" wide />
        <SettingField name="accounts.mailboxTemplate" wide />
        <p className="note">{t('directories.macros')}</p>
        <SettingField name="accounts.welcomeMessage" />
      </GroupBox>
      <GroupBox title={t('directories.logs')}>
        <SettingField name="directories.logs" />
        <SettingField name="logs.keepDays" />
        <SettingField name="trace.keepDays" />
      </GroupBox>
    </>
  );
}
