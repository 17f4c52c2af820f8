// Domain/ISP: who we are, and how mail for the Internet leaves. The labels of the course stand as they are.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { useFacts } from '../../console.ts';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting } from '../settings-draft.ts';
import { LogonGroup, logonFields } from './LogonGroup.tsx';
import { SmartHostGroup, smartHostFields } from './SmartHostGroup.tsx';

export const domainFields = ['domain.name', 'domain.helo', 'domain.ip', 'domain.bindToIp', ...smartHostFields, ...logonFields, 'delivery.strictTls'] as const;

export function DomainTab() {
  const { t } = useTranslation();
  const addresses = useFacts((facts) => facts.info?.localAddresses ?? []);
  const ip = useDraftSetting('domain.ip');
  const name = useDraftSetting('domain.name');
  const mode = useDraftSetting('delivery.mode');
  return (
    <>
      <GroupBox title={t('domain.group')}>
        <SettingField name="domain.name" autoFocus />
        <SettingField name="domain.helo" placeholder={name} />
        <SettingField name="domain.ip" offers={addresses.map((address) => ({ value: address, label: address }))} placeholder={t('domain.ip.any')} />
        <SettingField name="domain.bindToIp" disabled={ip === ''} />
      </GroupBox>
      <SmartHostGroup />
      <LogonGroup />
      <InternetGroup title={t('isp.direct.group')}><SettingField name="delivery.strictTls" radio disabled={mode === 'smart-host'} /></InternetGroup>
    </>
  );
}
