// The header of a message as it is stored: what arrived, without the fields that may not stay, with those that were missing.
// Works on ranges of the received bytes; only what changes is built anew. Called by message-sink.ts.
import type { FieldRange, HeaderScanner } from './header-scanner.ts';

const archiveMark = '(Archive Copy) ';

export interface HeaderChanges {
  /** Whole lines to stand at the end of the header. */
  readonly additions: string;
  /** Marks the subject as that of an archive copy. */
  readonly mark: boolean;
}

/** @param bytes from the start of the message; `scanner` has seen the end of its header. Returns pieces up to `length`. */
export function headerPieces(bytes: Buffer, length: number, scanner: HeaderScanner, changes: HeaderChanges): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  const copyTo = (end: number): void => {
    if (end > at) pieces.push(bytes.subarray(at, end));
    at = end;
  };
  const cuts = changes.mark && scanner.subject !== null ? [...scanner.unwanted, scanner.subject].toSorted((one, other) => one.start - other.start) : scanner.unwanted;
  for (const range of cuts) {
    copyTo(range.start);
    at = range.end;
    if (range === scanner.subject) pieces.push(markedSubject(bytes, range));
  }
  copyTo(scanner.headerEnd);
  const more = `${changes.mark && scanner.subject === null ? `Subject: ${archiveMark.trimEnd()}\r\n` : ''}${changes.additions}${scanner.blankMissing ? '\r\n' : ''}`;
  if (more !== '') pieces.push(Buffer.from(more));
  copyTo(length);
  return pieces;
}

/** Only the start of the value changes: folding and encoded words (RFC 2047) stay as they came. */
function markedSubject(bytes: Buffer, range: FieldRange): Buffer {
  const colon = bytes.indexOf(0x3a, range.start);
  let value = colon + 1;
  while (bytes[value] === 0x20 || bytes[value] === 0x09) value += 1;
  return Buffer.concat([Buffer.from(`Subject: ${archiveMark}`), bytes.subarray(value, range.end)]);
}
