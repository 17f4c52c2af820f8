// Replies on their way to the client: made of lines, written, recorded and counted. Used by edge/connection.ts.
// smtp-server writes each reply by itself, none to a client that has ended its writing side, and counts unknown commands only.
// Here replies of one turn of the event loop are one packet: commands sent in a group get answers in a group (RFC 2920 §3.2).
import type { Socket } from 'node:net';
import type { SessionRecord } from '../../session.ts';

export class ReplyWriter {
  octets = 0;
  /** Refusals since the last accepted message. */
  errors = 0;
  private corked: Socket | null = null;

  /**
   * @param enhanced RFC 3463 code, '' for none
   * @param isLoggedOn somebody who has logged on may have old addresses: those are no errors
   */
  write(socket: Socket, record: SessionRecord, code: number, texts: readonly string[], enhanced: string, isLoggedOn: boolean): void {
    // RFC 5321 §4.5.3.1.10: too many recipients (452) is no mistake either.
    if (code >= 500 && !(isLoggedOn && enhanced.startsWith('5.1.'))) this.errors += 1;
    if (!socket.writable) return;
    const lines = texts.map((text, index) => `${code}${index < texts.length - 1 ? '-' : ' '}${enhanced}${enhanced === '' ? '' : ' '}${oneLine(text)}`);
    const reply = `${lines.join('\r\n')}\r\n`;
    this.hold(socket);
    socket.write(reply);
    this.octets += Buffer.byteLength(reply);
    for (const line of lines) record.sent(line);
  }

  /** What is written so far leaves now: before TLS begins on the same socket. */
  flush(): void {
    this.corked?.uncork();
    this.corked = null;
  }

  private hold(socket: Socket): void {
    if (this.corked === socket) return;
    this.flush();
    this.corked = socket;
    socket.cork();
    process.nextTick(() => {
      if (this.corked === socket) this.flush();
    });
  }
}

/** A reply is made of lines; what is put into one must not make another (it may quote the peer). */
function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
}
