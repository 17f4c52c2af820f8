// The life of one POP3 connection: it begins, says what is to be said as long as it can go on, and ends in order or not.
// Made by server.ts. While a decision is pending, or the client does not read, nothing is read from the client either: input
// waits in the socket and in the peer, so that no client can make this process hold much.
import type { Socket } from 'node:net';
import { refusal, type EndReason } from '../../protocol/pop3/event.ts';
import type { Ends, SessionRecord } from '../session.ts';
import type { ConnectionParts } from './connection-parts.ts';
import { Conversation } from './conversation.ts';
import { Pause } from './pause.ts';
import { problemOf, whyEnded } from './remarks.ts';
import { timeIsUp, type TimeLimits } from './time-limits.ts';
import { Wire } from './wire.ts';

/** Answers between two looks at the other connections. */
const answersInTurn = 500;

export class Pop3Connection {
  private readonly parts: ConnectionParts;
  private readonly record: SessionRecord;
  private readonly wire: Wire;
  private readonly conversation: Conversation;
  private readonly pause: Pause;
  private readonly openedAt: number;
  private conversing = false;
  private endReason: EndReason | null = null;
  private whyLost = '';

  constructor(socket: Socket, ends: Ends, record: SessionRecord, { host, latencyMs }: { host: string; latencyMs: number }, parts: ConnectionParts) {
    this.parts = parts;
    this.record = record;
    this.openedAt = parts.now();
    this.pause = new Pause(latencyMs);
    this.wire = new Wire(socket, {
      onBytes: (bytes) => { this.conversation.session.receive(bytes); void this.converse(); },
      onEnd: () => { this.conversation.session.receiveEnd(); void this.converse(); },
      onClose: (problem) => this.onClose(problem),
    }, parts.now);
    this.conversation = new Conversation(host, ends, this.wire, record, parts);
  }

  start(): void {
    if (this.parts.server === 'pop3s') {
      void this.startWithTls();
    } else {
      this.wire.open();
      void this.converse();
    }
  }

  /** Asked for by the console, or at shutdown. Deletes nothing, unless QUIT was received already. */
  disconnect(reason: 'administrator' | 'shutdown'): void {
    const { waitingFor } = this.conversation;
    if (this.wire.phase !== 'open' || waitingFor === 'update') return;
    this.whyLost = reason === 'administrator' ? 'Disconnected by the administrator' : 'Disconnected because the server shuts down';
    // In the midst of a response, or of a handshake, no words of ours would be understood.
    if (waitingFor === 'peer' || waitingFor === 'handshake') {
      this.wire.destroy();
      return;
    }
    this.conversation.say(refusal(reason === 'administrator' ? 'The administrator has closed this connection' : 'The server is shutting down', 'SYS/TEMP'));
    this.end();
  }

  destroy(): void {
    this.wire.destroy();
  }

  /** Called now and then. RFC 1939 §3: a session that times out is closed without a word, and deletes nothing. */
  checkTime(now: number, limits: TimeLimits): void {
    const { waitingFor, loggedOn } = this.conversation;
    if (waitingFor === 'backend' || waitingFor === 'update') return;
    const { phase, hasUnsent, activeAt } = this.wire;
    const why = timeIsUp(now, limits, { ending: phase === 'ending', hasUnsent, handshake: waitingFor === 'handshake', loggedOn, openedAt: this.openedAt, activeAt });
    if (why !== null) this.lose(why);
  }

  private async startWithTls(): Promise<void> {
    try {
      if (await this.conversation.secure(this.parts.secureContext())) await this.converse();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Answers all that can be answered now. Only one of these runs at a time. */
  private async converse(): Promise<void> {
    if (this.conversing) return;
    this.conversing = true;
    try {
      for (let answers = 1; this.wire.phase === 'open'; answers += 1) {
        const wait = this.step();
        if (wait === 'idle') break;
        if (wait !== null) await this.meanwhileUnread(wait);
        const room = this.room(answers);
        if (room !== null) await this.meanwhileUnread(room);
      }
    } catch (error) {
      this.fail(error);
    }
    this.conversing = false;
    if (this.isGone()) {
      this.finish();
      return;
    }
    this.reportTraffic();
    this.wire.resume();
  }

  private async meanwhileUnread(wait: Promise<void>): Promise<void> {
    this.wire.pause();
    await wait;
  }

  /** One event. A promise is to be awaited before the next; `idle`: all that was received is answered and sent. */
  private step(): Promise<void> | 'idle' | null {
    const event = this.conversation.session.nextEvent();
    switch (event.kind) {
      case 'need-bytes':
        return this.wire.output.flush() ?? 'idle';
      case 'close':
        this.endReason = event.reason;
        this.end();
        return null;
      default:
        return this.conversation.handle(event);
    }
  }

  /** Room for the next answer, the turn of other connections, or the pause between commands that the settings ask for. */
  private room(answers: number): Promise<void> | null {
    const { output } = this.wire;
    if (this.wire.phase !== 'open') return null;
    if (this.pause.isWanted) {
      void output.flush();
      return this.pause.take();
    }
    const room = output.isFull ? output.flush() : null;
    return room ?? (answers % answersInTurn === 0 ? new Promise((resolve) => { setImmediate(resolve); }) : null);
  }

  private end(): void {
    this.conversation.release();
    this.pause.end();
    this.wire.end();
  }

  private onClose(problem: string): void {
    this.pause.end();
    this.reportTraffic();
    if (this.endReason === 'quit') this.record.end('successful');
    else this.record.end('terminated', this.whyLost || problem || whyEnded(this.endReason));
    if (!this.conversing) this.finish();
  }

  /** Once: the connection is gone, and so is all that went on for it. */
  private finish(): void {
    this.conversation.release();
    this.parts.onGone();
  }

  private reportTraffic(): void {
    this.record.traffic(this.wire.octetsIn, this.wire.output.octets);
  }

  private fail(error: unknown): void {
    if (!this.isGone()) this.record.note(problemOf(error), 'error');
    this.lose(problemOf(error));
  }

  private lose(why: string): void {
    if (this.whyLost === '') this.whyLost = why;
    this.wire.destroy();
  }

  private isGone(): boolean {
    return this.wire.phase === 'gone';
  }
}
