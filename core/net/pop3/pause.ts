// The pause between two commands that the settings ask for ("Latency"), which ends early with the connection. Used by connection.ts.

export class Pause {
  private readonly milliseconds: number;
  private wake: (() => void) | null = null;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  get isWanted(): boolean {
    return this.milliseconds > 0;
  }

  take(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.milliseconds);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  end(): void {
    this.wake?.();
  }
}
