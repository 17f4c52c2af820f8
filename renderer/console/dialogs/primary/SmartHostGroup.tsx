// Where mail for the Internet goes: the smart host, when it is used, and how the way to it is protected. The buttons stand here too.
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { smartHostPresets, type SmartHostPreset } from '../../../../core/contract/presets.ts';
import { Button } from '../../../ui/Button.tsx';
import { MenuButton } from '../../../ui/MenuButton.tsx';
import { useConsole, useFacts } from '../../console.ts';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from '../settings-draft.ts';
import { modeWith, smartHostHint } from './smart-host-hints.ts';
import { typedSmartHost } from './typed-smart-host.ts';
import { Warning } from './Warning.tsx';

export const smartHostFields = ['delivery.smartHost', 'delivery.mode', 'delivery.smartHostTls', 'delivery.smartHostVerify'] as const;

export function SmartHostGroup() {
  const { t } = useTranslation();
  const host = useDraftSetting('delivery.smartHost');
  const mode = useDraftSetting('delivery.mode');
  const tls = useDraftSetting('delivery.smartHostTls');
  const ourselves = [useDraftSetting('domain.name'), useDraftSetting('domain.ip'), ...useFacts((facts) => facts.info?.localAddresses ?? none)];
  const original = useStore(useSettingsDraft(), (state) => state.original);
  const hint = smartHostHint(host, mode, ourselves);
  return (
    <InternetGroup title={t('isp.group')}>
      <p className="note">{t('isp.note')}</p>
      <SettingField name="delivery.smartHost" wide also={(typed) => modeWith(host, typed, mode, original)} />
      <SettingField name="delivery.mode" radio />
      <div role="status">{hint === null ? null : <Warning>{t(`isp.hint.${hint}`)}</Warning>}</div>
      <SettingField name="delivery.smartHostTls" disabled={mode === 'direct'} />
      <SettingField name="delivery.smartHostVerify" disabled={mode === 'direct' || tls === 'none' || tls === 'opportunistic'} />
      <Buttons />
    </InternetGroup>
  );
}

const none: readonly string[] = [];

function Buttons() {
  const console = useConsole();
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const choose = (preset: SmartHostPreset) => draft.change({
    'delivery.smartHost': preset.host, 'delivery.smartHostTls': preset.tls, 'delivery.smartHostVerify': true, 'delivery.smartHostLogon': true,
    'delivery.smartHostMethod': preset.logon === 'token' ? 'xoauth2' : 'auto',
    ...(draft.getState().values['delivery.mode'] === 'direct' ? { 'delivery.mode': 'smart-host' as const } : {}),
  });
  const test = () => {
    const typed = typedSmartHost(draft.getState().values);
    console.dialogs.open({ kind: 'test', title: t('test.smart-host', { host: typed.host }), asks: ['from', 'to'], run: (api, signal, asked) => api.tests.smartHost({ ...typed, ...asked }, { signal }) });
  };
  return (
    <div className="button-row">
      <MenuButton label={t('isp.presets')} items={smartHostPresets.map((preset) => ({ id: preset.name, label: preset.name.replaceAll('&', '&&'), run: () => choose(preset) }))} />
      <Button onPress={test}>{t('button.test')}</Button>
      <Button onPress={() => console.dialogs.open({ kind: 'retry-settings' })}>{t('isp.retry')}</Button>
      <Button onPress={() => console.dialogs.open({ kind: 'smart-hosts' })}>{t('isp.more-hosts')}</Button>
    </div>
  );
}
