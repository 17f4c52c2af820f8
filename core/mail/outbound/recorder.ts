// Makes durable what became of items: row, reports and events, together. While the store cannot write (a full disk), nothing more is sent, and
// what is known already is kept in memory and recorded as soon as it can be: what another server has taken is never sent twice for that.
import { sentence } from '../../contract/sentences.ts';
import { StoreError } from '../../store/errors.ts';
import type { AcceptedPart, QueuedMessage, Queues } from '../../store/store.ts';
import type { Settings } from '../../contract/settings.ts';
import { reason } from '../describe.ts';
import type { MailEvent } from '../types.ts';
import { pause, type Clock } from './clock.ts';
import { consequencesOf, untouched, type Attempt, type Consequences, type Encounter } from './outcome.ts';
import type { Reporter } from './ports.ts';

export interface RecorderParts {
  readonly queues: Pick<Queues, 'settle'>;
  readonly reporter: Reporter;
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: (event: MailEvent) => void;
  /** The sender has been stopped for good: what cannot be written now is left as it is. */
  readonly signal: AbortSignal;
}

const firstPauseMs = 5000;
const longestPauseMs = 60_000;

export class Recorder {
  private readonly parts: RecorderParts;
  private blockedBy: Promise<void> | null = null;
  private unblock: () => void = () => undefined;
  private failures = 0;

  constructor(parts: RecorderParts) {
    this.parts = parts;
  }

  /** Resolves when the store writes; sending waits for it. Null: it does. */
  get blocked(): Promise<void> | null {
    return this.blockedBy;
  }

  /** Never rejects. False: something of ours is wrong with an item, and it could not be recorded at all. True when it is on disk, or was stopped. */
  async record(attempts: readonly Attempt[], met: Encounter): Promise<boolean> {
    if (await this.commit(attempts, met, false)) return true;
    if (attempts.length === 1) return this.commit(attempts, met, true);
    // One of them spoils the others: each by itself.
    let all = true;
    for (const attempt of attempts) all = await this.record([attempt], met) && all;
    return all;
  }

  /** Items that wait as they were, with the reason: nothing leaves this computer. */
  async waiting(messages: readonly QueuedMessage[]): Promise<void> {
    const because = reason('line.down');
    const now = this.parts.clock.now();
    try {
      await this.parts.queues.settle(messages.map((message) => untouched(message, because, now)), []);
    } catch (error) {
      // Only the reason is missing then.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** False: something of ours is wrong with it, and trying again would not help. */
  private async commit(attempts: readonly Attempt[], met: Encounter, withoutReports: boolean): Promise<boolean> {
    const { settings, clock, random } = this.parts;
    while (!this.parts.signal.aborted) {
      const made: Reported[] = [];
      try {
        const all = attempts.map((attempt) => consequencesOf(attempt, met, { now: clock.now(), settings: settings(), jitter: random(), withoutReports }));
        if (!withoutReports) for (const one of all) await this.report(one, made);
        await this.parts.queues.settle(all.map(({ outcome }) => outcome), made.flatMap(({ parts }) => parts));
        this.written();
        this.tellAll(all, made);
        return true;
      } catch (cause) {
        await Promise.allSettled(made.flatMap(({ parts }) => parts).map(({ file }) => file.discard()));
        if (this.isDead()) return true;
        if (!isStoreTrouble(cause)) {
          this.parts.tell({ kind: 'problem', id: attempts[0]?.message.messageId ?? null, what: sentence('say.problem.sending'), cause });
          return false;
        }
        await this.waitForStore(cause);
      }
    }
    return true;
  }

  private isDead(): boolean {
    return this.parts.signal.aborted;
  }

  private async report({ message, failed, relayed, delayed }: Consequences, made: Reported[]): Promise<void> {
    const { reporter } = this.parts;
    if (failed.length > 0) made.push({ message, about: 'failed', parts: await reporter.failed(message, failed) });
    if (relayed.length > 0) made.push({ message, about: 'relayed', parts: await reporter.relayed(message, relayed) });
    if (delayed !== null) made.push({ message, about: 'delayed', parts: await reporter.delayed(message, delayed.fates, delayed) });
  }

  private tellAll(all: readonly Consequences[], made: readonly Reported[]): void {
    const { tell } = this.parts;
    for (const { message, events } of all) {
      const reports = made.length === 0 ? made : made.filter((one) => one.message === message);
      for (const event of events(reports.some(({ about, parts }) => about === 'failed' && parts.length > 0))) tell(event);
      for (const { about, parts } of reports) {
        for (const { file, subject, local } of parts) tell({ kind: 'reported', id: message.messageId, about, to: message.reversePath, reportId: file.id, subject, bytes: file.octets, local: local.length > 0 });
      }
    }
  }

  private written(): void {
    if (this.blockedBy === null) return;
    this.blockedBy = null;
    this.failures = 0;
    this.unblock();
  }

  private async waitForStore(cause: unknown): Promise<void> {
    if (this.blockedBy === null) {
      this.blockedBy = new Promise((resolve) => {
        this.unblock = resolve;
      });
      this.parts.tell({ kind: 'problem', id: null, what: sentence('say.problem.settle'), cause });
    }
    await pause(this.parts.clock, Math.min(firstPauseMs * 2 ** this.failures, longestPauseMs), this.parts.signal);
    this.failures += 1;
    if (this.parts.signal.aborted) this.unblock();
  }
}

interface Reported {
  readonly message: QueuedMessage;
  readonly about: 'failed' | 'relayed' | 'delayed';
  readonly parts: readonly AcceptedPart[];
}

/** The disk or the database, not the item: a full or read-only disk, an error of input or output, a database that somebody holds. */
function isStoreTrouble(cause: unknown): boolean {
  if (cause instanceof StoreError) return true;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^SQLITE_(IOERR|READONLY|BUSY|LOCKED|FULL|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/.test(code) || /^(EIO|EROFS|ENOSPC|EDQUOT|EMFILE|ENFILE|EACCES|EPERM|ENODEV|ENXIO)$/.test(code);
}
