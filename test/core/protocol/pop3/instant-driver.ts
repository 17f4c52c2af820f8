// Drives a POP3 session without a socket: every decision is made at once, from a mailbox in memory. What was said comes back as text.
import { createHash } from 'node:crypto';
import { DotStuffer } from '../../../../core/protocol/pop3/dot-stuffing.ts';
import type { EndReason, MessageEvent, Pop3Event } from '../../../../core/protocol/pop3/event.ts';
import { Pop3ServerSession } from '../../../../core/protocol/pop3/server-session.ts';
import { TopCutter } from '../../../../core/protocol/pop3/top.ts';
import { host, messages, password, timestamp } from './transcript.ts';

export class InstantDriver {
  readonly session: Pop3ServerSession;
  said = '';
  readonly heard: string[] = [];
  readonly logOns: { user: string; password: string }[] = [];
  removed: readonly number[] | null = null;
  closed: EndReason | null = null;
  /** The client is to start TLS before it says more. */
  awaitsTls = false;
  private readonly conditions: ReadonlySet<string>;

  constructor(conditions: ReadonlySet<string> = new Set()) {
    this.conditions = conditions;
    this.session = new Pop3ServerSession({ host, timestamp, encrypted: conditions.has('tls'), mayLogOn: !conditions.has('no-logon-in-clear') });
    this.run();
  }

  send(bytes: Buffer): void {
    this.session.receive(bytes);
    this.run();
  }

  sendEnd(): void {
    this.session.receiveEnd();
    this.run();
  }

  startTls(): void {
    this.awaitsTls = false;
    this.session.tlsStarted(true);
    this.run();
  }

  private run(): void {
    while (!this.awaitsTls && this.closed === null) {
      const event = this.session.nextEvent();
      if (event.kind === 'need-bytes') return;
      this.handle(event);
    }
  }

  private handle(event: Exclude<Pop3Event, { kind: 'need-bytes' }>): void {
    if (event.kind === 'close') {
      this.closed = event.reason;
      return;
    }
    if (event.heard !== null) this.heard.push(event.heard);
    switch (event.kind) {
      case 'reply':
        this.said += `${event.line}\r\n${[...(event.body ?? [])].join('')}`;
        return;
      case 'start-tls':
        this.said += `${event.line}\r\n`;
        this.awaitsTls = true;
        return;
      case 'log-on':
        this.logOns.push({ user: event.user, password: event.password });
        this.decide(event.user === 'dina' && event.password === password);
        return;
      case 'log-on-apop':
        this.decide(event.user === 'dina' && event.digest === createHash('md5').update(timestamp + password).digest('hex'));
        return;
      case 'message':
        this.message(event);
        return;
      case 'update':
        this.removed = event.indexes;
        this.session.updated(this.conditions.has('remove-fails') ? 'failed' : 'ok');
        return;
      default:
        event satisfies never;
    }
  }

  private decide(right: boolean): void {
    if (right) this.session.loggedOn(messages);
    else this.session.logOnRefused({ code: 'AUTH', text: 'Wrong name or password', disconnect: false });
  }

  private message({ index, lines, line }: MessageEvent): void {
    const content = messages[index]?.content;
    if (!Buffer.isBuffer(content)) {
      this.session.messageFailed('The message cannot be read at the moment');
      return;
    }
    const stuffer = new DotStuffer();
    const wanted = lines === null ? content : new TopCutter(lines).push(content);
    this.said += `${line}\r\n${stuffer.push(wanted).toString('latin1')}${stuffer.finish()}`;
    this.session.messageSent();
  }
}
