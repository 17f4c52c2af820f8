// Ports: where we listen, where we connect to, and which of our servers run at all.
import { useTranslation } from 'react-i18next';
import { defaultSettings, type SettingName } from '../../../../core/contract/settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';
import { useSettingsDraft } from '../settings-draft.ts';

const inbound = ['ports.smtp', 'ports.submission', 'ports.smtps', 'ports.pop3', 'ports.pop3s'] as const satisfies readonly SettingName[];
const outbound = ['ports.smtpOut', 'ports.dns'] as const satisfies readonly SettingName[];
const servers = ['servers.smtp', 'servers.submission', 'servers.smtps', 'servers.pop3', 'servers.pop3s'] as const satisfies readonly SettingName[];
export const portsFields = [...inbound, ...outbound, ...servers] as const;

export function PortsTab() {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  return (
    <div className="wide-labels">
      <GroupBox title={t('ports.group')}>{inbound.map((name) => <SettingField key={name} name={name} />)}</GroupBox>
      <InternetGroup title={t('ports.outbound')}>{outbound.map((name) => <SettingField key={name} name={name} />)}</InternetGroup>
      <div className="align-right"><Button onPress={() => draft.change(Object.fromEntries([...inbound, ...outbound].map((name) => [name, defaultSettings[name]])))}>{t('ports.defaults')}</Button></div>
      <GroupBox title={t('ports.servers')}>
        <div className="two-columns">{servers.map((name) => <SettingField key={name} name={name} />)}</div>
      </GroupBox>
    </div>
  );
}
