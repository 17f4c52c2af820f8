// The menu bar: Alt or F10 goes to it, Alt with a letter opens a menu, left and right change it, pointing at another opens that.
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { labelKey, plainLabel } from './label.ts';
import { Menu, type MenuItem } from './Menu.tsx';
import { MenuLabel } from './MenuLabel.tsx';

export interface BarMenu {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
}

interface Open {
  readonly index: number;
  readonly byKeyboard: boolean;
}

export function MenuBar({ name, menus, blocked }: { readonly name: string; readonly menus: readonly BarMenu[]; readonly blocked: boolean }) {
  const bar = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const [stop, setStop] = useState(0);
  const before = useRef<Element | null>(null);
  const button = (index: number) => bar.current?.querySelectorAll<HTMLButtonElement>('button')[index];
  const enter = () => { before.current = document.activeElement; button(0)?.focus(); setStop(0); };
  const leave = () => { showLetters(false); if (before.current instanceof HTMLElement) before.current.focus(); else button(stop)?.blur(); };
  const openByKey = (index: number) => { before.current ??= document.activeElement; setStop(index); button(index)?.focus(); setOpen({ index, byKeyboard: true }); };
  useBarKeys({ blocked, menus, isInBar: () => bar.current?.contains(document.activeElement) === true, enter, leave, openByKey });
  const sideways = (step: 1 | -1) => {
    const index = (stop + step + menus.length) % menus.length;
    setStop(index);
    button(index)?.focus();
    if (open !== null) setOpen({ index, byKeyboard: true });
  };
  const keys = (event: KeyboardEvent) => {
    const letter = menus.findIndex((menu) => labelKey(menu.label) === event.key.toLowerCase());
    if (event.key === 'ArrowLeft') sideways(-1);
    else if (event.key === 'ArrowRight') sideways(1);
    else if (event.key === 'ArrowDown' || event.key === 'Enter' || event.key === ' ') openByKey(stop);
    else if (event.key === 'Escape') leave();
    else if (letter >= 0) openByKey(letter);
    else return;
    event.preventDefault();
  };
  const shown = open === null ? undefined : menus[open.index];
  const box = open === null ? undefined : button(open.index)?.getBoundingClientRect();
  return (
    <div ref={bar} role="menubar" aria-label={name} className="menu-bar" onKeyDown={keys}>
      {menus.map((menu, index) => (
        <button
          key={menu.id} type="button" role="menuitem" aria-haspopup="menu" aria-expanded={open?.index === index} tabIndex={index === stop ? 0 : -1}
          onPointerDown={(event) => { event.preventDefault(); before.current = document.activeElement; setStop(index); setOpen(open?.index === index ? null : { index, byKeyboard: false }); }}
          onPointerEnter={() => { if (open !== null) { setStop(index); setOpen({ index, byKeyboard: false }); } }}
        >
          <MenuLabel text={menu.label} />
        </button>
      ))}
      {shown === undefined || box === undefined || open === null ? null : (
        <Menu key={shown.id} name={plainLabel(shown.label)} items={shown.items} at={{ x: box.left, y: box.bottom }} byKeyboard={open.byKeyboard} onClose={() => { setOpen(null); leave(); }} onSideways={sideways} />
      )}
    </div>
  );
}

interface BarKeys {
  readonly blocked: boolean;
  readonly menus: readonly BarMenu[];
  readonly isInBar: () => boolean;
  readonly enter: () => void;
  readonly leave: () => void;
  readonly openByKey: (index: number) => void;
}

/** The letters of the bar are underlined while Alt is held, and while the bar is used by keyboard. */
function showLetters(shown: boolean): void {
  if (shown) document.documentElement.dataset['accessKeys'] = '';
  else delete document.documentElement.dataset['accessKeys'];
}

/** Alt by itself counts when it is let go and nothing else was pressed meanwhile. */
function useBarKeys(keys: BarKeys): void {
  const latest = useRef(keys);
  useEffect(() => { latest.current = keys; });
  useEffect(() => {
    let alone = false;
    const down = (event: globalThis.KeyboardEvent) => {
      const { blocked, menus, enter, openByKey } = latest.current;
      if (blocked) return;
      alone = event.key === 'Alt';
      if (event.key === 'Alt') { showLetters(true); return; }
      if (event.key === 'F10' && !event.shiftKey) { event.preventDefault(); showLetters(true); enter(); return; }
      if (!event.altKey || event.ctrlKey) return;
      const index = menus.findIndex((menu) => labelKey(menu.label) === event.key.toLowerCase());
      if (index >= 0) { event.preventDefault(); openByKey(index); }
    };
    const up = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Alt') return;
      const { blocked, isInBar, enter, leave } = latest.current;
      if (alone && !blocked) {
        event.preventDefault();
        if (isInBar()) leave(); else { enter(); return; }
      }
      showLetters(false);
    };
    const blur = () => showLetters(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', blur);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', blur);
    };
  }, []);
}
