// When a message that could not be sent is tried again, and when it is given up: a pure rule from the Retry settings.
// RFC 5321 §4.5.4.1: at least 30 minutes between tries in the long run, give up after 4 to 5 days.
import type { Settings } from '../../contract/settings.ts';
import type { SendingQueue } from '../../store/store.ts';

export type RetrySettings = Pick<Settings, 'retry.primaryMinutes' | 'retry.everyMinutes' | 'retry.days'>;
export type NextTry = { readonly kind: 'later'; readonly queue: SendingQueue; readonly nextTryAt: number } | { readonly kind: 'give-up' };

const minute = 60_000;
const day = 24 * 60 * minute;
/** Pauses after the first failures, while the message is in the primary (remote) queue; the last one is repeated. */
const primaryMinutes = [1, 3, 5, 10, 15];

/**
 * @param attempts made so far, this one included, >= 1
 * @param firstTriedAt epoch milliseconds of the first try
 * @param jitter 0 to 1: up to a tenth of the pause is added, so that what failed together does not come back together
 */
export function nextTry(attempts: number, firstTriedAt: number, now: number, settings: RetrySettings, jitter: number): NextTry {
  // A clock that was set back must not keep a message for ever, nor make it older than it is.
  const age = Math.max(0, now - firstTriedAt);
  const inPrimary = age < settings['retry.primaryMinutes'] * minute;
  const isOver = settings['retry.days'] === 0 ? attempts > 1 : age >= settings['retry.days'] * day;
  if (isOver) return { kind: 'give-up' };
  const pause = inPrimary ? (primaryMinutes[Math.min(attempts, primaryMinutes.length) - 1] ?? 1) : settings['retry.everyMinutes'];
  const wait = pause * minute * (1 + jitter / 10);
  return { kind: 'later', queue: inPrimary ? 'remote' : 'retry', nextTryAt: Math.round(now + wait) };
}
