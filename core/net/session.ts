// What every server tells about a connection while it lives: who, what was said, how it ended.
// net/ only knows this interface; host/ implements it (log files, the console's live sessions, Disconnect).
// Secrets never get here: whoever writes a line masks it first.

export type ServerName = 'smtp' | 'submission' | 'smtps' | 'pop3' | 'pop3s';
/** Sessions that we open at others. */
export type OutboundKind = 'smtp-out';

/** The two ends of a connection. Addresses are plain: IPv4-mapped IPv6 is shown as IPv4. */
export interface Ends {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

export interface SessionOpening extends Ends {
  readonly server: ServerName;
  readonly tls: boolean;
  /** Called for Disconnect in the console, and at shutdown: close the connection politely (421 / -ERR), then at once. */
  disconnect(reason: 'administrator' | 'shutdown'): void;
}

/** The transcript of one connection. Calls are cheap: they happen for every line of the protocol. */
export interface SessionRecord {
  readonly id: number;
  /** A line sent by this server, without CRLF. */
  sent(line: string): void;
  /** A line received, without CRLF, secrets already masked. */
  received(line: string): void;
  /** A remark of ours ("Message of 4,096 bytes accepted"). */
  note(text: string, level?: 'info' | 'warning' | 'error'): void;
  /** Facts for the list of live sessions. */
  update(facts: Partial<{ tls: boolean; account: string; from: string; to: readonly string[]; state: string }>): void;
  traffic(bytesIn: number, bytesOut: number): void;
  /** Once, when the connection is gone. */
  end(outcome: 'successful' | 'terminated', reason?: string): void;
}

/** `refused`: too many sessions, shutting down, or an address that is blocked for a while; `text` may be shown to the peer. */
export type Admission = { readonly kind: 'admitted'; readonly record: SessionRecord } | { readonly kind: 'refused'; readonly text: string };

export interface Sessions {
  admit(opening: SessionOpening): Admission;
}

/** Connections that we open. No admission: who opens them has his own limits. */
export interface OutboundSessions {
  /**
   * @param to host and port as they will be called, for the list of live sessions
   * @param disconnect for Disconnect in the console, and at shutdown
   */
  open(kind: OutboundKind, to: string, disconnect: (reason: 'administrator' | 'shutdown') => void): SessionRecord;
}
