// The subject of a message for people: unfolded, RFC 2047 words decoded, fit for a log line and a list. Called when a message is accepted.
import libmime from 'libmime';
import type { FieldRange } from './header-scanner.ts';

const maxRawBytes = 4000;
const maxLength = 250;

export function readSubject(bytes: Buffer, range: FieldRange | null): string {
  if (range === null) return '';
  const colon = bytes.indexOf(0x3a, range.start);
  const raw = bytes.toString('utf8', colon + 1, Math.min(range.end, colon + 1 + maxRawBytes));
  const unfolded = raw.replaceAll(/\r?\n/g, '').trim();
  const decoded = unfolded.includes('=?') ? decodeQuietly(unfolded) : unfolded;
  return decoded.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ').slice(0, maxLength).toWellFormed();
}

/** A character set that nobody knows is no reason to refuse a message: its subject is then shown as it came. */
function decodeQuietly(text: string): string {
  try {
    return libmime.decodeWords(text);
  } catch {
    return text;
  }
}
