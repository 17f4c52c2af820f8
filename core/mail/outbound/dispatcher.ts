// From what is due to connections: each group gets its plan and goes to the lane of its next hop (fleet.ts). Decides what failures mean: what
// fails rests for a while; when nothing leaves this computer, everything waits. Driven by sender.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DueGroup } from '../../store/store.ts';
import { nobody, type Encounter } from './outcome.ts';
import { tellingFailure, type Dialed } from './dial.ts';
import { drain } from './drain.ts';
import { connectFate } from './fates.ts';
import { Feed, type FeedSource } from './feed.ts';
import { Fleet, type FleetParts } from './fleet.ts';
import { Graves, type Unsent } from './graves.ts';
import { Groups } from './groups.ts';
import { laneKey, type Lane } from './lane.ts';
import type { Line } from './line.ts';
import type { Plans } from './plans.ts';
import type { Rests } from './rests.ts';
import type { RoutePlan } from './route-plan.ts';

export interface DispatcherParts {
  readonly source: FeedSource;
  readonly plans: Plans;
  readonly rests: Rests;
  readonly line: Line;
  readonly courier: FleetParts['courier'];
  /** What is due should be looked at again. */
  readonly look: () => void;
  readonly problem: (cause: unknown) => void;
}

/** While the line is down. */
const mostProbed = 9;
const groupsATurn = 50;
const strikeRestMs = 15_000;

export class Dispatcher {
  private readonly parts: DispatcherParts;
  private readonly groups = new Groups();
  private readonly graves: Graves;
  private readonly fleet: Fleet;
  private readonly draining = new Set<Promise<void>>();
  private readonly strikes = new Map<string, number>();
  private generation = 0;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
    const { source, rests, line, courier, look, problem } = parts;
    this.graves = new Graves(source, rests);
    this.fleet = new Fleet({
      courier, rests, line, problem,
      left: ({ group }) => this.groups.end(group),
      connected: ({ key }) => {
        rests.succeeded(key);
        this.strikes.delete(key);
      },
      unreachable: (lane, dialed) => this.unreachable(lane, dialed),
      unusable: (lane, fate, met) => this.giveUp(lane, fate, met),
      ended: look,
    });
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
      const known = this.groups.get(group);
      if (known !== undefined) {
        if (known !== null && this.fleet.holds(known)) known.refresh(group);
        continue;
      }
      if (this.groups.isFull(line.isDown ? mostProbed : undefined)) break;
      if (!this.groups.hasRoomFor(group)) continue;
      const resting = planKey(plans.keyOf(group));
      if (!rests.isResting(resting)) this.begin(group);
      else if (!this.mourn(resting, group)) continue;
      work += 1;
    }
    this.fleet.wake();
    this.fleet.pump();
  }

  /** Plans are out of date: what is under way is finished, the rest is looked at anew. */
  startAnew(): void {
    this.generation += 1;
    this.strikes.clear();
    this.graves.clear();
    this.fleet.retireAll();
    this.groups.forgetUnplanned();
  }

  get isIdle(): boolean {
    return this.groups.size === 0 && this.fleet.isIdle;
  }

  /** Resolves when every connection is closed and every outcome written. */
  async finished(): Promise<void> {
    await this.fleet.finished();
    while (this.draining.size > 0) await Promise.allSettled(this.draining);
  }

  // ---- Groups

  private begin(group: DueGroup): void {
    const { generation } = this;
    const isOld = (): boolean => this.generation !== generation || this.parts.courier.stopping.aborted;
    this.groups.begin(group, null);
    this.parts.plans.plan(group).then((plan) => {
      if (!isOld()) this.planned(group, plan);
    }).catch((cause: unknown) => {
      this.parts.problem(cause);
      if (isOld()) return;
      this.rest(group, strikeRestMs);
      this.groups.end(group);
    });
  }

  private planned(group: DueGroup, plan: RoutePlan): void {
    const { line, source, plans } = this.parts;
    const feed = new Feed(group, plan.kind === 'ways' ? plan.ways : [], source);
    if (feed.peek() === null) {
      this.groups.end(group);
      return;
    }
    this.groups.planned(group, feed);
    if (plan.kind === 'ways') {
      if (this.place(feed, 0)) this.fleet.pump();
      return;
    }
    if (plan.kind === 'later' && plan.line && line.failed(plan.reason.text)) {
      this.groups.end(group);
      this.lineIsDown();
      return;
    }
    const fate: Unsent = { kind: plan.kind === 'undeliverable' ? 'failed' : 'later', reply: null, reason: plan.reason };
    const key = planKey(plans.keyOf(group));
    if (plan.kind === 'later') this.graves.bury(key, fate, nobody);
    this.graves.told(key, group);
    this.drain(feed, fate, nobody);
  }

  /** Into the lane of its first way, from this one on, that does not rest. False: all of them do, and it waits. */
  private place(feed: Feed, from: number): boolean {
    const { rests } = this.parts;
    for (const [index, way] of feed.ways.entries()) {
      if (index < from || rests.isResting(laneKey(way))) continue;
      feed.wayIndex = index;
      this.fleet.attach(feed, way);
      return true;
    }
    const last = laneKey(feed.ways.at(-1));
    this.groups.end(feed.group);
    if (!this.mourn(last, feed.group)) this.rest(feed.group, rests.remaining(last));
    return false;
  }

  /** What was due when that failed has been tried with it. False: this group knows. */
  private mourn(dead: string, group: DueGroup): boolean {
    const mourning = this.graves.mourn(dead, group);
    if (mourning === null) return false;
    this.groups.begin(group, mourning.feed);
    this.drain(mourning.feed, mourning.fate, mourning.met);
    return true;
  }

  private rest(group: DueGroup, ms?: number): void {
    const { rests, plans } = this.parts;
    rests.failed(planKey(plans.keyOf(group)), ms);
  }

  private drain(feed: Feed, fate: Unsent, met: Encounter): void {
    const { recorder, inHand, stopping } = this.parts.courier;
    const work = drain(feed, fate, met, { recorder, inHand, isStopping: () => stopping.aborted })
      .catch((cause: unknown) => this.parts.problem(cause))
      .finally(() => {
        this.draining.delete(work);
        this.groups.end(feed.group);
        this.parts.look();
      });
    this.draining.add(work);
  }

  // ---- Failures

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
    this.graves.bury(lane.key, fate, met);
    for (const feed of this.fleet.retire(lane)) {
      feed.refresh(feed.group);
      this.groups.begin(feed.group, feed);
      this.graves.told(lane.key, feed.group);
      if (!this.goesOn(feed)) this.drain(feed, fate, met);
    }
    this.fleet.pump();
  }

  /** To the next way of its plan, if one is left that may be tried. */
  private goesOn(feed: Feed): boolean {
    const next = feed.ways.findIndex((way, index) => index > feed.wayIndex && !this.parts.rests.isResting(laneKey(way)));
    return next >= 0 && this.place(feed, next);
  }

  /** Fails on this side while others get out. The first time it only waits a little. */
  private strike(lane: Lane): boolean {
    const strikes = (this.strikes.get(lane.key) ?? 0) + 1;
    this.strikes.set(lane.key, strikes);
    if (strikes > 1) return false;
    this.parts.rests.failed(lane.key, strikeRestMs);
    this.fleet.retire(lane);
    this.parts.look();
    return true;
  }

  private lineIsDown(): void {
    this.fleet.retireAll(({ connected }) => connected === 0);
    this.parts.look();
  }
}

function planKey(key: string): string {
  return `plan ${key}`;
}
