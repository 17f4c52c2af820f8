// What is left in peace for a while because it has just failed: servers that could not be reached, destinations whose DNS did not answer.
// One call to a dead server for ten thousand messages, not ten thousand. In memory only; forgotten when a person asks for another try.
import type { Clock } from './clock.ts';

interface Rest {
  failures: number;
  until: number;
}
const firstMs = 60_000;
const longestMs = 5 * 60_000;
const mostRemembered = 10_000;

export class Rests {
  private readonly clock: Clock;
  private readonly rests = new Map<string, Rest>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @returns how long it rests now */
  failed(key: string, ms?: number): number {
    const rest = this.rests.get(key) ?? { failures: 0, until: 0 };
    const pause = ms ?? Math.min(firstMs * 2 ** rest.failures, longestMs);
    if (ms === undefined) rest.failures += 1;
    rest.until = this.clock.elapsed() + pause;
    this.rests.delete(key);
    this.rests.set(key, rest);
    for (const oldest of this.rests.keys()) {
      if (this.rests.size <= mostRemembered) break;
      this.rests.delete(oldest);
    }
    return pause;
  }

  succeeded(key: string): void {
    this.rests.delete(key);
  }

  isResting(key: string): boolean {
    return this.remaining(key) > 0;
  }

  /** Milliseconds, 0 if it does not rest. */
  remaining(key: string): number {
    return Math.max(0, (this.rests.get(key)?.until ?? 0) - this.clock.elapsed());
  }

  failures(key: string): number {
    return this.rests.get(key)?.failures ?? 0;
  }

  /** Milliseconds until the next one is over; null: nothing rests. */
  nextEnd(): number | null {
    const now = this.clock.elapsed();
    let next: number | null = null;
    for (const { until } of this.rests.values()) if (until > now && (next === null || until - now < next)) next = until - now;
    return next;
  }

  clear(): void {
    this.rests.clear();
  }
}
