// What the command handlers (mail, rcpt, data, auth) see of a connection. edge/connection.ts implements it.
import { mailboxKey } from '../../../protocol/address.ts';
import type { SessionRecord } from '../../session.ts';
import type { Envelope, MailCommand, RcptCommand, Reply, SmtpBackend, SmtpOptions, SmtpSession } from '../backend.ts';
import type { Receiver } from './stream.ts';

/** One mail transaction, from MAIL to the end of DATA (RFC 5321 §3.3). */
export class Transaction implements Envelope {
  readonly mail: MailCommand;
  readonly recipients: RcptCommand[] = [];
  private readonly places = new Map<string, number>();
  private repeated = 0;

  constructor(mail: MailCommand) {
    this.mail = mail;
  }

  /** Whether this one is one too many. So many may be named again, too. */
  isFull(rcpt: RcptCommand, most: number): boolean {
    return this.places.has(keyOf(rcpt)) ? this.repeated >= most : this.recipients.length >= most;
  }

  /** A recipient that is named twice gets one copy; the later parameters count. */
  add(rcpt: RcptCommand): void {
    const place = this.places.get(keyOf(rcpt));
    if (place !== undefined) {
      this.recipients[place] = rcpt;
      this.repeated += 1;
      return;
    }
    this.places.set(keyOf(rcpt), this.recipients.length);
    this.recipients.push(rcpt);
  }
}

const keyOf = ({ forwardPath }: RcptCommand): string => mailboxKey(forwardPath);

export interface Conversation {
  readonly backend: SmtpBackend;
  readonly limits: SmtpOptions;
  readonly record: SessionRecord;
  transaction: Transaction | null;
  /** The facts as they are now. */
  facts(): SmtpSession;
  reply(reply: Reply): void;
  /** 354: the message may come. */
  startMessage(receiver: Receiver): void;
  /** The transaction is over and its message accepted. */
  accepted(): void;
  /** A message is over, whatever became of it: back to the state after EHLO. */
  reset(): void;
  /** smtp-server's own AUTH, for an argument that is already checked. */
  exchangeCredentials(argument: string, done: () => void): void;
  /** Something of ours has failed: for the program's log, not for the peer. */
  failed(what: string, error: unknown): void;
}

export type Handler = (conversation: Conversation, argument: string, done: () => void) => void;

export const replies = {
  /** RFC 5321 §4.2.3; unknown failures are temporary. */
  localError: { code: 451, enhanced: '4.3.0', text: 'Something went wrong here, try again later' },
  outOfOrder: (text: string): Reply => ({ code: 503, enhanced: '5.5.1', text }),
} as const;
