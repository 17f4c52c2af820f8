// One message on its way in. Small ones stay in memory; from a limit on the bytes go to Incoming/<guid>.msg as they come, and the
// writer is asked to wait while the disk is behind. Nothing refers to the file before commit.
import { open, readFile, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { asError } from './failures.ts';
import { fileMode } from './files/disk.ts';
import { incomingFile } from './files/names.ts';
import type { IncomingFile } from './store.ts';

/** Up to here a message is in memory until it is sealed. */
const memoryBytes = 256 << 10;
/** Up to here its bytes travel in the database, where many share one fsync; a larger one is cheaper as a file of its own. */
export const rowBytes = 32 << 10;
/** Bytes on their way to the disk above which the writer has to wait. */
const aheadBytes = 512 << 10;

export class StoredIncomingFile implements IncomingFile {
  readonly id: string;
  octets = 0;
  private readonly directory: string;
  private chunks: Buffer[] = [];
  private handle: Promise<FileHandle> | null = null;
  private writing: Promise<void> = Promise.resolve();
  private waitingBytes = 0;
  private failure: Error | null = null;
  private state: 'open' | 'sealed' | 'gone' = 'open';

  constructor(id: string, directory: string) {
    this.id = id;
    this.directory = directory;
  }

  write(chunk: Buffer): boolean {
    if (this.state !== 'open' || this.failure !== null) return false;
    this.octets += chunk.length;
    if (this.handle === null && this.octets <= memoryBytes) {
      this.chunks.push(chunk);
      return true;
    }
    this.append(chunk);
    return this.waitingBytes < aheadBytes;
  }

  async drained(): Promise<void> {
    await this.writing;
    if (this.failure !== null) throw this.failure;
  }

  async content(): Promise<Buffer> {
    if (this.handle === null) return this.gather();
    await this.drained();
    return readFile(this.path);
  }

  async discard(): Promise<void> {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.chunks = [];
    if (this.handle === null) return;
    await this.writing;
    await this.handle.then((handle) => handle.close()).catch(() => undefined);
    await unlink(this.path).catch(() => undefined);
  }

  /**
   * Ends the writing.
   *
   * @returns the bytes, or null when they are in a file that has been fsynced (its name is not durable yet)
   * @throws StoreError 'disk.full', with nothing left behind
   */
  async seal(): Promise<Buffer | null> {
    if (this.state !== 'open') throw new Error(`incoming file ${this.id} was committed or discarded before`);
    if (this.octets <= rowBytes && this.handle === null) {
      this.state = 'sealed';
      return this.gather();
    }
    if (this.handle === null) this.append(Buffer.alloc(0));
    this.state = 'sealed';
    try {
      await this.drained();
      const handle = await this.handle;
      await handle?.sync();
      await handle?.close();
      this.handle = null;
      return null;
    } catch (error) {
      await this.remove();
      throw asError(error);
    }
  }

  /** After a commit that failed. */
  async remove(): Promise<void> {
    this.state = 'open';
    if (this.handle === null) await unlink(this.path).catch(() => undefined);
    await this.discard();
  }

  private get path(): string {
    return incomingFile(this.directory, this.id);
  }

  private gather(): Buffer {
    const [only] = this.chunks;
    if (this.chunks.length !== 1 || only === undefined) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  private append(chunk: Buffer): void {
    const chunks = [...this.chunks.splice(0), chunk];
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    this.handle ??= open(this.path, 'wx', fileMode);
    // Somebody always looks at it later, in drained(); until then it is not an unhandled rejection.
    this.handle.catch(() => undefined);
    const handle = this.handle;
    this.waitingBytes += bytes;
    this.writing = this.writing.then(async () => {
      if (this.failure === null) await writeAll(await handle, chunks);
    }).catch((error: unknown) => {
      this.failure = asError(error);
    }).finally(() => {
      this.waitingBytes -= bytes;
    });
  }
}

async function writeAll(handle: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await handle.write(chunk, written);
      written += bytesWritten;
    }
  }
}
