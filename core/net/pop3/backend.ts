// What the POP3 server asks of the rest of Merpati.
import type { Ends, Sessions } from '../session.ts';

export interface Pop3Session extends Ends {
  readonly server: 'pop3' | 'pop3s';
  readonly tls: boolean;
  readonly sessionId: number;
}

/** One message of a maildrop, as it stood when the session began (RFC 1939 §4). */
export interface MaildropMessage {
  /** 1 to 70 characters of 0x21-0x7E, for ever the same and never used again (RFC 1939 §7). */
  readonly uidl: string;
  /** Exactly the bytes that RETR sends, before dot-stuffing. */
  readonly octets: number;
}

/** A maildrop that this session holds alone. */
export interface Maildrop {
  readonly messages: readonly MaildropMessage[];
  /** The whole message with CRLF line ends: in one piece, or in pieces when it is large. Rejects if the file is gone. */
  read(index: number): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
  /** The header and the first lines of the body: enough for TOP. `bytes` is a wish, more may come. */
  readStart(index: number, bytes: number): Buffer | Promise<Buffer>;
  /** The UPDATE state: removes these messages, durable when it resolves. */
  remove(indexes: readonly number[]): Promise<void>;
  /** Always called once, whatever happened. */
  release(): void;
}

export type Pop3Refusal = { readonly kind: 'refused'; readonly code: 'AUTH' | 'SYS/TEMP' | 'IN-USE' | 'LOGIN-DELAY'; readonly text: string; readonly disconnect: boolean };
export type Pop3Opening = { readonly kind: 'ok'; readonly address: string; readonly maildrop: Maildrop } | Pop3Refusal;

export interface Pop3Backend {
  readonly sessions: Sessions;
  /** Whether USER/PASS and SASL PLAIN are allowed on this connection as it is now. */
  mayLogOn(session: Pop3Session): boolean;
  /** `user` is an address, or a mailbox name of the domain that the local address of the connection stands for. */
  logOn(user: string, password: string, session: Pop3Session): Promise<Pop3Opening>;
  /** RFC 1939 §7 APOP: `digest` is 32 lower-case hex digits over `timestamp` (the `<...>` of the greeting) and the secret. */
  logOnApop(user: string, timestamp: string, digest: string, session: Pop3Session): Promise<Pop3Opening>;
}

export interface Pop3Options {
  readonly greetingName: (localAddress: string) => string;
  readonly inactiveMs: number;
  readonly latencyMs: number;
}
