// One connection for one lane, from the call to QUIT: takes bundles for as long as there are any and nobody else needs its place, keeps
// sending while the last outcomes are being written. Started by dispatcher.ts.
import type { Settings } from '../../contract/settings.ts';
import type { Clock } from './clock.ts';
import { deliver, type DeliveryParts } from './delivery.ts';
import { dial, type Dialed, type DialParts } from './dial.ts';
import type { Fate } from './fates.ts';
import type { InHand } from './feed.ts';
import type { Bundle, Lane } from './lane.ts';
import type { Attempt, Encounter } from './outcome.ts';
import type { SmtpClientSession } from './ports.ts';
import type { Recorder } from './recorder.ts';
import type { Slots } from './slots.ts';

export interface CourierParts extends DialParts {
  readonly delivery: Omit<DeliveryParts, 'isAborted' | 'record' | 'clock'>;
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly recorder: Recorder;
  readonly slots: Slots;
  readonly inHand: InHand;
  /** Finish what is under way, begin nothing. */
  readonly stopping: AbortSignal;
  /** Drop everything. */
  readonly aborted: AbortSignal;
  /** Somebody waits for a place. */
  readonly isHungry: () => boolean;
  readonly slotFreed: () => void;
  readonly connected: (lane: Lane) => void;
  readonly unreachable: (lane: Lane, dialed: Extract<Dialed, { kind: 'failed' }>) => void;
  /** Its connections break, one after the other. */
  readonly unusable: (lane: Lane, fate: Exclude<Fate, { kind: 'sent' | 'rest' }>, met: Encounter) => void;
}

/** A call that takes longer gives its place to others meanwhile. */
const patienceMs = 5000;
/** A connection waits so long for more mail before it says goodbye. */
const lingerMs = 1000;
/** Outcomes of one connection that are not on disk yet: so many messages could go twice in a power cut. */
const mostUnrecorded = 2;
/** What a connection may do while others have none. */
const turnMessages = 20;
const turnMs = 5000;
const mostBroken = 3;
/** An item that cannot even be recorded as failed is not looked at for so long. */
const quarantineMs = 10 * 60_000;

/** Takes a place in `slots` before it is called. Never rejects. */
export async function runCourier(lane: Lane, parts: CourierParts): Promise<void> {
  const { slots, clock, stopping, aborted } = parts;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  aborted.addEventListener('abort', abort, { once: true });
  stopping.addEventListener('abort', abort, { once: true });
  const place = { isLent: false };
  const cancel = clock.after(patienceMs, () => {
    place.isLent = slots.lend();
    if (place.isLent) parts.slotFreed();
  });
  const dialed = await dial(lane.way, parts, controller).finally(cancel);
  stopping.removeEventListener('abort', abort);
  if (dialed.kind === 'failed') {
    if (place.isLent) slots.forget();
    else slots.giveBack();
    aborted.removeEventListener('abort', abort);
    if (!stopping.aborted) parts.unreachable(lane, dialed);
    return;
  }
  if (place.isLent) await slots.regain();
  lane.connected += 1;
  parts.connected(lane);
  try {
    await new Courier(lane, dialed.session, dialed.sessionId, parts).run();
  } finally {
    lane.connected -= 1;
    await dialed.session.quit();
    aborted.removeEventListener('abort', abort);
    slots.giveBack();
  }
}

class Courier {
  private readonly lane: Lane;
  private readonly session: SmtpClientSession;
  private readonly sessionId: number;
  private readonly parts: CourierParts;
  private readonly delivery: DeliveryParts;
  private readonly startedAt: number;
  private messages = 0;
  private readonly unrecorded = new Set<Promise<boolean>>();
  /** Of the bundle in hand. */
  private recordings: Promise<boolean>[] = [];

  constructor(lane: Lane, session: SmtpClientSession, sessionId: number, parts: CourierParts) {
    this.lane = lane;
    this.session = session;
    this.sessionId = sessionId;
    this.parts = parts;
    this.startedAt = parts.clock.elapsed();
    this.delivery = { ...parts.delivery, clock: parts.clock, isAborted: () => parts.aborted.aborted, record: (attempts, met) => this.record(attempts, met) };
  }

  async run(): Promise<void> {
    while (this.goesOn()) {
      const { blocked } = this.parts.recorder;
      if (blocked !== null) {
        await blocked;
        continue;
      }
      const bundle = this.lane.next() ?? await this.linger();
      if (bundle === null) break;
      await this.take(bundle);
    }
    await Promise.all(this.unrecorded);
  }

  private goesOn(): boolean {
    const { lane, session, parts: { stopping, settings, clock, isHungry } } = this;
    if (stopping.aborted || lane.isRetired || session.broken) return false;
    const most = settings()['sessions.maxMessagesPerSession'];
    if (most > 0 && this.messages >= most) return false;
    const hadItsTurn = lane.connections > 1 || this.messages >= turnMessages || clock.elapsed() - this.startedAt > turnMs;
    return this.messages === 0 || !hadItsTurn || !isHungry();
  }

  /** Waits a moment for more mail. */
  private async linger(): Promise<Bundle | null> {
    const { lane, parts: { clock, isHungry, recorder } } = this;
    const until = clock.elapsed() + lingerMs;
    while (!isHungry() && this.goesOn() && recorder.blocked === null) {
      const left = until - clock.elapsed();
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(left, resolve);
        lane.whenWoken(() => {
          cancel();
          resolve();
        });
      });
      const bundle = this.nextNow();
      if (bundle !== null) return bundle;
    }
    return null;
  }

  private nextNow(): Bundle | null {
    return this.goesOn() && this.parts.recorder.blocked === null ? this.lane.next() : null;
  }

  private async take(bundle: Bundle): Promise<void> {
    const { lane, session, sessionId, parts } = this;
    const connection = { session, sessionId, isSmartHost: lane.way.kind === 'smart-host', isUsed: this.messages > 0 };
    const delivered = await deliver(bundle, connection, this.delivery).catch((cause: unknown) => {
      this.letGo(bundle);
      throw cause;
    });
    this.messages += 1;
    // A lane that was given up meanwhile is read by nobody any more.
    const goesBack = delivered.kind === 'untried' && !lane.isRetired;
    if (!goesBack) this.letGo(bundle);
    switch (delivered.kind) {
      case 'done':
        lane.broken = 0;
        return;
      case 'untried':
        if (goesBack) lane.giveBack(bundle);
        return;
      case 'aborted':
        return;
      case 'broken':
        lane.broken += 1;
        if (lane.broken >= mostBroken) parts.unusable(lane, delivered.fate, { host: session.host, address: session.address, tls: session.tls, dsn: session.dsn, sessionId, ms: 0 });
    }
  }

  private async record(attempts: readonly Attempt[], met: Encounter): Promise<void> {
    if (attempts.length === 0) return;
    const recording = this.parts.recorder.record(attempts, met).finally(() => this.unrecorded.delete(recording));
    this.unrecorded.add(recording);
    this.recordings.push(recording);
    if (this.unrecorded.size >= mostUnrecorded) await Promise.race(this.unrecorded);
  }

  /** Others may try it again once its row says what has become of it. */
  private letGo(bundle: Bundle): void {
    const { inHand, clock } = this.parts;
    const release = (): void => {
      for (const { id } of bundle) inHand.delete(id);
    };
    void Promise.all(this.recordings.splice(0)).then((recorded) => {
      if (recorded.includes(false)) clock.after(quarantineMs, release);
      else release();
    });
  }
}
