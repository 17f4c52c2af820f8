// Rows of the queues: how items and recipients are read, written and changed, inside transactions of the callers.
import type { QueueName, ReasonRecord } from '../../contract/records.ts';
import type { Db } from '../sqlite.ts';
import type { AcceptedPart, QueuedMessage, QueuedRecipient } from '../store.ts';

/** Queues whose items are rows; what is for here is delivered when it is accepted. */
export type KeptQueue = QueuedMessage['queue'];

export interface ItemRow {
  readonly id: number; readonly queue: KeptQueue; readonly messageId: string; readonly reversePath: string; readonly subject: string;
  readonly octets: number; readonly queuedAt: number; readonly envid: string | null; readonly ret: string | null;
  readonly smtpUtf8: number; readonly eightBit: number; readonly destination: string; readonly via: string; readonly host: string;
  readonly attempts: number; readonly firstTriedAt: number | null; readonly triedAt: number | null; readonly nextTryAt: number | null;
  readonly informedAt: number | null; readonly previousQueue: string;
}
export interface RecipientRow { readonly id: number; readonly address: string; readonly notify: string | null; readonly orcpt: string | null; readonly reason: string | null }
export type NewItem = Omit<ItemRow, 'id'>;
export type NewRecipient = Omit<QueuedRecipient, 'queue' | 'destination' | 'reason'> & { readonly reason: string | null };

const columnOf: { readonly [K in keyof NewItem]: string } = {
  queue: 'queue', messageId: 'guid', reversePath: 'reverse_path', subject: 'subject', octets: 'octets', queuedAt: 'queued_at', envid: 'envid', ret: 'ret',
  smtpUtf8: 'smtp_utf8', eightBit: 'eight_bit', destination: 'destination', via: 'via', host: 'host', attempts: 'attempts', firstTriedAt: 'first_tried_at',
  triedAt: 'tried_at', nextTryAt: 'next_try_at', informedAt: 'informed_at', previousQueue: 'previous_queue',
};
const fields = Object.keys(columnOf) as readonly (keyof NewItem)[];
export const itemColumns = `id, ${fields.map((field) => `${columnOf[field]} AS ${field}`).join(', ')}`;

export class QueueTable {
  /** Grows with every committed change: what was read of the queues before it is old. */
  version = 0;
  private readonly statements;

  constructor(db: Db) {
    this.statements = {
      one: db.prepare<[number], ItemRow>(`SELECT ${itemColumns} FROM queue_messages WHERE id = ?`),
      recipients: db.prepare<[number], RecipientRow>('SELECT id, address, notify, orcpt, reason FROM queue_recipients WHERE message_id = ? ORDER BY id'),
      insert: db.prepare<[NewItem]>(`INSERT INTO queue_messages (${fields.map((field) => columnOf[field]).join(', ')}) VALUES (${fields.map((field) => `@${field}`).join(', ')})`),
      insertRecipient: db.prepare<[number, number, string, string | null, string | null, string | null]>('INSERT INTO queue_recipients (message_id, id, address, notify, orcpt, reason) VALUES (?, ?, ?, ?, ?, ?)'),
      update: db.prepare<[ItemRow]>(`UPDATE queue_messages SET ${fields.map((field) => `${columnOf[field]} = @${field}`).join(', ')} WHERE id = @id`),
      clearReasons: db.prepare<[number]>('UPDATE queue_recipients SET reason = NULL WHERE message_id = ?'),
      reason: db.prepare<[string, number, number]>('UPDATE queue_recipients SET reason = ? WHERE message_id = ? AND id = ?'),
      removeRecipient: db.prepare<[number, number], RecipientRow>('DELETE FROM queue_recipients WHERE message_id = ? AND id = ? RETURNING id, address, notify, orcpt, reason'),
      anyRecipient: db.prepare<[number], number>('SELECT 1 FROM queue_recipients WHERE message_id = ? LIMIT 1').pluck(),
      remove: db.prepare<[number]>('DELETE FROM queue_messages WHERE id = ?'),
      anyOfMessage: db.prepare<[string], number>('SELECT 1 FROM queue_messages WHERE guid = ? LIMIT 1').pluck(),
    };
  }

  get(id: number): ItemRow | null {
    return this.statements.one.get(id) ?? null;
  }

