// The client's side of POP3, the reading half: bytes in by `receive`, one reply out by `next`. Used by net/smtp-client/pop-check.ts.
// RFC 1939 §3 (responses), RFC 2449 §8 (codes in brackets), RFC 1939 §7 (the challenge in the greeting).
import { LineReader } from './line-reader.ts';

export interface PopReply {
  readonly ok: boolean;
  /** `AUTH`, `SYS/TEMP`, `IN-USE` ... in capitals; '' if there is none. */
  readonly code: string;
  readonly text: string;
  /** Of a multi-line response, dots unstuffed. */
  readonly lines: readonly string[];
}
/** A multi-line response of more lines than this is not collected here. */
const mostLines = 1000;

export class PopReplies {
  private readonly reader = new LineReader();
  private status: Omit<PopReply, 'lines'> | null = null;
  private lines: string[] = [];

  receive(bytes: Buffer): void {
    this.reader.push(bytes);
  }

  /** RFC 2595 §4: nothing that was sent before TLS may be believed after it. */
  forget(): void {
    this.reader.clear();
    this.status = null;
    this.lines = [];
  }

  /** @param shape what the present command is answered with if it goes well. `nonsense`: it is not POP3 that comes. */
  next(shape: 'line' | 'lines'): PopReply | 'need-bytes' | 'nonsense' {
    for (;;) {
      const found = this.reader.next();
      if (found === 'need-bytes') return found;
      if (found !== 'line') return 'nonsense';
      const { line } = this.reader;
      if (this.status === null) {
        this.status = statusOf(line);
        if (this.status === null) return 'nonsense';
        if (shape === 'line' || !this.status.ok) return this.finished();
      } else if (line === '.') return this.finished();
      else if (this.lines.length === mostLines) return 'nonsense';
      else this.lines.push(line.startsWith('.') ? line.slice(1) : line);
    }
  }

  private finished(): PopReply {
    const reply = { ...(this.status ?? { ok: false, code: '', text: '' }), lines: this.lines };
    this.status = null;
    this.lines = [];
    return reply;
  }
}

function statusOf(line: string): Omit<PopReply, 'lines'> | null {
  const [, sign = '', rest = ''] = /^(\+OK|-ERR)(?: (.*)|)$/i.exec(line) ?? [];
  if (sign === '') return null;
  const [, code = '', words = rest] = /^\[([A-Z0-9/-]+)\] ?(.*)$/i.exec(rest) ?? [];
  return { ok: sign.startsWith('+'), code: code.toUpperCase(), text: words };
}
