// What is due, for the sender: groups of items that share a way, and the items of one group. Cheap however many are queued.
import type { Db } from '../sqlite.ts';
import type { DueGroup, QueuedMessage, Queues, SendingQueue } from '../store.ts';
import { asQueuedMessage, itemColumns } from './queue-table.ts';
import type { ItemRow, QueueTable } from './queue-table.ts';

/** Above so many, reading the whole index that is sorted by group is quicker than sorting. */
const many = 1000;
const grouped = 'SELECT destination, reverse_path AS reversePath, via, count(*) AS items, min(id) AS oldestId FROM queue_messages';

export function makeDue(db: Db, table: QueueTable): Pick<Queues, 'due' | 'nextDueAt' | 'take' | 'message'> {
  const countUpTo = db.prepare<[SendingQueue, SendingQueue, number, number], number>('SELECT count(*) FROM (SELECT 1 FROM queue_messages INDEXED BY queue_messages_due WHERE queue IN (?, ?) AND next_try_at <= ? LIMIT ?)').pluck();
  const ofFew = db.prepare<[SendingQueue, SendingQueue, number], DueGroup>(`${grouped} INDEXED BY queue_messages_due WHERE queue IN (?, ?) AND next_try_at <= ? GROUP BY destination, reverse_path, via ORDER BY oldestId`);
  const ofMany = db.prepare<[SendingQueue, SendingQueue, number], DueGroup>(`${grouped} INDEXED BY queue_messages_grouped WHERE +queue IN (?, ?) AND next_try_at <= ? GROUP BY destination, reverse_path, via ORDER BY oldestId`);
  const next = db.prepare<[SendingQueue, number], number | null>('SELECT min(next_try_at) FROM queue_messages WHERE queue = ? AND next_try_at > ?').pluck();
  const take = db.prepare<[string, string, string, number, SendingQueue, SendingQueue, number, number], ItemRow>(`
    SELECT ${itemColumns} FROM queue_messages INDEXED BY queue_messages_grouped
    WHERE destination = ? AND reverse_path = ? AND via = ? AND id > ? AND +queue IN (?, ?) AND next_try_at <= ? ORDER BY id LIMIT ?`);
  const whole = (row: ItemRow): QueuedMessage => asQueuedMessage(row, table.recipients(row.id));

  return {
    due(now, queues): readonly DueGroup[] {
      const [first, second = first] = queues;
      if (first === undefined || second === undefined) return [];
      const count = countUpTo.get(first, second, now, many) ?? 0;
      if (count === 0) return [];
      return (count < many ? ofFew : ofMany).all(first, second, now);
    },
    nextDueAt(now, queues): number | null {
      const times = queues.map((queue) => next.get(queue, now) ?? null).filter((at) => at !== null);
      return times.length === 0 ? null : Math.min(...times);
    },
    take({ destination, reversePath, via }, now, queues, after, limit): readonly QueuedMessage[] {
      const [first, second = first] = queues;
      if (first === undefined || second === undefined) return [];
      return take.all(destination, reversePath, via, after, first, second, now, limit).map(whole);
    },
    message(id): QueuedMessage | null {
      const row = table.get(id);
      return row === null ? null : whole(row);
    },
  };
}
