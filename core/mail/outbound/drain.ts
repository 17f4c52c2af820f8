// Writes one fate to everything that is due in a feed, without a connection: its servers cannot be reached, or there is no way at all. A
// slice at a time, so that ten thousand items hold nothing up. Called by dispatcher.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueuedMessage } from '../../store/store.ts';
import type { Fate } from './fates.ts';
import type { Feed, InHand } from './feed.ts';
import type { Encounter } from './outcome.ts';
import type { Recorder } from './recorder.ts';

const sliceItems = 100;
/** Each of these makes a report. */
const sliceFailures = 20;

export interface DrainParts {
  readonly recorder: Recorder;
  readonly inHand: InHand;
  readonly isStopping: () => boolean;
}

export async function drain(feed: Feed, fate: Exclude<Fate, { kind: 'sent' | 'rest' }>, met: Encounter, { recorder, inHand, isStopping }: DrainParts): Promise<void> {
  while (!isStopping()) {
    const slice = takeSome(feed, fate.kind === 'failed' ? sliceFailures : sliceItems);
    if (slice.length === 0) return;
    const recorded = await recorder.record(slice.map((message) => ({ message, more: false, settled: message.recipients.map((recipient) => ({ recipient, fate })) })), met);
    // What could not be written stays in hand, or it would be taken again at once.
    if (recorded) for (const { id } of slice) inHand.delete(id);
    await nextTurn();
  }
}

function takeSome(feed: Feed, most: number): QueuedMessage[] {
  const slice: QueuedMessage[] = [];
  while (slice.length < most) {
    const message = feed.peek();
    if (message === null) break;
    feed.shift();
    slice.push(message);
  }
  return slice;
}
