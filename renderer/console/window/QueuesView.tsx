// The queues: what waits in each, since when and why; the text of a message; deleting with a question.
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Toolbar } from 'react-aria-components';
import { queueName, type QueueItem } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { BareSelect } from '../../ui/Choice.tsx';
import { Grid, type Column } from '../../ui/Grid.tsx';
import { useConsole, useFacts, useView } from '../console.ts';
import { dateTime, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { runCommand } from '../run-command.ts';

const shownMessages = 1000;

export function QueuesView() {
  const console = useConsole();
  const { t } = useTranslation();
  const queue = useView((view) => view.queue);
  const queues = useFacts((facts) => facts.queues);
  const { items, total } = useMessages();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = useColumns();
  const open = (item: QueueItem) => console.dialogs.open({ kind: 'queued-message', item });
  const ids = items.filter((item) => selected.has(item.id)).map(({ id }) => id);
  const remove = async (chosen: readonly number[]) => {
    if (chosen.length === 0) return;
    const answer = await console.dialogs.ask({
      title: t('queues.delete.title'), icon: 'warning', text: t('queues.delete.text', { count: chosen.length }), preset: 'no',
      answers: [{ id: 'yes', label: t('queues.delete.yes'), danger: true }, { id: 'no', label: t('button.cancel') }],
    });
    if (answer !== 'yes') return;
    try {
      await console.api().queues.remove({ ids: [...chosen] });
      setSelected(new Set());
    } catch (error) {
      console.dialogs.toast('error', problemText(t, problemOf(error)));
    }
  };
  const options = queueName.options.map((name) => ({ value: name, label: `${t(`queue.${name}`)} (${queues.find((one) => one.name === name)?.messages ?? 0})` }));
  return (
    <div className="log-view">
      <Toolbar className="toolbar" aria-label={t('queues.toolbar')}>
        <BareSelect label={t('queues.queue')} value={queue} onChange={(name) => { console.view.setState({ queue: queueName.parse(name) }); setSelected(new Set()); }} options={options} />
        <Button look="flat" accessKey={null} isDisabled={ids.length === 0} onPress={() => { const item = items.find(({ id }) => id === ids[0]); if (item !== undefined) open(item); }}>{t('queues.view')}</Button>
        <Button look="flat" accessKey={null} isDisabled={ids.length === 0} onPress={() => void remove(ids)}>{t('queues.delete')}</Button>
        <Button look="flat" accessKey={null} onPress={() => runCommand(console, t, 'queues.processAll')}>{t('queues.process')}</Button>
        <span className="spacer" />
        <span className="muted">{t('queues.count', { count: total })}</span>
      </Toolbar>
      <Grid
        bare label={t(`queue.${queue}`)} columns={columns} count={items.length} row={(index) => items[index]} id={(item) => item.id} selected={selected} onSelect={setSelected} onOpen={open}
        onDelete={() => void remove(ids)} empty={t('queues.empty')}
        menu={(item) => [
          { id: 'view', label: t('queues.menu.view'), run: () => open(item) },
          { id: 'delete', label: t('queues.menu.delete'), run: () => void remove(selected.has(item.id) ? ids : [item.id]) },
        ]}
      />
    </div>
  );
}

/** Asked again whenever the engine says that a queue changed. */
function useMessages(): { items: readonly QueueItem[]; total: number } {
  const console = useConsole();
  const queue = useView((view) => view.queue);
  const version = useFacts((facts) => facts.versions.queues);
  const [messages, setMessages] = useState<{ items: readonly QueueItem[]; total: number }>({ items: [], total: 0 });
  const ask = useCallback(async (isCurrent: () => boolean) => {
    try {
      const answer = await console.api().queues.messages({ queue, limit: shownMessages });
      if (isCurrent()) setMessages(answer);
    } catch {
      // No connection: the banner says so, and the next event after it asks again.
    }
  }, [console, queue]);
  useEffect(() => {
    let current = true;
    void ask(() => current);
    return () => { current = false; };
  }, [ask, version]);
  return messages;
}

function useColumns(): Column<QueueItem>[] {
  const { t, i18n } = useTranslation();
  return [
    { id: 'from', title: t('queues.from'), width: 190, render: (item) => (item.from === '' ? t('queues.null-sender') : item.from), text: (item) => item.from },
    { id: 'to', title: t('queues.to'), width: 220, render: (item) => item.to.join(', ') },
    { id: 'subject', title: t('queues.subject'), width: 200, render: (item) => item.subject },
    { id: 'bytes', title: t('queues.size'), width: 80, align: 'right', render: (item) => size(item.bytes, i18n.language) },
    { id: 'queuedAt', title: t('queues.since'), width: 130, render: (item) => dateTime(item.queuedAt) },
    { id: 'reason', title: t('queues.reason'), width: 260, render: (item) => t(`note.${item.reason}`, { defaultValue: item.reason }) },
  ];
}
