// The engine's side of the second hand: a worker thread that is asked and answers. If it ever dies, what was asked is refused and
// the next question starts it again. The trace has a thread of its own, made of the same code.
import { Worker } from 'node:worker_threads';
import { StoreError } from '../errors.ts';
import type { Answer, Request, Tasks, WorkerStart } from './tasks.ts';

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** An error that happened in the second hand; `code` is that of the system. */
export class HandError extends Error {
  override readonly name = 'HandError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Questions by name. */
type Asked<T> = { readonly [K in keyof T]: { readonly input: unknown; readonly output: unknown } };

export class Hand<T extends Asked<T> = Tasks> {
  private readonly data: WorkerStart;
  private readonly script: URL;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private nextId = 1;
  private closed = false;

  /** @param script the worker's code: worker.ts here, or what the build made of it */
  constructor(data: WorkerStart, script: URL) {
    this.data = data;
    this.script = script;
  }

  get isRunning(): boolean {
    return this.worker !== null;
  }

  /** @throws HandError as the task failed; StoreError 'store.closed' */
  ask<K extends keyof T & string>(name: K, input: T[K]['input']): Promise<T[K]['output']> {
    if (this.closed) return Promise.reject(new StoreError('store.closed', 'Merpati is shutting down.'));
    const worker = this.worker ?? this.start();
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      // While a question is open the thread keeps the process alive, at other times it does not.
      worker.ref();
      const request: Request = { id, name, input };
      worker.postMessage(request);
    });
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: this.data, name: `merpati-${this.data.work}`, resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    worker.on('message', (answer: Answer) => this.settle(answer));
    worker.on('error', (error: Error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error('The file thread of the store has ended.')));
    this.worker = worker;
    return worker;
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) this.worker?.unref();
    if (answer.ok) waiting?.resolve(answer.output);
    else waiting?.reject(new HandError(answer.code, answer.message));
  }

  private lose(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(error);
  }

  async close(): Promise<void> {
    this.closed = true;
    const worker = this.worker;
    this.worker = null;
    await worker?.terminate();
    for (const { reject } of this.waiting.values()) reject(new StoreError('store.closed', 'Merpati is shutting down.'));
    this.waiting.clear();
  }
}
