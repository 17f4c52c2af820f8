// Electron's main process: one instance, then the shell. The life of the program is here: start, second start, end.
import { join } from 'node:path';
import { app } from 'electron';
import { guardPages } from './guards.ts';
import { openKeyStore } from './key-store.ts';
import { profileDirectory, readOptions } from './options.ts';
import { registerPageScheme, servePages } from './pages.ts';
import { Shell } from './shell.ts';
import { trayIsSeen } from './status-notifier.ts';

const program = import.meta.dirname;
const options = readOptions(process.argv.slice(1), app.getPath('home'), process.env, process.cwd());
const profile = profileDirectory(app.getPath('appData'), options);
app.setPath('userData', profile);
app.setAppUserModelId('app.merpati.Merpati');
registerPageScheme();

// Before anything opens the data folder: the second start shows the first one's window and ends.
if (app.requestSingleInstanceLock()) void run();
else app.quit();

async function run(): Promise<void> {
  await app.whenReady();
  guardPages();
  servePages(join(program, '..'));
  const [keys, hasTray] = await Promise.all([openKeyStore(), trayIsSeen()]);
  const shell = new Shell({ options, program, assets: join(program, '..', '..', 'assets'), profile, keys, hasTray });
  let stopped = false;
  app.on('second-instance', (_event, args) => {
    if (!args.includes('--hidden')) shell.open();
  });
  app.on('activate', () => shell.open());
  // Without windows the server goes on.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void shell.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  shell.start();
}
