// What is to be sent on one connection: small answers gather until a batch is full or nothing more comes at the moment, so that
// a pipelining client gets few and large packets. Never more than a batch or two is held, however slowly the peer reads:
// whoever adds to it asks `isFull` and awaits `flush`. Used by connection.ts and message.ts.
import type { Socket } from 'node:net';
import { giveBack, takeBatch } from './batch-memory.ts';

/** Octets that are copied together into one write. */
const batchOctets = 65_536;
/** A buffer of at least this length goes to the socket as it is. */
const ownWriteOctets = 16_384;

export class Output {
  /** All that was handed to the socket. */
  octets = 0;
  private socket: Socket;
  /** Texts and messages in their order; texts that follow each other are in `text` until something else comes. */
  private parts: (string | Buffer)[] = [];
  private partOctets = 0;
  private text = '';
  private readonly wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** From now on to this socket (after STLS). */
  moveTo(socket: Socket): void {
    this.socket = socket;
  }

  /** @param text ASCII */
  addText(text: string): void {
    this.text += text;
  }

  addBytes(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.closeText();
    this.parts.push(bytes);
    this.partOctets += bytes.length;
  }

  get isFull(): boolean {
    return this.partOctets + this.text.length >= batchOctets;
  }

  /** Hands over what was gathered. A promise: the peer is slow; it resolves when there is room again, or the connection is gone. */
  flush(): Promise<void> | null {
    if (this.parts.length === 0) {
      if (this.text !== '') this.write(this.text);
    } else {
      this.closeText();
      this.writeParts();
    }
    this.text = '';
    return this.socket.writableNeedDrain && !this.socket.destroyed ? this.room() : null;
  }

  /** To be called when the socket has drained, and when it is closed. */
  onRoom(): void {
    for (const resolve of this.wake.splice(0)) resolve();
  }

  private room(): Promise<void> {
    return new Promise((resolve) => { this.wake.push(resolve); });
  }

  private closeText(): void {
    if (this.text === '') return;
    this.parts.push(this.text);
    this.partOctets += this.text.length;
    this.text = '';
  }

  private writeParts(): void {
    const { parts, partOctets } = this;
    this.parts = [];
    this.partOctets = 0;
    if (!parts.some((part) => part.length >= ownWriteOctets)) {
      const batch = joined(parts, partOctets);
      this.write(batch);
      // What the socket still holds counts here. Nearly always that is nothing: the system has taken the whole batch.
      if (this.socket.writableLength === 0) giveBack(batch);
      return;
    }
    this.socket.cork();
    for (const part of parts) this.write(part);
    this.socket.uncork();
  }

  private write(part: string | Buffer): void {
    this.octets += part.length;
    if (typeof part === 'string') this.socket.write(part, 'latin1');
    else this.socket.write(part);
  }
}

function joined(parts: readonly (string | Buffer)[], octets: number): Buffer {
  const batch = takeBatch(octets);
  let at = 0;
  for (const part of parts) at += typeof part === 'string' ? batch.write(part, at, 'latin1') : part.copy(batch, at);
  return batch;
}
