// How we prove to the smart host who we are: a logon over SMTP, or a look into the mailbox first, as old providers want it.
// Each half can be filled in once its box is checked.
import { useTranslation } from 'react-i18next';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting } from '../settings-draft.ts';
import { bareHost, providerOf } from './smart-host-hints.ts';

export const logonFields = [
  'delivery.smartHostLogon', 'delivery.smartHostUser', 'delivery.smartHostPassword', 'delivery.smartHostMethod',
  'delivery.popBefore', 'delivery.popHost', 'delivery.popTls', 'delivery.popUser', 'delivery.popPassword',
] as const;

export function LogonGroup() {
  const { t } = useTranslation();
  const isUnused = useDraftSetting('delivery.mode') === 'direct';
  const host = useDraftSetting('delivery.smartHost');
  const noLogon = !useDraftSetting('delivery.smartHostLogon') || isUnused;
  const noPop = !useDraftSetting('delivery.popBefore') || isUnused;
  const provider = providerOf(host);
  return (
    <InternetGroup title={t('isp.logon.group')}>
      <SettingField name="delivery.smartHostLogon" disabled={isUnused} />
      <div className="indented">
        <SettingField name="delivery.smartHostUser" disabled={noLogon} />
        <SettingField name="delivery.smartHostPassword" disabled={noLogon} />
        <div role="status">{provider === undefined || noLogon ? null : <p className="note beside-label">{t(`isp.preset.${provider.logon}`, { name: provider.name })}</p>}</div>
        <SettingField name="delivery.smartHostMethod" disabled={noLogon} />
      </div>
      <SettingField name="delivery.popBefore" disabled={isUnused} />
      <div className="indented">
        <SettingField name="delivery.popHost" placeholder={bareHost(host)} disabled={noPop} />
        <SettingField name="delivery.popTls" disabled={noPop} />
        <SettingField name="delivery.popUser" disabled={noPop} />
        <SettingField name="delivery.popPassword" disabled={noPop} />
      </div>
    </InternetGroup>
  );
}
