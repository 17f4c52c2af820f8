// Rules of the shell that need no window: options, page files, the lock, the autostart entry, what is remembered.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { desktopEntry } from '../../electron/desktop-entry.ts';
import { Lock } from '../../electron/lock.ts';
import { profileDirectory, readOptions } from '../../electron/options.ts';
import { pageFile } from '../../electron/page-files.ts';
import { Memory } from '../../electron/remembered.ts';

test.each([
  [[], {}, { dataDirectory: '/home/dina/Merpati', dataChosen: false, hidden: false }],
  [['.', '--hidden'], {}, { dataDirectory: '/home/dina/Merpati', dataChosen: false, hidden: true }],
  [['--data', 'mail'], {}, { dataDirectory: '/here/mail', dataChosen: true, hidden: false }],
  [['--data=/srv/mail'], { MERPATI_DATA: '/else' }, { dataDirectory: '/srv/mail', dataChosen: true, hidden: false }],
  [[], { MERPATI_DATA: '/else' }, { dataDirectory: '/else', dataChosen: true, hidden: false }],
  [['--data', '/home/dina/Merpati'], {}, { dataDirectory: '/home/dina/Merpati', dataChosen: false, hidden: false }],
])('words %j, environment %j', (args, environment, expected) => {
  expect(readOptions(args, '/home/dina', environment, '/here')).toEqual(expected);
});

test('each data folder has a profile, and so a single instance, of its own', () => {
  const [usual, one, two] = [[], ['--data', '/a'], ['--data', '/b']].map((args) => profileDirectory('/config', readOptions(args, '/home/dina', {}, '/')));
  expect(usual).toBe('/config/Merpati');
  expect(new Set([usual, one, two]).size).toBe(3);
});

test.each([
  ['console', '/', '/dist/renderer/index.html'],
  ['console', '/assets/index-1.js', '/dist/renderer/assets/index-1.js'],
  ['shell', '/lock.html', '/dist/electron/lock.html'],
  ['shell', '/main.js', null],
  ['console', '/../electron/main.js', null],
  ['console', '/%2e%2e/electron/lock.html', null],
  ['console', '/..%2f..%2fpackage.json', null],
  ['console', '/%00.html', null],
  ['console', '/%', null],
  ['console', '/secrets.pem', null],
  ['elsewhere', '/index.html', null],
])('merpati://%s%s is %s', (host, path, expected) => {
  expect(pageFile('/dist', host, path)).toBe(expected);
});

test('a lock opens for its password only, and forgets it then', async () => {
  const lock = new Lock();
  expect(lock.locked).toBe(false);
  await lock.lock('rahasia é');
  expect(await lock.unlock('rahasia e')).toBe(false);
  expect(lock.locked).toBe(true);
  // The same letters, composed otherwise, as another keyboard gives them.
  expect(await lock.unlock('rahasia e\u0301')).toBe(true);
  expect(lock.locked).toBe(false);
  expect(JSON.stringify(lock)).not.toContain('rahasia');
});

test.each([
  ['/opt/Merpati/merpati', ['--hidden'], 'Exec=/opt/Merpati/merpati --hidden'],
  ['/home/dina/My Apps/Merpati.AppImage', ['--hidden'], 'Exec="/home/dina/My Apps/Merpati.AppImage" --hidden'],
  ['/a', ['--data', '/x/50% $HOME "a" `b` \\c'], 'Exec=/a --data "/x/50%% \\\\$HOME \\\\"a\\\\" \\\\`b\\\\` \\\\\\\\c"'],
])('the autostart entry of %s %j', (program, args, expected) => {
  const lines = desktopEntry(program, args).split('\n');
  expect(lines[0]).toBe('[Desktop Entry]');
  expect(lines.find((line) => line.startsWith('Exec='))).toBe(expected);
});

test('what is remembered outlives the program; a damaged file means as at first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-shell-'));
  try {
    const file = join(folder, 'profile', 'shell.json');
    const first = new Memory(file);
    expect(first.values).toEqual({ language: null, theme: 'system', closeHintGiven: false, bounds: null, maximized: false });
    first.remember({ language: 'id', bounds: { x: 1, y: 2, width: 900, height: 600 } });
    expect(new Memory(file).values).toMatchObject({ language: 'id', bounds: { x: 1, y: 2, width: 900, height: 600 } });
    await writeFile(file, (await readFile(file, 'utf8')).replace('900', '"wide"'));
    expect(new Memory(file).values).toMatchObject({ language: 'id', bounds: null });
    await writeFile(file, '{');
    expect(new Memory(file).values.language).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});
