// Setup > Security: who may log on without encryption, what counts as the own LAN, who may send to the Internet, and how much.
import { Shield } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../ui/Field.tsx';
import { InternetGroup } from './InternetGroup.tsx';
import { Warning } from './primary/Warning.tsx';
import { wideOnes } from './relay-addresses.ts';
import { SettingField } from './SettingField.tsx';
import { useDraftSetting } from './settings-draft.ts';
import { SettingsSheet } from './SettingsSheet.tsx';

export function Security({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SettingsSheet
      title={t('security.title')} icon={<Shield size={16} aria-hidden />} width={640} height={560} onClose={onClose}
      tabs={[
        { id: 'logon', label: t('security.logon'), fields: ['security.plainLogon', 'security.localSenders'], content: <LogonTab /> },
        { id: 'lan', label: t('security.lan'), fields: ['security.lanAddresses'], content: <GroupBox title={t('security.lan.group')}><p className="note">{t('security.lan.note')}</p><SettingField name="security.lanAddresses" wide rows={9} /></GroupBox> },
        { id: 'relay', label: t('security.relay'), fields: ['security.relayAddresses'], content: <RelayTab /> },
        { id: 'limits', label: t('security.limits'), fields: ['limits.messagesPerHour', 'limits.recipientsPerHour'], content: <LimitsTab /> },
      ]}
    />
  );
}

function LogonTab() {
  const { t } = useTranslation();
  return (
    <>
      <GroupBox title={t('security.logon.group')}><SettingField name="security.plainLogon" radio /></GroupBox>
      <GroupBox title={t('security.senders.group')}><SettingField name="security.localSenders" radio /></GroupBox>
    </>
  );
}

const rules = ['accounts', 'listed', 'others', 'inward'] as const;

function RelayTab() {
  const { t } = useTranslation();
  const wide = wideOnes(useDraftSetting('security.relayAddresses'));
  return (
    <>
      <GroupBox title={t('security.relay.rules')}>
        <ul className="rules">{rules.map((rule) => <li key={rule}>{t(`security.relay.rule.${rule}`)}</li>)}</ul>
      </GroupBox>
      <InternetGroup title={t('security.relay.group')}>
        <p className="note">{t('security.relay.note')}</p>
        <SettingField name="security.relayAddresses" wide placeholder={t('security.relay.example')} />
        <div role="status">{wide.length === 0 ? null : <Warning>{t('security.relay.wide', { addresses: wide.join(', ') })}</Warning>}</div>
      </InternetGroup>
    </>
  );
}

function LimitsTab() {
  const { t } = useTranslation();
  return (
    <div className="wide-labels">
      <InternetGroup title={t('security.limits.group')}>
        <p className="note">{t('security.limits.note')}</p>
        <SettingField name="limits.messagesPerHour" />
        <SettingField name="limits.recipientsPerHour" />
      </InternetGroup>
    </div>
  );
}
