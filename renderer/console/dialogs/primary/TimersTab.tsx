// Timers: how long we wait, for those who call us and for those whom we call.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';

const inbound = ['timers.inactiveMinutes', 'timers.latencyMs', 'timers.maxHops'] as const;
const outbound = ['timers.connectSeconds', 'timers.greetingSeconds', 'timers.dataMinutes', 'timers.mxSeconds', 'timers.aSeconds'] as const;
export const timersFields = [...inbound, ...outbound] as const;

export function TimersTab() {
  const { t } = useTranslation();
  return (
    <div className="wide-labels">
      <GroupBox title={t('timers.group')}>{inbound.map((name) => <SettingField key={name} name={name} />)}</GroupBox>
      <InternetGroup title={t('timers.outbound')}>{outbound.map((name) => <SettingField key={name} name={name} />)}</InternetGroup>
    </div>
  );
}
