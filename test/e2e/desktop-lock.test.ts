// Lock server: nobody at this computer gets at the console without the password; the mail server goes on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from './helpers/console.ts';
import { chooseInTray, chooseNative, consolePage, consoleState, picture, startDesktop, trayEvent, trayLook, windows, type Desktop } from './helpers/desktop.ts';

let desktop: Desktop;
beforeAll(async () => {
  desktop = await startDesktop();
  await consolePage(desktop.app);
});
afterAll(async () => {
  await desktop.close();
});

const isShown = async (): Promise<boolean> => (await consoleState(desktop.app))?.visible === true;
/** Gone for the shell, and gone for the browser, which hears of it a moment later: else the next test would find the old one. */
const noLockWindow = async (): Promise<boolean> => !(await windows(desktop.app)).some(({ url }) => url.includes('lock.html'))
  && !desktop.app.windows().some((page) => page.url().includes('lock.html'));

async function lockWindow(): Promise<Page> {
  const page = await desktop.app.window('lock.html');
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  return page;
}

/** The window closes while the key is still being let go. */
async function escape(page: Page): Promise<void> {
  await page.keyboard.press('Escape').catch(() => undefined);
  await until(noLockWindow, 'closed');
}

test('Escape leaves everything open', async () => {
  await chooseNative(desktop.app, 'file.lock');
  await escape(await lockWindow());
  expect(await isShown()).toBe(true);
});

test('it asks twice, and says so when the two differ', async () => {
  await chooseNative(desktop.app, 'file.lock');
  const page = await lockWindow();
  expect(await page.title()).toBe('Lock Merpati');
  await page.getByRole('button', { name: 'Lock' }).click();
  await page.getByRole('alert').filter({ hasText: 'Enter a password.' }).waitFor();
  await page.getByLabel('Password:').fill('gerbang-biru');
  await page.getByLabel('Password again:').fill('gerbang-hijau');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'not the same' }).waitFor();
  await picture(page, 'desktop-lock');
  expect(await isShown()).toBe(true);
  await page.getByLabel('Password:').fill('gerbang-biru');
  await page.getByLabel('Password again:').fill('gerbang-biru');
  await page.keyboard.press('Enter').catch(() => undefined);
  await until(noLockWindow, 'closed');
  await until(async () => !(await isShown()), 'the console is hidden');
});

test('locked, every way in asks for the password instead', async () => {
  const look = await trayLook(desktop.app);
  if (look !== null) expect(look.image).toBe('idle-locked.png');
  expect(await chooseNative(desktop.app, 'setup.primaryDomain')).toBe(false);
  expect(await chooseNative(desktop.app, 'file.exit')).toBe(false);
  expect(await chooseInTray(desktop.app, 'About Merpati...')).toBe(false);
  await trayEvent(desktop.app, 'double-click');
  await escape(await lockWindow());
  await expect(desktop.again()).rejects.toThrow();
  const page = await lockWindow();
  expect(await page.title()).toBe('Unlock Merpati');
  expect(await page.getByLabel('Password again:').isVisible()).toBe(false);
  expect(await isShown()).toBe(false);
});

test('a page of the console cannot talk its way round the lock', async () => {
  const console = await desktop.app.window('console');
  await console.evaluate(() => {
    (window as unknown as { merpati: { run(command: string): void } }).merpati.run('file.exit');
  });
  expect(await isShown()).toBe(false);
  expect((await windows(desktop.app)).length).toBe(2);
});

test('the wrong password opens nothing, the right one everything', async () => {
  const page = await lockWindow();
  await page.getByLabel('Password:').fill('gerbang-hijau');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'That is not the password.' }).waitFor();
  await picture(page, 'desktop-unlock');
  expect(await isShown()).toBe(false);
  expect(await page.getByLabel('Password:').inputValue()).toBe('');
  await page.getByLabel('Password:').fill('gerbang-biru');
  await page.keyboard.press('Enter').catch(() => undefined);
  await until(noLockWindow, 'closed');
  await until(isShown, 'the console is back');
  expect(await chooseNative(desktop.app, 'setup.primaryDomain')).toBe(true);
});

test('the password is written nowhere', async () => {
  const found = await desktop.app.evaluate((_, home) => {
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    try {
      return execFileSync('grep', ['-rl', 'gerbang-biru', home], { encoding: 'utf8' });
    } catch {
      return '';
    }
  }, desktop.home);
  expect(found + desktop.app.output()).not.toContain('gerbang');
});
