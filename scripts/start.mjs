// `npm start` on a fresh clone: installs, builds and opens Merpati: in Electron where its binary is here or can be fetched,
// otherwise the same console in the browser, with a one-time sign-in link.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment, engineOptions, installPackages, pinnedNode, root, run } from './bootstrap.mjs';

installPackages();
const node = pinnedNode();
run(node, ['scripts/build.ts']);

/** @returns the path of Electron's program, or why there is none */
function findElectron() {
  if (process.argv.includes('--browser')) return { problem: 'the browser was asked for' };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { problem: 'there is no display' };
  const require = createRequire(join(root, 'package.json'));
  const look = () => {
    const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
    const name = process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
    return [override, join(root, 'node_modules', 'electron', 'dist')].filter(Boolean).map((folder) => join(folder, name)).find(existsSync);
  };
  const here = look();
  if (here) return { path: here };
  console.log('Fetching Electron, once ...');
  spawnSync(node, [require.resolve('electron/install.js')], { cwd: root, stdio: 'ignore', timeout: 300_000 });
  const fetched = look();
  return fetched ? { path: fetched } : { problem: 'Electron could not be fetched' };
}

const electron = findElectron();
const rest = process.argv.slice(2).filter((word) => word !== '--browser');
if (electron.path) process.exit(run(electron.path, ['.', ...rest], { env: engineEnvironment, allowFailure: true }));

console.log(`No window this time (${electron.problem}): the console opens in the browser instead.`);
const data = rest.includes('--data') ? [] : ['--data', join(process.env.MERPATI_DATA ?? join(homedir(), 'Merpati'))];
process.exit(run(node, [...engineOptions, join(root, 'dist', 'merpati.js'), 'serve', '--console', '--open', ...data, ...rest], { env: engineEnvironment, allowFailure: true }));
