// How many connections may send at once (sessions.maxSmtpOut). Who calls a server that does not answer gives his place away after a
// while, so that dead servers never keep mail from living ones; when his server answers after all he is the first to get one back.

/** Calls that go on without a place, in multiples of the limit. */
const mostWithout = 3;

export class Slots {
  private readonly limit: () => number;
  private used = 0;
  private without = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(limit: () => number) {
    this.limit = limit;
  }

  tryTake(): boolean {
    if (this.used >= this.limit() || this.waiting.length > 0) return false;
    this.used += 1;
    return true;
  }

  /** For who waits too long for his server. False: too many do already; he keeps it. */
  lend(): boolean {
    if (this.without >= mostWithout * this.limit()) return false;
    this.without += 1;
    this.giveBack();
    return true;
  }

  /** Without having got one again. */
  forget(): void {
    this.without -= 1;
  }

  /** Back after lend(), before everybody else. */
  regain(): Promise<void> {
    this.without -= 1;
    if (this.used < this.limit()) {
      this.used += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  giveBack(): void {
    const next = this.used <= this.limit() ? this.waiting.shift() : undefined;
    if (next === undefined) this.used -= 1;
    else next();
  }
}
