// One fsync of a directory for everybody who needs it at the moment. A caller is served by a fsync that began after the call.
import { open } from 'node:fs/promises';

export class DirectorySync {
  private readonly directory: string;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  sync(): Promise<void> {
    if (process.platform === 'win32') return Promise.resolve();
    this.next ??= this.running.catch(() => undefined).then(() => {
      this.next = null;
      this.running = this.once();
      return this.running;
    });
    return this.next;
  }

  private async once(): Promise<void> {
    const handle = await open(this.directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
