// Setup > Primary domain (F2): "Primary Domain Configuration". Labels of the tutorial stand as they are. Each tab has a file in primary/.
import { Globe } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../core/contract/settings.ts';
import { useConsole } from '../console.ts';
import { ArchivalTab, archivalFields } from './primary/ArchivalTab.tsx';
import { DirectoriesTab, directoriesFields } from './primary/DirectoriesTab.tsx';
import { DnsTab, dnsFields } from './primary/DnsTab.tsx';
import { DomainTab, domainFields } from './primary/DomainTab.tsx';
import { PortsTab, portsFields } from './primary/PortsTab.tsx';
import { SessionsTab, sessionsFields } from './primary/SessionsTab.tsx';
import { TimersTab, timersFields } from './primary/TimersTab.tsx';
import { UnknownTab, unknownFields } from './primary/UnknownTab.tsx';
import { SettingsSheet } from './SettingsSheet.tsx';

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
      title="Primary Domain Configuration" icon={<Globe size={16} aria-hidden />} width={760} height={680} confirm={confirm} onClose={onClose}
      tabs={[
        { id: 'domain', label: 'Domain/ISP', content: <DomainTab />, fields: domainFields },
        { id: 'ports', label: t('primary.tab.ports'), content: <PortsTab />, fields: portsFields },
        { id: 'dns', label: 'DNS', content: <DnsTab />, fields: dnsFields },
        { id: 'timers', label: t('primary.tab.timers'), content: <TimersTab />, fields: timersFields },
        { id: 'sessions', label: t('primary.tab.sessions'), content: <SessionsTab />, fields: sessionsFields },
        { id: 'directories', label: t('primary.tab.directories'), content: <DirectoriesTab />, fields: directoriesFields },
        { id: 'unknown', label: t('primary.tab.unknown'), content: <UnknownTab />, fields: unknownFields },
        { id: 'archival', label: t('primary.tab.archival'), content: <ArchivalTab />, fields: archivalFields },
      ]}
    />
  );
}
