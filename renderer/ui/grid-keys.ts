// What keys and clicks do in a Grid: which row is current, and which are selected. As in the list views of Windows.
import { useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import type { GridProps } from './Grid.tsx';

interface GridKeysOptions<T> extends GridProps<T> {
  readonly scroll: RefObject<HTMLElement | null>;
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly pageRows: number;
  readonly openMenu: (index: number, at: { x: number; y: number }, byKeyboard: boolean) => void;
}

export interface GridKeys {
  readonly current: number;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onPress: (index: number, event: MouseEvent) => void;
}

export function useGridKeys<T>(options: GridKeysOptions<T>): GridKeys {
  const { count, row, id, selected, onSelect, range, scroll, rowHeight, headHeight, pageRows } = options;
  const [wanted, setCurrent] = useState(0);
  const anchor = useRef(0);
  const asked = useRef(0);
  const typed = useRef({ text: '', at: 0 });
  const current = Math.max(0, Math.min(wanted, count - 1));

  const idAt = (index: number) => { const item = row(index); return item === undefined ? undefined : id(item); };
  const selectOne = (index: number) => {
    const one = idAt(index);
    asked.current++;
    anchor.current = index;
    onSelect(new Set(one === undefined ? [] : [one]));
  };
  const selectRange = (from: number, to: number) => {
    const low = Math.min(from, to);
    const high = Math.max(from, to);
    const ids = new Set<number>();
    for (let index = low; index <= high; index++) { const one = idAt(index); if (one !== undefined) ids.add(one); }
    onSelect(ids);
    if (range === undefined || ids.size === high - low + 1) return;
    // Some of the rows are not loaded. Whoever selects something else meanwhile keeps that.
    const number = ++asked.current;
    void range(low, high).then((all) => { if (number === asked.current) onSelect(new Set(all)); });
  };
  const toggle = (index: number) => {
    const one = idAt(index);
    if (one === undefined) return;
    asked.current++;
    const next = new Set(selected);
    if (!next.delete(one)) next.add(one);
    anchor.current = index;
    onSelect(next);
  };
  const reveal = (index: number) => {
    const box = scroll.current;
    if (box === null) return;
    const top = index * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight > box.scrollTop + box.clientHeight - headHeight) box.scrollTop = top + rowHeight - box.clientHeight + headHeight;
  };
  const go = (index: number, event: { shiftKey: boolean; ctrlKey: boolean }) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setCurrent(next);
    reveal(next);
    if (event.shiftKey) selectRange(anchor.current, next);
    else if (!event.ctrlKey) selectOne(next);
  };
  const typeAhead = (letter: string, now: number) => {
    typed.current = { text: now - typed.current.at < 900 ? typed.current.text + letter : letter, at: now };
    const column = options.columns.find((candidate) => candidate.id === options.sort?.column) ?? options.columns[0];
    const found = search(typed.current.text.length > 1 ? current : current + 1, count, (index) => {
      const item = row(index);
      return item !== undefined && (column?.text?.(item) ?? '').toLowerCase().startsWith(typed.current.text.toLowerCase());
    });
    if (found >= 0) go(found, { shiftKey: false, ctrlKey: false });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (options.onKey?.(event) === true) { event.preventDefault(); return; }
    const steps: Readonly<Record<string, number>> = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: count - 1, PageDown: current + pageRows, PageUp: current - pageRows };
    const step = steps[event.key];
    const item = row(current);
    if (step !== undefined) { if (count > 0 && !(event.ctrlKey && event.key.startsWith('Page'))) go(step, event); else return; }
    else if (event.key === 'Enter' && options.onOpen !== undefined) { if (item !== undefined) options.onOpen(item); }
    else if (event.key === 'Delete' && options.onDelete !== undefined) options.onDelete();
    else if (event.key === ' ') { if (event.ctrlKey) toggle(current); else selectOne(current); }
    else if (event.key.toLowerCase() === 'a' && event.ctrlKey) selectRange(0, count - 1);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openAtRow(event.currentTarget);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) typeAhead(event.key, event.timeStamp);
    else return;
    event.preventDefault();
  };
  const openAtRow = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    const y = box.top + headHeight + (current + 1) * rowHeight - (scroll.current?.scrollTop ?? 0);
    options.openMenu(current, { x: box.left + 24, y }, true);
  };
  const onPress = (index: number, event: MouseEvent) => {
    setCurrent(index);
    const one = idAt(index);
    if (event.button === 2) { if (one !== undefined && !selected.has(one)) selectOne(index); return; }
    if (event.shiftKey) selectRange(anchor.current, index);
    else if (event.ctrlKey || event.metaKey) toggle(index);
    else selectOne(index);
  };
  return { current, onKeyDown, onPress };
}

/** First index from `start` on, going round, that `matches`; -1 when none does. */
function search(start: number, count: number, matches: (index: number) => boolean): number {
  for (let step = 0; step < count; step++) {
    const index = (start + step) % count;
    if (matches(index)) return index;
  }
  return -1;
}
