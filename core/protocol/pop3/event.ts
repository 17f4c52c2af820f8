// What a POP3 session tells its driver, one at a time. An event with a decision holds everything else back until the driver
// has called the method of the session that is named here. Used by server-session.ts and net/pop3.

/** `heard`: the client's line that this event is about, fit for a log (secrets masked); null when it was logged before. */
interface Heard {
  readonly heard: string | null;
}

/** To be sent. `line` is without CRLF; `body` is the rest of a multi-line response with its end, in pieces. ASCII. */
export interface ReplyEvent extends Heard {
  readonly kind: 'reply';
  readonly line: string;
  readonly body: Iterable<string> | null;
}

/** Decide with `loggedOn` or `logOnRefused`. */
export interface LogOnEvent extends Heard {
  readonly kind: 'log-on';
  readonly user: string;
  readonly password: string;
}

/** Decide with `loggedOn` or `logOnRefused`. */
export interface ApopEvent extends Heard {
  readonly kind: 'log-on-apop';
  readonly user: string;
  readonly digest: string;
}

/** Send `line`, throw away what was received and not given to the session, negotiate TLS, then call `tlsStarted`. */
export interface StartTlsEvent extends Heard {
  readonly kind: 'start-tls';
  readonly line: string;
}

/**
 * Send `line`, then the message `index` (from 0): all of it, or its header and `lines` lines of the body. Then call `messageSent`.
 * If it cannot be read: send nothing and call `messageFailed`.
 */
export interface MessageEvent extends Heard {
  readonly kind: 'message';
  readonly line: string;
  readonly index: number;
  readonly lines: number | null;
}

/** Remove these messages for good (there may be none), then call `updated` with whether that worked. */
export interface UpdateEvent extends Heard {
  readonly kind: 'update';
  readonly indexes: readonly number[];
}

export type EndReason = 'quit' | 'update-failed' | 'mistakes' | 'refused' | 'client-gone';

export type Pop3Event =
  | ReplyEvent | LogOnEvent | ApopEvent | StartTlsEvent | MessageEvent | UpdateEvent
  /** Close the connection when all is sent. Nothing comes after it. */
  | { readonly kind: 'close'; readonly reason: EndReason }
  | { readonly kind: 'need-bytes' };

/** RFC 2449 §6.4, RFC 3206. */
export type ResponseCode = 'AUTH' | 'SYS/TEMP' | 'SYS/PERM' | 'IN-USE' | 'LOGIN-DELAY';

export interface LogOnRefusal {
  readonly code: ResponseCode;
  readonly text: string;
  /** The session ends after the answer. */
  readonly disconnect: boolean;
}

export function reply(heard: string | null, line: string, body: Iterable<string> | null = null): ReplyEvent {
  return { kind: 'reply', heard, line, body };
}

/** RFC 1939 §3: the line of a response has at most 512 octets with its CRLF. */
const maxLine = 510;

/** `text` is made harmless: one line of ASCII. */
export function refusal(text: string, code?: ResponseCode): string {
  const line = `-ERR ${code === undefined ? '' : `[${code}] `}${text}`.replaceAll(/[^\x20-\x7e]+/g, '?');
  return line.length > maxLine ? line.slice(0, maxLine) : line;
}
