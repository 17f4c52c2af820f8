// Replies on their way to the client: made of lines, written, recorded and counted. Used by edge/connection.ts.
// smtp-server writes each reply by itself, none to a client that has ended its writing side, and counts unknown commands only.
// Here replies of one turn of the event loop are one packet: commands sent in a group get answers in a group (RFC 2920 §3.2).
import type { Socket } from 'node:net';
import type { SessionRecord } from '../../session.ts';

export class ReplyWriter {
  octets = 0;
  /** Refusals since the last accepted message. */
  errors = 0;
  private waiting = '';
  private socket: Socket | null = null;

  /**
   * @param enhanced RFC 3463 code, '' for none
   * @param isLoggedOn somebody who has logged on may have old addresses: those are no errors
   */
  write(socket: Socket, record: SessionRecord, code: number, texts: readonly string[], enhanced: string, isLoggedOn: boolean): void {
    // RFC 5321 §4.5.3.1.10: too many recipients (452) is no mistake either.
    if (code >= 500 && !(isLoggedOn && enhanced.startsWith('5.1.'))) this.errors += 1;
    if (!socket.writable) return;
    const space = enhanced === '' ? '' : ' ';
    let reply = '';
    for (const [index, text] of texts.entries()) {
      const line = `${code}${index < texts.length - 1 ? '-' : ' '}${enhanced}${space}${oneLine(text)}`;
      record.sent(line);
      reply += `${line}\r\n`;
    }
    this.octets += Buffer.byteLength(reply);
    if (this.socket !== socket) this.flush();
    if (this.waiting === '') process.nextTick(flush, this);
    this.socket = socket;
    this.waiting += reply;
  }

  /** What is written so far leaves now: before TLS begins on the same socket, and before the socket ends. */
  flush(): void {
    const { waiting, socket } = this;
    this.waiting = '';
    if (waiting !== '' && socket?.writable === true) socket.write(waiting);
  }
}

/** One function for all, since one is asked for in nearly every turn. */
function flush(writer: ReplyWriter): void {
  writer.flush();
}

/** A reply is made of lines; what is put into one must not make another (it may quote the peer). */
function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
}
