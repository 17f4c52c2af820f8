// Setup > History of changes: who changed what, when and from where, with the values before and after. Secrets are never in it.
import { History as HistoryIcon } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { useConsole, useFacts } from '../console.ts';
import { dateTime } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { fieldText, subjectText, valueText, whoText } from './history-words.ts';

const pageSize = 200;

export function History({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { entries, older, more } = useHistory();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const chosen = entries.find(({ id }) => selected.has(id)) ?? entries[0];
  const summary = (entry: HistoryEntry) => entry.changes.map(({ field }) => fieldText(t, field)).join(', ');
  return (
    <Dialog
      title={t('history.title')} icon={<HistoryIcon size={16} aria-hidden />} width={860} height={560} closeLabel={t('button.close')} fill onClose={onClose}
      footer={(
        <>
          <Button isDisabled={!older} onPress={more}>{t('history.more')}</Button>
          <Button kind="primary" accessKey={null} onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <Grid
        label={t('history.title')} autoFocus count={entries.length} row={(index) => entries[index]} id={(entry) => entry.id} selected={selected} onSelect={setSelected} empty={t('history.none')}
        columns={[
          { id: 'at', title: t('history.at'), width: 130, render: (entry) => dateTime(entry.at) },
          { id: 'who', title: t('history.who'), width: 110, render: (entry) => whoText(t, entry.who) },
          { id: 'from', title: t('history.from'), width: 120, render: (entry) => whoText(t, entry.from) },
          { id: 'action', title: t('history.action'), width: 90, render: (entry) => t(`history.action.${entry.action}`) },
          { id: 'subject', title: t('history.subject'), width: 180, render: (entry) => subjectText(t, entry.subject) },
          { id: 'changes', title: t('history.changes'), width: 220, render: summary },
        ]}
      />
      <div className="history-details" aria-live="polite">
        {chosen === undefined ? null : (
          <dl className="facts">
            {chosen.changes.map(({ field, before, after }) => (
              <div key={field} className="contents"><dt>{fieldText(t, field)}</dt><dd>{before === '' ? '' : <><del>{valueText(t, field, before)}</del> </>}{after === '' ? '' : <ins>{valueText(t, field, after)}</ins>}</dd></div>
            ))}
          </dl>
        )}
      </div>
    </Dialog>
  );
}

function useHistory(): { entries: readonly HistoryEntry[]; older: boolean; more: () => void } {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.history);
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([]);
  const [older, setOlder] = useState(false);
  const ask = useCallback(async (before?: number) => {
    try {
      return await console.api().settings.history({ limit: pageSize, ...(before === undefined ? {} : { before }) });
    } catch (error) {
      console.dialogs.toast('error', problemText(t, problemOf(error)));
      return [];
    }
  }, [console, t]);
  useEffect(() => {
    let current = true;
    void ask().then((found) => { if (current) { setEntries(found); setOlder(found.length === pageSize); } });
    return () => { current = false; };
  }, [ask, version]);
  const more = () => void ask(entries.at(-1)?.id).then((found) => { setEntries([...entries, ...found]); setOlder(found.length === pageSize); });
  return { entries, older, more };
}
