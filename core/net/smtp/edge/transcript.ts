// What may be written down of what a client says. Credentials are masked here, before anybody else sees the line.

const mask = '******';
/** A longer line is cut: a transcript is to be read. */
const maxShown = 500;

const verbs = new Set(['HELO', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'QUIT', 'VRFY', 'EXPN', 'HELP', 'STARTTLS', 'ETRN', 'AUTH']);

/**
 * @param line without CRLF
 * @param after `exchange`: the server has asked for credentials. `refused`: AUTH was tried before in this session; a client that
 *   does not wait for the answer goes on with its credentials, so that a line without a verb may be a password.
 */
export function transcriptLine(line: string, after: 'exchange' | 'refused' | null): string {
  if (after === 'exchange') return line === '*' ? line : mask;
  if (after === null && !/^\s*AUTH/i.test(line)) return cut(line);
  const [first = '', second = ''] = line.trim().split(/[ \t]+/);
  const verb = first.toUpperCase();
  if (verb.startsWith('AUTH')) {
    const method = /^(PLAIN|LOGIN)$/i.test(second) ? ` ${second}` : '';
    return verb !== 'AUTH' ? mask : line.trim() === `${first}${method}` ? `${first}${method}` : `${first}${method} ${mask}`;
  }
  if (after === 'refused' && !verbs.has(verb)) return mask;
  return cut(line);
}

function cut(line: string): string {
  return line.length > maxShown ? `${line.slice(0, maxShown)}...` : line;
}
