// How it starts: at logon, without a place for tray icons, without a keyring, with a data folder that is in use.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startMerpati } from '../helpers/merpati.ts';
import { electronProgram } from '../standin/launch.ts';
import { setUp, until } from './helpers/console.ts';
import { answerQuestions, asked, closeConsole, consolePage, consoleState, enginePid, startDesktop, trayEvent, trayLook, windows, type Desktop, type DesktopOptions } from './helpers/desktop.ts';

let desktop: Desktop;
async function start(options: DesktopOptions): Promise<Desktop> {
  desktop = await startDesktop(options);
  return desktop;
}
afterEach(async () => {
  await desktop.close();
});

const keyHead = async (): Promise<string> => (await readFile(join(desktop.data, 'machine.key'))).subarray(0, 19).toString('latin1');

test('at logon it stays in the tray; the icon opens it', async () => {
  await start({ args: ['--hidden'] });
  const { close } = await desktop.connect();
  close();
  expect(await windows(desktop.app)).toEqual([]);
  await expect(desktop.again(['--hidden'])).rejects.toThrow();
  expect(await windows(desktop.app)).toEqual([]);
  await trayEvent(desktop.app, 'double-click');
  await consolePage(desktop.app);
  expect(await consoleState(desktop.app)).toMatchObject({ visible: true });
});

test('on a desktop without tray icons there is always a window: small at logon, small instead of closed', async () => {
  await start({ args: ['--hidden'], hasTray: false });
  await until(async () => (await consoleState(desktop.app))?.minimized === true, 'in the task bar');
  await expect(desktop.again()).rejects.toThrow();
  await until(async () => (await consoleState(desktop.app))?.visible === true, 'shown by the second start');
  await closeConsole(desktop.app);
  await until(async () => (await consoleState(desktop.app))?.minimized === true, 'small again');
});

test.runIf(process.platform === 'linux')('the engine saves memory as it does without the desktop', async () => {
  await start({ args: ['--hidden'] });
  const { close } = await desktop.connect();
  close();
  expect(await readFile(`/proc/${await enginePid(desktop.app)}/cmdline`, 'utf8')).toContain('--max-semi-space-size=4');
});

test('from its sources it leaves the machine key to the command line', async () => {
  await start({ args: ['--hidden'] });
  const { close } = await desktop.connect();
  close();
  expect(await keyHead()).not.toBe('merpati wrapped key');
});

test.skipIf(electronProgram() !== null)('once it is installed the key store wraps the machine key', async () => {
  await start({ args: ['--hidden'], env: { STANDIN_PACKAGED: '1' } });
  const { close } = await desktop.connect();
  close();
  expect(await keyHead()).toBe('merpati wrapped key');
});

test('without a keyring the key is a file of its owner, and the log says so', async () => {
  await start({ args: ['--hidden', '--password-store=basic'] });
  const { close } = await desktop.connect();
  close();
  expect(await keyHead()).not.toBe('merpati wrapped key');
  expect((await stat(join(desktop.data, 'machine.key'))).mode & 0o777).toBe(0o600);
  await until(async () => (await desktop.systemLog()).includes('There is no keyring on this desktop'), 'the log says so');
});

test('start at logon follows the setting', async () => {
  await start({ args: ['--hidden'] });
  const folder = join(desktop.home, '.config', 'autostart');
  const entry = async (): Promise<string> => {
    const name = await desktop.app.evaluate(({ app }) => app.getPath('userData').replace(/^.*\//, '').toLowerCase());
    return await readFile(join(folder, `${name}.desktop`), 'utf8').catch(() => '');
  };
  const set = async (value: boolean): Promise<void> => {
    const { client, close } = await desktop.connect();
    const { revision } = await client.settings.get({});
    await client.settings.set({ revision, changes: { 'console.startAtLogon': value } });
    close();
  };
  await set(true);
  await until(async () => (await entry()) !== '', 'the entry is there');
  expect(await entry()).toMatch(new RegExp(`^\\[Desktop Entry\\]\nType=Application\n[^]*\nExec=\\S+ \\S+ --hidden --data ${desktop.data}\n`));
  await set(false);
  await until(async () => (await entry()) === '', 'the entry is gone');
});

test('a data folder that another server holds: it says so once, goes on trying, and starts when it can', async () => {
  // A key without a key store, so that the other server can use it.
  await start({ args: ['--password-store=basic'] });
  await consolePage(desktop.app);
  await desktop.app.evaluate(({ app }) => app.quit());
  await desktop.app.exited;
  const other = await startMerpati(desktop.data, { smtp: 0, submission: 0, smtps: 0, pop3: 0, pop3s: 0 });
  const again = await desktop.again(['--password-store=basic']);
  try {
    await answerQuestions(again, 0);
    await until(async () => (await asked(again)).length === 1, 'said');
    expect(await asked(again)).toEqual(['The mail server does not start']);
    const look = await trayLook(again);
    if (look !== null) expect(look).toMatchObject({ image: 'problem.png', tooltip: expect.stringContaining('does not start') as string });
    await other.stop();
    await until(async () => (await enginePid(again)) !== null && (await trayLook(again))?.image !== 'problem.png', 'it runs', 30_000);
    await consolePage(again);
    expect(await asked(again)).toHaveLength(1);
  } finally {
    await again.close();
  }
});

test('the window comes back where it was', async () => {
  await start({ settings: setUp });
  await consolePage(desktop.app);
  const bounds = { x: 60, y: 70, width: 900, height: 640 };
  await desktop.app.evaluate(({ BrowserWindow }, wanted) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(wanted);
  }, bounds);
  await closeConsole(desktop.app);
  await desktop.app.evaluate(({ app }) => app.quit());
  await desktop.app.exited;
  const again = await desktop.again();
  try {
    await consolePage(again);
    expect(await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(bounds);
  } finally {
    await again.close();
  }
});
