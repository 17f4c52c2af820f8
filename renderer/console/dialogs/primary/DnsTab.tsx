// DNS: whom the mail server asks for the way. The servers of the course's table are offered as printed there, marked as of 2003.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dnsPresets } from '../../../../core/contract/presets.ts';
import { Button } from '../../../ui/Button.tsx';
import { BareSelect } from '../../../ui/Choice.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import type { Api } from '../../connection.ts';
import { useConsole, useFacts } from '../../console.ts';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from '../settings-draft.ts';

export const dnsFields = ['dns.useSystem', 'dns.primary', 'dns.backup', 'dns.retries', 'dns.hostsFile', 'dns.useHostsFile', 'dns.cache', 'dns.staticMx', 'dns.presets'] as const;

export function DnsTab() {
  const { t } = useTranslation();
  const usesHosts = useDraftSetting('dns.useHostsFile');
  const console = useConsole();
  return (
    <div className="wide-labels">
      <GroupBox title={t('dns.group')}>
        <p className="note">{t('dns.note')}</p>
        <SettingField name="dns.useSystem" />
        <SystemServers />
        <SettingField name="dns.primary" />
        <SettingField name="dns.backup" />
        <PresetButtons />
      </GroupBox>
      <GroupBox title={t('dns.lookups')}>
        <SettingField name="dns.retries" />
        <SettingField name="dns.useHostsFile" />
        <SettingField name="dns.hostsFile" disabled={!usesHosts} placeholder={t('dns.hosts.system')} />
        <SettingField name="dns.cache" />
        <SettingField name="dns.staticMx" wide />
        <div className="align-right"><Button onPress={() => console.dialogs.open({ kind: 'dns-cache' })}>{t('dns.cache.show')}</Button></div>
      </GroupBox>
    </div>
  );
}

/** Which servers this computer names, so that one knows what the check box means. */
function SystemServers() {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.settings);
  const [servers, setServers] = useState<Awaited<ReturnType<Api['dns']['servers']>>>([]);
  useEffect(() => {
    let current = true;
    console.api().dns.servers({}).then((found) => { if (current) setServers(found); }).catch(() => undefined);
    return () => { current = false; };
  }, [console, version]);
  const system = servers.filter(({ from }) => from === 'system').map(({ address }) => address);
  return system.length === 0 ? null : <p className="note">{t('dns.system-servers', { servers: system.join(', ') })}</p>;
}

function PresetButtons() {
  const console = useConsole();
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const own = useDraftSetting('dns.presets');
  const primary = useDraftSetting('dns.primary');
  const backup = useDraftSetting('dns.backup');
  const choices = [
    ...own.map((one) => ({ ...one, id: `own ${one.name}`, label: one.name })),
    ...dnsPresets.map((one) => ({ ...one, id: one.name, label: one.historic ? t('dns.preset.historic', { name: one.name }) : one.name })),
  ];
  const chosen = choices.find((one) => one.primary === primary && one.backup === backup);
  const choose = (id: string) => {
    const preset = choices.find((one) => one.id === id);
    if (preset !== undefined) draft.change({ 'dns.primary': preset.primary, 'dns.backup': preset.backup });
  };
  const isOwn = chosen?.id.startsWith('own ') === true;
  const test = () => {
    const { values } = draft.getState();
    const typed = { useSystem: values['dns.useSystem'], primary: values['dns.primary'], backup: values['dns.backup'] };
    console.dialogs.open({ kind: 'test', title: t('test.dns'), run: (api, signal) => api.tests.dns(typed, { signal }) });
  };
  return (
    <div className="button-row">
      <BareSelect label={t('dns.presets')} value={chosen?.id ?? ''} onChange={choose} options={[{ value: '', label: t('dns.presets') }, ...choices.map(({ id, label }) => ({ value: id, label }))]} />
      <Button onPress={test}>{t('button.test')}</Button>
      {isOwn
        ? <Button onPress={() => draft.change({ 'dns.presets': own.filter(({ name }) => `own ${name}` !== chosen.id) })}>{t('dns.preset.forget')}</Button>
        : <Button isDisabled={primary === '' || chosen !== undefined} onPress={() => draft.change({ 'dns.presets': [...own, { name: primary, primary, backup }] })}>{t('dns.preset.keep')}</Button>}
    </div>
  );
}
