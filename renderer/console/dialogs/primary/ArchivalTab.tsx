// Archival: copies of all mail, for whoever must keep them.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { SettingField } from '../SettingField.tsx';

export const archivalFields = ['archival.addresses', 'archival.markSubject'] as const;

export function ArchivalTab() {
  const { t } = useTranslation();
  return (
    <GroupBox title={t('archival.group')}>
      <SettingField name="archival.addresses" wide />
      <SettingField name="archival.markSubject" />
    </GroupBox>
  );
}
