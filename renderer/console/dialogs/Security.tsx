// Setup > Security: who may log on without encryption, what counts as the own LAN, who may send what without logging on.
import { Shield } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../ui/Field.tsx';
import { SettingField } from './SettingField.tsx';
import { SettingsSheet } from './SettingsSheet.tsx';

export function Security({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SettingsSheet
      title={t('security.title')} icon={<Shield size={16} aria-hidden />} height={520} onClose={onClose}
      tabs={[
        {
          id: 'logon', label: t('security.logon'), fields: ['security.plainLogon', 'security.localSenders'],
          content: (
            <>
              <GroupBox title={t('security.logon.group')}><SettingField name="security.plainLogon" radio /></GroupBox>
              <GroupBox title={t('security.senders.group')}><SettingField name="security.localSenders" radio /></GroupBox>
            </>
          ),
        },
        { id: 'lan', label: t('security.lan'), fields: ['security.lanAddresses'], content: <GroupBox title={t('security.lan.group')}><p className="note">{t('security.lan.note')}</p><SettingField name="security.lanAddresses" wide /></GroupBox> },
        { id: 'relay', label: t('security.relay'), fields: ['security.relayAddresses'], content: <GroupBox title={t('security.relay.group')}><p className="note">{t('security.relay.note')}</p><SettingField name="security.relayAddresses" wide /></GroupBox> },
        {
          id: 'limits', label: t('security.limits'), fields: ['limits.messagesPerHour', 'limits.recipientsPerHour'],
          content: <div className="wide-labels"><GroupBox title={t('security.limits.group')}><p className="note">{t('security.limits.note')}</p><SettingField name="limits.messagesPerHour" /><SettingField name="limits.recipientsPerHour" /></GroupBox></div>,
        },
      ]}
    />
  );
}
