// app: ready, one instance, quitting in order, paths. `finish` is called by run.ts when main has been evaluated.
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPrevented, strictEmitter } from './strict.ts';

/** What app needs of its windows, without knowing them. */
export interface Quitters {
  /** Closes every window as app.quit does. @returns false when one of them refused */
  closeWindows(): boolean;
  metrics(): { pid: number; type: string; name: string; serviceName: string }[];
  end(): Promise<void>;
}

const AppBase = strictEmitter('app', [
  'ready', 'will-finish-launching', 'second-instance', 'activate', 'window-all-closed', 'before-quit', 'will-quit', 'quit', 'web-contents-created', 'browser-window-created',
]);

class App extends AppBase {
  /** As if it had been installed, where a test wants that. */
  isPackaged = process.env['STANDIN_PACKAGED'] === '1';
  #ready = false;
  #quitting = false;
  #quitters: Quitters | null = null;
  #server: Server | null = null;
  #lockFile = '';
  #sending: Promise<void> = Promise.resolve();
  readonly #paths = new Map<string, string>();
  #folder = '';
  #manifest: { name: string; productName?: string; version: string } = { name: '', version: '' };
  #resolveReady: () => void = () => undefined;
  readonly #whenReady = new Promise<void>((resolve) => {
    this.#resolveReady = resolve;
  });

  /** By run.ts, before main. */
  prepare(folder: string, manifest: App['manifest'], quitters: Quitters): void {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#quitters = quitters;
  }

  get manifest(): { name: string; productName?: string; version: string } {
    return this.#manifest;
  }

  /** By run.ts, after main has been evaluated and Chromium is up. */
  finish(): void {
    if (this.#quitting) return;
    this.#ready = true;
    this.emit('ready', {});
    this.#resolveReady();
  }

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  getName(): string {
    return this.#manifest.productName ?? this.#manifest.name;
  }

  getVersion(): string {
    return this.#manifest.version;
  }

  getAppPath(): string {
    return this.#folder;
  }

  getPath(name: string): string {
    const home = process.env['HOME'] ?? homedir();
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(home, '.config');
    const known: Readonly<Record<string, string>> = { home, appData, userData: join(appData, this.getName()), temp: tmpdir() };
    const path = this.#paths.get(name) ?? known[name];
    if (path === undefined) throw new Error(`stand-in: app.getPath('${name}') is not there`);
    return path;
  }

  setPath(name: string, path: string): void {
    if (this.#ready) throw new Error('stand-in: setPath after ready has no effect on Chromium');
    this.#paths.set(name, path);
  }

  setAppUserModelId(): void {
    // Windows only.
  }

  getPreferredSystemLanguages(): string[] {
    return [(process.env['LANG'] ?? 'en_US').replace(/\..*$/, '').replace('_', '-')];
  }

  getAppMetrics(): { pid: number; type: string; name: string; serviceName: string }[] {
    return this.#quitters?.metrics() ?? [];
  }

  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const socket = join(tmpdir(), `standin-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);
    const file = join(folder, 'SingletonLock.standin');
    if (!takeLock(file)) {
      this.#sending = new Promise((resolve) => {
        const other = connect(socket, () => other.end(JSON.stringify({ args: process.argv, folder: process.cwd() })));
        other.on('close', () => resolve()).on('error', () => resolve());
      });
      return false;
    }
    this.#lockFile = file;
    rmSync(socket, { force: true });
    this.#server = createServer({ allowHalfOpen: true }, (other) => {
      let text = '';
      other.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => {
        const { args, folder: from } = JSON.parse(text) as { args: string[]; folder: string };
        other.end();
        this.emit('second-instance', {}, args, from, null);
      });
    }).listen(socket);
    this.#server.unref();
    return true;
  }

  quit(): void {
    if (this.#quitting) return;
    if (isPrevented((event) => this.emit('before-quit', event)) || this.#quitters?.closeWindows() === false) return;
    if (!isPrevented((event) => this.emit('will-quit', event))) this.exit(0);
  }

  exit(code = 0): void {
    if (this.#quitting) return;
    this.#quitting = true;
    this.emit('quit', {}, code);
    this.#server?.close();
    if (this.#lockFile !== '') rmSync(this.#lockFile, { force: true });
    void this.#sending.then(() => this.#quitters?.end()).finally(() => process.exit(code));
  }

  /** The last window was closed by its user: without a listener the program ends. */
  allClosed(): void {
    if (this.#quitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }
}

function takeLock(file: string): boolean {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx');
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return true;
    } catch {
      if (isAlive(Number(readFileSync(file, 'utf8')))) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();
