// Lines of a log or a transcript, any number of them: only what is in view is drawn, the end is followed while it is in view.
import { useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import type { LogLine } from '../../../core/contract/records.ts';
import { dateTime, time } from '../format.ts';
import { languageOf } from '../i18n.ts';
import { lineText } from '../line-text.ts';

/** Indexes of the shown lines, -1 = nothing selected. */
export interface LineSelection {
  readonly anchor: number;
  readonly end: number;
}

interface LineListProps {
  readonly ref?: Ref<VirtuosoHandle>;
  readonly label: string;
  readonly lines: readonly LogLine[];
  readonly empty: string;
  readonly selection: LineSelection;
  readonly onSelect: (selection: LineSelection) => void;
  readonly onCopy: () => void;
}

export function LineList({ ref, label, lines, empty, selection, onSelect, onCopy }: LineListProps) {
  const list = useRef<VirtuosoHandle>(null);
  const language = languageOf(useTranslation().i18n.language);
  const [dragging, setDragging] = useState(false);
  useImperativeHandle(ref, () => ({ ...list.current } as VirtuosoHandle));
  useEffect(() => {
    const end = () => setDragging(false);
    window.addEventListener('pointerup', end);
    return () => window.removeEventListener('pointerup', end);
  }, []);
  const low = Math.min(selection.anchor, selection.end);
  const high = Math.max(selection.anchor, selection.end);
  const go = (index: number, extend: boolean) => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    onSelect({ anchor: extend && selection.anchor >= 0 ? selection.anchor : next, end: next });
    list.current?.scrollIntoView({ index: next, behavior: 'auto' });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.key.toLowerCase() === 'c') onCopy();
    else if (event.ctrlKey && event.key.toLowerCase() === 'a') onSelect({ anchor: 0, end: lines.length - 1 });
    else if (event.altKey || event.ctrlKey || lines.length === 0) return;
    else if (event.key === 'ArrowDown') go(selection.end < 0 ? lines.length - 1 : selection.end + 1, event.shiftKey);
    else if (event.key === 'ArrowUp') go(selection.end < 0 ? lines.length - 1 : selection.end - 1, event.shiftKey);
    else if (event.key === 'PageDown') go(selection.end + 20, event.shiftKey);
    else if (event.key === 'PageUp') go(selection.end < 0 ? lines.length - 20 : selection.end - 20, event.shiftKey);
    else if (event.key === 'Home') go(0, event.shiftKey);
    else if (event.key === 'End') go(lines.length - 1, event.shiftKey);
    else return;
    event.preventDefault();
  };
  return (
    <div className="lines">
      {lines.length === 0 ? <div className="lines-empty" role="log" aria-label={label} tabIndex={0}>{empty}</div> : (
        <Virtuoso
          ref={list} role="log" aria-label={label} aria-live="off" onKeyDown={keys} data={lines} defaultItemHeight={19} followOutput={(atEnd) => (atEnd && !dragging ? 'auto' : false)} initialTopMostItemIndex={Math.max(0, lines.length - 1)} tabIndex={0} atBottomThreshold={30}
          itemContent={(index, line) => (
            <div
              className={`line ${tone(line)}${index >= low && index <= high && low >= 0 ? ' chosen' : ''}`}
              onPointerDown={(event) => { if (event.button === 0) { setDragging(true); onSelect({ anchor: event.shiftKey && selection.anchor >= 0 ? selection.anchor : index, end: index }); } }}
              onPointerEnter={() => { if (dragging) onSelect({ anchor: selection.anchor, end: index }); }}
            >
              <span className="at" title={dateTime(line.at)}>{time(line.at)}</span>
              <span className="text">{lineText(line, language)}</span>
            </div>
          )}
        />
      )}
    </div>
  );
}

/** The classic arrows: --> is what the server says, <-- what it hears. */
function tone(line: LogLine): string {
  if (line.level !== 'info') return line.level;
  if (line.text.includes('--> ')) return 'sent';
  if (line.text.includes('<-- ')) return 'received';
  return /^-{4,}$/.test(line.text) ? 'rule' : '';
}
