// The native menus follow the command table, and say when an item may be used.
import { expect, test } from 'vitest';
import { commands } from '../../core/contract/commands.ts';
import { applicationMenu, trayMenu, type MenuActions, type MenuState } from '../../electron/menus.ts';
import { textsIn } from '../../electron/texts.ts';

const state: MenuState = { platform: 'linux', locked: false, dialogOpen: false, engineRunning: true };
const texts = textsIn('en');

interface Item { label?: string; id?: string; type?: string; role?: string; enabled?: boolean; accelerator?: string; submenu?: Item[]; click?: () => void }

function record(): { actions: MenuActions; did: string[] } {
  const did: string[] = [];
  return { did, actions: { command: (id) => did.push(id), open: () => did.push('open'), processQueues: () => did.push('process') } };
}
const flat = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flat(item.submenu ?? [])]);
const application = (changes: Partial<MenuState> = {}, actions = record().actions): Item[] => flat(applicationMenu({ ...state, ...changes }, texts, actions) as Item[]);
const tray = (changes: Partial<MenuState> = {}, actions = record().actions): Item[] => trayMenu({ ...state, ...changes }, texts, actions) as Item[];

test('every command but the browser\'s own is in the application menu, with its key', () => {
  const items = application().filter(({ id }) => id !== undefined);
  expect(items.map(({ id }) => id)).toEqual(commands.filter(({ id }) => id !== 'file.signOut').map(({ id }) => id));
  const keys = new Map(items.map(({ id, accelerator }) => [id, accelerator]));
  expect(['setup.primaryDomain', 'accounts.new', 'file.close', 'help.about'].map((id) => keys.get(id))).toEqual(['F2', 'Alt+N', 'CmdOrCtrl+W', undefined]);
});

test('the unseen menu bar takes no Alt+letter from the page; that of macOS has cut and paste', () => {
  expect((applicationMenu(state, texts, record().actions) as Item[]).map(({ label }) => label)).toEqual(['File', 'Setup', 'Accounts', 'Queues', 'Windows', 'Help']);
  expect(application({ platform: 'darwin' }).map(({ role }) => role).filter(Boolean)).toEqual(['appMenu', 'cut', 'copy', 'paste', 'selectAll']);
});

test('a click says which command', () => {
  const { actions, did } = record();
  for (const id of ['setup.primaryDomain', 'file.exit']) application({}, actions).find((item) => item.id === id)?.click?.();
  expect(did).toEqual(['setup.primaryDomain', 'file.exit']);
});

test('an open dialog greys the page\'s commands, not the shell\'s', () => {
  const enabled = new Map(application({ dialogOpen: true }).map(({ id, enabled: may }) => [id, may]));
  expect([enabled.get('setup.primaryDomain'), enabled.get('accounts.new'), enabled.get('file.exit'), enabled.get('file.close')]).toEqual([false, false, true, true]);
});

test('the tray menu has the classic order', () => {
  expect(tray().map(({ label, type }) => label ?? type)).toEqual([
    '&About Merpati...', 'separator', '&Setup', '&Accounts', '&Queues', 'separator', 'Process &all queues now', 'separator',
    '&Lock server...', '&Unlock server...', '&Open Merpati...', 'separator', 'Shut &down Merpati...',
  ]);
});

test('while locked only unlocking, opening and processing are to be had', () => {
  const may = (items: Item[]): string[] => items.filter(({ enabled, type }) => enabled !== false && type !== 'separator').map(({ label }) => label ?? '');
  expect(may(tray({ locked: true }))).toEqual(['Process &all queues now', '&Unlock server...', '&Open Merpati...']);
  expect(application({ locked: true }).filter(({ id, enabled }) => id !== undefined && enabled === true).map(({ id }) => id)).toEqual(['file.close']);
});

test('without an engine no queue is processed', () => {
  expect(tray({ engineRunning: false }).find(({ label }) => label === texts('command.queues.processAll'))?.enabled).toBe(false);
});

test('both languages have every text', () => {
  const indonesian = textsIn('id');
  for (const { id, menu } of commands) expect([indonesian(`command.${id}`), indonesian(`menu.${menu}`)]).not.toContain(undefined);
});
