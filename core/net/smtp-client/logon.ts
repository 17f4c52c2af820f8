// Logging on to the server (RFC 4954): which method, by what it offers and how the connection is protected. Called by client.ts.
import type { EdgeConnection } from './edge/connection.ts';
import type { Logon } from './types.ts';

export interface LogonProblem {
  readonly cause: string;
  readonly text: string;
  /** As the server said it. */
  readonly reply: string | null;
}

/** In clear text a method comes first that does not show the password. */
const inClear = ['CRAM-MD5', 'PLAIN', 'LOGIN'];
const encrypted = ['PLAIN', 'LOGIN', 'CRAM-MD5'];

/** Null: logged on. */
export async function logOn(connection: EdgeConnection, logon: Logon, ms: number): Promise<LogonProblem | null> {
  // A NUL ends a field of PLAIN, a ^A one of XOAUTH2, and no server has a name with a line end.
  if (/[\x00\x01\r\n]/.test(logon.user) || /[\x00\x01]/.test(logon.password) || logon.user === '') return problem('EINVAL', 'The user name or password has characters that cannot be sent.');
  if (!connection.allowsAuth) return problem('ENOAUTH', 'The server offers no logon here.');
  const method = chosenMethod(logon, connection);
  if (method === null) return problem('ENOAUTH', `The server offers none of the ways to log on that are known here (it offers ${connection._supportedAuth.join(', ') || 'none of them'}).`);
  connection.step = 'logon';
  connection.beImpatient(ms);
  const error = await new Promise<Error | null>((resolve) => {
    const settle = (failed: Error | null): void => resolve(failed);
    connection.on('end', () => settle(new Error('The connection went while logging on.')));
    connection.login({ user: logon.user, pass: logon.password, credentials: { user: logon.user, pass: logon.password }, method, ...(method === 'XOAUTH2' ? { oauth2: tokenOf(logon) as never } : {}) }, settle);
  });
  connection.beImpatient(0);
  connection.step = 'open';
  if (error === null) return null;
  const last = connection.lastServerResponse;
  const { ending } = connection;
  const refusal = typeof last === 'string' && /^[45]\d\d/.test(last) ? last : null;
  return { cause: ending !== null && ending.cause !== '421' ? ending.cause : 'EAUTH', text: refusal === null ? ending?.text ?? error.message : 'The server refused the logon.', reply: refusal };
}

function chosenMethod(logon: Logon, connection: EdgeConnection): string | null {
  if (logon.method !== 'auto') return logon.method.toUpperCase();
  return (connection.secure ? encrypted : inClear).find((method) => connection._supportedAuth.includes(method)) ?? null;
}

/** What the library asks of a source of tokens: ours has one, and no second when the first was refused. */
function tokenOf(logon: Logon): object {
  return {
    getToken: (again: boolean, done: (error: Error | null, token?: string) => void) => again ? done(new Error('The access token was refused.')) : done(null, logon.password),
    buildXOAuth2Token: (token: string) => Buffer.from(`user=${logon.user}\x01auth=Bearer ${token}\x01\x01`).toString('base64'),
  };
}

function problem(cause: string, text: string): LogonProblem {
  return { cause, text, reply: null };
}
