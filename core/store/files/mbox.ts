// The mbox format, mboxrd kind (RFC 4155 tells the family): LF line ends, a From_ line before each message, an empty line after it,
// and `>` before every content line that is `From ` behind any number of `>`. The guid stands as the address in the From_ line.
import { guidPattern } from './guid.ts';
import { toCrlf, toLf } from './line-ends.ts';

/** Where a record lies in the file: `start` is the F of From_, `end` is behind the empty line. */
export interface MboxRecord {
  readonly guid: string;
  readonly receivedAt: number;
  readonly start: number;
  readonly end: number;
}

const from = Buffer.from('From ');
const lf = 0x0a;
const quote = 0x3e;
const fromLine = /^From ([a-z0-9]+)@merpati\.invalid (.{24})$/;

/** A record for one message, ready to be appended. */
export function encodeRecord(guid: string, receivedAt: number, bytes: Buffer): Buffer {
  const content = quoteFrom(toLf(bytes));
  const end = content.length > 0 && content[content.length - 1] !== lf ? '\n\n' : '\n';
  return Buffer.concat([Buffer.from(`From ${guid}@merpati.invalid ${asctime(receivedAt)}\n`), content, Buffer.from(end)]);
}

/** The message in a record, with CRLF, cut to the octets that it had (a last line without an end has been given one). */
export function decodeRecord(record: Buffer, octets: number): Buffer {
  return toCrlf(unquoteFrom(contentOf(record))).subarray(0, octets);
}

/** Octets on the wire of the message in a record, if it ended with a line end as mail does. */
export function octetsOf(record: Buffer): number {
  return toCrlf(unquoteFrom(contentOf(record))).length;
}

/** The From_ line at the start of a record, if it is one of ours. */
export function readFromLine(record: Buffer): { readonly guid: string; readonly receivedAt: number } | null {
  const end = record.indexOf(lf);
  const match = fromLine.exec(record.toString('latin1', 0, end < 0 ? record.length : end));
  const guid = match?.[1] ?? '';
  return guidPattern.test(guid) ? { guid, receivedAt: Date.parse(`${match?.[2] ?? ''} UTC`) || 0 } : null;
}

function contentOf(record: Buffer): Buffer {
  const start = record.indexOf(lf) + 1;
  const end = record[record.length - 1] === lf ? record.length - 1 : record.length;
  return record.subarray(start, Math.max(start, end));
}

function quoteFrom(content: Buffer): Buffer {
  return editFromLines(content, 0, (line) => [Buffer.of(quote), line]);
}

function unquoteFrom(content: Buffer): Buffer {
  return editFromLines(content, 1, (line) => [line.subarray(1)]);
}

/** Rewrites each line that is `From ` behind at least `quotes` quote signs. */
function editFromLines(content: Buffer, quotes: number, edit: (line: Buffer) => Buffer[]): Buffer {
  const pieces: Buffer[] = [];
  let kept = 0;
  for (let at = content.indexOf(from); at >= 0; at = content.indexOf(from, at + 1)) {
    let start = at;
    while (start > 0 && content[start - 1] === quote) start -= 1;
    if ((start > 0 && content[start - 1] !== lf) || at - start < quotes) continue;
    pieces.push(content.subarray(kept, start), ...edit(content.subarray(start, at + from.length)));
    kept = at + from.length;
  }
  if (kept === 0) return content;
  pieces.push(content.subarray(kept));
  return Buffer.concat(pieces);
}

/** `Tue Nov 24 18:50:00 2026`, in UTC. */
function asctime(at: number): string {
  const text = new Date(at).toUTCString();
  // `Tue, 24 Nov 2026 18:50:00 GMT`
  return `${text.slice(0, 3)} ${text.slice(8, 11)} ${text.slice(5, 7)} ${text.slice(17, 25)} ${text.slice(12, 16)}`;
}
