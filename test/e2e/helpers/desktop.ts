// The desktop program under test, on Electron or the stand-in: a fresh home, data folder and ports, and a desktop with (or without) a
// place for tray icons. Functions given to `evaluate` run in the main process and may use nothing of their surroundings.
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tray } from 'electron';
import type { Page } from 'playwright-core';
import { build } from '../../../scripts/build.ts';
import { choosePorts, freshData, removeData } from '../../helpers/merpati.ts';
import { launch, type RunningApp } from '../../standin/launch.ts';
import { connectLocally, type LocalClient } from './client.ts';
import { setUp, until } from './console.ts';

export interface DesktopOptions {
  /** Words behind the program, beside --data. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the desktop shows tray icons; yes if not said. */
  readonly hasTray?: boolean;
  /** `name=value` words for `merpati settings set`, before the start. */
  readonly settings?: readonly string[];
}

export interface Desktop {
  readonly home: string;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
  readonly app: RunningApp;
  /** Another start with the same data, while this one runs. */
  again(args?: readonly string[]): Promise<RunningApp>;
  /** The engine's contract from outside; waits for the engine. */
  connect(): Promise<LocalClient>;
  /** Every line of the System log. */
  systemLog(): Promise<string>;
  close(): Promise<void>;
}

export async function startDesktop({ args = [], env = {}, hasTray = true, settings = setUp }: DesktopOptions = {}): Promise<Desktop> {
  await build({ quiet: true });
  const home = await freshData();
  const data = join(home, 'mail');
  await mkdir(data);
  await choosePorts(data, settings);
  // The session bus as the shell asks it: a host for status icons is there, or not.
  const programs = join(home, 'bin');
  await mkdir(programs);
  await writeFile(join(programs, 'gdbus'), `#!/bin/sh\necho '(<${String(hasTray)}>,)'\n`);
  await chmod(join(programs, 'gdbus'), 0o755);
  const environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), LANG: 'en_GB.UTF-8', PATH: `${programs}:${process.env['PATH'] ?? ''}`, ...env };
  const start = (words: readonly string[]): Promise<RunningApp> => launch({ args: ['--data', data, ...words], env: environment });
  const app = await start(args);
  return {
    home, data, env: environment, app,
    again: (words = []) => start(words),
    async connect() {
      const found: LocalClient[] = [];
      await until(async () => {
        const client = await connectLocally(data).catch(() => null);
        if (client !== null) found.push(client);
        return client !== null;
      }, 'the engine answers');
      const [client] = found;
      if (client === undefined) throw new Error('no engine');
      return client;
    },
    async systemLog() {
      const files = (await readdir(join(data, 'Logs'))).filter((name) => /system/i.test(name));
      return (await Promise.all(files.map((name) => readFile(join(data, 'Logs', name), 'utf8')))).join('');
    },
    async close() {
      await app.close();
      await removeData(home);
    },
  };
}

/** The console's page, drawn and connected. */
export async function consolePage(app: RunningApp): Promise<Page> {
  const page = await app.window('console');
  page.setDefaultTimeout(15_000);
  await page.getByRole('menubar').waitFor();
  await connected(page);
  return page;
}

/** Kept as output of the build, in out/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, '..', '..', '..', 'out', 'screenshots', `${name}.png`) });
}

export const connected = (page: Page): Promise<void> => page.getByText('Ready', { exact: true }).waitFor();

export interface WindowState {
  readonly url: string;
  readonly visible: boolean;
  readonly minimized: boolean;
}

export const windows = (app: RunningApp): Promise<WindowState[]> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => ({
  url: window.webContents.getURL(), visible: window.isVisible(), minimized: window.isMinimized(),
})));

/** The console's window as it is now; null if there is none. */
export const consoleState = async (app: RunningApp): Promise<WindowState | null> => (await windows(app)).find(({ url }) => url.includes('console')) ?? null;

export const closeConsole = (app: RunningApp): Promise<void> => app.evaluate(({ BrowserWindow }) => {
  BrowserWindow.getAllWindows().find((window) => window.webContents.getURL().includes('console'))?.close();
});

/** Chooses an item of the application menu, as by the system's menu bar. */
export const chooseNative = (app: RunningApp, id: string): Promise<boolean> => app.evaluate(({ Menu }, wanted) => {
  const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
  if (item?.enabled !== true) return false;
  (item.click as () => void)();
  return true;
}, id);

/** Electron does not tell its trays; the debugger finds every object of a class. */
const findTray = (app: RunningApp): Promise<void> => app.evaluate(({ Tray: TrayClass }) => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  (globalThis as { trayClass?: unknown }).trayClass = TrayClass;
  session.post('Runtime.evaluate', { expression: 'trayClass.prototype' }, (_, { result }) => {
    session.post('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' }, (_error, { objects }) => {
      session.post('Runtime.callFunctionOn', { objectId: objects.objectId ?? '', functionDeclaration: 'function () { globalThis.tray = this[0]; }' });
    });
  });
  session.disconnect();
});

export async function trayEvent(app: RunningApp, event: 'click' | 'double-click'): Promise<void> {
  await findTray(app);
  await app.evaluate((_, name) => {
    (globalThis as unknown as { tray: Tray }).tray.emit(name);
  }, event);
}

interface StandInTray { readonly standin: { image: string; tooltip: string; menu: { items: { label: string; enabled: boolean; click(): void }[] } } }

/** What the tray shows. A real one keeps it to itself: null. */
export async function trayLook(app: RunningApp): Promise<{ image: string; tooltip: string } | null> {
  if (app.on === 'Electron') return null;
  await findTray(app);
  return await app.evaluate(() => {
    const { image, tooltip } = (globalThis as unknown as { tray: StandInTray }).tray.standin;
    return { image: image.replace(/^.*\//, ''), tooltip };
  });
}

/** Chooses an item of the tray menu; on a real Electron, which does not give the menu away, says false. */
export async function chooseInTray(app: RunningApp, label: string): Promise<boolean> {
  if (app.on === 'Electron') return false;
  await findTray(app);
  return await app.evaluate((_, wanted) => {
    const item = (globalThis as unknown as { tray: StandInTray }).tray.standin.menu.items.find((one) => one.label.replace('&', '') === wanted);
    if (item?.enabled !== true) return false;
    item.click();
    return true;
  }, label);
}

/** From now on message boxes are answered with this button, and remembered. */
export const answerQuestions = (app: RunningApp, button: number): Promise<void> => app.evaluate(({ dialog }, response) => {
  const asked: string[] = [];
  (globalThis as { asked?: string[] }).asked = asked;
  dialog.showMessageBox = (...args: unknown[]) => {
    asked.push((args.at(-1) as { message: string }).message);
    return Promise.resolve({ response, checkboxChecked: false });
  };
}, button);

export const asked = (app: RunningApp): Promise<string[]> => app.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);

export const enginePid = (app: RunningApp): Promise<number | null> => app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().find(({ name }) => name === 'Merpati engine')?.pid ?? null);
