// A client's line as it may be shown in session logs: no password, no digest, no SASL data, whatever the client got wrong.
// Called by server-session.ts for every line.
import { decodeText } from './command.ts';

const hidden = '******';
const maxShown = 200;

/** Lines whose arguments tell no secret. */
const open = /^(?:USER|CAPA|STLS|UTF8|STAT|LIST|UIDL|TOP|RETR|DELE|NOOP|RSET|QUIT)(?: |$)/i;
/** What other programs say to a POP3 server: old commands, other protocols. Good to see in a log. */
const foreign = /^(?:LANG|XTND|RPOP|LAST|HELP|HELO|EHLO|MAIL|RCPT|DATA|GET|POST|OPTIONS|LOGIN|LOGOUT|XCLIENT|ID)(?= |$)/i;

/** @param line latin1, without its end */
export function maskLine(line: string): string {
  if (open.test(line)) return shortened(decodeText(line));
  const secret = /^(PASS|APOP|AUTH)(.*)$/is.exec(line);
  if (secret !== null) return maskSecret(secret[1] ?? '', secret[2] ?? '');
  // Anything else may be a password that came at the wrong moment.
  const word = foreign.exec(line)?.[0];
  if (word === undefined) return `${hidden} (${line.length} octets, not a command)`;
  return word === line ? word : `${word} ${hidden}`;
}

/** The line that answers a SASL challenge. */
export function maskAnswer(line: string): string {
  return line === '*' ? line : hidden;
}

/** The name in APOP and the mechanism in AUTH are no secret, if they are where they belong. */
function maskSecret(verb: string, rest: string): string {
  if (rest === '') return verb;
  const isAuth = /^AUTH$/i.test(verb);
  const [, word = '', more = ''] = /^ (\S+)( .*)?$/s.exec(rest) ?? [];
  if (isAuth && /^[A-Za-z0-9_-]{1,20}$/.test(word)) return more === '' ? `${verb} ${word}` : `${verb} ${word} ${hidden}`;
  if (/^APOP$/i.test(verb) && more !== '') return shortened(`${verb} ${decodeText(word)} ${hidden}`);
  return `${verb} ${hidden}`;
}

function shortened(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}...` : text;
}
