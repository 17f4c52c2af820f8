// Queues: messages with recipients elsewhere (`remote`), or kept for the administrator (`bad`). Local delivery is done when a message
// is accepted, so the local queue is always empty.
import type { QueueItem, QueueName, QueueState } from '../contract/records.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import type { Place } from './hand/tasks.ts';
import type { History } from './history.ts';
import type { MessageReader } from './message-reader.ts';
import type { Remover } from './remover.ts';
import type { Db } from './sqlite.ts';
import type { Store, StoreChange } from './store.ts';
import type { WaitingBody } from './waiting-mail.ts';

const names: readonly QueueName[] = ['local', 'remote', 'retry', 'holding', 'bad'];
interface Row { readonly id: number; readonly messageId: string; readonly queue: QueueName; readonly from: string; readonly subject: string; readonly bytes: number; readonly queuedAt: number }

export interface QueuesParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly reader: MessageReader;
  readonly remover: Remover;
  readonly history: History;
  readonly place: Place;
  readonly emit: (change: StoreChange) => void;
}

export function makeQueues(parts: QueuesParts): Store['queues'] {
  const { db, committer, reader, remover, history } = parts;
  const columns = 'SELECT id, guid AS messageId, queue, reverse_path AS "from", subject, octets AS bytes, queued_at AS queuedAt FROM queue_messages';
  const counts = db.prepare<[], QueueState>('SELECT queue AS name, count(*) AS messages, sum(octets) AS bytes, min(queued_at) AS oldestAt FROM queue_messages GROUP BY queue');
  const page = db.prepare<[QueueName, number, number], Row>(`${columns} WHERE queue = ? ORDER BY id LIMIT ? OFFSET ?`);
  const one = db.prepare<[number], Row>(`${columns} WHERE id = ?`);
  const total = db.prepare<[QueueName], number>('SELECT count(*) FROM queue_messages WHERE queue = ?').pluck();
  const recipients = db.prepare<[number], { address: string; reason: string }>('SELECT address, reason FROM queue_recipients WHERE message_id = ? ORDER BY id');
  const remove = db.prepare<[number]>('DELETE FROM queue_messages WHERE id = ?');
  const others = db.prepare<[string], number>('SELECT 1 FROM queue_messages WHERE guid = ? LIMIT 1').pluck();

  const asItem = (row: Row): QueueItem => {
    const list = recipients.all(row.id);
    return { ...row, to: list.map(({ address }) => address), reason: list.find(({ reason }) => reason !== '')?.reason ?? '' };
  };

  return {
    list(): QueueState[] {
      const found = new Map(counts.all().map((state) => [state.name, state]));
      return names.map((name) => found.get(name) ?? { name, messages: 0, bytes: 0, oldestAt: null });
    },
    messages: (queue, offset, limit) => ({ total: total.get(queue) ?? 0, items: page.all(queue, limit, offset).map(asItem) }),
    async read(id, limit): Promise<{ bytes: Buffer; truncated: boolean }> {
      const row = one.get(id);
      if (row === undefined) throw new StoreError('not-found', 'This message is not in the queue any more.');
      const bytes = await reader.readStart({ guid: row.messageId, octets: row.bytes, receivedAt: row.queuedAt }, limit, () => parts.place);
      return { bytes: bytes.subarray(0, limit), truncated: row.bytes > limit };
    },
    async remove(ids, actor): Promise<number> {
      const removal = await committer.run(() => {
        const guids: string[] = [];
        const bodies: WaitingBody[] = [];
        let count = 0;
        for (const id of new Set(ids)) {
          const row = one.get(id);
          if (row === undefined) continue;
          const item = asItem(row);
          remove.run(id);
          count += 1;
          if (others.get(row.messageId) === undefined) remover.letGo(0, row.messageId, guids, bodies);
          history.add(actor, 'delete', `queue ${row.queue}`, [{ field: 'message', before: `${row.messageId} ${item.from === '' ? '<>' : item.from} -> ${item.to.join(', ')}`.slice(0, 500), after: '' }]);
        }
        return { accountId: 0, count, guids, bodies };
      }, { committed: (done) => remover.forget(done) });
      remover.clean(removal);
      if (removal.count > 0) for (const topic of ['queues', 'history'] as const) parts.emit({ topic });
      return removal.count;
    },
  };
}
