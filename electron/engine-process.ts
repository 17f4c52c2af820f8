// Keeps the engine's process alive: starts it, gives ports to it, starts it again when it dies (waiting longer each time), and stops
// it in order. main.ts makes one. The data path is between the page and the engine: main only hands over the ports.
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { FromEngine, ToEngine } from './engine-messages.ts';
import type { KeyStore } from './key-store.ts';

export type EngineState = 'starting' | 'running' | 'stopped';

export interface EngineProcessOptions {
  /** dist/electron/engine.js */
  readonly entry: string;
  readonly dataDirectory: string;
  readonly pageDirectory: string;
  readonly keys: KeyStore;
  readonly language: () => 'en' | 'id';
  /** `reason`: why it did not start, in the engine's words; '' when it died. */
  onState(state: EngineState, reason: string): void;
  onShutDown(): void;
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** An engine that lived this long starts the waiting from the beginning. */
const soundAfterMs = 60_000;
/** What it may take to finish what is in hand; accepted mail is on disk in any case. */
const stopWithinMs = 10_000;

/** As under `merpati serve` (scripts/bootstrap.mjs): less memory under load. A switch of Chromium, which hands it to V8. */
const execArgv = ['--js-flags=--max-semi-space-size=4'];

export class EngineProcess {
  #child: UtilityProcess | null = null;
  #state: EngineState = 'stopped';
  #reason = '';
  #startedAt = 0;
  #wait = firstWaitMs;
  #timer: NodeJS.Timeout | null = null;
  #stopping: Promise<void> | null = null;
  readonly #options: EngineProcessOptions;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  start(): void {
    if (this.#child !== null || this.#stopping !== null) return;
    const { entry, dataDirectory, pageDirectory, keys, language } = this.#options;
    this.#startedAt = Date.now();
    this.#reason = '';
    // Files are written side by side on the thread pool: Node's four threads are too few for a mail server.
    const env = { ...process.env, UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16' };
    const child = utilityProcess.fork(entry, [], { serviceName: 'Merpati engine', env, execArgv });
    this.#child = child;
    child.on('message', (message: FromEngine) => this.#onMessage(child, message));
    child.on('exit', () => this.#onExit(child));
    this.#setState('starting');
    this.#send({ kind: 'start', dataDirectory, pageDirectory, language: language(), keys: keys.wraps ? 'wrap' : keys.usable ? 'unwrap' : 'none' });
  }

  /** A port that speaks the contract, or null while there is no engine. */
  connect(): MessagePortMain | null {
    if (this.#child === null || this.#state !== 'running') return null;
    const { port1, port2 } = new MessageChannelMain();
    this.#send({ kind: 'port' }, [port1]);
    return port2;
  }

  /** A line in the System log; lost while there is no engine. */
  note(text: string, level: 'info' | 'warning' | 'error'): void {
    this.#send({ kind: 'note', text, level });
  }

  power(state: 'suspend' | 'resume'): void {
    this.#send({ kind: 'power', state });
  }

  /** Ends it in order, or by force when that takes too long. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    this.#send({ kind: 'stop' });
    const deadline = setTimeout(() => child.kill(), stopWithinMs);
    await gone;
    clearTimeout(deadline);
  }

  #send(message: ToEngine, ports: MessagePortMain[] = []): void {
    this.#child?.postMessage(message, ports);
  }

  #onMessage(child: UtilityProcess, message: FromEngine): void {
    if (child !== this.#child) return;
    switch (message.kind) {
      case 'running':
        this.#setState('running');
        break;
      case 'failed':
        this.#reason = message.reason;
        break;
      case 'shut-down':
        this.#options.onShutDown();
        break;
      case 'wrap-key':
        void this.#answer(message.id, this.#options.keys.wrap(message.bytes));
        break;
      case 'unwrap-key':
        void this.#answer(message.id, this.#options.keys.unwrap(message.bytes));
        break;
    }
  }

  async #answer(id: number, bytes: Promise<Uint8Array>): Promise<void> {
    try {
      this.#send({ kind: 'key', id, bytes: await bytes });
    } catch (error) {
      this.#send({ kind: 'key-failed', id, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #onExit(child: UtilityProcess): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#setState('stopped');
    if (this.#stopping !== null) return;
    if (Date.now() - this.#startedAt > soundAfterMs) this.#wait = firstWaitMs;
    this.#timer = setTimeout(() => this.start(), this.#wait);
    this.#wait = Math.min(longestWaitMs, this.#wait * 2);
  }

  #setState(state: EngineState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state, this.#reason);
  }
}
