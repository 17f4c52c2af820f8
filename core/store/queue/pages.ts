// The queues as the console shows them: totals, pages in any order, a search. The order of a page that had to be sorted or searched for
// is kept while nothing changes, so that scrolling through 50,000 items costs one sorting.
import type { QueueItem, QueueName, QueueQuery, QueueState } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Db } from '../sqlite.ts';
import type { Queues } from '../store.ts';
import { isKept, itemColumns, reasonOf } from './queue-table.ts';
import type { ItemRow, KeptQueue, QueueTable, RecipientRow } from './queue-table.ts';

const names: readonly QueueName[] = ['local', 'remote', 'retry', 'holding', 'bad'];
const dayMs = 86_400_000;
/** Orders kept at a time: as many as consoles look at. */
const mostOrders = 4;

const sortBy: { readonly [K in QueueQuery['sort']]: string } = {
  queuedAt: 'queued_at', from: 'reverse_path COLLATE NOCASE', subject: 'subject COLLATE NOCASE', bytes: 'octets', attempts: 'attempts', nextTryAt: 'next_try_at', destination: 'destination',
  to: '(SELECT address FROM queue_recipients WHERE message_id = queue_messages.id ORDER BY id LIMIT 1) COLLATE NOCASE',
};
const anyField = (holds: (column: string) => string): string => `(
  ${['reverse_path', 'subject', 'destination', 'guid'].map(holds).join(' OR ')}
  OR EXISTS (SELECT 1 FROM queue_recipients WHERE message_id = queue_messages.id AND ${holds('address')}))`;
const searches = {
  /** LIKE knows upper and lower case of ASCII only. */
  ascii: anyField((column) => `${column} LIKE @text ESCAPE '\\'`),
  unicode: anyField((column) => `holds_folded(${column}, @text)`),
} as const;

export interface PagesParts {
  readonly db: Db;
  readonly table: QueueTable;
  readonly settings: () => Settings;
}

export function makePages({ db, table, settings }: PagesParts): Pick<Queues, 'list' | 'messages' | 'get'> {
  const totals = db.prepare<[], { name: KeptQueue; messages: number; bytes: number }>('SELECT queue AS name, messages, bytes FROM queue_totals');
  const oldest = db.prepare<[KeptQueue], number | null>('SELECT min(queued_at) FROM queue_messages WHERE queue = ?').pluck();
  const inOrder = db.prepare<[KeptQueue, number, number], number>('SELECT id FROM queue_messages WHERE queue = ? ORDER BY queued_at, id LIMIT ? OFFSET ?').pluck();
  const inReverse = db.prepare<[KeptQueue, number, number], number>('SELECT id FROM queue_messages WHERE queue = ? ORDER BY queued_at DESC, id DESC LIMIT ? OFFSET ?').pluck();
  const rowsOf = db.prepare<[string], ItemRow>(`SELECT ${itemColumns} FROM queue_messages WHERE id IN (SELECT value FROM json_each(?))`);
  const recipientsOf = db.prepare<[string], RecipientRow & { readonly messageId: number }>(`
    SELECT message_id AS messageId, id, address, notify, orcpt, reason FROM queue_recipients WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, id`);
  db.function('holds_folded', { deterministic: true }, (text: string, part: string) => (text.toLowerCase().includes(part) ? 1 : 0));
  const orders = new Map<string, { readonly version: number; readonly ids: readonly number[] }>();

  const frozen = (queue: QueueName): boolean => (queue === 'remote' && settings()['queues.frozenRemote']) || (queue === 'retry' && settings()['queues.frozenRetry']);

  function asItem(row: ItemRow, rows: readonly RecipientRow[]): QueueItem {
    const recipients = rows.map(({ id, address, reason }) => ({ id, address, reason: reasonOf(reason) }));
    const sends = row.queue === 'remote' || row.queue === 'retry';
    return {
      id: row.id, messageId: row.messageId, queue: row.queue, from: row.reversePath, to: recipients.map(({ address }) => address), recipients, subject: row.subject,
      bytes: row.octets, queuedAt: row.queuedAt, destination: row.destination, attempts: row.attempts, triedAt: row.triedAt,
      nextTryAt: sends && !frozen(row.queue) ? row.nextTryAt : null,
      expiresAt: sends && row.firstTriedAt !== null ? row.firstTriedAt + settings()['retry.days'] * dayMs : null,
      host: row.host, via: row.via, sending: false, reason: recipients.find(({ reason }) => reason !== null)?.reason ?? null,
    };
  }

  function ordered(queue: KeptQueue, { search, sort, descending }: QueueQuery): readonly number[] {
    const key = JSON.stringify([queue, search, sort, descending]);
    const known = orders.get(key);
    if (known?.version === table.version) return known.ids;
    const ascii = /^[\x00-\x7f]*$/.test(search);
    const text = ascii ? `%${search.replaceAll(/[%_\\]/g, '\\$&')}%` : search.toLowerCase();
    const matching = search === '' ? '' : `AND ${searches[ascii ? 'ascii' : 'unicode']}`;
    const direction = descending ? 'DESC' : 'ASC';
    const ids = db.prepare<[{ queue: KeptQueue; text: string }], number>(`SELECT id FROM queue_messages WHERE queue = @queue ${matching} ORDER BY ${sortBy[sort]} ${direction}, id ${direction}`).pluck().all({ queue, text });
    orders.delete(key);
    orders.set(key, { version: table.version, ids });
    for (const first of orders.keys()) {
      if (orders.size <= mostOrders) break;
      orders.delete(first);
    }
    return ids;
  }

  function get(id: number): QueueItem | null {
    const row = table.get(id);
    return row === null ? null : asItem(row, table.recipients(id));
  }

  /** A page in two look-ups. */
  function getAll(ids: readonly number[]): QueueItem[] {
    const wanted = JSON.stringify(ids);
    const rows = new Map(rowsOf.all(wanted).map((row) => [row.id, row]));
    const recipients = Map.groupBy(recipientsOf.all(wanted), ({ messageId }) => messageId);
    return ids.map((id) => rows.get(id)).filter((row) => row !== undefined).map((row) => asItem(row, recipients.get(row.id) ?? []));
  }

  return {
    list(): QueueState[] {
      const found = new Map<QueueName, { messages: number; bytes: number }>(totals.all().map((state) => [state.name, state]));
      return names.map((name) => {
        const { messages, bytes } = found.get(name) ?? { messages: 0, bytes: 0 };
        return { name, messages, bytes, oldestAt: isKept(name) && messages > 0 ? oldest.get(name) ?? null : null, frozen: frozen(name), sending: 0 };
      });
    },
    messages(query): { total: number; matching: number; items: QueueItem[] } {
      const { queue, offset, limit } = query;
      if (!isKept(queue)) return { total: 0, matching: 0, items: [] };
      const total = totals.all().find(({ name }) => name === queue)?.messages ?? 0;
      const asStored = query.search === '' && query.sort === 'queuedAt';
      const found = asStored ? null : ordered(queue, query);
      const ids = found?.slice(offset, offset + limit) ?? (query.descending ? inReverse : inOrder).all(queue, limit, offset);
      return { total, matching: found?.length ?? total, items: getAll(ids) };
    },
    get,
  };
}
