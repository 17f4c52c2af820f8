// What stands in the left pane's tree, from the facts of the engine. Each node knows what Enter and its menu do.
import type { TFunction } from 'i18next';
import { ChartNoAxesColumn, Inbox, Server, Snowflake, Users } from 'lucide-react';
import type { Domain, QueueState, ServerState, Statistics } from '../../../core/contract/records.ts';
import type { MenuItem } from '../../ui/Menu.tsx';
import type { TreeNode } from '../../ui/Tree.tsx';
import type { Console } from '../console.ts';
import { count, dateTime, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { newAccount, runCommand } from '../run-command.ts';
import { freeze } from './queues/queue-actions.ts';
import { serverProblem } from './server-problem.ts';

interface Words {
  readonly console: Console;
  readonly t: TFunction;
  readonly language: string;
}

/** Runs a call of the tree; what went wrong is shown as a result at the corner. */
async function attempt({ console, t }: Words, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.dialogs.toast('error', problemText(t, problemOf(error)));
  }
}

/** @param online without a connection nobody knows how the servers are: their lights say so. */
export function serverNodes(words: Words, servers: readonly ServerState[], online: boolean): TreeNode {
  const { console, t } = words;
  const toggle = (server: ServerState) => void attempt(words, () => console.api().servers.switch({ server: server.name, enabled: !server.enabled }));
  const settings: MenuItem = { id: 'settings', label: t('tree.server.settings'), separated: true, run: () => runCommand(console, t, 'setup.primaryDomain') };
  return {
    id: 'servers', label: t('tree.servers'), icon: <Server size={15} aria-hidden />,
    menu: [{ id: 'retry', label: t('tree.servers.retry'), run: () => void attempt(words, () => console.api().servers.retry({})) }, settings],
    children: servers.map((server) => {
      const problem = online ? serverProblem(t, server) : null;
      const shown = online ? server.state : 'unknown';
      const state = t(`server.state.${shown}`);
      return {
        id: `server-${server.name}`,
        label: t(`server.${server.name}`),
        icon: <span className={`light ${shown}`} role="img" aria-label={state} />,
        detail: online && server.sessions > 0 ? t('tree.server.sessions', { port: server.port, count: server.sessions }) : String(server.port),
        title: problem === null ? `${t(`server.${server.name}`)}: ${state}` : problem,
        onOpen: () => { if (problem === null) toggle(server); else void explain(words, server, problem); },
        menu: [
          { id: 'switch', label: server.enabled ? t('tree.server.off') : t('tree.server.on'), run: () => toggle(server) },
          ...(problem === null ? [] : [
            { id: 'why', label: t('tree.server.why'), run: () => void explain(words, server, problem) },
            { id: 'retry', label: t('tree.servers.retry'), run: () => void attempt(words, () => console.api().servers.retry({})) },
          ]),
          settings,
        ],
      };
    }),
  };
}

/** A red server: why, and what can be done about it. */
async function explain(words: Words, server: ServerState, problem: string): Promise<void> {
  const { console, t } = words;
  const answer = await console.dialogs.ask({
    title: t(`server.${server.name}`), icon: 'warning', text: problem,
    answers: [{ id: 'settings', label: t('server.open-ports') }, { id: 'retry', label: t('server.retry') }, { id: 'close', label: t('button.close') }],
  });
  if (answer === 'settings') console.dialogs.open({ kind: 'primary-domain' });
  if (answer === 'retry') await attempt(words, () => console.api().servers.retry({}));
}

