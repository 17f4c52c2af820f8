// Undoes a Content-Transfer-Encoding, in pieces, so that a large attachment is never in memory twice. RFC 2045 §6.7, §6.8.
// Lenient as readers of mail must be: characters that do not belong to the encoding are passed over.

const pieceBytes = 256 * 1024;

/** Null: an encoding that is not known (such as x-uuencode). */
export function decodeTransfer(body: Buffer, encoding: string): Iterable<Buffer> | null {
  switch (encoding) {
    case 'base64': return decodeBase64(body);
    case 'quoted-printable': return decodeQuotedPrintable(body);
    case '': case '7bit': case '8bit': case 'binary': return [body];
    default: return null;
  }
}

/** RFC 2045 §6.8. Padding in the middle ends a group, as it does where encoded pieces were put one after the other. */
function* decodeBase64(body: Buffer): Generator<Buffer> {
  const digits = Buffer.allocUnsafe(pieceBytes);
  let used = 0;
  for (const byte of body) {
    if (isBase64Digit(byte)) {
      digits[used] = byte;
      used += 1;
      if (used === pieceBytes) {
        yield Buffer.from(digits.toString('latin1'), 'base64');
        used = 0;
      }
    } else if (byte === 0x3d && used % 4 !== 0) {
      yield Buffer.from(digits.toString('latin1', 0, used), 'base64');
      used = 0;
    }
  }
  if (used > 0) yield Buffer.from(digits.toString('latin1', 0, used), 'base64');
}

function isBase64Digit(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2f;
}

/** RFC 2045 §6.7. White space at the end of a line is not content; `=` before something else stands for itself. */
function* decodeQuotedPrintable(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length;) {
    let end = Math.min(body.length, start + pieceBytes);
    // A piece ends with a line, so that no escape is cut in two.
    const lineFeed = body.indexOf(0x0a, end - 1);
    end = lineFeed < 0 ? body.length : lineFeed + 1;
    yield decodeLines(body.subarray(start, end));
    start = end;
  }
}

function decodeLines(lines: Buffer): Buffer {
  const out = Buffer.allocUnsafe(lines.length);
  let used = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const byte = lines[index] ?? 0;
    const afterSpace = whiteSpaceEnd(lines, index);
    if (afterSpace > index) {
      if (!isLineEnd(lines, afterSpace)) used += lines.copy(out, used, index, afterSpace);
      index = afterSpace - 1;
      continue;
    }
    if (byte === 0x3d) {
      const lineEnd = whiteSpaceEnd(lines, index + 1);
      if (isLineEnd(lines, lineEnd)) {
        index = lineEnd + (lines[lineEnd] === 0x0d ? 1 : 0);
        continue;
      }
      const value = hexValue(lines[index + 1]) * 16 + hexValue(lines[index + 2]);
      if (value >= 0) {
        out[used] = value;
        used += 1;
        index += 2;
        continue;
      }
    }
    out[used] = byte;
    used += 1;
  }
  return out.subarray(0, used);
}

function whiteSpaceEnd(lines: Buffer, start: number): number {
  let index = start;
  while (lines[index] === 0x20 || lines[index] === 0x09) index += 1;
  return index;
}

function isLineEnd(lines: Buffer, index: number): boolean {
  return index >= lines.length || lines[index] === 0x0a || (lines[index] === 0x0d && lines[index + 1] === 0x0a);
}

/** Far below zero for what is no hex digit, so that the sum of two is below zero as well. */
function hexValue(byte: number | undefined): number {
  const value = Number.parseInt(String.fromCharCode(byte ?? 0), 16);
  return Number.isNaN(value) ? -1000 : value;
}
