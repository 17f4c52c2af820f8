// The due items of one group (same destination, sender and host of the administrator) as they are taken from the store, a few at a time.
// Belongs to one lane at a time; when that cannot be reached, the feed goes on to the next way of its plan.
import type { DueGroup, QueuedMessage, Queues, SendingQueue } from '../../store/store.ts';
import type { Way } from './route-plan.ts';

const takenAtOnce = 50;

/** Which queue each comes from. */
export type InHand = Map<number, SendingQueue>;

export interface FeedSource {
  readonly queues: Pick<Queues, 'take' | 'message'>;
  readonly now: () => number;
  /** That may be sent from at this moment. */
  readonly active: () => readonly SendingQueue[];
  /** Items that somebody is trying. */
  readonly inHand: InHand;
}

export class Feed {
  group: DueGroup;
  readonly ways: readonly Way[];
  wayIndex = 0;
  private readonly source: FeedSource;
  private buffer: QueuedMessage[] = [];
  private after = 0;
  private isRead = false;
  private taken = 0;

  constructor(group: DueGroup, ways: readonly Way[], source: FeedSource) {
    this.group = group;
    this.ways = ways;
    this.source = source;
  }

  /** What is due has changed. */
  refresh(group: DueGroup): void {
    this.group = group;
    this.buffer = [];
    this.after = 0;
    this.isRead = false;
    this.taken = 0;
  }

  /** About how many are left. */
  get left(): number {
    return this.isRead ? this.buffer.length : Math.max(this.buffer.length, this.group.items - this.taken);
  }

  /** The lowest id that may come next, without a look into the store; null: there is none. */
  get head(): number | null {
    const first = this.buffer[0];
    if (first !== undefined) return first.id;
    if (this.isRead) return null;
    return this.after === 0 ? this.group.oldestId : this.after + 1;
  }

  /** The next item, as it is now; not taken yet. Null: none is left. */
  peek(): QueuedMessage | null {
    for (;;) {
      const first = this.buffer[0] ?? this.fill();
      if (first === undefined) return null;
      const fresh = this.source.inHand.has(first.id) ? null : this.source.queues.message(first.id);
      if (fresh !== null && this.isStillDue(fresh)) {
        this.buffer[0] = fresh;
        return fresh;
      }
      this.buffer.shift();
    }
  }

  /** Takes what peek() has shown. */
  shift(): void {
    const first = this.buffer.shift();
    if (first === undefined) return;
    this.taken += 1;
    this.source.inHand.set(first.id, first.queue === 'retry' ? 'retry' : 'remote');
  }

  private fill(): QueuedMessage | undefined {
    while (this.buffer.length === 0 && !this.isRead) {
      const items = this.source.queues.take(this.group, this.source.now(), this.source.active(), this.after, takenAtOnce);
      this.after = items.at(-1)?.id ?? this.after;
      this.isRead = items.length < takenAtOnce;
      this.buffer = items.filter(({ id }) => !this.source.inHand.has(id));
    }
    return this.buffer[0];
  }

  /** An administrator may have held, removed or rerouted it since it was read. */
  private isStillDue({ queue, destination, reversePath, via, recipients }: QueuedMessage): boolean {
    const { group } = this;
    return (queue === 'remote' || queue === 'retry') && this.source.active().includes(queue) && recipients.length > 0
      && destination === group.destination && reversePath === group.reversePath && via === group.via;
  }
}
