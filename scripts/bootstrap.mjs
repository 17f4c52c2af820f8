// What runs before anything is installed: plain JavaScript that Node 20 understands.
// Installs when package-lock.json has changed since the last time, then hands over to the Node that the project pins.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.merpati-installed');

/** Runs a program in the project folder with this terminal; ends this process with its code when it fails. */
export function run(command, args, options = {}) {
  const { allowFailure = false, ...rest } = options;
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...rest });
  if (result.error) throw result.error;
  if (result.status !== 0 && !allowFailure) process.exit(result.status ?? 1);
  return result.status ?? 1;
}

/** node_modules as package-lock.json says. */
export function installPackages() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const has = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (has === wanted) return;
  console.log('Installing what Merpati needs ...');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}

/** The Node that the project pins where there is one for this platform, else the one that runs us. */
export function pinnedNode() {
  const own = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    console.error(`Merpati needs Node 22.18 or newer on this platform; this is ${process.versions.node}. Install the current Node LTS and try again.`);
    process.exit(1);
  }
  return process.execPath;
}

/** Environment of everything that hosts the engine: file writes run side by side on more threads than Node's four. */
export const engineEnvironment = { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' };

/** Node's options for the engine: a small nursery keeps its memory low under load, with no loss of speed that could be measured. */
export const engineOptions = ['--max-semi-space-size=4', '--enable-source-maps'];
