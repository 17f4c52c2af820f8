// What became of items that were tried, and the reports about them, in one transaction. Thousands a second share group commits.
import { weightOf } from '../accepting.ts';
import type { Accepting } from '../accepting.ts';
import type { Committer } from '../committer.ts';
import { asStoreError } from '../failures.ts';
import type { Remover } from '../remover.ts';
import type { QueueOutcome, Queues, StoreChange } from '../store.ts';
import { Leaving } from './leaving.ts';
import { untried } from './queue-table.ts';
import type { ItemRow, NewRecipient, QueueTable } from './queue-table.ts';

export interface SettlementParts {
  readonly table: QueueTable;
  readonly committer: Committer;
  readonly accepting: Accepting;
  readonly remover: Remover;
  readonly emit: (change: StoreChange) => void;
}

export function makeSettle({ table, committer, accepting, remover, emit }: SettlementParts): Queues['settle'] {
  return async (outcomes, reports) => {
    const sealed = await accepting.seal(reports);
    try {
      const leaving = await committer.run(() => {
        const gone = new Leaving(table, remover);
        for (const outcome of outcomes) settleOne(table, outcome, gone);
        return { gone, bodies: accepting.write(sealed) };
      }, {
        committed: ({ gone, bodies }) => {
          gone.committed();
          accepting.committed(bodies);
        },
        weight: weightOf(sealed),
      });
      leaving.gone.clean();
    } catch (error) {
      await accepting.discard(sealed);
      throw asStoreError(error);
    }
    accepting.tell(reports);
    emit({ topic: 'queues' });
  };
}

/** Inside the transaction. Items and recipients that are gone meanwhile are passed over. */
function settleOne(table: QueueTable, { id, done, toBad, rest }: QueueOutcome, gone: Leaving): void {
  const item = table.get(id);
  if (item === null) return;
  const bad: NewRecipient[] = [];
  for (const recipientId of done) {
    const recipient = table.removeRecipient(id, recipientId);
    const kept = toBad.find((one) => one.recipientId === recipientId);
    if (recipient !== null && kept !== undefined) bad.push({ ...recipient, reason: JSON.stringify(kept.reason) });
  }
  // Before the item may go, so that the message keeps its bytes.
  if (bad.length > 0) {
    table.add({ ...item, ...untried, queue: 'bad', destination: '', nextTryAt: null, attempts: rest.attempts, firstTriedAt: rest.firstTriedAt, triedAt: rest.triedAt, host: rest.host }, bad);
  }
  if (gone.removeIfDone(item)) return;
  for (const [recipientId, reason] of rest.reasons) table.setReason(id, recipientId, reason);
  table.update(afterTry(item, rest));
}

/** An item that the administrator has held meanwhile stays held, and goes on from here when it is released. */
function afterTry(item: ItemRow, { queue, nextTryAt, attempts, firstTriedAt, triedAt, informedAt, host }: QueueOutcome['rest']): ItemRow {
  const tried = { ...item, attempts, firstTriedAt, triedAt, informedAt, host };
  return item.queue === 'holding' ? { ...tried, previousQueue: queue } : { ...tried, queue, nextTryAt };
}
