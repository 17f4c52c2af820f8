// From what is due to connections: each group gets its plan, goes to the lane of its next hop, and lanes get connections as far as there are
// places. What fails rests for a while; when nothing leaves this computer, everything waits. Driven by sender.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DueGroup } from '../../store/store.ts';
import { nobody, type Encounter } from './outcome.ts';
import { runCourier, type CourierParts } from './courier.ts';
import { tellingFailure, type Dialed } from './dial.ts';
import { drain } from './drain.ts';
import { connectFate, type Fate } from './fates.ts';
import { Feed, type FeedSource } from './feed.ts';
import { Lane, laneKey } from './lane.ts';
import type { Line } from './line.ts';
import type { Plans } from './plans.ts';
import type { Rests } from './rests.ts';
import type { RoutePlan } from './route-plan.ts';

type Unsent = Exclude<Fate, { kind: 'sent' | 'rest' }>;

export interface DispatcherParts {
  readonly source: FeedSource;
  readonly plans: Plans;
  readonly rests: Rests;
  readonly line: Line;
  readonly courier: Omit<CourierParts, 'isHungry' | 'slotFreed' | 'connected' | 'unreachable' | 'unusable'>;
  /** What is due should be looked at again. */
  readonly look: () => void;
  readonly problem: (cause: unknown) => void;
}

/** Groups that are worked on at a time: memory is bounded by these, not by the queue. */
const mostGroups = 1000;
/** Of one destination, so that a mailing with a sender for each recipient leaves room for others. */
const mostOfDestination = 100;
/** While the line is down. */
const mostProbes = 3;
const groupsATurn = 50;
/** A failure on this side that others do not have. */
const strikeRestMs = 15_000;

/** Servers, or a look-up, that have failed. Everything that was due at that moment counts as tried, and nothing else. */
interface Death {
  readonly fate: Unsent;
  readonly met: Encounter;
  readonly at: number;
  /** Groups that have been told. */
  readonly told: Set<string>;
}

