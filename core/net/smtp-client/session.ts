// An open SMTP session: messages one after another, each with a reply for every recipient. Made by client.ts.
// RFC 5321 §3.3 (a transaction), RFC 2920 (MAIL and RCPT in one packet; DATA waits until it is known that anybody is accepted).
import type { EdgeConnection } from './edge/connection.ts';
import { envelopeOf, type Envelope, type Offers, type Said } from './envelope.ts';
import { isPositive, readReply } from './reply.ts';
import { Sending } from './sending.ts';
import type { OutgoingMessage, Reply, SendResult, SmtpClientSession, Timeouts, Transcript } from './types.ts';

export interface SessionFacts {
  readonly host: string;
  readonly address: string;
  readonly localAddress: string;
  readonly loggedOn: boolean;
  readonly timeouts: Timeouts;
  readonly record: Transcript;
}
/** What the server said to MAIL and RCPT. */
interface Answers {
  readonly mail: Reply;
  readonly recipients: readonly (Reply | null)[];
}
/** The connection went, or the server said what is no reply. */
const lost = Symbol('lost');

/** Nobody is asked when nobody can be: each recipient has its own refusal. */
const notAsked: Reply = { code: 250, enhanced: '2.1.0', text: 'No recipient can be sent to this server; it was not asked.' };

export class Session implements SmtpClientSession {
  readonly host: string;
  readonly address: string;
  readonly localAddress: string;
  readonly loggedOn: boolean;
  readonly tls: boolean;
  readonly dsn: boolean;
  readonly maxBytes: number;
  private readonly connection: EdgeConnection;
  private readonly record: Transcript;
  private readonly timeouts: Timeouts;
  private readonly offers: Offers;
  /** A transaction was begun and not ended. */
  private needsReset = false;

  constructor(connection: EdgeConnection, facts: SessionFacts) {
    ({ host: this.host, address: this.address, localAddress: this.localAddress, loggedOn: this.loggedOn, record: this.record, timeouts: this.timeouts } = facts);
    this.connection = connection;
    this.tls = connection.secure;
    this.maxBytes = connection._maxAllowedSize;
    this.offers = {
      pipelining: connection.offers('PIPELINING'), size: connection.offers('SIZE'), dsn: connection.offers('DSN'),
      eightBit: connection.offers('8BITMIME'), smtpUtf8: connection.offers('SMTPUTF8'),
    };
    this.dsn = this.offers.dsn;
  }

  get broken(): boolean {
    return this.connection.isBroken;
  }

  async send(message: OutgoingMessage): Promise<SendResult> {
    const answers = await this.ask(message);
    if ('kind' in answers) return answers;
    const accepted = answers.recipients.some((reply) => reply !== null && isPositive(reply));
    if (!isPositive(answers.mail) || !accepted || this.broken) return { kind: 'answered', ...answers, data: null };
    const data = await this.sendData(message);
    this.connection.reportTraffic();
    return 'kind' in data ? data : { kind: 'answered', ...answers, data };
  }

  async probe(reversePath: string, recipient: string): Promise<SendResult> {
    const answers = await this.ask({
      reversePath, recipients: [{ address: recipient, notify: null, orcpt: null }], octets: 0, envid: null, ret: null, smtpUtf8: false, eightBit: false,
      content: () => Buffer.alloc(0),
    });
    if ('kind' in answers) return answers;
    if (this.needsReset && !this.broken) {
      this.needsReset = false;
      await this.connection.command('RSET', this.timeouts.greetingMs);
    }
    return { kind: 'answered', ...answers, data: null };
  }

  async quit(): Promise<void> {
    await this.connection.leave(null);
  }

  /** MAIL and RCPT, after RSET if the transaction before was left open. */
  private async ask(message: OutgoingMessage): Promise<Answers | SendResult> {
    if (this.broken) return this.lostResult(false);
    const envelope = envelopeOf(message, this.offers);
    const refusals = envelope.recipients.map((said) => said.kind === 'refused' ? said.reply : null);
    if (envelope.mail.kind === 'refused') return this.refusedHere(envelope.mail.reply, refusals.map(() => null));
    if (!refusals.includes(null)) return this.refusedHere(notAsked, refusals);
    this.record.update({ from: message.reversePath, to: message.recipients.map(({ address }) => address) });
    const answers = this.offers.pipelining ? await this.askAtOnce(envelope) : await this.askInTurn(envelope);
    return answers === lost ? this.lostResult(false) : answers;
  }

