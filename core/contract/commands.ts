// The one table of commands: the native menu, the menu bar in the page, the toolbar, the tray menu and the help follow from it.
// Labels are i18next keys `command.<id>` (menus: `menu.<id>`); `&` marks the access key in the label itself.

export type MenuId = 'file' | 'setup' | 'accounts' | 'queues' | 'windows' | 'help';
export type CommandId =
  | 'file.lock' | 'file.unlock' | 'file.signOut' | 'file.close' | 'file.exit'
  | 'setup.primaryDomain' | 'setup.secondaryDomains' | 'setup.smartHosts' | 'setup.checkInternet' | 'setup.security' | 'setup.certificate' | 'setup.preferences' | 'setup.history'
  | 'accounts.manager' | 'accounts.new' | 'accounts.aliases'
  | 'queues.processAll' | 'queues.view' | 'queues.trace' | 'queues.explain'
  | 'windows.switchPanes' | 'windows.sessions' | 'windows.log'
  | 'help.guide' | 'help.clientSettings' | 'help.shortcuts' | 'help.about';

/** Where a command works: `page` in the console itself, `shell` only where there is a desktop (tray, native menu). */
export interface Command {
  readonly id: CommandId;
  readonly menu: MenuId;
  /** A separator stands before it. */
  readonly separated?: boolean;
  /** Electron accelerator syntax, also understood by the page. */
  readonly key?: string;
  /** lucide icon name in kebab case; a command with one may stand on the toolbar. */
  readonly icon?: string;
  readonly toolbar?: boolean;
  readonly where: 'page' | 'shell';
}

export const menus: readonly MenuId[] = ['file', 'setup', 'accounts', 'queues', 'windows', 'help'];

export const commands: readonly Command[] = [
  { id: 'file.lock', menu: 'file', where: 'shell', icon: 'lock' },
  { id: 'file.signOut', menu: 'file', where: 'page', icon: 'log-out' },
  { id: 'file.close', menu: 'file', where: 'shell', separated: true, key: 'Ctrl+W' },
  { id: 'file.exit', menu: 'file', where: 'shell' },
  { id: 'setup.primaryDomain', menu: 'setup', key: 'F2', icon: 'globe', toolbar: true, where: 'page' },
  { id: 'setup.secondaryDomains', menu: 'setup', key: 'F3', icon: 'layers', where: 'page' },
  { id: 'setup.smartHosts', menu: 'setup', separated: true, icon: 'route', where: 'page' },
  { id: 'setup.checkInternet', menu: 'setup', icon: 'flask-conical', where: 'page' },
  { id: 'setup.security', menu: 'setup', separated: true, icon: 'shield', where: 'page' },
  { id: 'setup.certificate', menu: 'setup', icon: 'badge-check', where: 'page' },
  { id: 'setup.preferences', menu: 'setup', separated: true, icon: 'settings', where: 'page' },
  { id: 'setup.history', menu: 'setup', icon: 'history', where: 'page' },
  { id: 'accounts.manager', menu: 'accounts', key: 'Alt+M', icon: 'users', toolbar: true, where: 'page' },
  { id: 'accounts.new', menu: 'accounts', key: 'Alt+N', icon: 'user-plus', toolbar: true, where: 'page' },
  { id: 'accounts.aliases', menu: 'accounts', separated: true, icon: 'at-sign', where: 'page' },
  { id: 'queues.processAll', menu: 'queues', icon: 'refresh-cw', toolbar: true, where: 'page' },
  { id: 'queues.view', menu: 'queues', icon: 'inbox', toolbar: true, where: 'page' },
  { id: 'queues.trace', menu: 'queues', separated: true, key: 'F4', icon: 'footprints', toolbar: true, where: 'page' },
  { id: 'queues.explain', menu: 'queues', key: 'F9', icon: 'route', where: 'page' },
  { id: 'windows.log', menu: 'windows', icon: 'scroll-text', where: 'page' },
  { id: 'windows.sessions', menu: 'windows', icon: 'activity', where: 'page' },
  { id: 'windows.switchPanes', menu: 'windows', separated: true, icon: 'columns-2', where: 'page' },
  { id: 'help.guide', menu: 'help', icon: 'wand-sparkles', toolbar: true, where: 'page' },
  { id: 'help.clientSettings', menu: 'help', icon: 'smartphone', where: 'page' },
  { id: 'help.shortcuts', menu: 'help', key: 'F1', icon: 'keyboard', where: 'page' },
  { id: 'help.about', menu: 'help', separated: true, icon: 'info', where: 'page' },
];
