// Words of the POP3 server for the session log. Called by connection.ts.
import type { EndReason } from '../../protocol/pop3/event.ts';

/** Why a session ended otherwise than by QUIT. Null: the connection broke. */
export function whyEnded(reason: EndReason | null): string {
  switch (reason) {
    case 'mistakes': return 'Too many mistakes';
    case 'refused': return 'Logon refused';
    case 'update-failed': return 'The messages could not be deleted';
    case 'client-gone':
    case null: return 'The client left without QUIT, nothing was deleted';
    case 'quit': return '';
    default: return reason satisfies never;
  }
}

export function problemOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