  private async askAtOnce(envelope: Envelope): Promise<Answers | typeof lost> {
    const lines = commandsOf([envelope.mail, ...envelope.recipients]);
    const replies = this.connection.commands(this.needsReset ? ['RSET', ...lines] : lines, this.timeouts.greetingMs);
    if (this.needsReset) await replies.shift();
    const mail = this.read(await replies.shift() ?? null);
    if (mail === null) return lost;
    this.needsReset = isPositive(mail);
    const recipients: (Reply | null)[] = [];
    for (const said of envelope.recipients) {
      const reply = said.kind === 'refused' ? said.reply : this.read(await replies.shift() ?? null);
      // A refused sender makes every recipient out of order; their replies say nothing.
      recipients.push(isPositive(mail) ? reply : null);
    }
    return this.whole({ mail, recipients }, envelope);
  }

  private async askInTurn(envelope: Envelope): Promise<Answers | typeof lost> {
    const { greetingMs } = this.timeouts;
    if (this.needsReset) await this.connection.command('RSET', greetingMs);
    const mail = this.read(await this.connection.command(commandsOf([envelope.mail])[0] ?? '', greetingMs));
    if (mail === null) return lost;
    this.needsReset = isPositive(mail);
    const recipients: (Reply | null)[] = [];
    for (const said of envelope.recipients) {
      if (!isPositive(mail)) recipients.push(null);
      else recipients.push(said.kind === 'refused' ? said.reply : this.read(await this.connection.command(said.line, greetingMs)));
    }
    return this.whole({ mail, recipients }, envelope);
  }

  /** A recipient may be without an answer only because the server said goodbye (421) first. */
  private whole(answers: Answers, envelope: Envelope): Answers | typeof lost {
    if (!isPositive(answers.mail)) return answers;
    const missing = answers.recipients.some((reply, index) => reply === null && envelope.recipients[index]?.kind === 'command');
    return missing && !answers.recipients.some((reply) => reply?.code === 421) ? lost : answers;
  }

  private async sendData(message: OutgoingMessage): Promise<Reply | SendResult> {
    const go = await this.connection.command('DATA', this.timeouts.greetingMs);
    if (go === null) return this.lostResult(false);
    if (!/^3/.test(go)) {
      // "250" here is the answer to something else: whatever comes next would be taken for what it is not.
      if (/^2/.test(go)) this.connection.fail('EPROTOCOL', `The server answered DATA with ${JSON.stringify(go.slice(0, 100))} instead of 354.`);
      return /^2/.test(go) ? this.lostResult(false) : this.read(go) ?? this.lostResult(false);
    }
    this.needsReset = false;
    const sending = new Sending(this.connection, this.timeouts.dataMs, message.octets);
    const outcome = await sending.run(message);
    if (outcome.kind === 'unreadable') {
      this.connection.drop('ECANCELED', 'The message could not be read; the connection was dropped before its end.');
      return { kind: 'unreadable', cause: outcome.cause };
    }
    this.record.sent(`(${outcome.octets} bytes of the message)`);
    if (outcome.ended) this.record.sent('.');
    const text = await sending.reply;
    const reply = this.read(text);
    if (reply === null) return this.lostResult(sending.handedOver);
    if (outcome.ended) return reply;
    // Answered before its end: what was sent cannot be taken back, and the server would read the rest as commands.
    this.connection.drop('EPROTOCOL', 'The server answered before the end of the message.');
    return isPositive(reply) ? this.lostResult(false) : reply;
  }

  /** Null: lost. What is no reply loses the connection: nobody knows what the next one would answer. */
  private read(text: string | null): Reply | null {
    if (text === null) return null;
    // 3xx asks for more, which belongs to DATA alone: a server that says it elsewhere is out of step.
    const found = readReply(text);
    const reply = found !== null && found.code >= 300 && found.code < 400 ? null : found;
    if (reply === null) this.connection.fail('EPROTOCOL', `The server's answer is no answer of SMTP: ${JSON.stringify(text.slice(0, 100))}`);
    return reply;
  }

  private lostResult(afterData: boolean): SendResult {
    const { ending } = this.connection;
    const words = ending?.reply === undefined || ending.reply === null ? '' : ` ${readReply(ending.reply)?.text ?? ''}`;
    return { kind: 'broken', afterData, cause: ending?.cause ?? 'ECONNECTION', text: `${ending?.text ?? 'The connection is closed.'}${words}` };
  }

  private refusedHere(mail: Reply, recipients: readonly (Reply | null)[]): SendResult {
    const reason = isPositive(mail) ? recipients[0] : mail;
    this.record.note(`Not sent: ${reason?.text ?? ''}`, 'warning');
    return { kind: 'answered', mail, recipients, data: null };
  }
}

function commandsOf(said: readonly Said[]): string[] {
  return said.flatMap((one) => one.kind === 'command' ? [one.line] : []);
}
