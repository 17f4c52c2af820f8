// The message that a report is about, as far as it goes along: whole if it is wanted and small, else its header. Called by reporter.ts.
// RFC 3461 §4.3 (RET), §6.2 (what must come back).
import type { Queues } from '../../store/store.ts';

export interface Original {
  readonly whole: boolean;
  readonly bytes: Buffer;
}

const maxBytes = 100 * 1024;

/** @param octets of the whole content. Rejects with what the store says if it cannot be read. */
export async function readOriginal(content: ReturnType<Queues['content']>, octets: number, wantWhole: boolean): Promise<Original> {
  const source = await content;
  const whole = wantWhole && octets <= maxBytes;
  if (Buffer.isBuffer(source)) return original(source, whole);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxBytes) break;
  }
  return original(Buffer.concat(pieces), whole);
}

function original(bytes: Buffer, whole: boolean): Original {
  const kept = withoutReturnPath(bytes);
  return { whole, bytes: whole ? kept : headerOf(kept) };
}

/** Without the blank line. A header that is larger than it may be is cut at a line. */
export function headerOf(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 2).equals(lineEnd)) return Buffer.alloc(0);
  const blank = bytes.subarray(0, maxBytes).indexOf('\r\n\r\n');
  if (blank >= 0) return bytes.subarray(0, blank + 2);
  return bytes.length <= maxBytes ? bytes : bytes.subarray(0, bytes.lastIndexOf('\r\n', maxBytes - 2) + 2);
}

const lineEnd = Buffer.from('\r\n');

/** Our own field for copies that stay here; the sender never wrote it. */
export function withoutReturnPath(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 0, 12).toLowerCase() !== 'return-path:') return bytes;
  let end = 0;
  do end = bytes.indexOf('\r\n', end) + 2;
  while (end > 1 && (bytes[end] === 0x20 || bytes[end] === 0x09));
  return end > 1 ? bytes.subarray(end) : bytes;
}
