// The bytes of one message on their way, after the server's 354: dots doubled, no faster than the server takes them. Made by session.ts.
import { DataLines } from './data-lines.ts';
import type { EdgeConnection } from './edge/connection.ts';
import type { OutgoingMessage } from './types.ts';

/** `ended`: with the final dot; else the connection went, or the server answered too early. */
export type Sent = { readonly kind: 'sent'; readonly octets: number; readonly ended: boolean } | { readonly kind: 'unreadable'; readonly cause: unknown };

export class Sending {
  /** The reply to the final dot, or one that came too early. */
  readonly reply: Promise<string | null>;
  /** The system has taken all of it, the final dot included. */
  handedOver = false;
  private readonly connection: EdgeConnection;
  private readonly dataMs: number;
  private readonly octetsToSend: number;
  private readonly lines = new DataLines();
  private octets = 0;
  private answered = false;

  /** @param octets of the whole message */
  constructor(connection: EdgeConnection, dataMs: number, octets: number) {
    this.connection = connection;
    this.dataMs = dataMs;
    this.octetsToSend = octets;
    this.reply = connection.nextReply().then((text) => {
      this.answered = true;
      return text;
    });
  }

  async run(message: OutgoingMessage): Promise<Sent> {
    // A peer that takes a byte now and then would hold the connection for ever: a kilobyte in a second is the least.
    this.connection.beImpatient(this.dataMs + this.octetsToSend);
    try {
      const bytes = message.content();
      if (Symbol.asyncIterator in bytes) {
        for await (const piece of bytes) {
          if (this.answered || !await this.put(this.lines.push(piece), piece.length)) return { kind: 'sent', octets: this.octets, ended: false };
        }
        this.end(Buffer.from(this.lines.finish()));
      } else {
        const whole = Buffer.isBuffer(bytes) ? bytes : await bytes;
        if (this.answered) return { kind: 'sent', octets: 0, ended: false };
        this.octets = whole.length;
        this.end(Buffer.concat([this.lines.push(whole), Buffer.from(this.lines.finish())]));
      }
    } catch (cause) {
      return { kind: 'unreadable', cause };
    }
    return { kind: 'sent', octets: this.octets, ended: true };
  }

  /** False: nobody takes any more. */
  private async put(bytes: Buffer, octets: number): Promise<boolean> {
    this.octets += octets;
    if (!this.connection.put(bytes)) await this.connection.room();
    return !this.connection.isBroken;
  }

  private end(bytes: Buffer): void {
    this.connection.put(bytes, () => {
      this.handedOver = true;
      if (!this.answered) this.connection.beImpatient(this.dataMs); // a slow line has its time before
    });
  }
}
