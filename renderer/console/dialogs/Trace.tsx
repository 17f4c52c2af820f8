// Queues > Trace: one search box for whatever is known of a message (sender, recipient, subject, id), and what happened to it, refused
// ones included. Older entries are loaded as they come into view.
import { Footprints, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { traceEntry, type TraceEntry } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { BareSelect } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid, type Column } from '../../ui/Grid.tsx';
import { useConsole } from '../console.ts';
import { dateTime, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { createTraceSearch, spans, type TraceFilter } from '../store/trace-search.ts';
import { Timeline } from './Timeline.tsx';

const states = ['any', ...traceEntry.shape.state.options] as const;

export function Trace({ messageId = '', onClose }: { readonly messageId?: string; readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [search] = useState(() => createTraceSearch(console.api, () => Date.now(), { text: messageId, span: 'all', since: '', until: '', state: 'any' }));
  const { filter, entries, more, failure, loading } = useStore(search);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = useColumns();
  useEffect(() => { void search.begin(); }, [search]);
  const change = (next: Partial<TraceFilter>) => { setSelected(new Set()); search.filter(next); };
  // One hit is what was looked for.
  const chosen = entries.find(({ id }) => selected.has(id)) ?? (entries.length === 1 && filter.text !== '' ? entries[0] : undefined);
  return (
    <Dialog
      title={t('trace.title')} icon={<Footprints size={16} aria-hidden />} width={1060} height={700} closeLabel={t('button.close')} fill onClose={onClose} onDefault={() => void search.begin()}
      footer={(
        <>
          <Button onPress={() => void search.begin()}>{t('button.refresh')}</Button>
          <Button kind="primary" accessKey={null} onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <div className="filter-bar">
        <SearchField className="log-search grow" aria-label={t('trace.search')} value={filter.text} onChange={(text) => change({ text })} autoFocus>
          <Search size={13} aria-hidden />
          <Input className="input" placeholder={t('trace.search')} />
        </SearchField>
        <BareSelect label={t('trace.span')} value={filter.span} onChange={(span) => { const found = spans.find((one) => one === span); if (found !== undefined) change({ span: found }); }} options={spans.map((span) => ({ value: span, label: t(`trace.span.${span}`) }))} />
        {filter.span === 'custom' ? (
          <>
            <input type="datetime-local" className="input when" aria-label={t('trace.since')} value={filter.since} onChange={(event) => change({ since: event.target.value })} />
            <input type="datetime-local" className="input when" aria-label={t('trace.until')} value={filter.until} onChange={(event) => change({ until: event.target.value })} />
          </>
        ) : null}
        <BareSelect label={t('trace.state')} value={filter.state} onChange={(state) => { const found = states.find((one) => one === state); if (found !== undefined) change({ state: found }); }} options={states.map((state) => ({ value: state, label: t(`trace.state.${state}`) }))} />
      </div>
      {failure === null ? null : <div className="banner error" role="alert">{problemText(t, problemOf(failure))}</div>}
      <div className="trace-panes">
        <Grid
          label={t('trace.list')} columns={columns} count={entries.length} row={(index) => entries[index]} id={(entry: TraceEntry) => entry.id} selected={chosen === undefined ? new Set() : new Set([chosen.id])} onSelect={setSelected}
          onView={search.view} empty={loading ? t('trace.loading') : t('trace.none')}
        />
        <p className="muted" role="status">{t(more ? 'trace.more' : 'trace.all', { count: entries.length })}</p>
        <div className="trace-events"><Timeline of={chosen === undefined ? null : { id: chosen.id }} none={t('trace.choose')} /></div>
      </div>
    </Dialog>
  );
}

function useColumns(): Column<TraceEntry>[] {
  const { t, i18n } = useTranslation();
  return [
    { id: 'at', title: t('trace.at'), width: 125, render: (entry) => dateTime(entry.at), text: (entry) => dateTime(entry.at) },
    { id: 'from', title: t('queues.from'), width: 190, render: (entry) => (entry.from === '' ? t('queues.null-sender') : entry.from) },
    { id: 'to', title: t('queues.to'), width: 220, grow: true, render: (entry) => entry.to.join(', ') },
    { id: 'subject', title: t('queues.subject'), width: 160, render: (entry) => entry.subject },
    { id: 'state', title: t('trace.state'), width: 110, render: (entry) => <span className={`trace-state ${entry.state}`}>{t(`trace.state.${entry.state}`)}</span> },
    { id: 'peer', title: t('trace.peer'), width: 110, render: (entry) => entry.peer },
    { id: 'bytes', title: t('queues.size'), width: 74, align: 'right', render: (entry) => (entry.bytes === 0 ? '' : size(entry.bytes, i18n.language)) },
  ];
}
