// Chromium and its debugging protocol over a pipe: it ends when the pipe does, so none is left behind. A port besides is for Playwright.
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-extensions', '--no-startup-window', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--disable-dev-shm-usage',
  '--remote-debugging-pipe', '--remote-debugging-port=0',
];

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}
interface Answer {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
export type Params = Readonly<Record<string, unknown>>;

export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #to: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sessions = new Map<string, EventEmitter>();
  #last = 0;
  #rest = '';
  /** For Playwright's connectOverCDP. */
  readonly endpoint: Promise<string>;

  constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), 'standin-'));
    this.#process = spawn(program, [...flags, `--user-data-dir=${this.#profile}`], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#to = this.#process.stdio[3] as Writable;
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#to.on('error', () => undefined);
    this.endpoint = new Promise((resolve, reject) => {
      let said = '';
      this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.#process.on('error', reject);
      this.#process.on('exit', () => reject(new Error(`Chromium ended: ${said}`)));
    });
    this.endpoint.catch(() => undefined);
  }

  /** A call; in a page's session or, without one, in the browser. */
  async call<T = unknown>(method: string, params: Params = {}, session?: string): Promise<T> {
    const id = (this.#last += 1);
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#to.write(`${JSON.stringify({ id, method, params, ...(session === undefined ? {} : { sessionId: session }) })}\0`);
    return (await answer) as T;
  }

  /** Events of a page's session. */
  events(session: string): EventEmitter {
    const known = this.#sessions.get(session) ?? new EventEmitter();
    this.#sessions.set(session, known);
    return known;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) this.#receive(JSON.parse(message) as Answer);
  }

  #receive({ id, sessionId, method, params, result, error }: Answer): void {
    if (id === undefined) {
      if (method !== undefined && sessionId !== undefined) this.#sessions.get(sessionId)?.emit(method, params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}
