// Calls of one connection, a few at a time: whoever sends hundreds at once, by mistake or not, waits, and the mail does not. Between
// calls the event loop comes round to everybody else. A stream counts until it has begun. Used by serve-connection.ts, engine.ts and
// the middleware that router.ts puts before every procedure.

const mostInFlight = 32;
const startedPerTurn = 4;
/** Waiting calls above which nothing more is read from the connection, and below which it is again. */
const long = 64;
const short = 16;

export interface GateOptions {
  pause(): void;
  resume(): void;
}

export class Gate {
  private readonly options: GateOptions;
  private readonly waiting: (() => void)[] = [];
  private inFlight = 0;
  private scheduled = false;
  private paused = false;

  constructor(options: GateOptions) {
    this.options = options;
  }

  /** Resolves when it is the caller's turn. @returns to be called when he is done */
  async enter(): Promise<() => void> {
    await new Promise<void>((start) => {
      this.waiting.push(start);
      this.schedule();
    });
    return () => {
      this.inFlight -= 1;
      this.schedule();
    };
  }

  private schedule(): void {
    this.regulate();
    if (this.scheduled || this.waiting.length === 0 || this.inFlight >= mostInFlight) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      for (const start of this.waiting.splice(0, Math.min(startedPerTurn, mostInFlight - this.inFlight))) {
        this.inFlight += 1;
        start();
      }
      this.schedule();
    });
  }

  private regulate(): void {
    const paused = this.waiting.length > (this.paused ? short : long);
    if (paused === this.paused) return;
    this.paused = paused;
    if (paused) this.options.pause();
    else this.options.resume();
  }
}
