// Incoming in memory, for tests of who calls it: keeps what was committed, and fails or asks for a pause when told to.
import type { AcceptedPart, Incoming, IncomingFile } from '../../../core/store/store.ts';

export interface CommittedPart extends AcceptedPart {
  readonly text: string;
}

export class MemoryIncoming implements Incoming {
  readonly committed: CommittedPart[] = [];
  readonly discarded: string[] = [];
  readonly open = new Map<string, Buffer[]>();
  failCommitWith: Error | null = null;
  failDrainWith: Error | null = null;
  /** write() says false until drained() was awaited. */
  pauses = false;
  #next = 0;

  create(): IncomingFile {
    this.#next += 1;
    const id = `id${String(this.#next).padStart(18, '0')}`;
    const chunks: Buffer[] = [];
    this.open.set(id, chunks);
    const content = (): Buffer => Buffer.concat(chunks);
    return {
      id,
      get octets() { return content().length; },
      write: (chunk) => {
        chunks.push(chunk);
        return !this.pauses;
      },
      drained: () => (this.failDrainWith === null ? Promise.resolve() : Promise.reject(this.failDrainWith)),
      content: () => Promise.resolve(content()),
      discard: () => {
        this.open.delete(id);
        this.discarded.push(id);
        return Promise.resolve();
      },
    };
  }

  commit(parts: readonly AcceptedPart[]): Promise<void> {
    if (this.failCommitWith !== null) return Promise.reject(this.failCommitWith);
    for (const part of parts) {
      this.committed.push({ ...part, text: Buffer.concat(this.open.get(part.file.id) ?? []).toString('latin1') });
      this.open.delete(part.file.id);
    }
    return Promise.resolve();
  }
}
