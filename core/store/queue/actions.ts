// What an administrator does with items of the queues, a piece of them at a time so that many do not hold up the engine. Each change
// stands in the history.
import type { Committer } from '../committer.ts';
import type { FieldChange, History } from '../history.ts';
import type { Remover } from '../remover.ts';
import type { Db } from '../sqlite.ts';
import type { Actor, Queues, SendingQueue, StoreChange } from '../store.ts';
import { Leaving } from './leaving.ts';
import { summaryOf, untried } from './queue-table.ts';
import type { ItemRow, QueueTable, RecipientRow } from './queue-table.ts';

/** Items of one transaction. */
const pieceItems = 250;

type Changes = Partial<Pick<ItemRow, 'queue' | 'previousQueue' | 'nextTryAt' | 'via'>>;
/** What of them the history tells. */
const shownFields = ['queue', 'nextTryAt', 'via'] as const;

export interface ActionParts {
  readonly db: Db;
  readonly table: QueueTable;
  readonly committer: Committer;
  readonly remover: Remover;
  readonly history: History;
  readonly emit: (change: StoreChange) => void;
}

export function makeActions({ db, table, committer, remover, history, emit }: ActionParts): Pick<Queues, 'retry' | 'hold' | 'release' | 'reroute' | 'hurry' | 'remove'> {
  const hurry = db.prepare<[number, SendingQueue, number, number]>('UPDATE queue_messages SET next_try_at = ? WHERE id IN (SELECT id FROM queue_messages WHERE queue = ? AND next_try_at > ? LIMIT ?)');

  /** @param work inside a transaction. @returns how many items it says that it changed */
  async function each(ids: readonly number[], work: (item: ItemRow, gone: Leaving) => boolean): Promise<number> {
    const wanted = [...new Set(ids)];
    let count = 0;
    for (let from = 0; from < wanted.length; from += pieceItems) {
      const piece = wanted.slice(from, from + pieceItems);
      const { changed, gone } = await committer.run(() => {
        const leaving = new Leaving(table, remover);
        const items = piece.map((id) => table.get(id)).filter((item) => item !== null);
        return { changed: items.filter((item) => work(item, leaving)).length, gone: leaving };
      }, { committed: (done) => done.gone.committed() });
      gone.clean();
      count += changed;
    }
    if (count > 0) for (const topic of ['queues', 'history'] as const) emit({ topic });
    return count;
  }

  function note(actor: Actor, item: ItemRow, recipients: readonly RecipientRow[], changes: readonly FieldChange[]): void {
    const message = summaryOf(item, recipients);
    history.add(actor, 'change', `queue ${item.queue}`, [{ field: 'message', before: message, after: message }, ...changes]);
  }

  /** Writes an item anew. */
  function change(actor: Actor, item: ItemRow, after: Changes): void {
    table.update({ ...item, ...after });
    note(actor, item, table.recipients(item.id), shownFields
      .map((field) => ({ field, before: shown(field, item[field]), after: shown(field, after[field] === undefined ? item[field] : after[field]) }))
      .filter(({ before, after: then }) => before !== then));
  }

  /** Mail kept for the administrator goes on its way: an item for each destination, with all its time before it. */
  function leaveBad(item: ItemRow, now: number, destinationOf: (address: string) => string): void {
    // Why it was kept says nothing about why it waits now.
    table.clearReasons(item.id);
    const recipients = table.recipients(item.id);
    const groups = Map.groupBy(recipients, ({ address }) => destinationOf(address));
    const anew = { ...item, ...untried, queue: 'remote', nextTryAt: now } as const;
    for (const [index, [destination, group]] of [...groups].entries()) {
      if (index === 0) {
        table.update({ ...anew, destination });
        continue;
      }
      table.add({ ...anew, destination }, group);
      for (const { id } of group) table.removeRecipient(item.id, id);
    }
  }

  return {
    retry: (ids, now, destinationOf, actor) => each(ids, (item) => {
      if (item.queue === 'bad') {
        const recipients = table.recipients(item.id);
        // Of a recovered message nobody knows them; first somebody has to give it one.
        if (recipients.some(({ address }) => address === '')) return false;
        note(actor, item, recipients, [{ field: 'queue', before: 'bad', after: 'remote' }]);
        leaveBad(item, now, destinationOf);
      } else if (item.queue === 'holding') change(actor, item, { queue: 'remote', previousQueue: '', nextTryAt: now });
      else change(actor, item, { nextTryAt: now });
      return true;
    }),
    hold: (ids, actor) => each(ids, (item) => {
      if (item.queue !== 'remote' && item.queue !== 'retry') return false;
      change(actor, item, { queue: 'holding', previousQueue: item.queue, nextTryAt: null });
      return true;
    }),
    release: (ids, now, actor) => each(ids, (item) => {
      if (item.queue !== 'holding') return false;
      change(actor, item, { queue: item.previousQueue === 'retry' ? 'retry' : 'remote', previousQueue: '', nextTryAt: now });
      return true;
    }),
    reroute: (ids, host, now, actor) => each(ids, (item) => {
      if (item.queue === 'bad') return false;
      change(actor, item, item.queue === 'holding' ? { via: host } : { via: host, nextTryAt: now });
      return true;
    }),
    async hurry(now, queues): Promise<number> {
      let count = 0;
      for (const queue of queues) {
        for (let changed = pieceItems; changed === pieceItems;) {
          changed = await committer.run(() => hurry.run(now, queue, now, pieceItems).changes, { committed: () => (table.version += 1) });
          count += changed;
        }
      }
      if (count > 0) emit({ topic: 'queues' });
      return count;
    },
    remove: (ids, actor) => each(ids, (item, gone) => {
      history.add(actor, 'delete', `queue ${item.queue}`, [{ field: 'message', before: summaryOf(item, table.recipients(item.id)), after: '' }]);
      gone.remove(item);
      return true;
    }),
  };
}

function shown(field: string, value: string | number | null): string {
  if (value === null) return '';
  return field === 'nextTryAt' && typeof value === 'number' ? new Date(value).toISOString() : String(value);
}
