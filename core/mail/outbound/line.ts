// Whether anything leaves this computer. When calls fail on this side (no route, no DNS server can be reached), the line is down: no try is
// counted, everything waits, and a few servers are called again after a growing pause. The first answer from outside ends it.
import type { Clock } from './clock.ts';

const firstPauseMs = 15_000;
const longestPauseMs = 5 * 60_000;
/** Who has heard from outside so lately has a line: then a failure on this side is about that one server. */
const freshMs = 30_000;

export interface LineEvents {
  down(cause: string, pauseMs: number): void;
  up(): void;
}

export class Line {
  private readonly clock: Clock;
  private readonly events: LineEvents;
  private heardAt = Number.NEGATIVE_INFINITY;
  private pauseMs = 0;
  private until = 0;

  constructor(clock: Clock, events: LineEvents) {
    this.clock = clock;
    this.events = events;
  }

  get isDown(): boolean {
    return this.pauseMs > 0;
  }

  /** Down, and not yet time to look again. */
  get isPausing(): boolean {
    return this.isDown && this.clock.elapsed() < this.until;
  }

  /** Milliseconds until it is time to look again; null: it is up. */
  get waitMs(): number | null {
    return this.isDown ? Math.max(0, this.until - this.clock.elapsed()) : null;
  }

  /** Something outside answered, or at least was called. */
  heard(): void {
    this.heardAt = this.clock.elapsed();
    if (!this.isDown) return;
    this.pauseMs = 0;
    this.events.up();
  }

  /** A call failed on this side. False: the line is up all the same, it is about that server. */
  failed(cause: string): boolean {
    if (!this.isDown && this.clock.elapsed() - this.heardAt < freshMs) return false;
    // What fails while it is known to be down, without having waited, says nothing new.
    if (this.isPausing) return true;
    const isNew = !this.isDown;
    this.pauseMs = isNew ? firstPauseMs : Math.min(this.pauseMs * 2, longestPauseMs);
    this.until = this.clock.elapsed() + this.pauseMs;
    if (isNew) this.events.down(cause, this.pauseMs);
    return true;
  }

  /** A person wants it to be tried at once. */
  hurry(): void {
    this.until = 0;
    if (this.isDown) this.pauseMs = firstPauseMs;
  }
}
