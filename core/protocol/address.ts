// The one parser of mail addresses: SMTP paths, logons, aliases and settings all go through it, so that no two parts of
// Merpati read one address in two ways. A strict scanner, linear in the input, without regular expressions.
// RFC 5321 §4.1.2 (Mailbox, Path), §4.1.3 (address literals), RFC 6531 §3.3 (letters beyond ASCII).
import { isAscii, normalAddressLiteral, normalDomain } from './domain-name.ts';

/** An address taken apart once. `local` is unquoted; `domain` is in the normal form of domain-name.ts, '' for a bare Postmaster. */
export interface Mailbox {
  readonly local: string;
  readonly domain: string;
}

export type AddressProblem = 'not-a-path' | 'local-part' | 'domain' | 'domain-missing' | 'source-route' | 'too-long' | 'character';

export type ParsedPath =
  /** `mailbox` null is the null path `<>`. `rest` is what follows the `>`. `utf8`: written with letters beyond ASCII, so SMTPUTF8 is needed. */
  | { readonly kind: 'ok'; readonly mailbox: Mailbox | null; readonly rest: string; readonly utf8: boolean }
  | { readonly kind: 'bad'; readonly problem: AddressProblem };

/** RFC 5321 §4.5.3.1.1 speaks of 64 octets as what must work; senders with longer tags (VERP, SRS) exist and are let in. */
const maxLocalOctets = 255;
/** Text that is surely too long is not even scanned. RFC 5321 §4.5.3.1.4 limits the whole command line to 512 octets, RFC 6531 keeps that. */
const maxPathLength = 2000;

/**
 * Reads a path at the start of `text`.
 *
 *     Path = "<" [ A-d-l ":" ] Mailbox ">"    A-d-l = At-domain *( "," At-domain )
 *
 * A source route is read and forgotten (RFC 5321 §4.1.1.3, appendix C). `<Postmaster>` needs no domain (§4.1.1.3).
 */
export function parsePath(text: string): ParsedPath {
  if (!text.startsWith('<')) return bad('not-a-path');
  if (text.startsWith('<>')) return { kind: 'ok', mailbox: null, rest: text.slice(2), utf8: false };
  const start = skipSourceRoute(text, 1);
  if (start < 0) return bad('source-route');
  const scanned = scanMailbox(text, start, '>');
  if (scanned.kind === 'bad') return scanned;
  if (text[scanned.end] !== '>') return bad(scanned.mailbox.domain === '' ? 'domain-missing' : 'domain');
  return { kind: 'ok', mailbox: scanned.mailbox, rest: text.slice(scanned.end + 1), utf8: !isAscii(text.slice(0, scanned.end)) };
}

/** Reads text that is one address and nothing else, without angle brackets; null if it is not. A bare `postmaster` is one. */
export function parseMailbox(text: string): Mailbox | null {
  const scanned = scanMailbox(text, 0, '');
  return scanned.kind === 'ok' && scanned.end === text.length ? scanned.mailbox : null;
}

