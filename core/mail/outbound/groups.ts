// Which groups of due mail are in work: being planned, in a lane, or being given a fate; and how many of each destination. Memory is bounded
// by these, not by the queue. Kept by dispatcher.ts.
import type { DueGroup } from '../../store/store.ts';
import type { Feed } from './feed.ts';

const mostGroups = 1000;
/** So that a mailing with a sender for each recipient leaves room for others. */
const mostOfDestination = 100;

export class Groups {
  /** Null: being planned. */
  private readonly feeds = new Map<string, Feed | null>();
  private readonly ofDestination = new Map<string, number>();

  get size(): number {
    return this.feeds.size;
  }

  /** Undefined: not in work. */
  get(group: DueGroup): Feed | null | undefined {
    return this.feeds.get(groupKey(group));
  }

  isFull(most = mostGroups): boolean {
    return this.feeds.size >= most;
  }

  hasRoomFor({ destination }: DueGroup): boolean {
    return (this.ofDestination.get(destination) ?? 0) < mostOfDestination;
  }

  begin(group: DueGroup, feed: Feed | null): void {
    this.feeds.set(groupKey(group), feed);
    this.ofDestination.set(group.destination, (this.ofDestination.get(group.destination) ?? 0) + 1);
  }

  /** Its plan is there. */
  planned(group: DueGroup, feed: Feed): void {
    this.feeds.set(groupKey(group), feed);
  }

  /** Their plans are out of date before they are there. */
  forgetUnplanned(): void {
    for (const [key, feed] of this.feeds) if (feed === null) this.remove(key);
  }

  end(group: DueGroup): void {
    this.remove(groupKey(group));
  }

  private remove(key: string): void {
    if (!this.feeds.delete(key)) return;
    const destination = key.slice(0, key.indexOf('\n'));
    const left = (this.ofDestination.get(destination) ?? 1) - 1;
    if (left > 0) this.ofDestination.set(destination, left);
    else this.ofDestination.delete(destination);
  }
}

export function groupKey({ destination, reversePath, via }: DueGroup): string {
  return `${destination}\n${reversePath}\n${via}`;
}
