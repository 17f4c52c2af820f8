// Sends what waits in the queues: looks what is due when something changed or it is time, and keeps the dispatcher at work. Built by host/,
// one for a data folder; leases are in memory. Nothing is tried twice at a time; what is known is recorded before stop() resolves.
import { sentence } from '../../contract/sentences.ts';
import type { QueueName } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Queues, SendingQueue, Store } from '../../store/store.ts';
import type { MailEvent } from '../types.ts';
import { pause, systemClock, type Clock } from './clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { FeedSource, InHand } from './feed.ts';
import { fingerprintOf } from './fingerprint.ts';
import { Line } from './line.ts';
import { Plans } from './plans.ts';
import type { OutboundTranscripts, Reporter, SmtpClient } from './ports.ts';
import { Recorder } from './recorder.ts';
import { Rests } from './rests.ts';
import type { PlanContext } from './route-plan.ts';
import { Slots } from './slots.ts';
import { Waiting } from './waiting.ts';

export interface SenderOptions {
  readonly queues: Pick<Queues, 'due' | 'nextDueAt' | 'take' | 'message' | 'content' | 'settle' | 'hurry'>;
  readonly onChange: Store['onChange'];
  readonly settings: () => Settings;
  /** What routing rests on at this moment. */
  readonly routing: () => PlanContext;
  readonly client: SmtpClient;
  readonly reporter: Reporter;
  readonly transcripts: OutboundTranscripts;
  readonly tell: (event: MailEvent) => void;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** How long stop() lets messages on their way come to an end. */
  readonly graceMs?: number;
}

/** The clock may be set at any time, so nobody sleeps for longer. */
const longestSleepMs = 60_000;
/** Between two looks at the queues while there is work; looking takes at most a twentieth of the time. */
const gapMs = 100;
const longestGapMs = 2000;
const failedLookMs = 30_000;
const clockBackMs = 60_000;
const lastWordsMs = 10_000;

export class Sender {
  private readonly options: SenderOptions;
  private readonly clock: Clock;
  private readonly inHand: InHand = new Map();
  private readonly stopping = new AbortController();
  private readonly aborted = new AbortController();
  private readonly dead = new AbortController();
  private readonly rests: Rests;
  private readonly hopRests: Rests;
  private readonly line: Line;
  private readonly plans: Plans;
  private readonly recorder: Recorder;
  private readonly dispatcher: Dispatcher;
  private readonly waiting: Waiting;
  private fingerprint = '';
  private unsubscribe: () => void = () => undefined;
  private isStarted = false;
  private cancelLook: (() => void) | null = null;
  private cancelSleep: () => void = () => undefined;
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private lookTook = 0;
  private hasComplained = false;
  private lastNow = 0;
  private ending: Promise<void> | null = null;

