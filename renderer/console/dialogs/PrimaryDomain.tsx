// Setup > Primary domain (F2): "Primary Domain Configuration". Labels of the tutorial stand as they are.
import { Globe } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { defaultSettings, type SettingName, type Settings } from '../../../core/contract/settings.ts';
import { Button } from '../../ui/Button.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { useConsole, useFacts } from '../console.ts';
import { DnsTab, dnsFields } from './primary/DnsTab.tsx';
import { DomainTab, domainFields } from './primary/DomainTab.tsx';
import { SettingField } from './SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from './settings-draft.ts';
import { SettingsSheet } from './SettingsSheet.tsx';

const ports = ['ports.smtp', 'ports.submission', 'ports.smtps', 'ports.pop3', 'ports.pop3s'] as const satisfies readonly SettingName[];
const servers = ['servers.smtp', 'servers.submission', 'servers.smtps', 'servers.pop3', 'servers.pop3s'] as const satisfies readonly SettingName[];
const timers = ['timers.inactiveMinutes', 'timers.latencyMs', 'timers.maxHops'] as const satisfies readonly SettingName[];
const outboundPorts = ['ports.smtpOut', 'ports.dns'] as const satisfies readonly SettingName[];
const outboundTimers = ['timers.connectSeconds', 'timers.greetingSeconds', 'timers.dataMinutes', 'timers.mxSeconds', 'timers.aSeconds'] as const satisfies readonly SettingName[];
const outboundSessions = ['sessions.maxSmtpOut', 'sessions.maxPerDestination', 'sessions.maxMessagesPerSession'] as const satisfies readonly SettingName[];
const sessions = ['sessions.maxSmtp', 'sessions.maxPop3', 'sessions.maxPerAddress'] as const satisfies readonly SettingName[];
const messages = ['smtp.maxMessageKb', 'smtp.maxRecipients'] as const satisfies readonly SettingName[];

export function PrimaryDomain({ onClose }: { readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const confirm = async (changes: Partial<Settings>, original: Settings) => {
    const name = changes['domain.name'];
    const before = original['domain.name'];
    const accounts = console.facts.getState().domains.find((domain) => domain.isPrimary)?.accounts ?? 0;
    if (name === undefined || name.trim() === '' || before === '' || accounts === 0) return true;
    const answer = await console.dialogs.ask({
      title: t('domain.rename.title'), icon: 'question', text: t('domain.rename.text', { count: accounts, before, after: name.trim().toLowerCase() }), preset: 'no',
      answers: [{ id: 'yes', label: t('domain.rename.yes') }, { id: 'no', label: t('button.cancel') }],
    });
    return answer === 'yes';
  };
  return (
    <SettingsSheet
      title="Primary Domain Configuration" icon={<Globe size={16} aria-hidden />} width={720} height={640} confirm={confirm} onClose={onClose}
      tabs={[
        { id: 'domain', label: 'Domain/ISP', content: <DomainTab />, fields: domainFields },
        { id: 'ports', label: t('primary.tab.ports'), content: <PortsTab />, fields: [...ports, ...servers, ...outboundPorts] },
        { id: 'dns', label: 'DNS', content: <DnsTab />, fields: dnsFields },
        { id: 'timers', label: t('primary.tab.timers'), content: <><Fields title={t('timers.group')} names={timers} /><Fields title={t('timers.outbound')} names={outboundTimers} /></>, fields: [...timers, ...outboundTimers] },
        { id: 'sessions', label: t('primary.tab.sessions'), content: <SessionsTab />, fields: [...sessions, ...outboundSessions, ...messages] },
        { id: 'directories', label: t('primary.tab.directories'), content: <DirectoriesTab />, fields: ['directories.mail', 'accounts.mailboxTemplate', 'accounts.welcomeMessage', 'directories.logs', 'logs.keepDays'] },
        { id: 'unknown', label: t('primary.tab.unknown'), content: <UnknownTab />, fields: ['unknown.refuse', 'unknown.toPostmaster', 'unknown.toBad', 'postmaster.account'] },
        { id: 'archival', label: t('primary.tab.archival'), content: <ArchivalTab />, fields: ['archival.addresses', 'archival.markSubject'] },
      ]}
    />
  );
}

function PortsTab() {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  return (
    <div className="wide-labels">
      <GroupBox title={t('ports.group')}>
        {ports.map((name) => <SettingField key={name} name={name} />)}
        {outboundPorts.map((name) => <SettingField key={name} name={name} />)}
        <div className="align-right"><Button onPress={() => draft.change(Object.fromEntries([...ports, ...outboundPorts].map((name) => [name, defaultSettings[name]])))}>{t('ports.defaults')}</Button></div>
      </GroupBox>
      <GroupBox title={t('ports.servers')}>
        <div className="two-columns">{servers.map((name) => <SettingField key={name} name={name} />)}</div>
      </GroupBox>
    </div>
  );
}

function Fields({ title, names }: { readonly title: string; readonly names: readonly SettingName[] }) {
  return <div className="wide-labels"><GroupBox title={title}>{names.map((name) => <SettingField key={name} name={name} />)}</GroupBox></div>;
}

function SessionsTab() {
  const { t } = useTranslation();
  return (
    <>
      <Fields title={t('sessions.group')} names={sessions} />
      <Fields title={t('sessions.outbound')} names={outboundSessions} />
      <Fields title={t('messages.group')} names={messages} />
    </>
  );
}

function DirectoriesTab() {
  const { t } = useTranslation();
  const folder = useFacts((facts) => facts.info?.dataDirectory ?? '');
  return (
    <>
      <GroupBox title={t('directories.group')}>
        <p className="note">{t('directories.data')} <code>{folder}</code></p>
        <SettingField name="directories.mail" wide />
        <SettingField name="accounts.mailboxTemplate" wide />
        <p className="note">{t('directories.macros')}</p>
        <SettingField name="accounts.welcomeMessage" />
      </GroupBox>
      <GroupBox title={t('directories.logs')}>
        <SettingField name="directories.logs" />
        <SettingField name="logs.keepDays" />
      </GroupBox>
    </>
  );
}

function UnknownTab() {
  const { t } = useTranslation();
  const refuse = useDraftSetting('unknown.refuse');
  const kept = [useDraftSetting('unknown.toPostmaster'), useDraftSetting('unknown.toBad')].includes(true);
  return (
    <>
      <GroupBox title={t('unknown.group')}>
        <SettingField name="unknown.refuse" />
        <SettingField name="unknown.toPostmaster" disabled={refuse} />
        <SettingField name="unknown.toBad" disabled={refuse} />
        {refuse ? <p className="note">{t('unknown.refused')}</p> : null}
        {!refuse && !kept ? <p className="note" role="status">{t('unknown.nothing')}</p> : null}
      </GroupBox>
      <GroupBox title={t('postmaster.group')}><SettingField name="postmaster.account" placeholder={t('postmaster.first')} /></GroupBox>
    </>
  );
}

function ArchivalTab() {
  const { t } = useTranslation();
  return (
    <GroupBox title={t('archival.group')}>
      <SettingField name="archival.addresses" wide />
      <SettingField name="archival.markSubject" />
    </GroupBox>
  );
}
