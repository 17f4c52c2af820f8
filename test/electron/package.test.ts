// What electron-builder would ship: its schema accepts the configuration, and a package made with an empty stand-in for Electron's files
// holds what it must, and nothing else.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage, extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const run = promisify(execFile);
let folder = '';
let listed: string[] = [];
let archive = '';

/** Our configuration with Electron's folder replaced; fuses are flipped in a real program only. */
async function configuration(): Promise<string> {
  const ours = await readFile(join(root, 'electron-builder.yml'), 'utf8');
  const without = ours.replace(/^electronFuses:\n(?: {2}.*\n)*/m, '').replace('  output: release\n', `  output: ${join(folder, 'out')}\n`);
  expect(without).not.toContain('runAsNode');
  return `${without}\nelectronDist: ${join(folder, 'electron')}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'merpati-package-'));
  const electron = join(folder, 'electron');
  await mkdir(join(electron, 'resources'), { recursive: true });
  await mkdir(join(electron, 'locales'));
  for (const file of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler', 'LICENSE', 'version', 'locales/en-US.pak', 'locales/id.pak', 'locales/de.pak']) await writeFile(join(electron, file), '');
  await mkdir(join(folder, 'default'));
  await writeFile(join(folder, 'default', 'package.json'), '{}');
  await createPackage(join(folder, 'default'), join(electron, 'resources', 'default_app.asar'));
  await writeFile(join(folder, 'builder.yml'), await configuration());
  await run(process.execPath, [builder, '--dir', '--linux', '--x64', '--config', join(folder, 'builder.yml'), '--publish', 'never'], {
    cwd: root, env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' },
  });
  archive = join(folder, 'out', 'linux-unpacked', 'resources', 'app.asar');
  listed = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'));
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the programs, the page and the icons are in it', () => {
  expect(listed).toEqual(expect.arrayContaining([
    '/package.json', '/dist/electron/main.js', '/dist/electron/engine.js', '/dist/electron/store-worker.js', '/dist/electron/preload.cjs', '/dist/electron/lock.cjs',
    '/dist/electron/lock.html', '/dist/electron/lock.css', '/dist/renderer/index.html', '/assets/tray/idle.png', '/assets/tray/problem-locked.ico', '/assets/icons/256x256.png',
  ]));
});

test('of the libraries only the database is, with the binaries of every platform', () => {
  const packages = new Set(listed.flatMap((path) => /^\/node_modules\/([^/]+)/.exec(path)?.[1] ?? []));
  expect([...packages]).toEqual(['better-sqlite3']);
  for (const platform of ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64']) expect(listed).toContain(`/node_modules/better-sqlite3/prebuilds/${platform}.node`);
});

test('native code lies outside the archive', async () => {
  const native = join(`${archive}.unpacked`, 'node_modules', 'better-sqlite3', 'prebuilds', 'linux-x64.node');
  expect((await readFile(native)).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
});

test('no sources, maps, tests or programs of the command line are in it', () => {
  expect(listed.filter((path) => /\.(map|ts|tsx)$|^\/(core|electron|renderer|test|scripts)\/|merpati\.js$|tsconfig/.test(path) && !path.startsWith('/node_modules/better-sqlite3/'))).toEqual([]);
});

test('what main names in package.json is in it', () => {
  const manifest = JSON.parse(extractFile(archive, 'package.json').toString()) as { main: string };
  expect(listed).toContain(`/${manifest.main}`);
});

test('the schema knows every word of our file, fuses included, and refuses one that it does not know', async () => {
  const broken = join(folder, 'broken.yml');
  await writeFile(broken, `${await readFile(join(root, 'electron-builder.yml'), 'utf8')}\nasarUnpak: x\n`);
  const failure: unknown = await run(process.execPath, [builder, '--dir', '--linux', '--config', broken], { cwd: root }).catch((error: unknown) => error);
  const said = failure instanceof Error && 'stdout' in failure ? String(failure.stdout) : '';
  expect(new Set([...said.matchAll(/unknown property '(\w+)'/g)].map(([, word]) => word))).toEqual(new Set(['asarUnpak']));
});

test('the fuses that close doors are set', async () => {
  const ours = await readFile(join(root, 'electron-builder.yml'), 'utf8');
  for (const door of ['runAsNode', 'enableNodeOptionsEnvironmentVariable', 'enableNodeCliInspectArguments', 'grantFileProtocolExtraPrivileges']) expect(ours).toContain(`  ${door}: false\n`);
  for (const guard of ['onlyLoadAppFromAsar', 'enableEmbeddedAsarIntegrityValidation']) expect(ours).toContain(`  ${guard}: true\n`);
});
