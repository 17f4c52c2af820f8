// What the servers tell mail/ and hear from it. Structurally the same as core/net/*/backend.ts, which mail/ may not import:
// host/ puts the two together and the compiler checks there that they fit.
import type { Mailbox } from '../protocol/address.ts';
import type { ReasonRecord } from '../contract/records.ts';
import type { Words } from '../contract/sentences.ts';
import type { Reason } from './describe.ts';

export interface Reply {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}
export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'refused'; readonly reply: Reply };

/** Facts about a connection. Addresses are plain: IPv4-mapped IPv6 is shown as IPv4. */
export interface Connection {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly tls: boolean;
  readonly sessionId: number;
}
export interface Login {
  readonly accountId: number;
  readonly address: string;
}
export interface SmtpConnection extends Connection {
  readonly server: 'smtp' | 'submission' | 'smtps';
  readonly helo: string;
  readonly esmtp: boolean;
  readonly login: Login | null;
}
export interface PopConnection extends Connection {
  readonly server: 'pop3' | 'pop3s';
}

export interface Credentials {
  readonly method: 'PLAIN' | 'LOGIN';
  readonly user: string;
  readonly password: string;
}
export type LoginVerdict = { readonly kind: 'ok'; readonly login: Login } | { readonly kind: 'refused'; readonly reply: Reply; readonly disconnect: boolean };

export interface MailCommand {
  readonly reversePath: Mailbox | null;
  readonly size: number | null;
  readonly body: '7BIT' | '8BITMIME';
  readonly smtpUtf8: boolean;
  readonly ret: 'FULL' | 'HDRS' | null;
  readonly envid: string | null;
}
export interface RcptCommand {
  readonly forwardPath: Mailbox;
  readonly notify: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[] | null;
  readonly orcpt: string | null;
}
export interface Envelope {
  readonly mail: MailCommand;
  readonly recipients: readonly RcptCommand[];
}
export interface MessageSink {
  write(chunk: Buffer): boolean;
  drained(): Promise<void>;
  finish(): Promise<{ readonly kind: 'ok'; readonly id: string } | { readonly kind: 'refused'; readonly reply: Reply }>;
  abort(): void;
}

export interface Maildrop {
  readonly messages: readonly { readonly uidl: string; readonly octets: number }[];
  read(index: number): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
  readStart(index: number, bytes: number): Buffer | Promise<Buffer>;
  remove(indexes: readonly number[]): Promise<void>;
  release(): void;
}
export type PopRefusal = { readonly kind: 'refused'; readonly code: 'AUTH' | 'SYS/TEMP' | 'IN-USE' | 'LOGIN-DELAY'; readonly text: string; readonly disconnect: boolean };
export type PopOpening = { readonly kind: 'ok'; readonly address: string; readonly maildrop: Maildrop } | PopRefusal;

/** Where one recipient of an accepted message went, for the Routing log. */
export interface Destination {
  readonly recipient: string;
  readonly kind: 'local' | 'remote' | 'bad' | 'archive';
  /** Address of the account, or of the recipient elsewhere. */
  readonly address: string;
  readonly reason: Reason | null;
}

/** What mail/ tells the log and the statistics. One event a fact; formatEvent in events.ts makes a line of it. */
export type MailEvent =
  | {
    readonly kind: 'accepted'; readonly id: string; readonly sessionId: number; readonly from: string; readonly to: readonly string[];
    readonly subject: string; readonly bytes: number; readonly remoteAddress: string; readonly destinations: readonly Destination[];
  }
  | { readonly kind: 'refused'; readonly sessionId: number; readonly remoteAddress: string; readonly stage: 'sender' | 'recipient' | 'message'; readonly from: string; readonly to: string; readonly reason: Reason }
  | { readonly kind: 'logged-on'; readonly sessionId: number; readonly server: string; readonly remoteAddress: string; readonly address: string }
  | { readonly kind: 'logon-failed'; readonly sessionId: number; readonly server: string; readonly remoteAddress: string; readonly user: string; readonly reason: Reason }
  | { readonly kind: 'address-blocked'; readonly remoteAddress: string; readonly failures: number; readonly until: number }
  /** Once, until an hour has passed without it. `who`: an account, or an address that may send without logon. */
  | { readonly kind: 'limit-reached'; readonly sessionId: number; readonly who: string; readonly remoteAddress: string; readonly reason: Reason }
  | { readonly kind: 'attachments-extracted'; readonly id: string; readonly address: string; readonly files: readonly string[] }
  /** A server took the message for these recipients; `sessionId` is the transcript that shows it. `ms`: from MAIL to the last answer. */
  | {
    readonly kind: 'sent'; readonly id: string; readonly sessionId: number; readonly from: string; readonly recipients: readonly string[]; readonly bytes: number;
    readonly host: string; readonly address: string; readonly tls: boolean; readonly reply: string; readonly ms: number;
  }
  /** Not now: it is tried again. `host` '' = none was reached. */
  | {
    readonly kind: 'deferred'; readonly id: string; readonly sessionId: number; readonly recipients: readonly { readonly address: string; readonly reason: ReasonRecord }[];
    readonly host: string; readonly attempts: number; readonly nextTryAt: number;
  }
  /** Given up; `reported`: the sender is told. `kept`: it is in the bad queue as well. */
  | {
    readonly kind: 'failed'; readonly id: string; readonly sessionId: number; readonly recipients: readonly { readonly address: string; readonly reason: ReasonRecord }[];
    readonly host: string; readonly reported: boolean; readonly kept: boolean;
  }
  /** The sender of message `id` is told of it by a message of ours, `reportId`. `local`: it lies in a mailbox here already. */
  | {
    readonly kind: 'reported'; readonly id: string; readonly about: 'failed' | 'delayed' | 'relayed'; readonly to: string; readonly reportId: string;
    readonly subject: string; readonly bytes: number; readonly local: boolean;
  }
  /** The way to the Internet is gone (tried again at `nextTryAt`), or back. */
  | { readonly kind: 'line'; readonly up: boolean; readonly cause: string; readonly nextTryAt: number | null }
  | {
    readonly kind: 'queue-action'; readonly id: string; readonly action: 'retry' | 'hold' | 'release' | 'reroute' | 'remove' | 'give-back' | 'change-recipient';
    readonly recipients: readonly string[]; readonly who: string;
    /** Of change-recipient: whom the recipient stands for now, and whether his copy lies in a mailbox here already. */
    readonly previous?: string; readonly local?: boolean;
  }
  /** Something of ours went wrong. `cause` is for our log only. */
  | { readonly kind: 'problem'; readonly id: string | null; readonly what: string | Words; readonly cause: unknown };
