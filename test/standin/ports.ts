// MessageChannelMain and MessagePortMain, and what becomes of a port that is transferred: its place is taken by a sink that carries
// messages to a page or a process. Used in main and in the utility process.
import { strictEmitter } from './strict.ts';

/** Where the messages of one end of a channel go. */
export interface Sink {
  deliver(data: unknown): void;
  /** The other end is gone. */
  close(): void;
}

export class End {
  #sink: Sink | null = null;
  #waiting: unknown[] = [];
  #closed = false;
  other: End | null = null;

  attach(sink: Sink): void {
    this.#sink = sink;
    for (const data of this.#waiting.splice(0)) sink.deliver(data);
    if (this.#closed) sink.close();
  }

  /** A message from the other end. */
  receive(data: unknown): void {
    if (this.#closed) return;
    if (this.#sink === null) this.#waiting.push(data);
    else this.#sink.deliver(data);
  }

  /** Closes the channel; the other end hears of it. */
  close(): void {
    const other = this.other;
    this.#closed = true;
    if (other === null || other.#closed) return;
    other.#closed = true;
    other.#sink?.close();
  }
}

const PortBase = strictEmitter('MessagePortMain', ['message', 'close']);

export class MessagePortMain extends PortBase {
  #end: End | null;

  constructor(end: End) {
    super();
    this.#end = end;
  }

  start(): void {
    // Later, as on Electron: what is sent now is heard after the listeners of this turn are in place.
    this.#own().attach({
      deliver: (data) => setImmediate(() => this.emit('message', { data, ports: [] })),
      close: () => setImmediate(() => this.emit('close')),
    });
  }

  postMessage(data: unknown, transfer: readonly MessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('stand-in: ports within ports are not there');
    this.#own().other?.receive(structuredClone(data));
  }

  close(): void {
    this.#own().close();
  }

  /** Takes the end out of the object, which is of no use afterwards. */
  detach(): End {
    const end = this.#own();
    this.#end = null;
    return end;
  }

  #own(): End {
    if (this.#end === null) throw new Error('stand-in: this MessagePortMain has been transferred');
    return this.#end;
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const [one, two] = [new End(), new End()];
    one.other = two;
    two.other = one;
    this.port1 = new MessagePortMain(one);
    this.port2 = new MessagePortMain(two);
  }
}

/** The ports that live in one page or process, by number. */
export class Transferred {
  readonly #ends = new Map<number, End>();
  readonly #send: (id: number, data: unknown) => void;
  readonly #sendClose: (id: number) => void;
  #last = 0;

  constructor(send: (id: number, data: unknown) => void, sendClose: (id: number) => void) {
    this.#send = send;
    this.#sendClose = sendClose;
  }

  /** Hands ports over: registers their ends and gives their numbers; `open` must be called once the numbers are over there. */
  take(ports: readonly MessagePortMain[]): { ids: number[]; open: () => void } {
    const taken = ports.map((port): [number, End] => {
      const id = (this.#last += 1);
      const end = port.detach();
      this.#ends.set(id, end);
      return [id, end];
    });
    const open = (): void => {
      for (const [id, end] of taken) end.attach({ deliver: (data) => this.#send(id, data), close: () => this.#drop(id) });
    };
    return { ids: taken.map(([id]) => id), open };
  }

  received(id: number, data: unknown): void {
    this.#ends.get(id)?.other?.receive(data);
  }

  closed(id: number): void {
    this.#ends.get(id)?.close();
    this.#ends.delete(id);
  }

  /** The page or process is gone. */
  closeAll(): void {
    for (const end of this.#ends.values()) end.close();
    this.#ends.clear();
  }

  #drop(id: number): void {
    if (this.#ends.delete(id)) this.#sendClose(id);
  }
}
