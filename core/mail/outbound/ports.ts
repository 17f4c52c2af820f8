// What sending needs of the world: DNS, and SMTP connections to other servers. mail/ may not import net/; core/net/dns and
// core/net/smtp-client fit these interfaces structurally and core/host joins them. Tests bring small versions of their own.
import type { ReasonRecord } from '../../contract/records.ts';
import type { AcceptedPart, QueuedMessage } from '../../store/store.ts';
import type { Reply } from '../types.ts';

/** Where an answer came from: shown by "Explain this route" and the log. */
export interface AnswerSource {
  readonly kind: 'hosts-file' | 'fixed' | 'cache' | 'dns' | 'literal';
  /** Address of the DNS server, name of the file; '' if there is none. */
  readonly server: string;
  readonly ms: number;
}
/**
 * Why there is no answer. Permanent: `no-such-domain` (NXDOMAIN), `no-data` (the name is there, the type is not).
 * Transient: `server-failure` (SERVFAIL and nonsense), `refused`, `timeout`, `unreachable` (no server could be reached at all: no line), `no-servers`.
 */
export type DnsProblem = 'no-such-domain' | 'no-data' | 'server-failure' | 'refused' | 'timeout' | 'unreachable' | 'no-servers' | 'illegal-name';
/** Each server that was asked without an answer, in order. */
export interface DnsTry {
  readonly server: string;
  readonly problem: DnsProblem;
  readonly ms: number;
}
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: T; readonly source: AnswerSource; readonly tries: readonly DnsTry[] }
  | { readonly kind: 'none'; readonly problem: DnsProblem; readonly source: AnswerSource | null; readonly tries: readonly DnsTry[] };

export interface Mx {
  /** Lower case, A-labels, no dot at the end; '' is the null MX (RFC 7505). */
  readonly host: string;
  readonly preference: number;
}
/** The mail server's own look-ups, by the DNS settings of this moment. Never throws. */
export interface Resolver {
  mx(domain: string): Promise<DnsAnswer<readonly Mx[]>>;
  /** IPv4 first, then IPv6, each as DNS gave them. A host that is an address is its own answer. */
  addresses(host: string): Promise<DnsAnswer<readonly string[]>>;
  /** MTA-STS (RFC 8461) and DANE (RFC 7672), as far as they can be had; `none` when the domain asks for nothing. */
  tlsPolicy(domain: string, mxHosts: readonly string[]): Promise<TlsPolicy>;
}
export type TlsPolicy =
  | { readonly kind: 'none' }
  /** Only these hosts (patterns such as *.example.net), only with a certificate that proves the name. */
  | { readonly kind: 'mta-sts'; readonly mode: 'enforce' | 'testing'; readonly mx: readonly string[] }
  /** It could not be learnt whether there is a policy: transient. */
  | { readonly kind: 'unknown'; readonly text: string };

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
  readonly tls: 'none' | 'opportunistic' | 'starttls' | 'tls';
  /** Whether the certificate must prove `host`. */
  readonly verify: boolean;
  readonly logon: Logon | null;
  /** '' = the system chooses. */
  readonly sourceAddress: string;
  readonly helo: string;
}
/** A POP3 logon that must come before sending. */
export interface PopCheck {
  readonly host: string;
  readonly port: number | null;
  readonly tls: 'none' | 'opportunistic' | 'starttls' | 'tls';
  readonly verify: boolean;
  readonly user: string;
  readonly password: string;
}
export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly dataMs: number;
}

/** What the transcript of a connection goes to; net/session.ts SessionRecord fits. */
export interface TranscriptRecord {
  readonly id: number;
  sent(line: string): void;
  received(line: string): void;
  note(text: string, level?: 'info' | 'warning' | 'error'): void;
  update(facts: Partial<{ tls: boolean; account: string; from: string; to: readonly string[]; state: string }>): void;
  traffic(bytesIn: number, bytesOut: number): void;
  end(outcome: 'successful' | 'terminated', reason?: string): void;
}

/** Where transcripts begin; net/session.ts OutboundSessions fits. `disconnect`: somebody wants the connection gone. */
export interface OutboundTranscripts {
  open(kind: 'smtp-out', to: string, disconnect: () => void): TranscriptRecord;
}

/**
 * A connection that did not come to the point of sending. `stage` says how far it got. `reply` is the server's, when one refused.
 * `cause`: a system code (ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, ETIMEDOUT ...) or a word of TLS (certificate reason).
 */
export interface ConnectFailure {
  readonly stage: 'connect' | 'greeting' | 'ehlo' | 'tls' | 'logon' | 'pop';
  readonly reply: Reply | null;
  readonly cause: string;
  /** English, for the log. */
  readonly text: string;
  /** Nothing left this computer: no route, no such source address. Says that the line is down, not that the server is. */
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
  /** The bytes to send, CRLF line ends, not dot-stuffed. Called once, when the server has said 354. */
  content(): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
}
/**
 * `answered`: one reply for MAIL, for each recipient in order (null: not asked) and for the end of DATA (null: not reached).
 * `broken`: the connection went before the final reply; `afterData`: all of the message had been handed over, it may have been taken.
 * `unreadable`: our own bytes could not be read; nothing was delivered.
 */
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
  /** The server takes DSN parameters (RFC 3461): it reports success itself. */
  readonly dsn: boolean;
  /** 0: not said. RFC 1870. */
  readonly maxBytes: number;
  /** One at a time. A broken session takes nothing more. */
  send(message: OutgoingMessage): Promise<SendResult>;
  /** MAIL and RCPT, then RSET: what the server would say to a message; `data` of the answer is null. */
  probe(reversePath: string, recipient: string): Promise<SendResult>;
  readonly broken: boolean;
  /** QUIT, then closed; never throws. */
  quit(): Promise<void>;
}
export interface SmtpClient {
  connect(to: HopAddress, timeouts: SmtpTimeouts, record: TranscriptRecord, signal: AbortSignal): Promise<Connected>;
  /** Logs on to a POP3 server and leaves. Null: it went well. */
  popCheck(to: PopCheck, addresses: readonly string[], timeouts: SmtpTimeouts, record: TranscriptRecord, signal: AbortSignal): Promise<ConnectFailure | null>;
}

/** What became of one recipient in a try, for the reports to the sender. */
export interface RecipientFate {
  readonly recipientId: number;
  readonly address: string;
  /** As in the queue: words of RFC 3461 separated by commas; null: not said. */
  readonly notify: string | null;
  readonly orcpt: string | null;
  /** The other server's, if it came to one. */
  readonly reply: Reply | null;
  /** The server that was tried last; '' if none was reached. */
  readonly host: string;
  readonly reason: ReasonRecord;
  /** When it was tried; epoch milliseconds. */
  readonly at: number;
}
/**
 * Reports to the sender of a message (RFC 3461, 3464), as parts for `Queues.settle`: none where nobody wants to hear of it. Whoever does not
 * commit them discards their files. core/mail/reports/reporter.ts makes them.
 */
export interface Reporter {
  /** These recipients are given up. */
  failed(message: QueuedMessage, fates: readonly RecipientFate[]): Promise<readonly AcceptedPart[]>;
  /** These are late and still tried. */
  delayed(message: QueuedMessage, fates: readonly RecipientFate[], facts: { readonly nextTryAt: number; readonly expiresAt: number }): Promise<readonly AcceptedPart[]>;
  /** These went to a server that sends no reports of its own. */
  relayed(message: QueuedMessage, fates: readonly RecipientFate[]): Promise<readonly AcceptedPart[]>;
}
