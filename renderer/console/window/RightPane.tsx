// The right pane: a tab for each log, the live sessions, the queues.
import { useTranslation } from 'react-i18next';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useConsole, useFacts, useView } from '../console.ts';
import { shownChannels } from '../store/logs.ts';
import { rightTabs } from '../store/view.ts';
import { LogView } from './LogView.tsx';
import { QueuesView } from './QueuesView.tsx';
import { SessionsView } from './SessionsView.tsx';

export function RightPane() {
  const { t } = useTranslation();
  const { view } = useConsole();
  const tab = useView((state) => state.tab);
  const sessions = useFacts((facts) => facts.sessions.length);
  const queued = useFacts((facts) => facts.queues.reduce((sum, queue) => sum + queue.messages, 0));
  const counts: Readonly<Record<string, number>> = { sessions, queues: queued };
  return (
    <Tabs className="tabs log-tabs" selectedKey={tab} onSelectionChange={(key) => { const chosen = rightTabs.find((one) => one === key); if (chosen !== undefined) view.setState({ tab: chosen }); }}>
      <TabList className="tab-list" aria-label={t('right-pane')}>
        {rightTabs.map((id) => {
          const counted = counts[id] ?? 0;
          return <Tab key={id} id={id} className="tab"><span>{t(`tab.${id}`)}{counted > 0 ? ` (${counted})` : ''}</span></Tab>;
        })}
      </TabList>
      {shownChannels.map((channel) => <TabPanel key={channel} id={channel} className="tab-panel bare"><LogView channel={channel} /></TabPanel>)}
      <TabPanel id="sessions" className="tab-panel bare"><SessionsView /></TabPanel>
      <TabPanel id="queues" className="tab-panel bare"><QueuesView /></TabPanel>
    </Tabs>
  );
}
