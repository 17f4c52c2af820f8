// The left pane: servers with their lights and ports, queues with their counts, accounts by domain, statistics since the start.
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Tree } from '../../ui/Tree.tsx';
import { useConsole, useFacts } from '../console.ts';
import { accountNodes, queueNodes, serverNodes, statisticNodes } from './nodes.tsx';

export function LeftPane() {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const online = useStore(console.connection.state, (state) => state.kind === 'online');
  const servers = useFacts((facts) => facts.servers);
  const queues = useFacts((facts) => facts.queues);
  const domains = useFacts((facts) => facts.domains);
  const statistics = useFacts((facts) => facts.statistics);
  const words = { console, t, language: i18n.language };
  return (
    <nav className="left-pane" aria-label={t('left-pane')}>
      <Tree label={t('left-pane')} nodes={[serverNodes(words, servers, online), queueNodes(words, queues), accountNodes(words, domains), ...statisticNodes(words, statistics)]} />
    </nav>
  );
}
