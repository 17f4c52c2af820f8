// Accepting: the store takes responsibility for messages. Rows of all parts, with the bytes of small messages among them, are
// committed in one transaction that shares its fsync with all others of the moment (committer.ts). Placing follows later.
import type { Accepting } from './accepting.ts';
import { weightOf } from './accepting.ts';
import type { Committer } from './committer.ts';
import { asStoreError } from './failures.ts';
import type { QueueTable } from './queue/queue-table.ts';
import type { Incoming, StoreChange } from './store.ts';

export interface IncomingParts {
  readonly accepting: Accepting;
  readonly committer: Committer;
  readonly queueTable: QueueTable;
  readonly emit: (change: StoreChange) => void;
}

export function makeIncoming({ accepting, committer, queueTable, emit }: IncomingParts): Incoming {
  return {
    create: () => accepting.create(),

    async commit(accepted): Promise<void> {
      const sealed = await accepting.seal(accepted);
      const queued = accepted.some((part) => part.queued.length > 0);
      try {
        await committer.run(() => accepting.write(sealed), {
          committed: (bodies) => {
            if (queued) queueTable.version += 1;
            accepting.committed(bodies);
          },
          weight: weightOf(sealed),
        });
      } catch (error) {
        await accepting.discard(sealed);
        throw asStoreError(error);
      }
      accepting.tell(accepted);
      if (queued) emit({ topic: 'queues' });
    },
  };
}
