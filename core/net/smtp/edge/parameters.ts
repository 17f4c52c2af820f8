// MAIL and RCPT: the path, then the ESMTP parameters. Pure; used by edge/mail.ts and edge/rcpt.ts.
// smtp-server takes unknown parameters and decodes xtext; here an unknown one is 555 (RFC 5321 §4.1.1.11), a malformed or
// repeated one 501, and DSN values stay as received, since they are passed on (RFC 3461 §5.2).
import { parsePath, type AddressProblem } from '../../../protocol/address.ts';
import type { MailCommand, Mailbox, RcptCommand, Reply } from '../backend.ts';
import { maxEnvidCharacters, maxOrcptCharacters } from '../limits.ts';

type Result<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'refused'; readonly reply: Reply };

const ok = <T>(value: T): Result<T> => ({ kind: 'ok', value });
const refused = (code: number, enhanced: string, text: string): { kind: 'refused'; reply: Reply } => ({ kind: 'refused', reply: { code, enhanced, text } });

/** What follows the verb MAIL: `FROM:<path> [parameters]`. */
export function parseMail(argument: string, maxMessageBytes: number): Result<MailCommand> {
  const path = readPath(argument, 'FROM', '5.1.7');
  if (path.kind === 'refused') return path;
  const { mailbox, utf8, parameters } = path.value;
  // RFC 5321 §4.1.1.2: only a forward-path may be a Postmaster without domain.
  if (mailbox?.domain === '') return refused(501, '5.1.7', 'Sender address needs a domain');
  let mail: MailCommand = { reversePath: mailbox, size: null, body: '7BIT', smtpUtf8: false, ret: null, envid: null };
  const seen = new Set<string>();
  for (const { keyword, value } of parameters) {
    if (seen.has(keyword)) return refused(501, '5.5.4', `${keyword} may be given once only`);
    seen.add(keyword);
    const read = readMailParameter(keyword, value);
    if (read.kind === 'refused') return read;
    mail = { ...mail, ...read.value };
  }
  // RFC 1870 §6.1
  if (mail.size !== null && mail.size > maxMessageBytes) return refused(552, '5.3.4', `Message is larger than the ${maxMessageBytes} bytes accepted here`);
  // RFC 6531 §3.5
  if (utf8 && !mail.smtpUtf8) return refused(553, '5.6.7', 'An address with letters beyond ASCII needs the SMTPUTF8 parameter');
  return ok(mail);
}

/** What follows the verb RCPT: `TO:<path> [parameters]`. `smtpUtf8`: MAIL had that parameter. */
export function parseRcpt(argument: string, smtpUtf8: boolean): Result<RcptCommand> {
  const path = readPath(argument, 'TO', '5.1.3');
  if (path.kind === 'refused') return path;
  const { mailbox, utf8, parameters } = path.value;
  if (mailbox === null) return refused(501, '5.1.3', 'Recipient address is empty');
  let rcpt: RcptCommand = { forwardPath: mailbox, notify: null, orcpt: null };
  const seen = new Set<string>();
  for (const { keyword, value } of parameters) {
    if (seen.has(keyword)) return refused(501, '5.5.4', `${keyword} may be given once only`);
    seen.add(keyword);
    const read = readRcptParameter(keyword, value);
    if (read.kind === 'refused') return read;
    rcpt = { ...rcpt, ...read.value };
  }
  if (utf8 && !smtpUtf8) return refused(553, '5.6.7', 'An address with letters beyond ASCII needs the SMTPUTF8 parameter of MAIL');
  return ok(rcpt);
}

interface Parameter {
  /** Upper case. */
  readonly keyword: string;
  readonly value: string | null;
}
interface PathAndParameters {
  readonly mailbox: Mailbox | null;
  readonly utf8: boolean;
  readonly parameters: readonly Parameter[];
}

/** White space after the colon is against the grammar but widespread, and harmless: it is taken. */
function readPath(argument: string, word: 'FROM' | 'TO', enhanced: string): Result<PathAndParameters> {
  const verb = word === 'FROM' ? 'MAIL' : 'RCPT';
  if (argument.slice(0, word.length + 1).toUpperCase() !== `${word}:`) return refused(501, '5.5.4', `Syntax: ${verb} ${word}:<address>`);
  const path = parsePath(argument.slice(word.length + 1).trimStart());
  if (path.kind === 'bad') return refused(501, enhanced, addressText(path.problem, `${verb} ${word}:<address>`));
  if (path.rest !== '' && !/^[ \t]/.test(path.rest)) return refused(501, '5.5.4', 'A space must follow the address');
  const parameters: Parameter[] = [];
  for (const word of path.rest.split(/[ \t]+/)) {
    if (word === '') continue;
    const parameter = readParameter(word);
    if (parameter === null) return refused(501, '5.5.4', 'Parameter is malformed');
    parameters.push(parameter);
  }
  return ok({ mailbox: path.mailbox, utf8: path.utf8, parameters });
}

