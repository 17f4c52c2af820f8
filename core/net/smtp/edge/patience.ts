// How long a connection waits for its client. A new time begins with every command that is complete, and not with every
// byte, so that a byte a minute holds no session; while a message is received edge/connection.ts asks for a least speed.
// RFC 5321 §4.5.3.2 wants 5 minutes at least for a command: the setting decides.

/** A TLS handshake has no reason to take longer, however patient the settings are. */
export const maxHandshakeMs = 60_000;

export class Patience {
  private readonly onEnd: () => void;
  private timer: NodeJS.Timeout | undefined;
  private ms = 0;
  private times = 0;
  private stopped = false;

  constructor(onEnd: () => void) {
    this.onEnd = onEnd;
  }

  /** Begins a new time. */
  restart(ms: number): void {
    if (this.stopped) return;
    this.times += 1;
    if (this.timer !== undefined && this.ms === ms) {
      this.timer.refresh();
      return;
    }
    clearTimeout(this.timer);
    this.ms = ms;
    this.timer = setTimeout(() => this.check(), ms);
    this.timer.unref();
  }

  /** What has come while this computer was busy with something else is looked at first: the client is not to blame. */
  private check(): void {
    const { times } = this;
    setImmediate(() => {
      if (times === this.times && !this.stopped) this.onEnd();
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
