// What `import ... from 'electron'` gives in the main process. A name that is not here fails at import, by name.
export { app } from './app.ts';
export { ipcMain } from './ipc.ts';
export { Menu, MenuItem } from './menu.ts';
export { dialog, nativeTheme, Notification, powerMonitor, safeStorage, screen, shell, Tray } from './others.ts';
export { MessageChannelMain } from './ports.ts';
export { protocol } from './protocol.ts';
export { session } from './session.ts';
export { utilityProcess } from './utility-process.ts';
export { BrowserWindow } from './window.ts';
