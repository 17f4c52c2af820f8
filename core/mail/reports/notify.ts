// What a sender wants to hear of a recipient: NOTIFY of RFC 3461 §4.1, as it stands in the queue. Called by reporter.ts and delivered.ts.

export type NotifyWord = 'SUCCESS' | 'FAILURE' | 'DELAY';

/** @param notify words separated by commas; null: not said, which asks for failures, and lets us tell of delays */
export function wantsToHear(notify: string | null, of: NotifyWord): boolean {
  return notify === null ? of !== 'SUCCESS' : notify.toUpperCase().split(',').includes(of);
}
