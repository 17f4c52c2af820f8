// Starts the built program for a test, on real Electron where there is one, otherwise on the stand-in, and gives what Playwright's
// _electron.launch() gives.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as ElectronModule from 'electron';
import { _electron, chromium, type Browser, type Page } from 'playwright-core';
import type { FromRun, ToRun } from './control.ts';

const root = join(import.meta.dirname, '..', '..');
type Electron = typeof ElectronModule;

export interface LaunchOptions {
  /** Words behind the program's folder. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunningApp {
  readonly on: 'Electron' | 'stand-in';
  /** Runs a function in the main process; it may use nothing of its surroundings. */
  evaluate<A, R>(work: (electron: Electron, argument: A) => R | Promise<R>, argument?: A): Promise<R>;
  windows(): Page[];
  firstWindow(): Promise<Page>;
  /** The window whose URL contains a text; waits for it. */
  window(urlPart: string): Promise<Page>;
  /** The exit code, once it has ended. */
  readonly exited: Promise<number>;
  /** What it printed so far. */
  output(): string;
  /** Ends it, by force if need be. */
  close(): Promise<void>;
}

/** The real program, if it is here. */
export function electronProgram(): string | null {
  const name = process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
  const folders = [process.env['ELECTRON_OVERRIDE_DIST_PATH'], join(root, 'node_modules', 'electron', 'dist')];
  return folders.filter((folder) => folder !== undefined).map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

export async function launch(options: LaunchOptions = {}): Promise<RunningApp> {
  const program = electronProgram();
  return program === null ? await onStandIn(options) : await onElectron(program, options);
}

async function onElectron(program: string, { args = [], env = process.env }: LaunchOptions): Promise<RunningApp> {
  const app = await _electron.launch({ executablePath: program, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, ...args], env: env as Record<string, string> });
  const child = app.process();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => (code as number | null) ?? -1);
  return {
    on: 'Electron', exited, output: () => output, windows: () => app.windows(), firstWindow: () => app.firstWindow(),
    evaluate: (work, argument) => app.evaluate(work as never, argument as never),
    async window(urlPart) {
      return app.windows().find((page) => page.url().includes(urlPart)) ?? await app.waitForEvent('window', (page) => page.url().includes(urlPart));
    },
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function onStandIn({ args = [], env = process.env }: LaunchOptions): Promise<RunningApp> {
  const child = fork(join(import.meta.dirname, 'run.ts'), [root, ...args], { env, serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: ['--enable-source-maps'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => (code as number | null) ?? -1);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  const up = new Promise<string>((resolve, reject) => {
    child.on('message', (message: FromRun) => {
      if (message.kind === 'up') {
        resolve(message.endpoint);
        return;
      }
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'value') one?.resolve(message.value);
      else one?.reject(new Error(message.message));
    });
    void exited.then((code) => {
      const error = new Error(`the stand-in ended with ${code}:\n${output}`);
      reject(error);
      for (const one of waiting.values()) one.reject(error);
    });
  });
  let browser: Browser | null = null;
  const pages = (): Page[] => (browser?.contexts()[0]?.pages() ?? []).filter((page) => !page.url().startsWith('about:'));
  const pageWith = async (urlPart: string): Promise<Page> => {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      const found = pages().find((page) => page.url().includes(urlPart));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no window with ${urlPart}; there are: ${pages().map((page) => page.url()).join(', ')}\n${output}`);
  };
  const app: RunningApp = {
    on: 'stand-in', exited, output: () => output, windows: pages,
    firstWindow: () => pageWith(''),
    window: pageWith,
    evaluate: async (work, argument) => await new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, { resolve, reject });
      child.send({ kind: 'evaluate', id, source: String(work), argument } satisfies ToRun, (error) => {
        if (error !== null) reject(error);
      });
    }),
    async close() {
      await browser?.close().catch(() => undefined);
      // Without its launcher it ends and tidies up; by force only if it does not.
      if (child.connected) child.disconnect();
      const deadline = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(deadline);
    },
  };
  try {
    browser = await chromium.connectOverCDP(await up);
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}
