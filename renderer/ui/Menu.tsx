// A menu that drops down or pops up: arrow keys, letters, Enter, Esc; checked and grey items. The menu bar and the context
// menus both show this one. It owns the focus while it is open and gives it back when it closes.
import { Check } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { labelKey } from './label.ts';
import { MenuLabel } from './MenuLabel.tsx';

export interface MenuItem {
  readonly id: string;
  /** With `&` before its letter. */
  readonly label: string;
  readonly icon?: ReactNode;
  /** Shown at the right: what to press instead. */
  readonly key?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** A line stands before it. */
  readonly separated?: boolean;
  readonly run: () => void;
}

export interface MenuProps {
  readonly name: string;
  readonly items: readonly MenuItem[];
  readonly at: { readonly x: number; readonly y: number };
  /** Opened by the keyboard: the first item is current, and letters are underlined. */
  readonly byKeyboard: boolean;
  readonly onClose: () => void;
  /** Left and right in a menu of the menu bar. */
  readonly onSideways?: (step: 1 | -1) => void;
}

export function Menu({ name, items, at, byKeyboard, onClose, onSideways }: MenuProps) {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(byKeyboard ? nextEnabled(items, -1, 1) : -1);
  const place = usePlace(list, at);
  useEffect(() => {
    const before = document.activeElement;
    list.current?.focus();
    return () => { if (before instanceof HTMLElement && document.activeElement === document.body) before.focus(); };
  }, []);
  const choose = (item: MenuItem | undefined) => {
    if (item === undefined || item.disabled === true) return;
    onClose();
    item.run();
  };
  const keys = (event: KeyboardEvent) => {
    const handled = menuKey(event.key, { items, current, setCurrent, choose, onClose, onSideways });
    if (handled) { event.preventDefault(); event.stopPropagation(); }
  };
  return createPortal(
    // The menu of a list in a dialog stands outside of it, where react-aria lets nobody in without this mark.
    <div data-react-aria-top-layer="true">
      <div className="menu-catcher" onPointerDown={(event) => { event.preventDefault(); onClose(); }} onContextMenu={(event) => { event.preventDefault(); onClose(); }} />
      <ul
        ref={list} role="menu" aria-label={name} tabIndex={-1} className="menu" style={place} onKeyDown={keys} onPointerLeave={() => setCurrent(-1)}
        aria-activedescendant={current < 0 ? undefined : `menu-item-${items[current]?.id ?? ''}`} {...(byKeyboard ? { 'data-keys': '' } : {})}
      >
        {items.map((item, index) => (
          <MenuEntry key={item.id} item={item} current={index === current} onPoint={() => setCurrent(index)} onChoose={() => choose(item)} />
        ))}
      </ul>
    </div>,
    document.body,
  );
}

function MenuEntry({ item, current, onPoint, onChoose }: { readonly item: MenuItem; readonly current: boolean; readonly onPoint: () => void; readonly onChoose: () => void }) {
  const checkable = item.checked !== undefined;
  return (
    <>
      {item.separated === true ? <li role="separator" className="menu-line" /> : null}
      <li
        id={`menu-item-${item.id}`} role={checkable ? 'menuitemcheckbox' : 'menuitem'} className={current ? 'menu-item current' : 'menu-item'} aria-disabled={item.disabled === true}
        aria-keyshortcuts={item.key} onPointerMove={onPoint} onClick={onChoose} {...(checkable ? { 'aria-checked': item.checked } : {})}
      >
        <span className="glyph">{item.checked === true ? <Check size={14} aria-hidden /> : item.icon}</span>
        <span><MenuLabel text={item.label} /></span>
        <span className="key" aria-hidden>{item.key}</span>
      </li>
    </>
  );
}

interface MenuKeys {
  readonly items: readonly MenuItem[];
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  readonly choose: (item: MenuItem | undefined) => void;
  readonly onClose: () => void;
  readonly onSideways: ((step: 1 | -1) => void) | undefined;
}

/** @returns whether the key meant something to the menu */
function menuKey(key: string, { items, current, setCurrent, choose, onClose, onSideways }: MenuKeys): boolean {
  switch (key) {
    case 'ArrowDown': setCurrent(nextEnabled(items, current, 1)); return true;
    case 'ArrowUp': setCurrent(nextEnabled(items, current, -1)); return true;
    case 'Home': setCurrent(nextEnabled(items, -1, 1)); return true;
    case 'End': setCurrent(nextEnabled(items, items.length, -1)); return true;
    case 'ArrowLeft': onSideways?.(-1); return true;
    case 'ArrowRight': onSideways?.(1); return true;
    case 'Enter': case ' ': choose(items[current]); return true;
    case 'Escape': case 'Tab': case 'F10': case 'Alt': onClose(); return true;
    default: {
      const wanted = key.toLowerCase();
      if (wanted.length !== 1) return false;
      choose(items.find((item) => labelKey(item.label) === wanted));
      return true;
    }
  }
}

function nextEnabled(items: readonly MenuItem[], from: number, step: 1 | -1): number {
  for (let count = 1; count <= items.length; count++) {
    const index = (((from < 0 && step < 0 ? items.length : from) + step * count) % items.length + items.length) % items.length;
    if (items[index]?.disabled !== true) return index;
  }
  return -1;
}

/** Inside the window, whatever was asked for. */
function usePlace(list: React.RefObject<HTMLUListElement | null>, at: { readonly x: number; readonly y: number }) {
  const [place, setPlace] = useState({ left: at.x, top: at.y });
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box === undefined) return;
    setPlace({ left: Math.max(4, Math.min(at.x, window.innerWidth - box.width - 4)), top: Math.max(4, Math.min(at.y, window.innerHeight - box.height - 4)) });
  }, [list, at.x, at.y]);
  return place;
}
