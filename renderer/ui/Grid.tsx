// The list view: sortable columns that can be dragged wider, many rows without lag (only what is in view is drawn), several
// selected at once (Shift, Ctrl, Ctrl+A), Enter and double-click open, Delete deletes, right-click and Shift+F10 open the menu.
// Rows come by index and may still be missing: the owner loads them when told what is in view.
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Menu, type MenuItem } from './Menu.tsx';
import { useGridKeys } from './grid-keys.ts';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  readonly sortable?: boolean;
  /** Takes the room that is left; without one, the last column does. */
  readonly grow?: boolean;
  readonly render: (row: T) => ReactNode;
  /** For typing ahead and copying. */
  readonly text?: (row: T) => string;
}

export interface GridProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly count: number;
  readonly row: (index: number) => T | undefined;
  readonly id: (row: T) => number;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (ids: ReadonlySet<number>) => void;
  /** Ids of rows from..to (inclusive), loading them if need be. */
  readonly range?: (from: number, to: number) => Promise<readonly number[]>;
  readonly onView?: (first: number, last: number) => void;
  readonly sort?: { readonly column: string; readonly descending: boolean };
  readonly onSort?: (column: string) => void;
  readonly onOpen?: (row: T) => void;
  readonly onDelete?: () => void;
  /** Keys of the owner, before the list's own. @returns whether the key meant something */
  readonly onKey?: (event: KeyboardEvent<HTMLElement>) => boolean;
  readonly menu?: (row: T) => readonly MenuItem[];
  readonly empty: string;
  readonly bare?: boolean;
  readonly autoFocus?: boolean;
}

const rowHeight = 24;
const headHeight = 27;
const overscan = 8;

export function Grid<T>(props: GridProps<T>) {
  const { label, columns, count, row, id, selected, onView, empty, bare, autoFocus } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const [view, setView] = useState({ top: 0, height: 600 });
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const [popup, setPopup] = useState<{ x: number; y: number; items: readonly MenuItem[]; byKeyboard: boolean } | null>(null);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const last = Math.min(count - 1, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  useEffect(() => { if (last >= first) onView?.(first, last); }, [first, last, onView, count]);
  useEffect(() => { if (autoFocus === true) scroll.current?.focus(); }, [autoFocus]);
  useHeight(scroll, (height) => setView((before) => ({ ...before, height: height - headHeight })));
  const openMenu = (index: number, at: { x: number; y: number }, byKeyboard: boolean) => {
    const target = row(index);
    const items = target === undefined ? undefined : props.menu?.(target);
    if (items !== undefined && items.length > 0) setPopup({ ...at, items, byKeyboard });
  };
  const keys = useGridKeys({ ...props, scroll, rowHeight, headHeight, pageRows: Math.max(1, Math.floor(view.height / rowHeight) - 1), openMenu });
  const sortFromTop = (column: string) => {
    if (scroll.current !== null) scroll.current.scrollTop = 0;
    props.onSort?.(column);
  };
  const growing = Math.max(columns.findIndex((column) => column.grow === true), columns.some((column) => column.grow === true) ? 0 : columns.length - 1);
  const template = columns.map((column, index) => (index === growing ? `minmax(${widths[column.id] ?? column.width}px, 1fr)` : `${widths[column.id] ?? column.width}px`)).join(' ');
  const rows = [];
  for (let index = first; index <= last; index++) rows.push(index);
  return (
    <div className={bare === true ? 'grid bare' : 'grid'}>
      <div
        ref={scroll} role="grid" aria-label={label} aria-multiselectable aria-rowcount={count + 1} aria-colcount={columns.length} tabIndex={0} className="grid-scroll"
        data-takes-enter={props.onOpen === undefined ? undefined : ''} onKeyDown={keys.onKeyDown} aria-activedescendant={count > 0 && keys.current >= first && keys.current <= last ? `${baseId}-${keys.current}` : undefined}
        onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight - headHeight })}
      >
        <Head {...props} {...(props.onSort === undefined ? {} : { onSort: sortFromTop })} template={template} widths={widths} onWidth={(column, width) => setWidths((before) => ({ ...before, [column]: width }))} />
        <div className="grid-body" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
          {rows.map((index) => {
            const item = row(index);
            const chosen = item !== undefined && selected.has(id(item));
            return (
              <div
                key={index} id={`${baseId}-${index}`} role="row" aria-rowindex={index + 2} aria-selected={chosen} className={index === keys.current ? 'grid-row current' : 'grid-row'}
                style={{ top: `${index * rowHeight}px`, gridTemplateColumns: template }}
                onMouseDown={(event: MouseEvent) => keys.onPress(index, event)} onDoubleClick={() => { if (item !== undefined) props.onOpen?.(item); }}
                onContextMenu={(event) => { event.preventDefault(); openMenu(index, { x: event.clientX, y: event.clientY }, false); }}
              >
                {columns.map((column) => <div key={column.id} role="gridcell" className={column.align}>{item === undefined ? null : <Cell content={column.render(item)} />}</div>)}
              </div>
            );
          })}
        </div>
        {count === 0 ? <div className="grid-empty">{empty}</div> : null}
      </div>
      {popup === null ? null : <Menu name={label} items={popup.items} at={popup} byKeyboard={popup.byKeyboard} onClose={() => { setPopup(null); scroll.current?.focus(); }} />}
    </div>
  );
}

function Cell({ content }: { readonly content: ReactNode }) {
  return typeof content === 'string' ? <span title={content.length > 24 ? content : undefined}>{content}</span> : content;
}

interface HeadProps<T> extends GridProps<T> {
  readonly template: string;
  readonly widths: Readonly<Record<string, number>>;
  readonly onWidth: (column: string, width: number) => void;
}

function Head<T>({ columns, sort, onSort, template, widths, onWidth }: HeadProps<T>) {
  return (
    <div role="rowgroup" className="grid-head-group">
      <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map((column) => {
          const sorted = sort?.column === column.id;
          const sortable = column.sortable === true && onSort !== undefined;
          return (
            <div
              key={column.id} role="columnheader" className={[column.align ?? '', sortable ? 'sortable' : ''].join(' ').trim()} onClick={() => { if (sortable) onSort(column.id); }}
              aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : sortable ? 'none' : undefined}
            >
              <span>{column.title}</span>
              {sorted ? sort.descending ? <ChevronDown size={12} aria-hidden /> : <ChevronUp size={12} aria-hidden /> : null}
              <span className="resize" onClick={(event) => event.stopPropagation()} onPointerDown={(event) => dragWidth(event, widths[column.id] ?? column.width, (width) => onWidth(column.id, width))} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function dragWidth(event: React.PointerEvent<HTMLElement>, start: number, onWidth: (width: number) => void): void {
  event.preventDefault();
  const handle = event.currentTarget;
  const from = event.clientX;
  handle.setPointerCapture(event.pointerId);
  const move = (moved: PointerEvent) => onWidth(Math.max(40, start + moved.clientX - from));
  const end = () => { handle.removeEventListener('pointermove', move); handle.removeEventListener('pointerup', end); };
  handle.addEventListener('pointermove', move);
  handle.addEventListener('pointerup', end);
}

function useHeight(element: React.RefObject<HTMLElement | null>, onHeight: (height: number) => void): void {
  const latest = useRef(onHeight);
  useEffect(() => { latest.current = onHeight; });
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const observer = new ResizeObserver(() => latest.current(target.clientHeight));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
}
