// The engine's process under the shell: one call and one stream by a page's own port, death and return, the order of the end.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from './helpers/console.ts';
import { answerQuestions, asked, chooseInTray, chooseNative, connected, consolePage, enginePid, startDesktop, trayLook, type Desktop } from './helpers/desktop.ts';

let desktop: Desktop;
let page: Page;
beforeAll(async () => {
  desktop = await startDesktop();
  page = await consolePage(desktop.app);
});
afterAll(async () => {
  await desktop.close();
});

async function addAccount(mailbox: string): Promise<void> {
  const { client, close } = await desktop.connect();
  try {
    const [domain] = await client.domains.list({});
    await client.accounts.add({ domainId: domain?.id ?? 0, mailbox, fullName: `${mailbox} Maharani`, password: 'hujan-pagi-27' });
  } finally {
    close();
  }
}

test('a call by the page\'s port is answered: a server is switched off in the console', async () => {
  await page.getByRole('treeitem', { name: 'POP3 SSL' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Switch off' }).click();
  const { client, close } = await desktop.connect();
  try {
    await until(async () => (await client.servers.list({})).find(({ name }) => name === 'pop3s')?.enabled === false, 'POP3 SSL is off');
  } finally {
    close();
  }
});

test('a stream by the same port: what happens elsewhere is seen in the console', async () => {
  await addAccount('dina');
  await page.getByText('1 account', { exact: true }).waitFor();
});

test('the engine is killed: the tray says so, it is started again, the window recovers', async () => {
  const before = await enginePid(desktop.app);
  expect(before).not.toBeNull();
  process.kill(before ?? 0, 'SIGKILL');
  const looks: string[] = [];
  await until(async () => {
    looks.push((await trayLook(desktop.app))?.image ?? '');
    const now = await enginePid(desktop.app);
    return now !== null && now !== before;
  }, 'another engine runs');
  if (desktop.app.on === 'stand-in') expect(looks).toContain('problem.png');
  await connected(page);
  await addAccount('budi');
  await page.getByText('2 accounts', { exact: true }).waitFor();
  await until(async () => [null, 'idle.png'].includes((await trayLook(desktop.app))?.image ?? null), 'the tray is at rest again');
});

test('a page that is loaded again gets a port of its own', async () => {
  await desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.reload();
  });
  await page.getByText('2 accounts', { exact: true }).waitFor();
});

test('a page whose process dies is loaded again', async () => {
  await desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  await until(async () => await chooseNative(desktop.app, 'queues.processAll'), 'the shell lives');
  await until(async () => {
    const url = await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL());
    return url === 'merpati://console/index.html';
  }, 'the page is back');
});

test('"Process all queues now" of the tray reaches the engine without the window', async () => {
  if (!(await chooseInTray(desktop.app, 'Process all queues now'))) return;
  await until(async () => (await desktop.systemLog()).includes('All queues processed'), 'the log says so');
});

test('sleep and waking are in the System log', async () => {
  await desktop.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
  });
  await until(async () => (await desktop.systemLog()).includes('is awake again'), 'the log says so');
});

test('shutting down asks; No changes nothing', async () => {
  await answerQuestions(desktop.app, 1);
  await chooseNative(desktop.app, 'file.exit');
  await until(async () => (await asked(desktop.app)).length === 1, 'asked');
  expect(await asked(desktop.app)).toEqual(['Shut down Merpati?']);
  expect(await enginePid(desktop.app)).not.toBeNull();
});

test('Yes ends it in order: the engine finishes and says so, then the program ends', async () => {
  const pid = (await enginePid(desktop.app)) ?? 0;
  await answerQuestions(desktop.app, 0);
  await chooseNative(desktop.app, 'file.exit');
  expect(await desktop.app.exited).toBe(0);
  expect((await desktop.systemLog()).trimEnd().split('\n').at(-1)).toContain('Merpati stopped');
  expect(() => process.kill(pid, 0)).toThrow();
  expect(existsSync(`${desktop.data}/control.sock`)).toBe(false);
});
