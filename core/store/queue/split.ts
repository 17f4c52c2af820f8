// Rows of the first schema into items of the second: one for each destination, a reason as JSON. Called by the migration, and after a
// salvage that may have copied rows of an older database. Rows that are right already stay as they are.
import type { Database } from 'better-sqlite3';
import type { ReasonRecord } from '../../contract/records.ts';
import { destinationOf } from './destination.ts';

/** The same as for files of the queues that no row speaks of (queue-strays.ts). */
export const recipientsLost: ReasonRecord = { code: 'bad.recovered', params: {}, text: 'The database was lost, and with it to whom this message was to go.' };

interface Recipient { readonly messageId: number; readonly id: number; readonly address: string; readonly reason: string | null }

export function splitQueue(db: Database): void {
  db.exec("UPDATE queue_messages SET next_try_at = queued_at WHERE queue IN ('remote', 'retry') AND next_try_at IS NULL");
  // To whom it was to go is lost: the administrator can read it and give it a recipient.
  const lost = db.prepare<[], number>('SELECT id FROM queue_messages WHERE NOT EXISTS (SELECT 1 FROM queue_recipients WHERE message_id = queue_messages.id)').pluck();
  const keep = db.prepare<[number]>("UPDATE queue_messages SET queue = 'bad', destination = '', next_try_at = NULL WHERE id = ?");
  const nobody = db.prepare<[number, string]>("INSERT INTO queue_recipients (message_id, id, address, reason) VALUES (?, 1, '', ?)");
  for (const id of lost.all()) {
    keep.run(id);
    nobody.run(id, JSON.stringify(recipientsLost));
  }
  const ofMessage = db.prepare<[number], Recipient>('SELECT message_id AS messageId, id, address, reason FROM queue_recipients WHERE message_id = ? ORDER BY id');
  const name = db.prepare<[string, number]>('UPDATE queue_messages SET destination = ? WHERE id = ?');
  const copy = db.prepare<[string, number]>(`
    INSERT INTO queue_messages (queue, guid, reverse_path, subject, octets, queued_at, envid, ret, smtp_utf8, eight_bit, destination, next_try_at)
    SELECT queue, guid, reverse_path, subject, octets, queued_at, envid, ret, smtp_utf8, eight_bit, ?, next_try_at FROM queue_messages WHERE id = ?`);
  const move = db.prepare<[number | bigint, number, number]>('UPDATE queue_recipients SET message_id = ? WHERE message_id = ? AND id = ?');
  const nameless = db.prepare<[], number>("SELECT id FROM queue_messages WHERE destination = '' AND queue <> 'bad'").pluck();
  for (const id of nameless.all()) {
    const [own, ...others] = byDestination(ofMessage.all(id));
    if (own !== undefined) name.run(own[0], id);
    for (const [destination, recipients] of others) {
      const { lastInsertRowid } = copy.run(destination, id);
      for (const recipient of recipients) move.run(lastInsertRowid, id, recipient.id);
    }
  }
  const setReason = db.prepare<[string | null, number, number]>('UPDATE queue_recipients SET reason = ? WHERE message_id = ? AND id = ?');
  for (const row of db.prepare<[], Recipient>("SELECT message_id AS messageId, id, address, reason FROM queue_recipients WHERE reason NOT LIKE '{%'").all()) {
    setReason.run(row.reason === null || row.reason === '' ? null : JSON.stringify(asRecord(row.reason, row.address)), row.messageId, row.id);
  }
}

function byDestination(recipients: readonly Recipient[]): [string, Recipient[]][] {
  const groups = new Map<string, Recipient[]>();
  for (const recipient of recipients) {
    const destination = destinationOf(recipient.address);
    const group = groups.get(destination);
    if (group === undefined) groups.set(destination, [recipient]);
    else group.push(recipient);
  }
  return [...groups];
}

/** The first schema kept sentences; these are the ones that were ever written. */
function asRecord(text: string, address: string): ReasonRecord {
  if (text.startsWith('Waiting ')) return { code: 'remote.waiting', params: {}, text };
  if (text.startsWith('There is no mailbox ')) return { code: 'bad.unknown', params: { address }, text };
  if (text.startsWith('The mailbox ')) return { code: 'bad.gone', params: { address }, text };
  return { code: 'bad.no-postmaster', params: {}, text };
}
