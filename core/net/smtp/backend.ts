// What the SMTP server asks of the rest of Merpati. The server speaks the protocol and knows nothing of mail;
// host/ answers with mail/ and store/.
import type { Ends, Sessions } from '../session.ts';

/** RFC 5321 §4.2: code, RFC 3463 enhanced code, one line of text. Nothing secret: the peer sees it. */
export interface Reply {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}
export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'refused'; readonly reply: Reply };

/** An address taken apart once. `local` is unquoted; `domain` is lower case, A-labels decoded to U-labels; an address literal keeps its brackets. */
export interface Mailbox {
  readonly local: string;
  readonly domain: string;
}

/** Facts about the connection that decisions rest on. */
export interface SmtpSession extends Ends {
  readonly server: 'smtp' | 'submission' | 'smtps';
  readonly tls: boolean;
  /** The name from HELO or EHLO, '' before it. */
  readonly helo: string;
  readonly esmtp: boolean;
  readonly login: Login | null;
  readonly sessionId: number;
}

/** Somebody who has logged on. */
export interface Login {
  readonly accountId: number;
  readonly address: string;
}

export interface Credentials {
  readonly method: 'PLAIN' | 'LOGIN';
  readonly user: string;
  readonly password: string;
}

export type LoginVerdict = { readonly kind: 'ok'; readonly login: Login } | { readonly kind: 'refused'; readonly reply: Reply; readonly disconnect: boolean };

/** RFC 3461 parameters are kept as received. `reversePath` null = `<>`. */
export interface MailCommand {
  readonly reversePath: Mailbox | null;
  readonly size: number | null;
  readonly body: '7BIT' | '8BITMIME';
  readonly smtpUtf8: boolean;
  readonly ret: 'FULL' | 'HDRS' | null;
  readonly envid: string | null;
}
export interface RcptCommand {
  /** `<Postmaster>` without a domain has domain ''. */
  readonly forwardPath: Mailbox;
  readonly notify: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[] | null;
  readonly orcpt: string | null;
}

export interface Envelope {
  readonly mail: MailCommand;
  readonly recipients: readonly RcptCommand[];
}

/** Where the bytes of one DATA go. Exactly one of finish and abort is called. */
export interface MessageSink {
  /** Message bytes: dots unstuffed, every line ended by CRLF. False: wait for drained() before the next call. */
  write(chunk: Buffer): boolean;
  drained(): Promise<void>;
  /** Resolves when the message is on disk (or refused), and never before. */
  finish(): Promise<{ readonly kind: 'ok'; readonly id: string } | { readonly kind: 'refused'; readonly reply: Reply }>;
  abort(): void;
}

export interface SmtpBackend {
  readonly sessions: Sessions;
  /** Whether AUTH may be offered on this connection as it is now (RFC 4954: not in clear text outside the LAN). */
  mayLogOn(session: SmtpSession): boolean;
  logOn(credentials: Credentials, session: SmtpSession): Promise<LoginVerdict>;
  sender(mail: MailCommand, session: SmtpSession): Verdict;
  recipient(rcpt: RcptCommand, envelope: Envelope, session: SmtpSession): Verdict;
  /** Called at DATA. */
  message(envelope: Envelope, session: SmtpSession): MessageSink | { readonly kind: 'refused'; readonly reply: Reply };
}

/** Limits and names, read afresh for every connection so that a changed setting is live. */
export interface SmtpOptions {
  readonly greetingName: (localAddress: string) => string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  readonly inactiveMs: number;
  readonly latencyMs: number;
}
