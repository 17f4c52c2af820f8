// Domain/ISP: who we are, and how mail for the Internet leaves. The labels of the course stand as they are.
import { useTranslation } from 'react-i18next';
import { smartHostPresets } from '../../../../core/contract/presets.ts';
import { Button } from '../../../ui/Button.tsx';
import { BareSelect } from '../../../ui/Choice.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import { useConsole, useFacts } from '../../console.ts';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from '../settings-draft.ts';
import { typedSmartHost } from './typed-smart-host.ts';

export const domainFields = [
  'domain.name', 'domain.helo', 'domain.ip', 'domain.bindToIp', 'delivery.smartHost', 'delivery.mode', 'delivery.smartHostTls', 'delivery.smartHostVerify', 'delivery.smartHostLogon', 'delivery.smartHostUser',
  'delivery.smartHostPassword', 'delivery.smartHostMethod', 'delivery.popBefore', 'delivery.popHost', 'delivery.popTls', 'delivery.popUser', 'delivery.popPassword', 'delivery.strictTls',
] as const;

export function DomainTab() {
  const { t } = useTranslation();
  const addresses = useFacts((facts) => facts.info?.localAddresses ?? []);
  const ip = useDraftSetting('domain.ip');
  const name = useDraftSetting('domain.name');
  return (
    <>
      <GroupBox title={t('domain.group')}>
        <SettingField name="domain.name" autoFocus />
        <SettingField name="domain.helo" placeholder={name} />
        <SettingField name="domain.ip" offers={addresses.map((address) => ({ value: address, label: address }))} placeholder={t('domain.ip.any')} />
        <SettingField name="domain.bindToIp" disabled={ip === ''} />
      </GroupBox>
      <IspGroup />
    </>
  );
}

function IspGroup() {
  const { t } = useTranslation();
  const host = useDraftSetting('delivery.smartHost');
  const mode = useDraftSetting('delivery.mode');
  const isUnused = mode === 'direct';
  return (
    <>
      <GroupBox title={t('isp.group')}>
        <p className="note">{t('isp.note')}</p>
        <SettingField name="delivery.smartHost" wide />
        <SettingField name="delivery.mode" radio />
        {host === '' && mode !== 'direct' ? <p className="note warn" role="status">{t('isp.needs-host')}</p> : null}
        {host !== '' && isUnused ? <p className="note" role="status">{t('isp.host-unused')}</p> : null}
        <SmartHostButtons />
      </GroupBox>
      <GroupBox title={t('isp.logon.group')}>
        <SettingField name="delivery.smartHostTls" disabled={isUnused} />
        <SettingField name="delivery.smartHostVerify" disabled={isUnused} />
        <LogonFields disabled={isUnused} />
        <PopFields disabled={isUnused} />
      </GroupBox>
      <GroupBox title={t('isp.direct.group')}><SettingField name="delivery.strictTls" radio disabled={mode === 'smart-host'} /></GroupBox>
    </>
  );
}

function SmartHostButtons() {
  const console = useConsole();
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const choose = (name: string) => {
    const preset = smartHostPresets.find((one) => one.name === name);
    if (preset === undefined) return;
    draft.change({
      'delivery.smartHost': preset.host, 'delivery.smartHostTls': preset.tls, 'delivery.smartHostVerify': true, 'delivery.smartHostLogon': true, 'delivery.smartHostMethod': preset.logon === 'token' ? 'xoauth2' : 'auto',
      ...(draft.getState().values['delivery.mode'] === 'direct' ? { 'delivery.mode': 'smart-host' as const } : {}),
    });
    console.dialogs.toast('good', t(`isp.preset.${preset.logon}`, { name: preset.name }));
  };
  const test = () => {
    const typed = typedSmartHost(draft.getState().values);
    console.dialogs.open({ kind: 'test', title: t('test.smart-host', { host: typed.host }), run: (api, signal) => api.tests.smartHost(typed, { signal }) });
  };
  return (
    <div className="button-row">
      <BareSelect label={t('isp.presets')} value="" onChange={choose} options={[{ value: '', label: t('isp.presets') }, ...smartHostPresets.map(({ name }) => ({ value: name, label: name }))]} />
      <Button onPress={test}>{t('button.test')}</Button>
      <Button onPress={() => console.dialogs.open({ kind: 'retry-settings' })}>{t('isp.retry')}</Button>
      <Button onPress={() => console.dialogs.open({ kind: 'smart-hosts' })}>{t('isp.more-hosts')}</Button>
    </div>
  );
}

function LogonFields({ disabled }: { readonly disabled: boolean }) {
  const isOff = !useDraftSetting('delivery.smartHostLogon') || disabled;
  return (
    <>
      <SettingField name="delivery.smartHostLogon" disabled={disabled} />
      <div className="indented">
        <SettingField name="delivery.smartHostUser" disabled={isOff} />
        <SettingField name="delivery.smartHostPassword" disabled={isOff} />
        <SettingField name="delivery.smartHostMethod" disabled={isOff} />
      </div>
    </>
  );
}

function PopFields({ disabled }: { readonly disabled: boolean }) {
  const isOn = useDraftSetting('delivery.popBefore');
  const host = useDraftSetting('delivery.smartHost');
  return (
    <>
      <SettingField name="delivery.popBefore" disabled={disabled} />
      {isOn ? (
        <div className="indented">
          <SettingField name="delivery.popHost" placeholder={host} disabled={disabled} />
          <SettingField name="delivery.popTls" disabled={disabled} />
          <SettingField name="delivery.popUser" disabled={disabled} />
          <SettingField name="delivery.popPassword" disabled={disabled} />
        </div>
      ) : null}
    </>
  );
}
