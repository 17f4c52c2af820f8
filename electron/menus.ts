// The native menus, from the one command table: the application menu, the tray's menu, the context menu of text fields. Pure
// templates; shell.ts builds them and says what a click does.
import type { MenuItemConstructorOptions } from 'electron';
import { commands, menus, type Command, type CommandId, type MenuId } from '../core/contract/commands.ts';
import type { Texts } from './texts.ts';

export interface MenuState {
  readonly platform: string;
  readonly locked: boolean;
  /** A dialog of the page is open: its commands wait until it closes, as in any Windows program. */
  readonly dialogOpen: boolean;
  readonly engineRunning: boolean;
}

export interface MenuActions {
  command(id: CommandId): void;
  open(): void;
  processQueues(): void;
}

type Item = MenuItemConstructorOptions;
const separator: Item = { type: 'separator' };
/** Of a browser's console only. */
const notInDesktop: ReadonlySet<CommandId> = new Set(['file.signOut']);
const inTray: readonly MenuId[] = ['setup', 'accounts', 'queues'];

/** The application menu. Where the page draws the menu bar itself this one is not seen, but its keys work. */
export function applicationMenu(state: MenuState, texts: Texts, actions: MenuActions): Item[] {
  const mac = state.platform === 'darwin';
  const items = menus.map((menu): Item => ({
    // A mark in the label of an unseen menu bar would still take Alt+letter away from the page.
    label: mac ? texts(`menu.${menu}`) : withoutMark(texts(`menu.${menu}`)),
    submenu: itemsOf(menu, state, texts, actions),
  }));
  if (!mac) return items;
  // Without these macOS has no Cmd+C in text fields and no Cmd+Q.
  const edit: Item = { label: texts('edit.menu'), submenu: editItems(texts) };
  return [{ role: 'appMenu' }, ...items.slice(0, 1), edit, ...items.slice(1)];
}

/** The classic tray menu. */
export function trayMenu(state: MenuState, texts: Texts, actions: MenuActions): Item[] {
  const unlocked = !state.locked;
  const open = (): void => actions.open();
  return [
    { label: texts('command.help.about'), enabled: unlocked, click: () => actions.command('help.about') },
    separator,
    ...inTray.map((menu): Item => ({ label: texts(`menu.${menu}`), enabled: unlocked, submenu: itemsOf(menu, { ...state, dialogOpen: false }, texts, actions) })),
    separator,
    { label: texts('command.queues.processAll'), enabled: state.engineRunning, click: () => actions.processQueues() },
    separator,
    { label: texts('command.file.lock'), enabled: unlocked, click: () => actions.command('file.lock') },
    { label: texts('command.file.unlock'), enabled: state.locked, click: () => actions.command('file.unlock') },
    { label: texts('tray.open'), click: open },
    separator,
    { label: texts('tray.shutDown'), enabled: unlocked, click: () => actions.command('file.exit') },
  ];
}

/** Cut, copy and paste, for the right mouse button in a text field. */
export function editItems(texts: Texts): Item[] {
  return [
    { role: 'cut', label: texts('edit.cut') }, { role: 'copy', label: texts('edit.copy') }, { role: 'paste', label: texts('edit.paste') },
    separator, { role: 'selectAll', label: texts('edit.selectAll') },
  ];
}

function itemsOf(menu: MenuId, state: MenuState, texts: Texts, actions: MenuActions): Item[] {
  return commands.filter((command) => command.menu === menu && !notInDesktop.has(command.id)).flatMap((command) => {
    const item: Item = {
      id: command.id, label: texts(`command.${command.id}`), enabled: isEnabled(command, state), click: () => actions.command(command.id),
      ...(command.key === undefined ? {} : { accelerator: command.key.replace('Ctrl+', 'CmdOrCtrl+') }),
    };
    return command.separated === true ? [separator, item] : [item];
  });
}

function isEnabled({ id, where }: Command, { locked, dialogOpen }: MenuState): boolean {
  if (id === 'file.close') return true;
  return !locked && (where === 'shell' || !dialogOpen);
}

function withoutMark(label: string): string {
  return label.replace(/&(?=[^&])/, '').replaceAll('&&', '&');
}