  recipients(id: number): readonly RecipientRow[] {
    return this.statements.recipients.all(id);
  }

  add(item: NewItem, recipients: readonly NewRecipient[]): number {
    const id = Number(this.statements.insert.run(item).lastInsertRowid);
    for (const [index, { address, notify, orcpt, reason }] of recipients.entries()) this.statements.insertRecipient.run(id, index + 1, address, notify, orcpt, reason);
    return id;
  }

  /** Writes every field of the item. */
  update(item: ItemRow): void {
    this.statements.update.run(item);
  }

  setReason(id: number, recipientId: number, reason: ReasonRecord): void {
    this.statements.reason.run(JSON.stringify(reason), id, recipientId);
  }

  clearReasons(id: number): void {
    this.statements.clearReasons.run(id);
  }

  /** @returns what the recipient was, null if he is not there */
  removeRecipient(id: number, recipientId: number): RecipientRow | null {
    return this.statements.removeRecipient.get(id, recipientId) ?? null;
  }

  hasRecipients(id: number): boolean {
    return this.statements.anyRecipient.get(id) !== undefined;
  }

  /** @returns whether it was the last item of its message: nobody in the queues wants the bytes any more */
  remove(item: Pick<ItemRow, 'id' | 'messageId'>): boolean {
    this.statements.remove.run(item.id);
    return this.statements.anyOfMessage.get(item.messageId) === undefined;
  }

  /** An accepted message: one item for all recipients that share queue and destination. */
  accept(part: AcceptedPart): void {
    for (const recipients of byItem(part.queued)) {
      const [first] = recipients;
      if (first === undefined) continue;
      this.add({
        queue: first.queue, messageId: part.file.id, reversePath: part.reversePath, subject: part.subject, octets: part.file.octets, queuedAt: part.receivedAt,
        envid: part.envid, ret: part.ret, smtpUtf8: part.smtpUtf8 ? 1 : 0, eightBit: part.eightBit ? 1 : 0,
        destination: first.queue === 'bad' ? '' : first.destination, ...untried, nextTryAt: first.queue === 'bad' ? null : part.receivedAt,
      }, recipients.map(({ address, notify, orcpt, reason }) => ({ address, notify, orcpt, reason: JSON.stringify(reason) })));
    }
  }
}

/** Of an item that has its whole time before it. */
export const untried = { via: '', host: '', attempts: 0, firstTriedAt: null, triedAt: null, informedAt: null, previousQueue: '' } as const;

function byItem(queued: readonly QueuedRecipient[]): Iterable<readonly QueuedRecipient[]> {
  if (queued.length <= 1) return queued.length === 0 ? [] : [queued];
  const items = new Map<string, QueuedRecipient[]>();
  for (const recipient of queued) {
    const key = recipient.queue === 'bad' ? '' : `>${recipient.destination}`;
    const item = items.get(key);
    if (item === undefined) items.set(key, [recipient]);
    else item.push(recipient);
  }
  return items.values();
}

/** A stored reason; null if there is none. */
export function reasonOf(stored: string | null): ReasonRecord | null {
  return stored === null ? null : JSON.parse(stored) as ReasonRecord;
}

export function asQueuedMessage(row: ItemRow, recipients: readonly RecipientRow[]): QueuedMessage {
  return {
    id: row.id, queue: row.queue, messageId: row.messageId, octets: row.octets, reversePath: row.reversePath, subject: row.subject, destination: row.destination, via: row.via,
    queuedAt: row.queuedAt, envid: row.envid, ret: row.ret, smtpUtf8: row.smtpUtf8 === 1, eightBit: row.eightBit === 1,
    attempts: row.attempts, firstTriedAt: row.firstTriedAt, informedAt: row.informedAt,
    recipients: recipients.map(({ id, address, notify, orcpt }) => ({ id, address, notify, orcpt })),
  };
}

/** For the history: which message, from whom, to whom. */
export function summaryOf(row: ItemRow, recipients: readonly RecipientRow[]): string {
  const from = row.reversePath === '' ? '<>' : row.reversePath;
  return `${row.messageId} ${from} -> ${recipients.map(({ address }) => address).join(', ')}`.slice(0, 500);
}

export function isKept(queue: QueueName): queue is KeptQueue {
  return queue !== 'local';
}
