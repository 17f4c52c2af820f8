// What a page of the desktop must not be able to do, even if something hostile runs in it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { consolePage, enginePid, startDesktop, windows, type Desktop } from './helpers/desktop.ts';

let desktop: Desktop;
let page: Page;
beforeAll(async () => {
  desktop = await startDesktop();
  page = await consolePage(desktop.app);
});
afterAll(async () => {
  await desktop.close();
});

const here = (): string => page.url();

test('the page has no Node, and of the shell only what desktop.ts declares, frozen', async () => {
  const seen = await page.evaluate(() => {
    const api = (window as unknown as { merpati: object }).merpati;
    return { globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window), api: Object.keys(api).sort(), frozen: Object.isFrozen(api) };
  });
  expect(seen).toEqual({ globals: [], api: ['chooseFolder', 'nativeMenuBar', 'onCommand', 'onEngine', 'platform', 'requestPort', 'run', 'setState'], frozen: true });
});

test('the content security policy stops inline scripts, eval, frames and everything from outside', async () => {
  const stopped = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const add = (tag: string, attributes: Record<string, string>): void => {
      document.body.append(Object.assign(document.createElement(tag), attributes));
    };
    add('script', { textContent: 'window.inlineRan = true' });
    add('script', { src: 'https://example.invalid/x.js' });
    add('img', { src: 'https://example.invalid/x.png' });
    add('iframe', { src: 'https://example.invalid/' });
    const connected = await fetch('https://example.invalid/').then(() => true, () => false);
    // Not eval itself: the debugger that runs this function may.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that it does not run is what is tested
    setTimeout('window.evalRan = true');
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { violations: [...new Set(violations)].sort(), connected, ran: 'inlineRan' in window || 'evalRan' in window };
  });
  expect(stopped).toEqual({ violations: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'], connected: false, ran: false });
});

test('it cannot go elsewhere', async () => {
  const before = here();
  for (const target of ['https://example.invalid/', '/other.html']) {
    await page.evaluate((url) => {
      location.href = url;
    }, target);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    expect(here()).toBe(before);
  }
  expect((await windows(desktop.app)).map(({ url }) => url)).toEqual(['merpati://console/index.html']);
});

test('it cannot open a window', async () => {
  await page.evaluate(() => {
    window.open('https://example.invalid/');
    window.open('./index.html');
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(await windows(desktop.app)).toHaveLength(1);
  expect(desktop.app.windows()).toHaveLength(1);
});

test('it gets no permission', async () => {
  expect(await page.evaluate(async () => await Promise.all(['geolocation', 'notifications', 'midi', 'camera', 'microphone'].map(async (name) => {
    const { state } = await navigator.permissions.query({ name: name as PermissionName });
    return `${name} ${state}`;
  })))).toEqual(['geolocation denied', 'notifications denied', 'midi denied', 'camera denied', 'microphone denied']);
});

test('only the console\'s own top frame is heard', async () => {
  const heard = await desktop.app.evaluate(async ({ BrowserWindow, ipcMain, dialog }) => {
    const asked: string[] = [];
    dialog.showMessageBox = (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message);
      return Promise.resolve({ response: 1, checkboxChecked: false });
    };
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const say = async (event: object): Promise<number> => {
      ipcMain.emit('console:run', event, 'file.exit');
      await new Promise((resolve) => setTimeout(resolve, 50));
      return asked.length;
    };
    const top = { url: 'merpati://console/index.html', parent: null };
    return [
      await say({ sender: contents, senderFrame: { ...top, url: 'https://example.invalid/' } }),
      await say({ sender: contents, senderFrame: { ...top, url: 'merpati://shell/lock.html' } }),
      await say({ sender: contents, senderFrame: { ...top, parent: top } }),
      await say({ sender: contents, senderFrame: null }),
      await say({ sender: {}, senderFrame: top }),
      // The same, said by the right one: so the test would notice.
      await say({ sender: contents, senderFrame: top }),
    ];
  });
  expect(heard).toEqual([0, 0, 0, 0, 0, 1]);
});

test('what it says is checked: no unknown command, no state of another shape', async () => {
  await page.evaluate(() => {
    const { merpati } = window as unknown as { merpati: { run(command: unknown): void; setState(state: unknown): void } };
    merpati.run('setup.primaryDomain');
    merpati.run(['file.exit']);
    merpati.setState({ dialogOpen: 'yes', language: 'xx', theme: 'pink' });
    merpati.setState(null);
  });
  expect(await desktop.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('system');
  expect(await enginePid(desktop.app)).not.toBeNull();
});
