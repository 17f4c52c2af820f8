// Pieces of messages that are made here: header fields and text parts. ASCII on the wire unless an address cannot be spelled so; nothing
// that came from outside can bring a line of its own. RFC 5322 §2.2 (folding), RFC 2047 (encoded words), RFC 2045.
import libmime from 'libmime';
import { asciiDomain, isAscii } from '../domain-name.ts';
import { quotedPrintable } from './quoted-printable.ts';

/** RFC 5322 §2.1.1: 78 characters a line are asked for. */
const lineLength = 76;

/** An unstructured field, such as Subject: encoded where it must be, folded at its spaces. Without CRLF at its end. */
export function textField(name: string, text: string): string {
  const line = oneLine(text);
  const fits = isAscii(line) && !line.includes('=?') && !line.split(' ').some((word) => word.length > 900);
  return fits ? foldField(name, line) : `${name}: ${encodedWords(line)}`;
}

/** `Display Name <address>`; the domain in its ASCII spelling. A local part beyond ASCII stays as it is (RFC 6532 §3.2). */
export function addressField(name: string, displayName: string, address: string): string {
  return `${name}: ${displayPhrase(displayName)}<${headerAddress(oneLine(address))}>`;
}

/** RFC 5322 §2.2.3: breaks at spaces only, so that unfolding gives the same text again. */
export function foldField(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of value.split(' ')) {
    if (line.length + 1 + word.length > lineLength && line !== `${name}:` && word !== '') {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\r\n');
}

export interface TextPart {
  readonly fields: readonly string[];
  readonly body: string;
}

/** text/plain. Old clients read plain ASCII best. @param text lines ended by CRLF */
export function textPart(text: string): TextPart {
  const plain = isAscii(text) && !text.split('\r\n').some((line) => line.length > 900);
  return {
    fields: [`Content-Type: text/plain; charset=${plain ? 'us-ascii' : 'utf-8'}`, `Content-Transfer-Encoding: ${plain ? '7bit' : 'quoted-printable'}`],
    body: plain ? text : quotedPrintable(text),
  };
}

/** No control characters, nor marks that turn the direction of writing. */
export function oneLine(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** RFC 5322 §3.4 display-name, quoted or as encoded words. */
function displayPhrase(name: string): string {
  const plain = oneLine(name);
  if (plain === '') return '';
  if (!isAscii(plain)) return `${encodedWords(plain)} `;
  return /^[A-Za-z0-9 ]+$/.test(plain) ? `${plain} ` : `"${plain.replaceAll(/["\\]/g, '\\$&')}" `;
}

function encodedWords(text: string): string {
  return libmime.encodeWord(text, 'B', 60).split(' ').join('\r\n ');
}

function headerAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}
