// What a sender gave along for reports, read back: ORCPT and ENVID of SMTP. RFC 3461 §4.2, §4.4, §5.4 (xtext), RFC 6533 §3 (utf-8).
// Called by status.ts.

export interface TypedAddress {
  /** Such as `rfc822`, lower case. */
  readonly type: string;
  readonly address: string;
}

/** xtext = *( xchar / "+" 2HEX ). Null: malformed, or it holds what may not stand in a field. */
export function decodeXtext(text: string): string | null {
  if (!/^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/.test(text)) return null;
  const decoded = text.replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^[\x20-\x7e]*$/.test(decoded) ? decoded : null;
}

/** `addr-type ";" xtext` as it came with RCPT. Null: nothing that could be repeated in a report. */
export function parseOriginalRecipient(orcpt: string): TypedAddress | null {
  const semicolon = orcpt.indexOf(';');
  const type = orcpt.slice(0, semicolon).toLowerCase();
  const encoded = orcpt.slice(semicolon + 1);
  if (semicolon < 1 || !/^[a-z0-9-]{1,40}$/.test(type) || encoded === '' || encoded.length > 1000) return null;
  const address = type === 'utf-8' ? decodeUtf8Address(encoded) : decodeXtext(encoded);
  return address === null || address.trim() === '' ? null : { type, address };
}

/** RFC 6533 §3: `\x{5927}` for what is not ASCII, also for `\`, `+`, `=`; with SMTPUTF8 the letters themselves. */
function decodeUtf8Address(text: string): string | null {
  const decoded = text.replaceAll(/\\x\{(1?[0-9A-F]{2,5})\}/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
  return /[\p{Cc}\u2028\u2029\ufffd]/u.test(decoded) || !decoded.isWellFormed() ? null : decoded;
}

/** utf-8-addr-xtext: the address in ASCII, for reports that may hold no more than that. */
export function encodeUtf8Address(address: string): string {
  return address.replaceAll(/[^\x21-\x7e]|[\\+=]/gu, (letter) => `\\x{${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`);
}
