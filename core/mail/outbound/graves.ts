// What has failed and rests: servers that cannot be reached, look-ups without an answer. Everything that was due at the moment of the failure
// counts as tried with it, however many groups that are, and nothing that comes later. Kept by dispatcher.ts.
import type { DueGroup } from '../../store/store.ts';
import { Feed, type FeedSource } from './feed.ts';
import type { Fate } from './fates.ts';
import { groupKey } from './groups.ts';
import type { Encounter } from './outcome.ts';
import type { Rests } from './rests.ts';

export type Unsent = Exclude<Fate, { kind: 'sent' | 'rest' }>;

interface Grave {
  readonly fate: Unsent;
  readonly met: Encounter;
  readonly at: number;
  /** Groups that have been told. */
  readonly told: Set<string>;
}
/** A group that has something to be told: give this fate to what the feed holds. */
export interface Mourning {
  readonly feed: Feed;
  readonly fate: Unsent;
  readonly met: Encounter;
}

const most = 1000;

export class Graves {
  private readonly source: FeedSource;
  private readonly rests: Rests;
  private readonly graves = new Map<string, Grave>();

  constructor(source: FeedSource, rests: Rests) {
    this.source = source;
    this.rests = rests;
  }

  /** Rests from now on. */
  bury(key: string, fate: Unsent, met: Encounter): void {
    this.rests.failed(key);
    if (this.graves.size >= most) for (const old of this.graves.keys()) if (!this.rests.isResting(old)) this.graves.delete(old);
    this.graves.set(key, { fate, met, at: this.source.now(), told: new Set() });
  }

  /** This group is told by other means. */
  told(key: string, group: DueGroup): void {
    this.graves.get(key)?.told.add(groupKey(group));
  }

  /** Null: nothing of this group was due then, or it has been told. */
  mourn(key: string, group: DueGroup): Mourning | null {
    const grave = this.graves.get(key);
    if (grave === undefined || grave.told.has(groupKey(group))) return null;
    grave.told.add(groupKey(group));
    const feed = new Feed(group, [], { ...this.source, now: () => grave.at });
    return feed.peek() === null ? null : { feed, fate: grave.fate, met: grave.met };
  }

  clear(): void {
    this.graves.clear();
  }
}