export class Dispatcher {
  private readonly parts: DispatcherParts;
  /** Groups in work: being planned (null), in a lane, or being drained. */
  private readonly groups = new Map<string, Feed | null>();
  private readonly ofDestination = new Map<string, number>();
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Set<Promise<void>>();
  private readonly draining = new Set<Promise<void>>();
  private readonly strikes = new Map<string, number>();
  private readonly deaths = new Map<string, Death>();
  private generation = 0;
  private hungry = false;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
  }

  /** Takes up what is due, in order. */
  async admit(due: readonly DueGroup[]): Promise<void> {
    const { line, rests, plans, courier } = this.parts;
    const { generation } = this;
    let work = 0;
    for (const [index, group] of due.entries()) {
      if (work >= groupsATurn || index % 2000 === 1999) {
        work = 0;
        await nextTurn();
        if (this.generation !== generation || courier.stopping.aborted || line.isPausing) return;
      }
      const key = keyOf(group);
      const known = this.groups.get(key);
      if (known !== undefined) {
        if (known !== null && this.laneOf(known) !== null) known.refresh(group);
        continue;
      }
      if (this.groups.size >= (line.isDown ? mostProbes * 3 : mostGroups)) break;
      if ((this.ofDestination.get(group.destination) ?? 0) >= mostOfDestination) continue;
      const resting = `plan ${plans.keyOf(group)}`;
      if (!rests.isResting(resting)) this.begin(key, group);
      else if (!this.mourn(group, resting)) continue;
      work += 1;
    }
    for (const lane of this.lanes.values()) if (lane.waiting > 0) lane.wake();
    this.pump();
  }

  /** Plans are out of date: what is under way is finished, the rest is looked at anew. */
  startAnew(): void {
    this.generation += 1;
    this.strikes.clear();
    this.deaths.clear();
    for (const lane of this.lanes.values()) this.retire(lane);
    for (const [key, feed] of this.groups) if (feed === null) this.end(key);
  }

  /** Starts connections where they are wanted and there are places. */
  pump(): void {
    const { line, courier: { recorder, stopping, slots, settings } } = this.parts;
    this.hungry = false;
    // Whoever looks again when that has ended comes here again.
    if (stopping.aborted || recorder.blocked !== null || line.isPausing) return;
    for (const lane of this.lanes.values()) if (lane.connections === 0 && lane.feeds.size === 0 && lane.waiting === 0) this.retire(lane);
    const most = settings()['sessions.maxPerDestination'];
    const wanting = [...this.lanes.values()].filter((lane) => lane.connections < lane.wanted(most));
    const first = wanting.filter(({ connections }) => connections === 0).sort((one, other) => this.parts.rests.failures(one.key) - this.parts.rests.failures(other.key));
    for (const lane of first) {
      if (line.isDown && this.running.size >= mostProbes) return;
      if (!slots.tryTake()) {
        this.hungry = true;
        return;
      }
      this.start(lane);
    }
    for (const lane of wanting) while (lane.connections < lane.wanted(most) && lane.connected > 0 && slots.tryTake()) this.start(lane);
  }

  get isIdle(): boolean {
    return this.groups.size === 0 && this.running.size === 0;
  }

  /** Resolves when every connection is closed and every outcome written. */
  async finished(): Promise<void> {
    for (const lane of this.lanes.values()) lane.wake();
    while (this.running.size + this.draining.size > 0) await Promise.allSettled([...this.running, ...this.draining]);
  }

  // ---- Groups

  private begin(key: string, group: DueGroup): void {
    const { generation } = this;
    this.count(key, group, null);
    this.parts.plans.plan(group).then((plan) => {
      if (this.generation === generation && !this.parts.courier.stopping.aborted) this.planned(key, group, plan);
    }).catch((cause: unknown) => {
      this.parts.problem(cause);
      this.rest(group, strikeRestMs);
      if (this.generation === generation) this.end(key, group);
    });
  }

  private count(key: string, group: DueGroup, feed: Feed | null): void {
    this.groups.set(key, feed);
    this.ofDestination.set(group.destination, (this.ofDestination.get(group.destination) ?? 0) + 1);
  }

  private end(key: string, group?: DueGroup): void {
    const destination = group?.destination ?? key.slice(0, key.indexOf('\n'));
    this.groups.delete(key);
    const left = (this.ofDestination.get(destination) ?? 1) - 1;
    if (left > 0) this.ofDestination.set(destination, left);
    else this.ofDestination.delete(destination);
  }

  private planned(key: string, group: DueGroup, plan: RoutePlan): void {
    const { line, source } = this.parts;
    const feed = new Feed(key, group, plan.kind === 'ways' ? plan.ways : [], source);
    if (feed.peek() === null) {
      this.end(key, group);
      return;
    }
    this.groups.set(key, feed);
    if (plan.kind === 'ways') {
      if (this.place(feed, 0)) this.pump();
      return;
    }
    if (plan.kind === 'later' && plan.line && line.failed(plan.reason.text)) {
      this.end(key, group);
      this.lineIsDown();
      return;
    }
    const fate: Unsent = { kind: plan.kind === 'undeliverable' ? 'failed' : 'later', reply: null, reason: plan.reason };
    if (plan.kind === 'later') this.bury(`plan ${this.parts.plans.keyOf(group)}`, fate, nobody, key);
    this.drain(feed, fate, nobody);
  }

  /** Into the lane of its first way, from this one on, that does not rest. False: all of them do, and it waits. */
  private place(feed: Feed, from: number): boolean {
    const { rests } = this.parts;
    for (const [index, way] of feed.ways.entries()) {
      const key = laneKey(way);
      if (index < from || rests.isResting(key)) continue;
      feed.wayIndex = index;
      let lane = this.lanes.get(key);
      if (lane === undefined) {
        lane = new Lane(key, way, (read) => this.end(read.key, read.group));
        this.lanes.set(key, lane);
      }
      lane.attach(feed);
      return true;
    }
    const last = laneKey(feed.ways.at(-1));
    this.end(feed.key, feed.group);
    if (!this.mourn(feed.group, last)) this.rest(feed.group, rests.remaining(last));
    return false;
  }

  private bury(key: string, fate: Unsent, met: Encounter, told: string | null): void {
    const { rests, source } = this.parts;
    rests.failed(key);
    if (this.deaths.size >= mostGroups) for (const old of this.deaths.keys()) if (!rests.isResting(old)) this.deaths.delete(old);
    this.deaths.set(key, { fate, met, at: source.now(), told: new Set(told === null ? [] : [told]) });
  }

  /** What was due when that failed has been tried with it. False: this group has been told already. */
  private mourn(group: DueGroup, dead: string): boolean {
    const death = this.deaths.get(dead);
    const key = keyOf(group);
    if (death === undefined || death.told.has(key)) return false;
    death.told.add(key);
    const feed = new Feed(key, group, [], { ...this.parts.source, now: () => death.at });
    if (feed.peek() === null) return false;
    this.count(key, group, feed);
    this.drain(feed, death.fate, death.met);
    return true;
  }

  private laneOf(feed: Feed): Lane | null {
    const lane = this.lanes.get(laneKey(feed.ways[feed.wayIndex]));
    return lane?.feeds.has(feed) === true ? lane : null;
  }

  private rest(group: DueGroup, ms?: number): void {
    const { rests, plans } = this.parts;
    rests.failed(`plan ${plans.keyOf(group)}`, ms);
  }

  private drain(feed: Feed, fate: Unsent, met: Encounter): void {
    const { recorder, inHand, stopping } = this.parts.courier;
    const work = drain(feed, fate, met, { recorder, inHand, isStopping: () => stopping.aborted })
      .catch((cause: unknown) => this.parts.problem(cause))
      .finally(() => {
        this.draining.delete(work);
        this.end(feed.key, feed.group);
        this.parts.look();
      });
    this.draining.add(work);
  }

  // ---- Lanes

  private start(lane: Lane): void {
    lane.connections += 1;
    const running = runCourier(lane, {
      ...this.parts.courier,
      isHungry: () => this.hungry,
      slotFreed: () => this.pump(),
      connected: () => {
        this.parts.rests.succeeded(lane.key);
        this.strikes.delete(lane.key);
        this.pump();
      },
      unreachable: (failed, dialed) => this.unreachable(failed, dialed),
      unusable: (failed, fate, met) => this.giveUp(failed, fate, met),
    }).catch((cause: unknown) => this.parts.problem(cause)).finally(() => {
      this.running.delete(running);
      lane.connections -= 1;
      if (lane.connections === 0 && lane.waiting === 0) this.retire(lane);
      if (this.parts.courier.stopping.aborted) return;
      this.pump();
      this.parts.look();
    });
    this.running.add(running);
  }

  /** It takes nothing more; its feeds are free. @returns them */
  private retire(lane: Lane): readonly Feed[] {
    lane.isRetired = true;
    if (this.lanes.get(lane.key) === lane) this.lanes.delete(lane.key);
    for (const bundle of lane.takeGivenBack()) for (const { id } of bundle) this.parts.courier.inHand.delete(id);
    const feeds = [...lane.feeds];
    lane.feeds.clear();
    for (const feed of feeds) this.end(feed.key, feed.group);
    lane.wake();
    return feeds;
  }

  private unreachable(lane: Lane, { failures }: Extract<Dialed, { kind: 'failed' }>): void {
    if (lane.isRetired) return;
    const { hop, failure, sessionId } = tellingFailure(failures);
    // It has as many connections of ours as it wants.
    if (lane.connected > 0) {
      lane.most = lane.connected;
      return;
    }
    if (failures.every((one) => one.failure.local)) {
      if (this.parts.line.failed(failure.text)) {
        this.lineIsDown();
        return;
      }
      if (this.strike(lane)) return;
    }
    const fates = failures.map((one) => connectFate(one.failure, one.hop));
    const fate = connectFate(failure, hop);
    // Given up only if every server says so for good.
    this.giveUp(lane, fate.kind === 'failed' && !fates.every(({ kind }) => kind === 'failed') ? { ...fate, kind: 'later' } : fate,
      { ...nobody, host: hop.host, address: hop.address, sessionId });
  }

  /** All that waits for it goes its next way, or is tried again later. */
  private giveUp(lane: Lane, fate: Unsent, met: Encounter): void {
    if (lane.isRetired) return;
    this.bury(lane.key, fate, met, null);
    for (const feed of this.retire(lane)) {
      feed.refresh(feed.group);
      this.count(feed.key, feed.group, feed);
      this.deaths.get(lane.key)?.told.add(feed.key);
      if (!this.goesOn(feed)) this.drain(feed, fate, met);
    }
    this.pump();
  }

  /** To the next way of its plan, if one is left that may be tried. */
  private goesOn(feed: Feed): boolean {
    const next = feed.ways.findIndex((way, index) => index > feed.wayIndex && !this.parts.rests.isResting(laneKey(way)));
    return next >= 0 && this.place(feed, next);
  }

  // ---- The line

  /** Fails on this side while others get out. The first time it only waits a little. */
  private strike(lane: Lane): boolean {
    const strikes = (this.strikes.get(lane.key) ?? 0) + 1;
    this.strikes.set(lane.key, strikes);
    if (strikes > 1) return false;
    this.parts.rests.failed(lane.key, strikeRestMs);
    this.retire(lane);
    this.parts.look();
    return true;
  }

  private lineIsDown(): void {
    for (const lane of this.lanes.values()) if (lane.connected === 0) this.retire(lane);
    this.parts.look();
  }
}

function keyOf({ destination, reversePath, via }: DueGroup): string {
  return `${destination}\n${reversePath}\n${via}`;
}
