// The engine's side of the key store: asks main to wrap or unwrap, and waits for the answer.
import type { FromEngine } from './engine-messages.ts';

interface Waiting {
  resolve(bytes: Buffer): void;
  reject(error: Error): void;
}

export class KeyRequests {
  readonly #say: (message: FromEngine) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(say: (message: FromEngine) => void) {
    this.#say = say;
  }

  async wrap(key: Uint8Array): Promise<Buffer> {
    return await this.#ask('wrap-key', key);
  }

  async unwrap(wrapped: Uint8Array): Promise<Buffer> {
    return await this.#ask('unwrap-key', wrapped);
  }

  settle(id: number, bytes: Uint8Array): void {
    this.#waiting.get(id)?.resolve(Buffer.from(bytes));
    this.#waiting.delete(id);
  }

  fail(id: number, reason: string): void {
    this.#waiting.get(id)?.reject(new Error(`The key store of this computer refused: ${reason}`));
    this.#waiting.delete(id);
  }

  #ask(kind: 'wrap-key' | 'unwrap-key', bytes: Uint8Array): Promise<Buffer> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#say({ kind, id, bytes });
    });
  }
}
