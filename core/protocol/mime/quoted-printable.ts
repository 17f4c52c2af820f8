// Text as quoted-printable: RFC 2045 §6.7. For messages made here; never used on mail that passes through.

const maxLine = 76;

/** @param text lines ended by CRLF; encoded as UTF-8 */
export function quotedPrintable(text: string): string {
  return text.split('\r\n').map(encodeLine).join('\r\n');
}

function encodeLine(line: string): string {
  const lines: string[] = [];
  let current = '';
  const bytes = Buffer.from(line);
  for (const [index, byte] of bytes.entries()) {
    const isSpace = byte === 0x20 || byte === 0x09;
    const isPlain = (byte >= 0x21 && byte <= 0x7e && byte !== 0x3d) || (isSpace && index < bytes.length - 1);
    const unit = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    // One place is kept for the "=" of a soft line break.
    if (current.length + unit.length > maxLine - 1) {
      lines.push(`${current}=`);
      current = '';
    }
    current += unit;
  }
  lines.push(current);
  return lines.join('\r\n');
}
