// The Content-* fields of one MIME part: type, boundary, encoding, disposition, file name. RFC 2045, RFC 2183, RFC 2231, RFC 2047 §5
// (which forbids encoded words in parameters; programs write them there all the same). Called by structure.ts.
import { isUtf8 } from 'node:buffer';
import libmime from 'libmime';

export interface FieldPlace {
  /** Lower case. */
  readonly name: string;
  readonly start: number;
  /** After the CRLF of its last line. */
  readonly end: number;
}
export interface ContentFields {
  /** `type/subtype` in lower case; `text/plain` when missing or unreadable (RFC 2045 §5.2). */
  readonly type: string;
  /** Only for multipart/*. */
  readonly boundary: string | null;
  /** Lower case, '' when missing. */
  readonly encoding: string;
  /** Lower case, '' when missing. */
  readonly disposition: string;
  /** As the sender wrote it, decoded; nothing about it is safe. */
  readonly fileName: string | null;
  readonly contentId: boolean;
  /** Where the Content-* fields lie. */
  readonly fields: readonly FieldPlace[];
}

/** Longer values are cut before they are parsed: no honest one is. */
const maxValueBytes = 16_384;
const maxFields = 2000;

export function readContentFields(bytes: Buffer, start: number, end: number): ContentFields {
  const fields = contentFields(bytes, start, end);
  const value = (name: string): string => {
    const field = fields.find((each) => each.name === name);
    return field === undefined ? '' : fieldValue(bytes, field);
  };
  const type = parameters(value('content-type'));
  const disposition = parameters(value('content-disposition'));
  const mediaType = /^[^\s/;]+\/[^\s/;]+$/.test(type.value) ? type.value.toLowerCase() : 'text/plain';
  const boundary = type.params['boundary'] ?? '';
  return {
    type: mediaType,
    // RFC 2046 §5.1.1: 1 to 70 characters; some programs write longer ones.
    boundary: mediaType.startsWith('multipart/') && boundary.length > 0 && boundary.length <= 250 ? boundary : null,
    encoding: value('content-transfer-encoding').trim().toLowerCase(),
    disposition: disposition.value.toLowerCase(),
    fileName: fileName(disposition, 'filename') ?? fileName(type, 'name'),
    contentId: fields.some((field) => field.name === 'content-id'),
    fields,
  };
}

interface Parameters {
  readonly value: string;
  readonly params: Readonly<Record<string, string>>;
  readonly decoded: readonly string[];
}

function parameters(text: string): Parameters {
  if (text === '') return { value: '', params: {}, decoded: [] };
  const parsed = libmime.parseHeaderValue(text, { stripComments: true });
  return { value: parsed.value.trim(), params: parsed.params, decoded: parsed.decodedParams };
}

function fileName(from: Parameters, name: string): string | null {
  const written = from.params[name];
  if (written === undefined) return null;
  if (from.decoded.includes(name) || !written.includes('=?')) return written;
  try {
    return libmime.decodeWords(written);
  } catch {
    // An unknown character set: the name stays as it was written.
    return written;
  }
}

function contentFields(bytes: Buffer, start: number, end: number): FieldPlace[] {
  const fields: FieldPlace[] = [];
  let open: { name: string; start: number } | null = null;
  let at = start;
  for (let count = 0; at < end && count < maxFields; count += 1) {
    const lineFeed = bytes.indexOf(0x0a, at);
    const next = lineFeed < 0 || lineFeed >= end ? end : lineFeed + 1;
    const isContinuation = bytes[at] === 0x20 || bytes[at] === 0x09;
    if (!isContinuation) {
      if (open !== null) fields.push({ ...open, end: at });
      const name = /^content-[a-z-]{1,40}(?=[ \t]*:)/.exec(bytes.toString('latin1', at, Math.min(next, at + 60)).toLowerCase())?.[0];
      open = name === undefined ? null : { name, start: at };
    }
    at = next;
  }
  if (open !== null) fields.push({ ...open, end: at });
  return fields;
}

/** Unfolded, as UTF-8 if it is that, else as Latin-1. */
function fieldValue(bytes: Buffer, field: FieldPlace): string {
  const colon = bytes.indexOf(0x3a, field.start);
  const raw = bytes.subarray(colon + 1, Math.min(field.end, colon + 1 + maxValueBytes));
  const text = isUtf8(raw) ? raw.toString('utf8') : raw.toString('latin1');
  return text.replaceAll(/\r?\n(?=[ \t])/g, '').trim();
}
