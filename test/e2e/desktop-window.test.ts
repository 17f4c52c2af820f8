// The window and its ways in: menus and keys reach the page, closing hides, tray and second start show.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { dialog, gone, until } from './helpers/console.ts';
import { chooseInTray, chooseNative, closeConsole, consolePage, consoleState, picture, startDesktop, trayEvent, trayLook, windows, type Desktop } from './helpers/desktop.ts';

let desktop: Desktop;
let page: Page;
beforeAll(async () => {
  desktop = await startDesktop();
  page = await consolePage(desktop.app);
  console.log(`The desktop tests run on: ${desktop.app.on}`);
});
afterAll(async () => {
  await desktop.close();
});

const isShown = async (): Promise<boolean> => (await consoleState(desktop.app))?.visible === true;
const isHidden = async (): Promise<boolean> => (await consoleState(desktop.app))?.visible === false;

test('the program starts with one window, shown, with the console in it', async () => {
  expect(await windows(desktop.app)).toEqual([{ url: 'merpati://console/index.html', visible: true, minimized: false }]);
  expect(await page.title()).toContain('Merpati');
});

test('F2 opens Primary Domain Configuration', async () => {
  await page.keyboard.press('F2');
  await dialog(page, 'Primary Domain Configuration').waitFor();
  await page.keyboard.press('Escape');
  await gone(dialog(page, 'Primary Domain Configuration'));
});

test('Alt+N opens the Account Editor', async () => {
  await page.keyboard.press('Alt+n');
  await dialog(page, /Account Editor/).waitFor();
  await page.keyboard.press('Escape');
  await gone(dialog(page, /Account Editor/));
});

test('an item of the native menu reaches the page; with a dialog open it is greyed', async () => {
  // The shell hears a moment after the page that the dialog before is closed.
  await until(async () => await chooseNative(desktop.app, 'accounts.manager'), 'the menu is there');
  await dialog(page, 'Account Manager').waitFor();
  await until(async () => !(await chooseNative(desktop.app, 'setup.primaryDomain')), 'the menu is greyed');
  await page.keyboard.press('Escape');
  await gone(dialog(page, 'Account Manager'));
  await until(async () => await chooseNative(desktop.app, 'help.about'), 'the menu is back');
  await page.keyboard.press('Escape');
});

test('a key that the page has no use for is the native menu\'s: Ctrl+W hides the window', async () => {
  await page.keyboard.press('Control+w');
  await until(isHidden, 'hidden');
});

test('a double-click on the tray icon shows it again', async () => {
  await trayEvent(desktop.app, 'double-click');
  await until(isShown, 'shown');
});

test('closing hides, with a hint the first time only', async () => {
  // Hosts of Linux know no double-click: there one click does.
  for (const event of ['double-click', process.platform === 'linux' ? 'click' : 'double-click'] as const) {
    await closeConsole(desktop.app);
    await until(isHidden, 'hidden');
    await trayEvent(desktop.app, event);
    await until(isShown, 'shown');
  }
  const remembered = await desktop.app.evaluate(({ app }) => process.getBuiltinModule('node:fs').readFileSync(`${app.getPath('userData')}/shell.json`, 'utf8'));
  expect(JSON.parse(remembered)).toMatchObject({ closeHintGiven: true, language: 'en' });
});

test('a second start shows the window of the first, and ends', async () => {
  await closeConsole(desktop.app);
  await until(isHidden, 'hidden');
  await expect(desktop.again()).rejects.toThrow();
  await until(isShown, 'shown by the second start');
  expect(await windows(desktop.app)).toHaveLength(1);
});

test('the tray says the domain and what waits, and opens dialogs of the console', async () => {
  const look = await trayLook(desktop.app);
  if (look === null) return;
  expect(look).toEqual({ image: 'idle.png', tooltip: 'majuterus.com - Q: Remote 0, Bad 0' });
  await closeConsole(desktop.app);
  await chooseInTray(desktop.app, 'About Merpati...');
  await until(isShown, 'shown for the dialog');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
});

test('language and look follow the settings, in the tray as well', async () => {
  const { client, close } = await desktop.connect();
  try {
    const { revision } = await client.settings.get({});
    await client.settings.set({ revision, changes: { 'console.language': 'id', 'console.theme': 'dark' } });
    await page.getByRole('menuitem', { name: 'Berkas' }).waitFor();
    await until(async () => await desktop.app.evaluate(({ Menu, nativeTheme }) => nativeTheme.themeSource === 'dark' && Menu.getApplicationMenu()?.items[0]?.label === 'Berkas'), 'dark, and the native menu in Indonesian');
    expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
    await picture(page, 'desktop-dark-indonesian');
  } finally {
    close();
  }
});
