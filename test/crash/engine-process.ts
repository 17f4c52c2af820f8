// The engine as people run it: `merpati serve` in a process of its own, set up by the command line. Used by the crash test and the bench.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const pinned = join(root, 'node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const environment = { ...process.env, UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16' };

/** The sources as they are, or what `npm run build` made of them. */
export const entries = { source: join(root, 'core/host/cli/main.ts'), built: join(root, 'dist/merpati.js') };

export interface EngineProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; rejects if it does not end well. */
  stop(): Promise<void>;
}

/** Runs one command of the command line and returns what it printed. */
export async function merpati(dataDirectory: string, args: readonly string[], entry = entries.source): Promise<string> {
  const { stdout } = await promisify(execFile)(node, [entry, ...args, '--data', dataDirectory], { env: environment, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

export interface ServeOptions {
  readonly entry?: string;
  /** A program that runs node for us, such as strace and its options. */
  readonly under?: readonly string[];
  readonly nodeOptions?: readonly string[];
}

/** Starts `merpati serve` and waits for its line "Merpati is running". */
export async function serve(dataDirectory: string, options: ServeOptions = {}): Promise<EngineProcess> {
  const starting = launch(dataDirectory, options);
  await starting.ready;
  return starting;
}

/** Starts `merpati serve`; `ready` rejects if it ends before it runs. */
export function launch(dataDirectory: string, options: ServeOptions = {}): EngineProcess & { readonly ready: Promise<void> } {
  const { entry = entries.source, under = [], nodeOptions = [] } = options;
  const [program, ...args] = [...under, node, ...nodeOptions, entry, 'serve', '--quiet', '--data', dataDirectory];
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.includes('Merpati is running')) resolve();
    });
    ended.then(() => reject(new Error(`merpati serve ended at once:\n${said.join('\n')}`)), reject);
  });
  ready.catch(() => undefined);
  if (child.pid === undefined) throw new Error('merpati serve has no process.');
  return {
    child, pid: child.pid, ready,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const [code, signal] = await ended as [number | null, string | null];
      if (code !== 0) throw new Error(`merpati serve ended with ${code ?? signal ?? '?'}:\n${said.join('\n')}`);
    },
  };
}
