// The parts of a MIME message as ranges of its bytes, so that one part can be replaced while every other byte stays as it is.
// RFC 2045, RFC 2046 §5.1. Lines end in CRLF. Built for hostile input: depth, parts, header size and total work are bounded.
import { readContentFields } from './content-fields.ts';
import type { ContentFields } from './content-fields.ts';

export interface MimePart {
  /** Where its delimiter line begins; for the whole message, where the message begins. */
  readonly delimiterStart: number;
  readonly start: number;
  readonly bodyStart: number;
  /** After its last octet. The CRLF before the next delimiter belongs to that (RFC 2046 §5.1.1). */
  readonly end: number;
  readonly content: ContentFields;
  readonly children: readonly MimePart[];
}

export interface MimeLimits {
  readonly depth: number;
  readonly parts: number;
  readonly headerBytes: number;
  /** Bytes that may be searched in all: nesting makes the same bytes be searched again and again. */
  readonly work: number;
}
export const usualMimeLimits: MimeLimits = { depth: 100, parts: 10_000, headerBytes: 1024 * 1024, work: 512 * 1024 * 1024 };

/** Null: the message is beyond the limits. A message without MIME is one part. */
export function parseStructure(bytes: Buffer, limits: MimeLimits = usualMimeLimits): MimePart | null {
  const budget = { parts: limits.parts, work: limits.work };

  function readPart(delimiterStart: number, start: number, end: number, depth: number): MimePart | null {
    budget.parts -= 1;
    if (depth > limits.depth || budget.parts < 0) return null;
    const bodyStart = findBody(bytes, start, end, limits.headerBytes);
    if (bodyStart < 0) return null;
    const content = readContentFields(bytes, start, bodyStart);
    const children = content.boundary === null ? [] : readChildren(content.boundary, bodyStart, end, depth + 1);
    return children === null ? null : { delimiterStart, start, bodyStart, end, content, children };
  }

  function readChildren(boundary: string, bodyStart: number, end: number, depth: number): MimePart[] | null {
    budget.work -= end - bodyStart;
    if (budget.work < 0) return null;
    const children: MimePart[] = [];
    let open: Delimiter | null = null;
    for (const delimiter of delimiters(bytes, `--${boundary}`, bodyStart, end, budget)) {
      if (open !== null) {
        const child = readPart(open.start, open.next, Math.max(open.next, delimiter.start - 2), depth);
        if (child === null) return null;
        children.push(child);
      }
      open = delimiter.closing ? null : delimiter;
      if (delimiter.closing) break;
    }
    // A multipart that was cut off: its last part goes on to the end.
    if (open !== null) {
      const child = readPart(open.start, open.next, end, depth);
      if (child === null) return null;
      children.push(child);
    }
    return budget.work < 0 ? null : children;
  }

  return readPart(0, 0, bytes.length, 0);
}

interface Delimiter {
  readonly start: number;
  /** Start of the line after it. */
  readonly next: number;
  readonly closing: boolean;
}

/** delimiter := CRLF "--" boundary [ "--" ] *LWSP CRLF (RFC 2046 §5.1.1), the first one also at the very start of the body. */
function* delimiters(bytes: Buffer, dashBoundary: string, bodyStart: number, end: number, budget: { work: number }): Generator<Delimiter> {
  const range = bytes.subarray(bodyStart, end);
  const needle = Buffer.from(dashBoundary, 'latin1');
  let at = range.indexOf(needle);
  while (at >= 0) {
    const delimiter = at === 0 || range[at - 1] === 0x0a ? delimiterAt(range, at + needle.length) : null;
    if (delimiter !== null) yield { start: bodyStart + at, next: bodyStart + delimiter.next, closing: delimiter.closing };
    budget.work -= needle.length;
    if (budget.work < 0) return;
    at = range.indexOf(needle, at + needle.length);
  }
}

function delimiterAt(range: Buffer, after: number): { next: number; closing: boolean } | null {
  const closing = range[after] === 0x2d && range[after + 1] === 0x2d;
  let index = closing ? after + 2 : after;
  while (range[index] === 0x20 || range[index] === 0x09) index += 1;
  if (index >= range.length) return { next: range.length, closing };
  if (range[index] === 0x0d && range[index + 1] === 0x0a) return { next: index + 2, closing };
  return null;
}

/** Where the body begins: after the blank line, or at `end` if there is none; -1: the header is too large. */
function findBody(bytes: Buffer, start: number, end: number, headerBytes: number): number {
  if (start >= end) return end;
  if (bytes[start] === 0x0d && bytes[start + 1] === 0x0a) return start + 2;
  const window = bytes.subarray(start, Math.min(end, start + headerBytes));
  const blank = window.indexOf('\r\n\r\n');
  if (blank >= 0) return start + blank + 4;
  return start + headerBytes < end ? -1 : end;
}
