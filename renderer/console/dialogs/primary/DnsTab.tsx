// DNS: whom the mail server asks for the way, and what it knows without asking.
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button.tsx';
import { useConsole, useFacts } from '../../console.ts';
import { useAnswer } from '../../use-answer.ts';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from '../settings-draft.ts';
import { DnsServers } from './DnsServers.tsx';
import { Warning } from './Warning.tsx';

export const dnsFields = ['dns.useSystem', 'dns.primary', 'dns.backup', 'dns.retries', 'dns.hostsFile', 'dns.useHostsFile', 'dns.cache', 'dns.staticMx', 'dns.presets'] as const;

export function DnsTab() {
  const { t } = useTranslation();
  const usesHosts = useDraftSetting('dns.useHostsFile');
  const console = useConsole();
  return (
    <div className="wide-labels">
      <InternetGroup title={t('dns.group')}>
        <p className="note">{t('dns.note')}</p>
        <SettingField name="dns.useSystem" />
        <SystemServers />
        <DnsServers><TestButton /></DnsServers>
      </InternetGroup>
      <InternetGroup title={t('dns.lookups')}>
        <SettingField name="dns.retries" />
        <SettingField name="dns.useHostsFile" />
        <SettingField name="dns.hostsFile" disabled={!usesHosts} placeholder={t('dns.hosts.system')} />
        <SettingField name="dns.cache" />
        <SettingField name="dns.staticMx" wide rows={3} placeholder={t('dns.static.example')} />
        <div className="align-right"><Button onPress={() => console.dialogs.open({ kind: 'dns-cache' })}>{t('dns.cache.show')}</Button></div>
      </InternetGroup>
    </div>
  );
}

/** Which servers this computer names, so that one knows what the check box means; and a word when there would be nobody to ask. */
function SystemServers() {
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.settings + facts.versions.dns);
  const known = useAnswer((api) => api.dns.servers({}), version);
  const usesSystem = useDraftSetting('dns.useSystem');
  const typed = [useDraftSetting('dns.primary'), useDraftSetting('dns.backup')].some((address) => address !== '');
  const system = (known ?? []).filter(({ from }) => from === 'system').map(({ address }) => address).join(', ');
  return (
    <div className="indented" role="status">
      {usesSystem && system !== '' ? <p className="note">{t('dns.system-servers', { servers: system })}</p> : null}
      {!usesSystem && !typed ? <Warning>{t('dns.nobody')}</Warning> : null}
    </div>
  );
}

function TestButton() {
  const console = useConsole();
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const test = () => {
    const { values } = draft.getState();
    const typed = { useSystem: values['dns.useSystem'], primary: values['dns.primary'], backup: values['dns.backup'] };
    console.dialogs.open({ kind: 'test', title: t('test.dns'), asks: ['name'], run: (api, signal, asked) => api.tests.dns({ ...typed, ...asked }, { signal }) });
  };
  return <Button onPress={test}>{t('button.test')}</Button>;
}
