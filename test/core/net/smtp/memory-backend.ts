// A mail system of arrays behind the SMTP server: it takes everything for example.test, refuses what its switches say,
// and keeps what it was told. Used by all tests of the SMTP server.
import type {
  Credentials, Envelope, LoginVerdict, MailCommand, MessageSink, RcptCommand, Reply, SmtpBackend, SmtpSession, Verdict,
} from '../../../../core/net/smtp/backend.ts';
import type { Admission, SessionOpening, SessionRecord, Sessions } from '../../../../core/net/session.ts';

export interface KeptMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
  readonly mail: MailCommand;
  readonly recipients: readonly RcptCommand[];
  readonly session: SmtpSession;
}

export class KeptSession implements SessionRecord {
  readonly id: number;
  readonly opening: SessionOpening;
  /** `S: ...`, `C: ...`, and remarks as `* ...`. */
  readonly lines: string[] = [];
  readonly facts: Record<string, unknown> = {};
  bytesIn = 0;
  bytesOut = 0;
  outcome: 'successful' | 'terminated' | null = null;
  reason = '';
  readonly ended: Promise<void>;
  private waiting: (() => void)[] = [];
  private resolveEnded: () => void = () => undefined;

  constructor(id: number, opening: SessionOpening) {
    this.id = id;
    this.opening = opening;
    this.ended = new Promise((resolve) => { this.resolveEnded = resolve; });
  }

  sent(line: string): void { this.lines.push(`S: ${line}`); }
  received(line: string): void { this.lines.push(`C: ${line}`); }
  note(text: string): void { this.lines.push(`* ${text}`); }
  update(facts: object): void { Object.assign(this.facts, facts); }
  traffic(bytesIn: number, bytesOut: number): void {
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
    const waiting = this.waiting.splice(0);
    for (const one of waiting) one();
  }
  /** Until the server has read so many octets. */
  async hasRead(octets: number): Promise<void> {
    while (this.bytesIn < octets && this.outcome === null) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  end(outcome: 'successful' | 'terminated', reason = ''): void {
    if (this.outcome !== null) throw new Error('ended twice');
    this.outcome = outcome;
    this.reason = reason;
    for (const one of this.waiting.splice(0)) one();
    this.resolveEnded();
  }
}

const ok: Verdict = { kind: 'ok' };
const refused = (code: number, enhanced: string, text: string): { kind: 'refused'; reply: Reply } => ({ kind: 'refused', reply: { code, enhanced, text } });
const textOf = (mailbox: { local: string; domain: string } | null): string => (mailbox === null ? '' : `${mailbox.local}@${mailbox.domain}`);

export class MemoryBackend implements SmtpBackend {
  readonly messages: KeptMessage[] = [];
  readonly kept: KeptSession[] = [];
  readonly logons: Credentials[] = [];
  aborted = 0;
  /** Text of a refusal, or null to admit. */
  refuseConnections: string | null = null;
  admitFails = false;
  mayLogOnWhere: (session: SmtpSession) => boolean = ({ tls }) => tls;
  /** What a sink waits for before it takes more, and before it says that a message is kept. */
  beforeDrained: (() => Promise<void>) | null = null;
  beforeFinish: (() => Promise<void>) | null = null;
  beforeLogOn: (() => Promise<void>) | null = null;
  sinkFails: 'write' | 'finish' | null = null;
  refuseData: Reply | null = null;
  refuseMessage: Reply | null = null;

  readonly sessions: Sessions = {
    admit: (opening: SessionOpening): Admission => {
      if (this.admitFails) throw new Error('no memory');
      if (this.refuseConnections !== null) return { kind: 'refused', text: this.refuseConnections };
      const record = new KeptSession(this.kept.length + 1, opening);
      this.kept.push(record);
      return { kind: 'admitted', record };
    },
  };

  mayLogOn(session: SmtpSession): boolean {
    return this.mayLogOnWhere(session);
  }

  async logOn(credentials: Credentials): Promise<LoginVerdict> {
    this.logons.push(credentials);
    await this.beforeLogOn?.();
    if (credentials.user === 'broken') throw new Error('database is locked');
    if (credentials.password === 'rahasia') return { kind: 'ok', login: { accountId: 1, address: `${credentials.user}@example.test` } };
    return { ...refused(535, '5.7.8', 'User name or password is wrong'), disconnect: credentials.password === 'guess' };
  }

  sender(mail: MailCommand): Verdict {
    if (mail.reversePath?.domain === 'full.test') return refused(452, '4.3.1', 'Disk is full');
    if (mail.reversePath?.domain === 'broken.test') throw new Error('no such table');
    return ok;
  }

  recipient({ forwardPath }: RcptCommand): Verdict {
    if (forwardPath.local === 'nobody') return refused(550, '5.1.1', 'No such user here');
    if (forwardPath.domain !== 'example.test' && forwardPath.domain !== '') return refused(550, '5.7.1', 'Relaying is not allowed');
    return ok;
  }

  message(envelope: Envelope, session: SmtpSession): MessageSink | { readonly kind: 'refused'; readonly reply: Reply } {
    if (this.refuseData !== null) return { kind: 'refused', reply: this.refuseData };
    const chunks: Buffer[] = [];
    let over = false;
    const finish = (): void => {
      if (over) throw new Error('finish or abort called twice');
      over = true;
    };
    return {
      write: (chunk) => {
        if (over) throw new Error('write after the end');
        if (this.sinkFails === 'write') throw new Error('disk failed');
        chunks.push(Buffer.from(chunk));
        return this.beforeDrained === null;
      },
      drained: async () => await this.beforeDrained?.(),
      finish: async () => {
        finish();
        await this.beforeFinish?.();
        if (this.sinkFails === 'finish') throw new Error('disk failed');
        if (this.refuseMessage !== null) return { kind: 'refused', reply: this.refuseMessage };
        this.messages.push({
          from: textOf(envelope.mail.reversePath), to: envelope.recipients.map(({ forwardPath }) => textOf(forwardPath)),
          content: Buffer.concat(chunks), mail: envelope.mail, recipients: [...envelope.recipients], session,
        });
        return { kind: 'ok', id: `m${this.messages.filter((one) => one.session.sessionId === session.sessionId).length}` };
      },
      abort: () => {
        finish();
        this.aborted += 1;
      },
    };
  }
}
