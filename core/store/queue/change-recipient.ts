// A recipient of a queued message gets another address. He always moves to an item of his own, never into one that is there: whoever is
// sending that at this moment counts its recipients. To an account here it is a copy in the mailbox, in the same transaction.
import { weightOf } from '../accepting.ts';
import type { Accepting } from '../accepting.ts';
import type { Committer } from '../committer.ts';
import { StoreError } from '../errors.ts';
import { asStoreError } from '../failures.ts';
import type { History } from '../history.ts';
import type { Remover } from '../remover.ts';
import type { AcceptedPart, IncomingFile, Queues, StoreChange } from '../store.ts';
import { Leaving } from './leaving.ts';
import { summaryOf, untried } from './queue-table.ts';
import type { ItemRow, QueueTable } from './queue-table.ts';

export interface ChangeRecipientParts {
  readonly table: QueueTable;
  readonly committer: Committer;
  readonly accepting: Accepting;
  readonly remover: Remover;
  readonly history: History;
  readonly content: Queues['content'];
  readonly emit: (change: StoreChange) => void;
}

export function makeChangeRecipient(parts: ChangeRecipientParts): Queues['changeRecipient'] {
  const { table, committer, accepting, remover, history, emit } = parts;

  function itemOf(id: number): ItemRow {
    const item = table.get(id);
    if (item === null) throw new StoreError('queue.item-gone', 'This message is not in the queue any more: it has been sent or removed.');
    return item;
  }

  return async (id, recipientId, target, now, actor) => {
    const accepted = 'accountId' in target ? [await copyFor(parts, itemOf(id), target.accountId, now)] : [];
    const sealed = await accepting.seal(accepted);
    try {
      const { gone } = await committer.run(() => {
        const item = itemOf(id);
        const summary = summaryOf(item, table.recipients(id));
        const recipient = table.removeRecipient(id, recipientId);
        if (recipient === null) throw new StoreError('queue.recipient-gone', 'This recipient is not in the queue any more: the message has been sent to him, or his address was changed.');
        history.add(actor, 'change', `queue ${item.queue}`, [{ field: 'message', before: summary, after: summary }, { field: 'recipient', before: recipient.address, after: target.address }]);
        if ('destination' in target) table.add(itemFor(item, target.destination, now), [{ ...recipient, address: target.address, reason: null }]);
        const leaving = new Leaving(table, remover);
        leaving.removeIfDone(item);
        return { gone: leaving, bodies: accepting.write(sealed) };
      }, {
        committed: (done) => {
          done.gone.committed();
          accepting.committed(done.bodies);
        },
        weight: weightOf(sealed),
      });
      gone.clean();
    } catch (error) {
      await accepting.discard(sealed);
      throw asStoreError(error);
    }
    accepting.tell(accepted);
    for (const topic of ['queues', 'history'] as const) emit({ topic });
  };
}

/** What is held stays held. */
function itemFor(item: ItemRow, destination: string, now: number): Omit<ItemRow, 'id'> {
  const anew = { ...item, ...untried, destination };
  return item.queue === 'holding' ? { ...anew, previousQueue: 'remote' } : { ...anew, queue: 'remote', nextTryAt: now };
}

async function copyFor({ accepting, content }: ChangeRecipientParts, item: ItemRow, accountId: number, now: number): Promise<AcceptedPart> {
  const file = accepting.create();
  try {
    await copy(content(item), file);
  } catch (error) {
    await file.discard();
    throw error;
  }
  return {
    file, receivedAt: now, reversePath: item.reversePath, subject: item.subject, envid: null, ret: null, smtpUtf8: item.smtpUtf8 === 1, eightBit: item.eightBit === 1, local: [accountId], queued: [],
  };
}

async function copy(content: Buffer | Promise<Buffer> | AsyncIterable<Buffer>, file: IncomingFile): Promise<void> {
  const pieces = Symbol.asyncIterator in content ? content : [await content];
  for await (const piece of pieces) if (!file.write(piece)) await file.drained();
}
