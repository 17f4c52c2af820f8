// What a POP3 session asks for is done here: log on, send a message, delete, turn to TLS. One event at a time, from connection.ts.
// A promise means that the session waits; null, that it was done at once.
import type { SecureContext } from 'node:tls';
import type { ApopEvent, LogOnEvent, MessageEvent, Pop3Event, ReplyEvent, StartTlsEvent, UpdateEvent } from '../../protocol/pop3/event.ts';
import { Pop3ServerSession } from '../../protocol/pop3/server-session.ts';
import type { Ends, SessionRecord } from '../session.ts';
import type { Maildrop, Pop3Opening, Pop3Session } from './backend.ts';
import type { ConnectionParts } from './connection-parts.ts';
import { sendMessage, type MessageOutcome } from './message.ts';
import { problemOf } from './remarks.ts';
import { sendBody } from './send-body.ts';
import type { Wire } from './wire.ts';

type Asking = Exclude<Pop3Event, { kind: 'need-bytes' | 'close' }>;

export class Conversation {
  readonly session: Pop3ServerSession;
  /** What is waited for, if not for the client's next line. `peer`: in the midst of a response. */
  waitingFor: 'handshake' | 'backend' | 'update' | 'peer' | null = null;
  loggedOn = false;
  private readonly wire: Wire;
  private readonly record: SessionRecord;
  private readonly parts: ConnectionParts;
  private facts: Pop3Session;
  private maildrop: Maildrop | null = null;

  constructor(host: string, ends: Ends, wire: Wire, record: SessionRecord, parts: ConnectionParts) {
    this.wire = wire;
    this.record = record;
    this.parts = parts;
    this.facts = { ...ends, server: parts.server, tls: parts.server === 'pop3s', sessionId: record.id };
    this.session = new Pop3ServerSession({ host, timestamp: parts.timestamp(host), encrypted: this.facts.tls, mayLogOn: parts.backend.mayLogOn(this.facts) });
  }

  /** Throws (or rejects) when the connection cannot go on. */
  handle(event: Asking): Promise<void> | null {
    if (event.heard !== null) this.record.received(event.heard);
    switch (event.kind) {
      case 'reply': return this.reply(event);
      case 'log-on': return this.logOn(event);
      case 'log-on-apop': return this.logOn(event);
      case 'start-tls': return this.startTls(event);
      case 'message': return this.message(event);
      case 'update': return this.update(event);
      default: return event satisfies never;
    }
  }

  say(line: string): void {
    this.record.sent(line);
    this.wire.output.addText(`${line}\r\n`);
  }

  /** The maildrop is free for others. Does nothing when there is none (any more). */
  release(): void {
    const maildrop = this.maildrop;
    this.maildrop = null;
    try {
      maildrop?.release();
    } catch (error) {
      this.note('The mailbox could not be closed', error);
    }
  }

  /** False: the connection is gone. */
  async secure(context: SecureContext): Promise<boolean> {
    this.waitingFor = 'handshake';
    const problem = await this.wire.secure(context);
    this.waitingFor = null;
    return problem === null;
  }

  private reply({ line, body }: ReplyEvent): Promise<void> | null {
    this.say(line);
    const rest = body === null ? null : sendBody(body[Symbol.iterator](), this.wire.output, this.isClosing);
    if (rest === null) return null;
    this.waitingFor = 'peer';
    return rest.then(() => { this.waitingFor = null; });
  }

  private async logOn(event: LogOnEvent | ApopEvent): Promise<void> {
    void this.wire.output.flush();
    this.waitingFor = 'backend';
    const opening = await this.ask(event);
    this.waitingFor = null;
    this.wire.touch();
    if (opening.kind === 'ok') this.maildrop = opening.maildrop;
    if (this.isClosing()) {
      this.release();
    } else if (opening.kind === 'refused') {
      this.session.logOnRefused(opening);
    } else {
      this.loggedOn = true;
      this.record.update({ account: opening.address, state: 'transaction' });
      this.session.loggedOn(opening.maildrop.messages);
    }
  }

  private async ask(event: LogOnEvent | ApopEvent): Promise<Pop3Opening> {
    const { backend } = this.parts;
    try {
      if (event.kind === 'log-on') return await backend.logOn(event.user, event.password, this.facts);
      return await backend.logOnApop(event.user, this.session.timestamp, event.digest, this.facts);
    } catch (error) {
      this.note('The mailbox could not be opened', error);
      return { kind: 'refused', code: 'SYS/TEMP', text: 'The mailbox cannot be opened at the moment, please try again later', disconnect: false };
    }
  }

  private message(event: MessageEvent): Promise<void> | null {
    if (this.maildrop === null) throw new Error('A message is asked for, and there is no maildrop');
    const outcome = sendMessage(event, this.maildrop, this.wire.output, this.isClosing);
    if (!(outcome instanceof Promise)) return this.messageDone(event, outcome);
    this.waitingFor = 'peer';
    return outcome.then((settled) => void this.messageDone(event, settled));
  }

  private messageDone(event: MessageEvent, outcome: MessageOutcome): null {
    this.waitingFor = null;
    if (this.isClosing()) return null;
    switch (outcome.kind) {
      case 'sent':
        this.record.sent(event.line);
        this.session.messageSent();
        return null;
      case 'failed':
        this.note(`Message ${event.index + 1} could not be read`, outcome.cause);
        this.session.messageFailed('The message cannot be read at the moment');
        return null;
      case 'broken':
        throw new Error(`Message ${event.index + 1} could not be read to its end: ${problemOf(outcome.cause)}`);
      default:
        return outcome satisfies never;
    }
  }

  /** RFC 1939 §6: the answer to QUIT comes when the messages are gone, and the maildrop is free for the next session by then. */
  private async update({ indexes }: UpdateEvent): Promise<void> {
    void this.wire.output.flush();
    this.waitingFor = 'update';
    const outcome = await this.remove(indexes);
    this.release();
    this.waitingFor = null;
    this.wire.touch();
    if (this.isClosing()) return;
    if (indexes.length > 0 && outcome === 'ok') this.record.note(`${indexes.length} ${indexes.length === 1 ? 'message' : 'messages'} deleted`);
    this.session.updated(outcome);
  }

  private async remove(indexes: readonly number[]): Promise<'ok' | 'failed'> {
    try {
      if (indexes.length > 0) await this.maildrop?.remove(indexes);
      return 'ok';
    } catch (error) {
      this.note('The messages could not be deleted', error);
      return 'failed';
    }
  }

  private async startTls({ line }: StartTlsEvent): Promise<void> {
    let context: SecureContext;
    try {
      context = this.parts.secureContext();
    } catch (error) {
      this.note('TLS cannot be offered', error);
      this.session.tlsRefused('Encryption is not available at the moment');
      return;
    }
    this.wire.dropInput();
    this.say(line);
    await this.wire.output.flush();
    if (this.isClosing() || !await this.secure(context)) return;
    this.facts = { ...this.facts, tls: true };
    this.record.update({ tls: true });
    this.session.tlsStarted(this.parts.backend.mayLogOn(this.facts));
  }

  private note(what: string, cause: unknown): void {
    if (this.wire.phase !== 'gone') this.record.note(`${what}: ${problemOf(cause)}`, 'error');
  }

  private readonly isClosing = (): boolean => this.wire.phase !== 'open';
}
