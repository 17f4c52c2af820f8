// contextBridge between the two worlds of a page, which share the document but no object: functions, promises and plain data cross by
// synchronous events. Prototypes are lost, symbols refused, as by Electron. Runs in both worlds.
import { decode, encode } from './codec.ts';

type Wire = readonly [tag: string, ...rest: unknown[]];
type Callable = (...args: unknown[]) => unknown;
type Message =
  | { readonly op: 'expose'; readonly key: string; readonly api: Wire }
  | { readonly op: 'call'; readonly call: number; readonly fn: number; readonly args: Wire }
  | { readonly op: 'result'; readonly call: number; readonly value?: Wire; readonly error?: string }
  | { readonly op: 'settle'; readonly promise: number; readonly value?: Wire; readonly error?: string };

export type World = 'page' | 'preload';

export class Bridge {
  readonly #out: string;
  readonly #functions: Callable[] = [];
  readonly #results = new Map<number, Message & { op: 'result' }>();
  readonly #promises = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastCall = 0;
  #lastPromise = 0;

  constructor(world: World) {
    this.#out = world === 'page' ? 'standin:to-preload' : 'standin:to-page';
    const own = world === 'page' ? 'standin:to-page' : 'standin:to-preload';
    window.addEventListener(own, (event) => this.#hear(JSON.parse((event as CustomEvent<string>).detail) as Message));
  }

  expose(key: string, api: unknown): void {
    this.#say({ op: 'expose', key, api: this.#toWire(api) });
  }

  #say(message: Message): void {
    window.dispatchEvent(new CustomEvent(this.#out, { detail: JSON.stringify(message) }));
  }

  #hear(message: Message): void {
    switch (message.op) {
      case 'expose':
        if (message.key in window) throw new Error(`Cannot bind an API on top of an existing property on the window object: ${message.key}`);
        Object.defineProperty(window, message.key, { value: this.#fromWire(message.api), enumerable: true });
        break;
      case 'call':
        this.#say(this.#answer(message));
        break;
      case 'result':
        this.#results.set(message.call, message);
        break;
      case 'settle':
        if (message.value === undefined) this.#promises.get(message.promise)?.reject(new Error(message.error));
        else this.#promises.get(message.promise)?.resolve(this.#fromWire(message.value));
        this.#promises.delete(message.promise);
        break;
    }
  }

  #answer({ call, fn, args }: Message & { op: 'call' }): Message {
    try {
      const value = this.#functions[fn]?.(...(this.#fromWire(args) as unknown[]));
      return { op: 'result', call, value: this.#toWire(value) };
    } catch (error) {
      return { op: 'result', call, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #call(fn: number, args: readonly unknown[]): unknown {
    const call = (this.#lastCall += 1);
    this.#say({ op: 'call', call, fn, args: this.#toWire(args) });
    const result = this.#results.get(call);
    this.#results.delete(call);
    if (result?.value === undefined) throw new Error(result?.error ?? 'stand-in: the other world does not answer');
    return this.#fromWire(result.value);
  }

  #toWire(value: unknown): Wire {
    if (typeof value === 'function') return ['f', this.#functions.push(value as Callable) - 1];
    if (value instanceof Promise) {
      const promise = (this.#lastPromise += 1);
      value.then(
        (settled: unknown) => this.#say({ op: 'settle', promise, value: this.#toWire(settled) }),
        (error: unknown) => this.#say({ op: 'settle', promise, error: error instanceof Error ? error.message : String(error) }),
      );
      return ['p', promise];
    }
    if (Array.isArray(value)) return ['a', ...value.map((item) => this.#toWire(item))];
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) return ['o', Object.entries(value).map(([key, item]) => [key, this.#toWire(item)])];
    return ['v', encode(value)];
  }

  #fromWire([tag, first, ...rest]: Wire): unknown {
    if (tag === 'f') return Object.freeze((...args: unknown[]) => this.#call(first as number, args));
    if (tag === 'p') return new Promise((resolve, reject) => this.#promises.set(first as number, { resolve, reject }));
    if (tag === 'a') return first === undefined ? [] : [first, ...rest].map((item) => this.#fromWire(item as Wire));
    if (tag === 'o') return Object.freeze(Object.fromEntries((first as [string, Wire][]).map(([key, item]) => [key, this.#fromWire(item)])));
    return decode(first as string);
  }
}
