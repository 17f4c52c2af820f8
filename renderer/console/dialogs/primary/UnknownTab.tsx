// Unknown Mail: what becomes of mail to users who do not exist, and who is the postmaster.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting } from '../settings-draft.ts';

export const unknownFields = ['unknown.refuse', 'unknown.toPostmaster', 'unknown.toBad', 'postmaster.account'] as const;

export function UnknownTab() {
  const { t } = useTranslation();
  const refuse = useDraftSetting('unknown.refuse');
  const kept = [useDraftSetting('unknown.toPostmaster'), useDraftSetting('unknown.toBad')].includes(true);
  return (
    <>
      <GroupBox title={t('unknown.group')}>
        <SettingField name="unknown.refuse" />
        <SettingField name="unknown.toPostmaster" disabled={refuse} />
        <SettingField name="unknown.toBad" disabled={refuse} />
        {refuse ? <p className="note">{t('unknown.refused')}</p> : null}
        {!refuse && !kept ? <p className="note" role="status">{t('unknown.nothing')}</p> : null}
      </GroupBox>
      <GroupBox title={t('postmaster.group')}><SettingField name="postmaster.account" placeholder={t('postmaster.first')} /></GroupBox>
    </>
  );
}
