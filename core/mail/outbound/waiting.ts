// While nothing leaves this computer: writes the reason to what waits, once, so that the queue window says why. Nothing is tried and no
// try is counted. Called by sender.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DueGroup } from '../../store/store.ts';
import { Feed, type FeedSource } from './feed.ts';
import type { Recorder } from './recorder.ts';

const slice = 200;
/** Of more than these only the reason is missing. */
const mostMarked = 100_000;

export class Waiting {
  private readonly source: FeedSource;
  private readonly recorder: Recorder;
  private readonly marked = new Set<number>();
  private running = false;

  constructor(source: FeedSource, recorder: Recorder) {
    this.source = source;
    this.recorder = recorder;
  }

  async mark(due: readonly DueGroup[], goesOn: () => boolean): Promise<void> {
    const items = due.reduce((sum, group) => sum + group.items, 0);
    if (this.running || items === this.marked.size || items > mostMarked) return;
    this.running = true;
    try {
      for (const group of due) {
        if (!goesOn()) return;
        await this.markGroup(group, goesOn);
      }
    } finally {
      this.running = false;
    }
  }

  forget(): void {
    this.marked.clear();
  }

  private async markGroup(group: DueGroup, goesOn: () => boolean): Promise<void> {
    const feed = new Feed(group, [], this.source);
    for (let message = feed.peek(); message !== null && goesOn();) {
      const fresh = [];
      for (; message !== null && fresh.length < slice; message = feed.peek()) {
        feed.shift();
        if (this.marked.has(message.id)) this.source.inHand.delete(message.id);
        else fresh.push(message);
      }
      if (fresh.length > 0) await this.recorder.waiting(fresh);
      for (const { id } of fresh) {
        this.marked.add(id);
        this.source.inHand.delete(id);
      }
      await nextTurn();
    }
  }
}