/** The address as SMTP writes it, without angle brackets; the local part is quoted where it must be. */
export function formatMailbox(mailbox: Mailbox): string {
  const local = isDotString(mailbox.local) ? mailbox.local : `"${mailbox.local.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return mailbox.domain === '' ? local : `${local}@${mailbox.domain}`;
}

/** `<address>`, or `<>` for the null path. */
export function formatPath(mailbox: Mailbox | null): string {
  return mailbox === null ? '<>' : `<${formatMailbox(mailbox)}>`;
}

/**
 * What two spellings of one address have in common, for look-ups: `local@domain` in lower case, the local part unquoted.
 * RFC 5321 §2.4 lets only the host of the domain say whether case matters in a local part; here it never does.
 */
export function mailboxKey(mailbox: Mailbox): string {
  const local = mailbox.local.normalize('NFC').toLowerCase();
  return mailbox.domain === '' ? local : `${local}@${mailbox.domain.toLowerCase()}`;
}

export function sameMailbox(one: Mailbox, other: Mailbox): boolean {
  return mailboxKey(one) === mailboxKey(other);
}

/** RFC 5321 §4.5.1: the one name that every mail server must take, with and without a domain. */
export function isPostmaster(mailbox: Mailbox): boolean {
  return mailbox.local.toLowerCase() === 'postmaster';
}

type Scanned = { readonly kind: 'ok'; readonly mailbox: Mailbox; readonly end: number } | { readonly kind: 'bad'; readonly problem: AddressProblem };

/** Mailbox = Local-part "@" ( Domain / address-literal ), up to `terminator` or the end of the text. */
function scanMailbox(text: string, start: number, terminator: string): Scanned {
  if (text.length > maxPathLength) return bad('too-long');
  const local = text[start] === '"' ? scanQuotedString(text, start) : scanDotString(text, start);
  if (local === null) return bad('local-part');
  if (Buffer.byteLength(local.value) > maxLocalOctets) return bad('too-long');
  if (hasForbidden(local.value)) return bad('character');
  if (text[local.end] !== '@') {
    const atEnd = terminator === '' ? local.end === text.length : text[local.end] === terminator;
    if (!atEnd) return bad('local-part');
    return local.value.toLowerCase() === 'postmaster' ? { kind: 'ok', mailbox: { local: local.value, domain: '' }, end: local.end } : bad('domain-missing');
  }
  const domainEnd = scanDomain(text, local.end + 1);
  const written = text.slice(local.end + 1, domainEnd);
  const domain = written.startsWith('[') ? normalAddressLiteral(written) : normalDomain(written);
  if (domain === null || hasForbidden(domain)) return bad('domain');
  return { kind: 'ok', mailbox: { local: local.value, domain }, end: domainEnd };
}

interface Piece {
  readonly value: string;
  readonly end: number;
}

/** Dot-string = Atom *("." Atom) */
function scanDotString(text: string, start: number): Piece | null {
  let end = start;
  let afterDot = true;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x2e) {
      if (afterDot) return null;
      afterDot = true;
    } else if (isAtext(code)) afterDot = false;
    else break;
  }
  return afterDot ? null : { value: text.slice(start, end), end };
}

/** Quoted-string = DQUOTE *( qtextSMTP / "\" %d32-126 ) DQUOTE. An empty one names nobody and is refused. */
function scanQuotedString(text: string, start: number): Piece | null {
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code === 0x22) return value === '' ? null : { value, end: index + 1 };
    if (code === 0x5c) {
      index += 1;
      code = index < text.length ? text.charCodeAt(index) : 0;
      if (code > 0x7e) return null;
    }
    if (code < 0x20 || code === 0x7f) return null;
    value += text.charAt(index);
  }
  return null;
}

/** Where the domain stops: at anything that can stand in none. normalDomain judges what lies before. */
function scanDomain(text: string, start: number): number {
  if (text[start] === '[') {
    const close = text.indexOf(']', start);
    return close < 0 ? text.length : close + 1;
  }
  let end = start;
  while (end < text.length && isDomainCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

/** Returns where the mailbox begins, -1 if the route is malformed. */
function skipSourceRoute(text: string, start: number): number {
  let index = start;
  while (text[index] === '@') {
    const end = scanDomain(text, index + 1);
    const written = text.slice(index + 1, end);
    if ((written.startsWith('[') ? normalAddressLiteral(written) : normalDomain(written)) === null) return -1;
    if (text[end] === ':') return end + 1;
    if (text[end] !== ',' || text[end + 1] !== '@') return -1;
    index = end + 1;
  }
  return index;
}

const atextSymbols = "!#$%&'*+-/=?^_`{|}~";

/** RFC 5322 §3.2.3 atext, RFC 6531 §3.3 UTF8-non-ascii. */
function isAtext(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code > 0x7f || atextSymbols.includes(String.fromCharCode(code));
}

function isDomainCharacter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x5f || code > 0x7f;
}

function isDotString(text: string): boolean {
  return scanDotString(text, 0)?.end === text.length;
}

/**
 * Beyond ASCII: what could lie to a reader of a log or break a line. C1 controls, line and paragraph separators,
 * marks that turn the direction of writing, the replacement character of a failed decoding, half surrogates.
 */
function hasForbidden(text: string): boolean {
  if (isAscii(text)) return false;
  if (!text.isWellFormed()) return true;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code >= 0x80 && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0xfffd || code === 0xfeff) return true;
  }
  return false;
}

function bad(problem: AddressProblem): { kind: 'bad'; problem: AddressProblem } {
  return { kind: 'bad', problem };
}
