// What a transcript may show of logging on: neither passwords nor what answers a challenge, nor a server's words that repeat them.
// Called by connection.ts for every line.
import type { Logon } from '../types.ts';

const hidden = '******';
/** Shorter passwords are found everywhere. */
const shortestFound = 4;

/** @param inLogon whether the line belongs to AUTH */
export function shownCommand(line: string, inLogon: boolean): string {
  if (!inLogon || line === '' || line === '*') return line;
  const [, verb = '', argument = ''] = /^(AUTH [A-Z0-9-]+)( .*)?$/i.exec(line) ?? [];
  if (verb === '') return hidden;
  return argument === '' ? verb : `${verb} ${hidden}`;
}

export function withoutSecrets(text: string, logon: Logon | null): string {
  if (logon === null || logon.password.length < shortestFound) return text;
  const secrets = [Buffer.from(`\0${logon.user}\0${logon.password}`).toString('base64'), Buffer.from(logon.password).toString('base64'), logon.password];
  return secrets.reduce((shown, secret) => text.slice(0, 4) + shown.slice(4).replaceAll(secret, hidden), text);
}
