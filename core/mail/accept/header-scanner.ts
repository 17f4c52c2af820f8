// Reads the header of a message as its bytes arrive, once, and remembers what acceptance needs: how many servers it passed,
// which fields are there, where Subject and any Return-Path lie, and where the header ends. Changes nothing.
// RFC 5322 §2.2 (fields and folding), RFC 5321 §6.3 (counting Received).

export interface FieldRange {
  readonly start: number;
  /** After the CRLF of its last line. */
  readonly end: number;
}

const cr = 0x0d;
const lf = 0x0a;
const colon = 0x3a;

/** Fields that are looked for, by lower-case name. */
const wanted: ReadonlySet<string> = new Set(['received', 'return-path', 'subject', 'message-id', 'date']);
const longestWanted = 11;

export class HeaderScanner {
  receivedCount = 0;
  hasMessageId = false;
  hasDate = false;
  subject: FieldRange | null = null;
  /** Fields that must not stay: a Return-Path from outside (RFC 5321 §4.4 lets the final server drop it), a stray mbox line. */
  readonly unwanted: FieldRange[] = [];
  /** Where the blank line begins, or where the body begins if that is missing; -1 until it is known. */
  headerEnd = -1;
  /** The body began without the blank line that should stand before it. */
  blankMissing = false;
  /** Start of the line that is read next, and how far its end has been looked for in vain. */
  #at = 0;
  #searched = 0;
  #current: { name: string; start: number } | null = null;

  /** Looks at bytes [0, length) of the message; called again with more until it returns true. */
  scan(bytes: Buffer, length: number): boolean {
    while (this.headerEnd < 0) {
      const lineEnd = bytes.indexOf(lf, Math.max(this.#at, this.#searched));
      if (lineEnd < 0 || lineEnd >= length) {
        this.#searched = length;
        return false;
      }
      this.#line(bytes, this.#at, lineEnd + 1);
      if (this.headerEnd < 0) this.#at = lineEnd + 1;
    }
    return true;
  }

  /** The message is over: whatever was read is all the header there is. */
  finish(length: number): void {
    if (this.headerEnd >= 0) return;
    this.#close(length);
    this.headerEnd = length;
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const first = bytes[start];
    if (first === cr && end === start + 2) {
      this.#end(start);
      return;
    }
    if ((first === 0x20 || first === 0x09) && this.#current !== null) return;
    const nameEnd = fieldNameEnd(bytes, start, end);
    if (nameEnd < 0) {
      // Some old programs put the separator line of an mbox file before the header.
      if (start === 0 && isMboxLine(bytes, end)) {
        this.#current = { name: 'unwanted', start: 0 };
        return;
      }
      this.blankMissing = true;
      this.#end(start);
      return;
    }
    this.#close(start);
    const name = nameEnd - start > longestWanted ? '' : bytes.toString('latin1', start, nameEnd).toLowerCase();
    this.#current = { name: wanted.has(name) ? name : '', start };
  }

  #end(at: number): void {
    this.#close(at);
    this.headerEnd = at;
  }

  /** Files the field that ends at `end`. */
  #close(end: number): void {
    const field = this.#current;
    this.#current = null;
    switch (field?.name) {
      case 'received': this.receivedCount += 1; break;
      case 'message-id': this.hasMessageId = true; break;
      case 'date': this.hasDate = true; break;
      case 'subject': this.subject ??= { start: field.start, end }; break;
      case 'unwanted':
      case 'return-path': this.unwanted.push({ start: field.start, end }); break;
      default: break;
    }
  }
}

/** field-name = 1*ftext, then ":" (RFC 5322 §3.6.8; obsolete syntax allows white space before the colon). -1: not a field. */
function fieldNameEnd(bytes: Buffer, start: number, end: number): number {
  let index = start;
  while (index < end) {
    const byte = bytes[index] ?? 0;
    if (byte === colon || byte <= 0x20 || byte >= 0x7f) break;
    index += 1;
  }
  if (index === start) return -1;
  let after = index;
  while (after < end && (bytes[after] === 0x20 || bytes[after] === 0x09)) after += 1;
  return bytes[after] === colon ? index : -1;
}

function isMboxLine(bytes: Buffer, end: number): boolean {
  const text = bytes.toString('latin1', 0, Math.min(end, 6));
  return text.startsWith('From ') || text.startsWith('>From ');
}