export function queueNodes({ console, t, language }: Words, queues: readonly QueueState[]): TreeNode {
  const view = () => console.view.setState({ tab: 'queues' });
  return {
    id: 'queues', label: t('tree.queues'), icon: <Inbox size={15} aria-hidden />, onOpen: view,
    menu: [
      { id: 'view', label: t('tree.queue.view'), run: view },
      { id: 'process', label: t('tree.queue.process'), run: () => runCommand(console, t, 'queues.processAll') },
    ],
    children: queues.map((queue) => ({
      id: `queue-${queue.name}`, label: t(`queue.${queue.name}`), detail: count(queue.messages, language), title: queueTitle(t, queue, language),
      ...(queue.frozen ? { icon: <Snowflake size={14} role="img" aria-label={t('queues.frozen')} /> } : {}),
      onOpen: () => console.view.setState({ tab: 'queues', queue: queue.name }),
      menu: [
        { id: 'view', label: t('tree.queue.view'), run: () => console.view.setState({ tab: 'queues', queue: queue.name }) },
        { id: 'process', label: t('tree.queue.process'), run: () => runCommand(console, t, 'queues.processAll') },
        ...freezeItem(console, t, queue),
      ],
    })),
  };
}

function queueTitle(t: TFunction, { name, bytes, frozen, sending }: QueueState, language: string): string {
  const queue = t(`queue.${name}`);
  if (frozen) return t('queues.tree.frozen', { queue });
  return sending > 0 ? t('queues.tree.sending', { queue, sending }) : size(bytes, language);
}

/** Only what sends can be frozen. */
function freezeItem(console: Console, t: TFunction, { name, frozen }: QueueState): MenuItem[] {
  if (name !== 'remote' && name !== 'retry') return [];
  return [{ id: 'freeze', label: frozen ? t('queues.tree.unfreeze') : t('queues.tree.freeze'), separated: true, run: () => void freeze(console, t, name, !frozen) }];
}

export function accountNodes({ console, t, language }: Words, domains: readonly Domain[]): TreeNode {
  const open = (domainId?: number) => console.dialogs.open({ kind: 'accounts', ...(domainId === undefined ? {} : { domainId }) });
  const menu = (domainId?: number): MenuItem[] => [
    { id: 'manage', label: t('tree.accounts.manage'), run: () => open(domainId) },
    { id: 'new', label: t('tree.accounts.new'), key: 'Alt+N', run: () => newAccount(console, t, domainId) },
  ];
  return {
    id: 'accounts', label: t('tree.accounts'), icon: <Users size={15} aria-hidden />, detail: count(domains.reduce((sum, domain) => sum + domain.accounts, 0), language), onOpen: () => open(), menu: menu(),
    children: domains.map((domain) => ({
      id: `domain-${domain.id}`, label: domain.name, detail: count(domain.accounts, language), onOpen: () => open(domain.id), menu: menu(domain.id),
      title: domain.isPrimary ? t('tree.domain.primary') : t('tree.domain.secondary'),
    })),
  };
}

export function statisticNodes(words: Words, statistics: Statistics | null): TreeNode[] {
  const { console, t, language } = words;
  if (statistics === null) return [];
  const reset: MenuItem = { id: 'reset', label: t('tree.statistics.reset'), run: () => void attempt(words, () => console.api().statistics.reset({})) };
  const counters = ['received', 'delivered', 'fetched', 'queuedRemote', 'sent', 'bounced', 'refused', 'smtpSessions', 'smtpOutSessions', 'pop3Sessions', 'failedLogons'] as const;
  const line = (id: string, label: string, detail: string): TreeNode => ({ id: `statistic-${id}`, label, detail, menu: [reset] });
  return [{
    id: 'statistics', label: t('tree.statistics'), icon: <ChartNoAxesColumn size={15} aria-hidden />, title: t('statistics.since', { at: dateTime(statistics.since) }), menu: [reset],
    children: [
      ...counters.map((name) => line(name, t(`statistics.${name}`), count(statistics[name], language))),
      line('bytesReceived', t('statistics.bytesReceived'), size(statistics.bytesReceived, language)),
      line('bytesSent', t('statistics.bytesSent'), size(statistics.bytesSent, language)),
      line('bytesFetched', t('statistics.bytesFetched'), size(statistics.bytesFetched, language)),
    ],
  }];
}