  constructor(options: SenderOptions) {
    this.options = options;
    const { queues, settings, tell, client, transcripts, reporter } = options;
    const clock = options.clock ?? systemClock;
    this.clock = clock;
    const random = options.random ?? Math.random;
    const problem = (cause: unknown): void => tell({ kind: 'problem', id: null, what: sentence('say.problem.sending'), cause });
    this.rests = new Rests(clock);
    this.hopRests = new Rests(clock);
    this.line = new Line(clock, {
      down: (cause, pauseMs) => tell({ kind: 'line', up: false, cause, nextTryAt: clock.now() + pauseMs }),
      up: () => {
        this.waiting.forget();
        tell({ kind: 'line', up: true, cause: '', nextTryAt: null });
        this.look();
      },
    });
    this.plans = new Plans(options.routing, clock);
    this.recorder = new Recorder({ queues, reporter, settings, clock, random, tell, signal: this.dead.signal });
    const source: FeedSource = { queues, now: () => clock.now(), active: () => this.activeQueues(), inHand: this.inHand };
    this.waiting = new Waiting(source, this.recorder);
    this.dispatcher = new Dispatcher({
      source, plans: this.plans, rests: this.rests, line: this.line, look: () => this.look(), problem,
      courier: {
        client, transcripts, settings, clock, hopRests: this.hopRests, heard: () => this.line.heard(), recorder: this.recorder, inHand: this.inHand,
        slots: new Slots(() => settings()['sessions.maxSmtpOut']), stopping: this.stopping.signal, aborted: this.aborted.signal, delivery: { queues, tell },
      },
    });
  }

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.lastNow = this.clock.now();
    this.fingerprint = fingerprintOf(this.options.routing());
    this.unsubscribe = this.options.onChange(({ topic }) => {
      if (topic === 'queues') this.look();
      if (topic === 'settings' || topic === 'smart-hosts' || topic === 'domains') this.settingsChanged();
    });
    this.look();
  }

  /** Somebody wants what is due to be tried at once: nothing rests any longer. */
  wake(): void {
    this.rests.clear();
    this.hopRests.clear();
    this.line.hurry();
    this.look();
  }

  /** Makes everything due and tries it at once. @returns how many messages that are */
  async processNow(): Promise<number> {
    const queues = this.activeQueues();
    await this.options.queues.hurry(this.clock.now(), queues);
    this.wake();
    return this.options.queues.due(this.clock.now(), queues).reduce((sum, { items }) => sum + items, 0);
  }

  /** On its way at this moment: nobody else may touch it. */
  isSending(id: number): boolean {
    return this.inHand.has(id);
  }

  /** How many are on their way, by queue. */
  sending(): ReadonlyMap<QueueName, number> {
    const counts = new Map<QueueName, number>();
    for (const queue of this.inHand.values()) counts.set(queue, (counts.get(queue) ?? 0) + 1);
    return counts;
  }

  get isLineDown(): boolean {
    return this.line.isDown;
  }

  /** Messages on their way come to an end, within limits; then nothing more is sent. May be called twice. */
  stop(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    this.unsubscribe();
    this.cancelLook?.();
    this.cancelSleep();
    this.stopping.abort();
    const over = new AbortController();
    const finished = this.dispatcher.finished().then(() => over.abort());
    await Promise.race([finished, pause(this.clock, this.options.graceMs ?? 8000, over.signal)]);
    this.aborted.abort();
    await Promise.race([finished, pause(this.clock, lastWordsMs, over.signal)]);
    this.dead.abort();
  }

  private activeQueues(): readonly SendingQueue[] {
    const settings = this.options.settings();
    return [...(settings['queues.frozenRemote'] ? [] : ['remote' as const]), ...(settings['queues.frozenRetry'] ? [] : ['retry' as const])];
  }

  private settingsChanged(): void {
    const fingerprint = fingerprintOf(this.options.routing());
    if (fingerprint !== this.fingerprint) {
      this.fingerprint = fingerprint;
      this.plans.clear();
      this.dispatcher.startAnew();
      this.options.queues.hurry(this.clock.now(), this.activeQueues()).then(() => this.wake(), (cause: unknown) => this.complain(cause));
    }
    this.look();
  }

  // ---- Looking

  /** Soon, and not too often. */
  private look(): void {
    if (!this.isStarted || this.stopping.signal.aborted || this.cancelLook !== null) return;
    if (this.looking !== null) {
      this.lookAgain = true;
      return;
    }
    const gap = this.dispatcher.isIdle ? 0 : Math.min(longestGapMs, Math.max(gapMs, 20 * this.lookTook));
    this.cancelLook = this.clock.after(Math.max(0, this.lookedAt + gap - this.clock.elapsed()), () => {
      this.cancelLook = null;
      this.looking = this.lookNow().catch((cause: unknown) => this.complain(cause)).finally(() => {
        this.looking = null;
        this.sleep();
        if (!this.lookAgain) return;
        this.lookAgain = false;
        this.look();
      });
    });
  }

  private async lookNow(): Promise<void> {
    const { queues } = this.options;
    const now = this.clock.now();
    const active = this.activeQueues();
    // The clock was set back: what was to be tried in a minute would wait for the difference.
    if (now < this.lastNow - clockBackMs) await queues.hurry(now, active);
    this.lastNow = now;
    const { blocked } = this.recorder;
    if (blocked !== null) {
      void blocked.then(() => this.look());
      return;
    }
    const started = performance.now();
    const due = active.length === 0 ? [] : queues.due(now, active);
    this.lookTook = performance.now() - started;
    this.lookedAt = this.clock.elapsed();
    this.hasComplained = false;
    if (!this.line.isPausing) await this.dispatcher.admit(due);
    // It may have turned out meanwhile.
    if (this.line.isPausing) await this.waiting.mark(due, () => this.line.isPausing && !this.stopping.signal.aborted);
  }

  /** Until something is due, has rested enough, or the line may be up again. */
  private sleep(): void {
    this.cancelSleep();
    if (this.stopping.signal.aborted) return;
    const now = this.clock.now();
    const active = this.activeQueues();
    let next: number | null = null;
    try {
      next = active.length === 0 ? null : this.options.queues.nextDueAt(now, active);
    } catch (cause) {
      this.complain(cause);
    }
    const waits = [longestSleepMs, next === null ? null : next - now, this.rests.nextEnd(), this.line.isPausing ? this.line.waitMs : null];
    this.cancelSleep = this.clock.after(Math.max(1, Math.min(...waits.filter((ms) => ms !== null))), () => this.look());
  }

  /** Once, until looking has worked again. */
  private complain(cause: unknown): void {
    if (!this.hasComplained) this.options.tell({ kind: 'problem', id: null, what: sentence('say.problem.queues'), cause });
    this.hasComplained = true;
    this.cancelSleep();
    this.cancelSleep = this.clock.after(failedLookMs, () => this.look());
  }
}
