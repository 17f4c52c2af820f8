// The lanes and their connections: who gets a place, in which order, and how many. A lane without any comes before the second one of another,
// servers that have not failed before those that have. Kept by dispatcher.ts, which decides what failures mean.
import { runCourier, type CourierParts } from './courier.ts';
import type { Feed } from './feed.ts';
import { Lane, laneKey } from './lane.ts';
import type { Line } from './line.ts';
import type { Rests } from './rests.ts';
import type { Way } from './route-plan.ts';

export interface FleetParts {
  readonly courier: Omit<CourierParts, 'isHungry' | 'slotFreed' | 'connected' | 'unreachable' | 'unusable'>;
  readonly rests: Rests;
  readonly line: Line;
  /** A feed has left its lane: read to its end, or because the lane is closed. */
  readonly left: (feed: Feed) => void;
  readonly connected: (lane: Lane) => void;
  readonly unreachable: CourierParts['unreachable'];
  readonly unusable: CourierParts['unusable'];
  /** A connection has ended. */
  readonly ended: () => void;
  readonly problem: (cause: unknown) => void;
}

/** Connections at a time while the line is down. */
const mostProbes = 3;

export class Fleet {
  private readonly parts: FleetParts;
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Set<Promise<void>>();
  private isHungry = false;

  constructor(parts: FleetParts) {
    this.parts = parts;
  }

  get isIdle(): boolean {
    return this.running.size === 0;
  }

  attach(feed: Feed, way: Way): void {
    const key = laneKey(way);
    let lane = this.lanes.get(key);
    if (lane === undefined) {
      lane = new Lane(key, way, this.parts.left);
      this.lanes.set(key, lane);
    }
    lane.attach(feed);
  }

  /** Whether it waits in a lane. */
  holds(feed: Feed): boolean {
    return this.lanes.get(laneKey(feed.ways[feed.wayIndex]))?.feeds.has(feed) === true;
  }

  /** Those who wait for mail look again. */
  wake(): void {
    for (const lane of this.lanes.values()) if (lane.waiting > 0) lane.wake();
  }

  /** Starts connections where they are wanted and there are places. */
  pump(): void {
    const { line, rests, courier: { recorder, stopping, slots, settings } } = this.parts;
    this.isHungry = false;
    // Whoever looks again when that has ended comes here again.
    if (stopping.aborted || recorder.blocked !== null || line.isPausing) return;
    for (const lane of this.lanes.values()) if (lane.connections === 0 && lane.waiting === 0) this.retire(lane);
    const most = settings()['sessions.maxPerDestination'];
    const wanting = [...this.lanes.values()].filter((lane) => lane.connections < lane.wanted(most));
    const first = wanting.filter(({ connections }) => connections === 0).sort((one, other) => rests.failures(one.key) - rests.failures(other.key));
    for (const lane of first) {
      if (line.isDown && this.running.size >= mostProbes) return;
      if (!slots.tryTake()) {
        this.isHungry = true;
        return;
      }
      this.start(lane);
    }
    for (const lane of wanting) while (lane.connections < lane.wanted(most) && lane.connected > 0 && slots.tryTake()) this.start(lane);
  }

  /** It takes nothing more; its feeds are free. @returns them */
  retire(lane: Lane): readonly Feed[] {
    lane.isRetired = true;
    if (this.lanes.get(lane.key) === lane) this.lanes.delete(lane.key);
    for (const bundle of lane.takeGivenBack()) for (const { id } of bundle) this.parts.courier.inHand.delete(id);
    const feeds = [...lane.feeds];
    lane.feeds.clear();
    for (const feed of feeds) this.parts.left(feed);
    lane.wake();
    return feeds;
  }

  retireAll(which: (lane: Lane) => boolean = () => true): void {
    for (const lane of this.lanes.values()) if (which(lane)) this.retire(lane);
  }

  /** Resolves when every connection is closed. */
  async finished(): Promise<void> {
    for (const lane of this.lanes.values()) lane.wake();
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private start(lane: Lane): void {
    const { parts } = this;
    lane.connections += 1;
    const running = runCourier(lane, {
      ...parts.courier, unreachable: parts.unreachable, unusable: parts.unusable, isHungry: () => this.isHungry, slotFreed: () => this.pump(),
      connected: (to) => {
        parts.connected(to);
        this.pump();
      },
    }).catch(parts.problem).finally(() => {
      this.running.delete(running);
      lane.connections -= 1;
      if (parts.courier.stopping.aborted) return;
      this.pump();
      parts.ended();
    });
    this.running.add(running);
  }
}