function addressText(problem: AddressProblem, syntax: string): string {
  switch (problem) {
    case 'not-a-path': return `Syntax: ${syntax}`;
    case 'local-part': return 'Address is malformed before the @';
    case 'domain': return 'Address is malformed after the @';
    case 'domain-missing': return 'Address needs a domain';
    case 'source-route': return 'Source route is malformed';
    case 'too-long': return 'Address is too long';
    case 'character': return 'Address has a character that is not allowed';
  }
}

/** esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-"); esmtp-value = 1*(%d33-60 / %d62-126), RFC 6531 §3.3 adds UTF-8. */
function readParameter(word: string): Parameter | null {
  const equals = word.indexOf('=');
  const keyword = (equals < 0 ? word : word.slice(0, equals)).toUpperCase();
  if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword)) return null;
  if (equals < 0) return { keyword, value: null };
  const value = word.slice(equals + 1);
  return value === '' || value.includes('=') && !isXtextKeyword(keyword) ? null : { keyword, value };
}

/** AUTH=<>, ENVID and ORCPT carry xtext, and some senders leave an = in it. */
function isXtextKeyword(keyword: string): boolean {
  return keyword === 'AUTH' || keyword === 'ENVID' || keyword === 'ORCPT';
}

function readMailParameter(keyword: string, value: string | null): Result<Partial<MailCommand>> {
  switch (keyword) {
    case 'SIZE': // RFC 1870 §4: 1*20DIGIT
      return value !== null && /^\d{1,20}$/.test(value) ? ok({ size: Number(value) }) : refused(501, '5.5.4', 'Syntax: SIZE=number');
    case 'BODY': { // RFC 6152 §2; BINARYMIME is not offered
      const body = value?.toUpperCase();
      return body === '7BIT' || body === '8BITMIME' ? ok({ body }) : refused(501, '5.5.4', 'Syntax: BODY=7BIT or BODY=8BITMIME');
    }
    case 'SMTPUTF8': // RFC 6531 §3.4
      return value === null ? ok({ smtpUtf8: true }) : refused(501, '5.5.4', 'SMTPUTF8 has no value');
    case 'RET': { // RFC 3461 §4.3
      const ret = value?.toUpperCase();
      return ret === 'FULL' || ret === 'HDRS' ? ok({ ret }) : refused(501, '5.5.4', 'Syntax: RET=FULL or RET=HDRS');
    }
    case 'ENVID': // RFC 3461 §4.4
      return value !== null && value.length <= maxEnvidCharacters && isXtext(value) ? ok({ envid: value }) : refused(501, '5.5.4', 'Syntax: ENVID=xtext of at most 100 characters');
    case 'AUTH': // RFC 4954 §5: a server that offers AUTH takes it. We trust nobody else's word, so it is read and forgotten.
      return value !== null && (value === '<>' || isXtext(value)) ? ok({}) : refused(501, '5.5.4', 'Syntax: AUTH=<> or AUTH=xtext');
    default:
      return refused(555, '5.5.4', 'Unknown MAIL parameter');
  }
}

function readRcptParameter(keyword: string, value: string | null): Result<Partial<RcptCommand>> {
  switch (keyword) {
    case 'NOTIFY': {
      const notify = value === null ? null : readNotify(value);
      return notify === null ? refused(501, '5.5.4', 'Syntax: NOTIFY=NEVER, or a list of SUCCESS, FAILURE, DELAY') : ok({ notify });
    }
    case 'ORCPT': // RFC 3461 §4.2: addr-type ";" xtext
      return value !== null && value.length <= maxOrcptCharacters && /^[A-Za-z0-9-]+;./.test(value) && isXtext(value.slice(value.indexOf(';') + 1))
        ? ok({ orcpt: value }) : refused(501, '5.5.4', 'Syntax: ORCPT=type;xtext');
    default:
      return refused(555, '5.5.4', 'Unknown RCPT parameter');
  }
}

/** RFC 3461 §4.1: NEVER stands alone, the others once each. */
function readNotify(value: string): RcptCommand['notify'] {
  const words = value.toUpperCase().split(',');
  if (words.length === 1 && words[0] === 'NEVER') return ['NEVER'];
  const notify: ('SUCCESS' | 'FAILURE' | 'DELAY')[] = [];
  for (const word of words) {
    if (word !== 'SUCCESS' && word !== 'FAILURE' && word !== 'DELAY') return null;
    if (notify.includes(word)) return null;
    notify.push(word);
  }
  return notify;
}

/** RFC 3461 §4: printable ASCII; a "+" begins two upper-case hex digits. The "=" that it forbids is let through, see above. */
function isXtext(value: string): boolean {
  return /^(?:[!-*,-~]|\+[0-9A-F]{2})+$/.test(value);
}
