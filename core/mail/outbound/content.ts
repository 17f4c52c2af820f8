// The bytes of a queued message as they leave. A file that is shared with mailboxes here begins with our Return-Path, which stays here:
// RFC 5321 §4.4 wants none on the way. Opened before MAIL, so that SIZE is right and what cannot be read is never begun.

export type Pieces = Buffer | Promise<Buffer> | AsyncIterable<Buffer>;

export interface Content {
  readonly octets: number;
  /** Once. */
  pieces(): Buffer | AsyncIterable<Buffer>;
  /** Whatever was not read is let go. */
  close(): Promise<void>;
}

/** Longer than any header field of ours: then it is not ours, and stays. */
const longestField = 4096;

/** @param octets of the whole file. @throws what the store says if it cannot be read */
export async function openContent(source: Pieces, octets: number): Promise<Content> {
  if (!(Symbol.asyncIterator in source)) {
    const whole = await source;
    const bytes = whole.subarray(returnPathLength(whole));
    return { octets: bytes.length, pieces: () => bytes, close: () => Promise.resolve() };
  }
  const iterator = source[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  let ended = false;
  while (!ended && start.length <= longestField) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  const left = returnPathLength(start);
  return {
    octets: octets - left,
    pieces: () => rest(start.subarray(left), iterator, ended),
    async close() {
      await iterator.return?.();
    },
  };
}

async function* rest(start: Buffer, iterator: AsyncIterator<Buffer>, ended: boolean): AsyncGenerator<Buffer> {
  yield start;
  while (!ended) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

/** Octets of a Return-Path field at the start, its folded lines included; 0 if it begins with something else. */
export function returnPathLength(bytes: Buffer): number {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 12).toLowerCase() !== 'return-path:') return 0;
  for (let from = 0; from < Math.min(bytes.length, longestField);) {
    const end = bytes.indexOf('\r\n', from);
    if (end < 0 || end > longestField) return 0;
    from = end + 2;
    // RFC 5322 §2.2.3: a line that begins with white space goes on with the field.
    if (bytes[from] !== 0x20 && bytes[from] !== 0x09) return from;
  }
  return 0;
}
