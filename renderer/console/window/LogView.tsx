// One log, live: newest line in view until the reader scrolls up or pauses; colours by direction; search; lines are selected with
// the mouse or the arrow keys and copied. Clearing empties this view only, the files keep everything.
import { ClipboardCopy, Eraser, Pause, Play, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input, SearchField, ToggleButton, Toolbar } from 'react-aria-components';
import type { VirtuosoHandle } from 'react-virtuoso';
import type { LogLine } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { useConsole, useLogs } from '../console.ts';
import { copyText } from '../copy.ts';
import { logStamp } from '../format.ts';
import { languageOf } from '../i18n.ts';
import { lineText } from '../line-text.ts';
import { clearChannel, type ShownChannel } from '../store/logs.ts';
import { LineList, type LineSelection } from './LineList.tsx';

const noSelection: LineSelection = { anchor: -1, end: -1 };

export function LogView({ channel }: { readonly channel: ShownChannel }) {
  const { logs } = useConsole();
  const { t, i18n } = useTranslation();
  const language = languageOf(i18n.language);
  const live = useLogs((state) => state.lines[channel]);
  const [frozen, setFrozen] = useState<readonly LogLine[] | null>(null);
  const [search, setSearch] = useState('');
  const [selection, setSelection] = useState(noSelection);
  const list = useRef<VirtuosoHandle>(null);
  const all = frozen ?? live;
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return wanted === '' ? all : all.filter((line) => lineText(line, language).toLowerCase().includes(wanted));
  }, [all, search, language]);
  const copy = useCopyLines();
  return (
    <div className="log-view">
      <Toolbar className="toolbar" aria-label={t('log.toolbar')}>
        <SearchField className="log-search" aria-label={t('log.search')} value={search} onChange={(text) => { setSearch(text); setSelection(noSelection); }}>
          <Search size={13} aria-hidden />
          <Input className="input" placeholder={t('log.search')} />
        </SearchField>
        <ToggleButton className="tool" isSelected={frozen !== null} onChange={(paused) => setFrozen(paused ? live : null)}>
          {frozen === null ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}{frozen === null ? t('log.pause') : t('log.resume')}
        </ToggleButton>
        <Button look="flat" accessKey={null} onPress={() => void copy(shown, selection)}><ClipboardCopy size={14} aria-hidden />{t('log.copy')}</Button>
        <Button look="flat" accessKey={null} onPress={() => { clearChannel(logs, channel); setFrozen(null); setSelection(noSelection); }}><Eraser size={14} aria-hidden />{t('log.clear')}</Button>
        <span className="spacer" />
        <span className="muted numbers">{search === '' ? t('log.lines', { count: all.length }) : t('log.found', { found: shown.length, count: all.length })}</span>
      </Toolbar>
      <LineList
        ref={list} label={t(`tab.${channel}`)} lines={shown} empty={search === '' ? t('log.empty') : t('log.nothing-found')} selection={selection} onSelect={setSelection}
        onCopy={() => void copy(shown, selection)}
      />
    </div>
  );
}

/** Copies the selected lines, all of them when none is selected. */
export function useCopyLines(): (lines: readonly LogLine[], selection: LineSelection) => Promise<void> {
  const { dialogs } = useConsole();
  const { t, i18n } = useTranslation();
  return async (lines, { anchor, end }) => {
    const chosen = anchor < 0 ? lines : lines.slice(Math.min(anchor, end), Math.max(anchor, end) + 1);
    const done = await copyText(chosen.map((line) => `${logStamp(line.at)} ${lineText(line, languageOf(i18n.language))}`).join('\n'));
    dialogs.toast(done ? 'good' : 'error', done ? t('log.copied', { count: chosen.length }) : t('copy.failed'));
  };
}
