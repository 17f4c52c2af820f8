// When a message that could not be sent is tried again, when its sender is told, and when it is given up: a pure rule from the Retry
// settings. Called by outcome.ts after each try. RFC 5321 §4.5.4.1.
import type { Settings } from '../../contract/settings.ts';
import type { SendingQueue } from '../../store/store.ts';

export interface Tried {
  readonly queue: SendingQueue;
  /** This try included, >= 1. */
  readonly attempts: number;
  /** Epoch milliseconds, as the other instants. */
  readonly firstTriedAt: number;
  readonly informedAt: number | null;
}
export type NextAttempt =
  | { readonly kind: 'give-up' }
  | { readonly kind: 'again'; readonly queue: SendingQueue; readonly nextTryAt: number; readonly inform: boolean; readonly expiresAt: number };

const minute = 60_000;
const day = 24 * 60 * minute;
/** Pauses after the first tries in the primary queue, in minutes; the last one repeated. */
const primarySteps = [1, 5, 15, 30];
/** A clock that is set right after years ages everything at once: nothing is given up before it was really tried so often. */
const surelyTried = 10;

/** @param jitter in [0, 1): spreads what failed together over a tenth of the pause to either side */
export function nextAttempt(tried: Tried, now: number, settings: Settings, jitter: number): NextAttempt {
  const { attempts, firstTriedAt, informedAt } = tried;
  // A clock that was set back makes nothing younger than new.
  const age = Math.max(0, now - firstTriedAt);
  const life = settings['retry.days'] * day;
  const primaryLeft = settings['retry.primaryMinutes'] * minute - age;
  if (isOver(attempts, age, settings)) return { kind: 'give-up' };
  const inPrimary = tried.queue === 'remote' && primaryLeft > 0;
  const spread = (ms: number): number => Math.round(ms * (0.9 + 0.2 * jitter));
  const step = (primarySteps[Math.min(attempts, primarySteps.length) - 1] ?? 1) * minute;
  // The last try in the primary queue falls on its end.
  const pause = inPrimary ? Math.min(spread(step), Math.max(primaryLeft, 1000)) : spread(settings['retry.everyMinutes'] * minute);
  // The last try of all falls on the end of its life, not up to a day before.
  const untilOver = life - age;
  const nextTryAt = now + (untilOver > 0 ? Math.min(pause, untilOver) : pause);
  const movesNow = tried.queue === 'remote' && !inPrimary;
  const isLate = informedAt === null || now - informedAt >= day;
  const inform = movesNow ? settings['retry.informSender'] && informedAt === null : tried.queue === 'retry' && settings['retry.informAgain'] && isLate;
  return { kind: 'again', queue: inPrimary ? 'remote' : 'retry', nextTryAt, inform, expiresAt: life === 0 ? nextTryAt : Math.max(nextTryAt, now - age + life) };
}

/** 0 days: given up after the first retry. */
function isOver(attempts: number, age: number, settings: Settings): boolean {
  const days = settings['retry.days'];
  if (days === 0) return attempts > 1;
  const possible = 1 + Math.floor((days * day) / (settings['retry.everyMinutes'] * minute));
  return age >= days * day && attempts >= Math.min(possible, surelyTried);
}
