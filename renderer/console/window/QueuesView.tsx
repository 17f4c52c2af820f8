// The queues: what waits in each, why, and when it is tried again; and what can be done about it. Tens of thousands of messages are
// loaded by page as they come into view.
import { Search, Snowflake } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input, SearchField, ToggleButton, ToggleButtonGroup, Toolbar } from 'react-aria-components';
import { useStore } from 'zustand';
import { queueName, queueSort, type QueueItem, type QueueName } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { plainLabel } from '../../ui/label.ts';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { useConsole, useFacts, useView } from '../console.ts';
import { count } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { runCommand } from '../run-command.ts';
import { pageSize } from '../store/pages.ts';
import { createQueuePages } from '../store/queue-pages.ts';
import { useQueueColumns } from './queues/columns.tsx';
import { freeze } from './queues/queue-actions.ts';
import { asMenu, pressedCommand, useQueueCommands, type QueueCommand } from './queues/use-queue-commands.tsx';

export function QueuesView() {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const queue = useView((view) => view.queue);
  // The settings say which queue is frozen, and with it whether there is a next try.
  const version = useFacts((facts) => facts.versions.queues + facts.versions.settings);
  const [pages] = useState(() => createQueuePages(console.api, { queue, search: '', sort: 'queuedAt', descending: false }));
  const state = useStore(pages);
  const { filter, total, matching, failure } = state;
  const [wanted, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = useQueueColumns();
  const commandsOf = useQueueCommands();
  const view = useCallback((first: number, last: number) => pages.view(first, last), [pages]);
  // Another queue was chosen, here or in the tree; or something changed in this one.
  useEffect(() => {
    if (pages.getState().filter.queue === queue) pages.refresh();
    else { setSelected(new Set()); pages.filter({ queue }); }
  }, [pages, queue, version]);
  const loaded = [...state.pages.values()].flat();
  const selected = stillThere(wanted, loaded, matching);
  const commandsFor = (ids: ReadonlySet<number>) => commandsOf({ queue, ids: [...ids], items: loaded.filter(({ id }) => ids.has(id)), onGone: () => setSelected(new Set()) });
  const commands = commandsFor(selected);
  const sortBy = (column: string) => {
    const sort = queueSort.parse(column);
    setSelected(new Set());
    pages.filter({ sort, descending: filter.sort === sort && !filter.descending });
  };
  return (
    <div className="log-view">
      <div className="queue-line">
        <QueueChoice queue={queue} />
        <span className="spacer" />
        <span className="muted" role="status">{selected.size > 1 ? t('queues.selected', { count: selected.size, shown: count(selected.size, i18n.language) }) : t('queues.count', { count: matching, shown: count(matching, i18n.language) })}</span>
        <SearchField className="log-search" aria-label={t('queues.search')} value={filter.search} onChange={(search) => { setSelected(new Set()); pages.filter({ search }); }}>
          <Search size={13} aria-hidden />
          <Input className="input" placeholder={t('queues.search.short')} />
        </SearchField>
      </div>
      <QueueTools queue={queue} commands={commands} selected={selected.size} />
      <FrozenBanner queue={queue} />
      {failure === null ? null : <div className="banner error" role="alert">{problemText(t, problemOf(failure))}</div>}
      <Grid
        bare label={t(`queue.${queue}`)} columns={columns} count={matching} row={pages.row} id={(item: QueueItem) => item.id} selected={selected} onSelect={setSelected} range={pages.ids} onView={view}
        sort={{ column: filter.sort, descending: filter.descending }} onSort={sortBy} onOpen={(item) => console.dialogs.open({ kind: 'queued-message', item })} onDelete={() => commands.find(({ id }) => id === 'remove')?.run()}
        onKey={(event) => pressedCommand(commands, event)} menu={(item) => asMenu(commandsFor(selected.has(item.id) ? selected : new Set([item.id])))}
        empty={queue === 'local' ? t('queues.local') : total === 0 ? t('queues.empty') : t('queues.nothing-found')}
      />
    </div>
  );
}

/** What was selected and has left the queue since is not selected any more: known for sure where the whole list is loaded. */
function stillThere(wanted: ReadonlySet<number>, loaded: readonly QueueItem[], matching: number): ReadonlySet<number> {
  if (matching > pageSize || loaded.length < matching) return wanted;
  const there = new Set(loaded.map(({ id }) => id));
  return new Set([...wanted].filter((id) => there.has(id)));
}

function QueueChoice({ queue }: { readonly queue: QueueName }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const queues = useFacts((facts) => facts.queues);
  const shown = queueName.options.filter((name) => name !== 'local' || queue === 'local');
  const messages = (name: QueueName) => queues.find((one) => one.name === name)?.messages ?? 0;
  return (
    <ToggleButtonGroup
      className="queue-choice" aria-label={t('queues.queue')} selectionMode="single" disallowEmptySelection selectedKeys={[queue]}
      onSelectionChange={([name]) => { if (name !== undefined) console.view.setState({ queue: queueName.parse(name) }); }}
    >
      {shown.map((name) => (
        <ToggleButton key={name} id={name} className="queue-tab">
          {queues.some((one) => one.name === name && one.frozen) ? <Snowflake size={13} role="img" aria-label={t('queues.frozen')} /> : null}
          {t(`queue.${name}`)} <b>{count(messages(name), i18n.language)}</b>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** Those that one needs most; the others are in the menu beside them. */
const onToolbar: readonly string[] = ['open', 'retry', 'hold', 'release', 'remove'];

interface QueueToolsProps {
  readonly queue: QueueName;
  readonly commands: readonly QueueCommand[];
  readonly selected: number;
}

function QueueTools({ queue, commands, selected }: QueueToolsProps) {
  const console = useConsole();
  const { t } = useTranslation();
  const frozen = useFacts((facts) => facts.queues.some(({ name, frozen: cold }) => name === queue && cold));
  const shown = commands.filter(({ id }) => onToolbar.includes(id) && (id !== 'release' || queue === 'holding') && (id !== 'hold' || queue !== 'holding'));
  return (
    <Toolbar className="toolbar" aria-label={t('queues.toolbar')}>
      {shown.map(({ id, label, enabled, run }) => <Button key={id} look="flat" accessKey={null} isDisabled={!enabled} onPress={run}>{plainLabel(label)}</Button>)}
      <MenuButton flat label={t('queues.more')} items={asMenu(commands.filter(({ id }) => !onToolbar.includes(id)))} isDisabled={selected === 0} />
      <span className="divider" aria-hidden />
      <Button look="flat" accessKey={null} onPress={() => runCommand(console, t, 'queues.processAll')}>{t('queues.process')}</Button>
      {(queue === 'remote' || queue === 'retry') && !frozen ? <Button look="flat" accessKey={null} onPress={() => void freeze(console, t, queue, true)}>{t('queues.freeze')}</Button> : null}
    </Toolbar>
  );
}

function FrozenBanner({ queue }: { readonly queue: QueueName }) {
  const console = useConsole();
  const { t } = useTranslation();
  const frozen = useFacts((facts) => facts.queues.some((one) => one.name === queue && one.frozen));
  if (!frozen || (queue !== 'remote' && queue !== 'retry')) return null;
  return (
    <div className="banner warning frozen" role="status">
      <Snowflake size={16} aria-hidden />
      <span className="grow">{t('queues.frozen.text', { queue: t(`queue.${queue}`) })}</span>
      <Button look="small" accessKey={null} onPress={() => void freeze(console, t, queue, false)}>{t('queues.unfreeze')}</Button>
    </div>
  );
}
