// What the SMTP client is asked and answers. core/mail/outbound/ports.ts says the same from the side that sends (net/ may not import
// mail/); the compiler checks in host/ that both fit.

/** RFC 5321 §4.2. `enhanced` (RFC 3463) is '' when the server gave none; `text` is one line, whatever it came in. */
export interface Reply {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}
export type TlsChoice = 'none' | 'opportunistic' | 'starttls' | 'tls';
export interface Logon {
  readonly user: string;
  readonly password: string;
  readonly method: 'auto' | 'plain' | 'login' | 'cram-md5' | 'xoauth2';
}
/** One address to try. */
export interface HopAddress {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly tls: TlsChoice;
  /** Whether the certificate must prove `host`. Never so with `opportunistic`, which would rather send in clear text. */
  readonly verify: boolean;
  readonly logon: Logon | null;
  /** '' = the system chooses. */
  readonly sourceAddress: string;
  readonly helo: string;
}
export interface PopCheck {
  readonly host: string;
  readonly port: number | null;
  readonly tls: TlsChoice;
  readonly verify: boolean;
  readonly user: string;
  readonly password: string;
}
export interface Timeouts {
  readonly connectMs: number;
  /** For the greeting, a TLS handshake, and each answer to a command. */
  readonly greetingMs: number;
  /** For the answer to the final dot; while the message is sent, for as long as nothing moves. */
  readonly dataMs: number;
}
/** The transcript; session.ts SessionRecord fits. */
export interface Transcript {
  readonly id: number;
  sent(line: string): void;
  received(line: string): void;
  note(text: string, level?: 'info' | 'warning' | 'error'): void;
  update(facts: Partial<{ tls: boolean; account: string; from: string; to: readonly string[]; state: string }>): void;
  traffic(bytesIn: number, bytesOut: number): void;
  end(outcome: 'successful' | 'terminated', reason?: string): void;
}
/** `stage`: how far it got. `cause`: a system code or the reason of TLS. `local`: nothing left this computer. */
export interface ConnectFailure {
  readonly stage: 'connect' | 'greeting' | 'ehlo' | 'tls' | 'logon' | 'pop';
  readonly reply: Reply | null;
  readonly cause: string;
  readonly text: string;
  readonly local: boolean;
}
export type Connected = { readonly kind: 'connected'; readonly session: SmtpClientSession } | { readonly kind: 'failed'; readonly failure: ConnectFailure };

export interface OutgoingMessage {
  /** '' = null reverse-path. */
  readonly reversePath: string;
  readonly recipients: readonly { readonly address: string; readonly notify: string | null; readonly orcpt: string | null }[];
  readonly octets: number;
  readonly envid: string | null;
  readonly ret: string | null;
  readonly smtpUtf8: boolean;
  readonly eightBit: boolean;
  /** CRLF line ends, not dot-stuffed. Called once, when the server has said 354. */
  content(): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
}
export type SendResult =
  | { readonly kind: 'answered'; readonly mail: Reply; readonly recipients: readonly (Reply | null)[]; readonly data: Reply | null }
  | { readonly kind: 'broken'; readonly afterData: boolean; readonly cause: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly cause: unknown };

export interface SmtpClientSession {
  readonly host: string;
  readonly address: string;
  readonly localAddress: string;
  readonly tls: boolean;
  readonly loggedOn: boolean;
  readonly dsn: boolean;
  /** 0: not said. RFC 1870. */
  readonly maxBytes: number;
  readonly broken: boolean;
  /** One at a time. */
  send(message: OutgoingMessage): Promise<SendResult>;
  /** MAIL and RCPT, then RSET. */
  probe(reversePath: string, recipient: string): Promise<SendResult>;
  /** QUIT, then closed; never throws. */
  quit(): Promise<void>;
}
export interface SmtpClient {
  /** The transcript is ended by the time the connection is gone, or has failed. */
  connect(to: HopAddress, timeouts: Timeouts, record: Transcript, signal: AbortSignal): Promise<Connected>;
  /** Logs on to a POP3 server and leaves. Null: it went well. The transcript is left open: the SMTP session follows in it. */
  popCheck(to: PopCheck, addresses: readonly string[], timeouts: Timeouts, record: Transcript, signal: AbortSignal): Promise<ConnectFailure | null>;
}
