// The client's side of POP3, the writing half: command lines, and how each is shown in a transcript. Used by net/smtp-client/pop-check.ts.
import { createHash } from 'node:crypto';

export interface PopCommand {
  /** Without CRLF. */
  readonly line: string;
  /** The same without secrets. */
  readonly shown: string;
}

export function plainCommand(line: string): PopCommand {
  return { line, shown: line };
}

/** Null: the argument has a character that would end the line, or the field. */
export function userCommand(user: string): PopCommand | null {
  return isArgument(user) ? plainCommand(`USER ${user}`) : null;
}

export function passCommand(password: string): PopCommand | null {
  return isArgument(password) ? { line: `PASS ${password}`, shown: 'PASS ******' } : null;
}

/** RFC 1939 §7: the digest of the challenge, brackets included, and the shared secret. */
export function apopCommand(user: string, password: string, challenge: string): PopCommand | null {
  if (!isArgument(user) || user.includes(' ')) return null;
  const digest = createHash('md5').update(challenge, 'latin1').update(password, 'utf8').digest('hex');
  return { line: `APOP ${user} ${digest}`, shown: `APOP ${user} ******` };
}

/** The msg-id in the greeting of a server that knows APOP; null if there is none. RFC 1939 §7. */
export function challengeIn(greeting: string): string | null {
  return /<[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]*>/.exec(greeting)?.[0] ?? null;
}

function isArgument(text: string): boolean {
  return text !== '' && !/[\x00-\x1f\x7f]/.test(text);
}
