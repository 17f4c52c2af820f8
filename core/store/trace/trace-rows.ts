// Trace thread: batches of notes into rows. One entry for each message or refusal, with what it comes to; one row for each event.
import type { TraceEntry } from '../../contract/records.ts';
import type { Db } from '../sqlite.ts';
import type { TraceNote } from '../store.ts';

type State = NonNullable<TraceNote['state']>;
interface Row { readonly id: number; readonly lastAt: number; readonly states: string; readonly events: number }
/** An entry that a batch has to do with; written once at its end. */
interface Entry { readonly id: number; readonly states: Map<string, State>; lastAt: number; events: number }

/** Of one entry: a message to thousands, tried for days, fills no disk. Its states go on being kept. */
const mostEvents = 2000;
const mostStates = 2000;
/** Of all: whoever is refused a thousand times a second fills no disk either. */
const mostEntries = 1_000_000;
const trimmedAtOnce = 500;

/** @param most entries that are kept at the most */
export function makeWriter(db: Db, most = mostEntries): (notes: readonly TraceNote[]) => void {
  const find = db.prepare<[string], Row>("SELECT id, last_at AS lastAt, states, events FROM entries WHERE message_id = ? AND message_id <> ''");
  const insert = db.prepare<[string, number, string, string, string, number, string, string, number]>(`
    INSERT INTO entries (message_id, at, sender, recipients, subject, bytes, peer, state, last_at, states, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', 0)`);
  const update = db.prepare<[string, number, string, number, number]>('UPDATE entries SET state = ?, last_at = ?, states = ?, events = ? WHERE id = ?');
  /** An event of it may have come before the message itself. */
  const describe = db.prepare<[number, string, string, string, number, string, number]>('UPDATE entries SET at = min(at, ?), sender = ?, recipients = ?, subject = ?, bytes = ?, peer = ? WHERE id = ?');
  const event = db.prepare<[number, number, number, string, string, string, string, string, number]>('INSERT OR REPLACE INTO events (entry_id, id, at, kind, recipient, facts, text, level, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const span = db.prepare<[], { first: number | null; last: number | null }>('SELECT min(id) AS first, max(id) AS last FROM entries');
  const trim = makeForget(db).upToId;

  function openEntry({ messageId, event: { at, recipient }, message, state }: TraceNote): Entry {
    // An event of a message that is not known (any more): as much as it tells.
    const { from, to, subject, bytes, peer } = message ?? { from: '', to: recipient === '' ? [] : [recipient], subject: '', bytes: 0, peer: '' };
    const { lastInsertRowid } = insert.run(messageId, at, from, JSON.stringify(to), subject, bytes, peer, state ?? 'waiting', at);
    return { id: Number(lastInsertRowid), states: new Map(), lastAt: at, events: 0 };
  }

  function known(messageId: string): Entry | null {
    const row = find.get(messageId);
    return row === undefined ? null : { ...row, states: new Map(Object.entries(JSON.parse(row.states) as Record<string, State>)) };
  }

  function writeEvent(entry: Entry, { event: { at, kind, recipient, facts, text, level, session }, state }: TraceNote): void {
    if (state !== undefined) setState(entry.states, recipient, state);
    entry.lastAt = Math.max(entry.lastAt, at);
    if (entry.events >= mostEvents) return;
    entry.events += 1;
    event.run(entry.id, entry.events, at, kind, recipient, JSON.stringify(facts), text, level, session);
  }

  return db.transaction((notes: readonly TraceNote[]) => {
    const touched = new Set<Entry>();
    const ofMessage = new Map<string, Entry>();
    for (const note of notes) {
      // A refusal has no message: each is an entry of its own.
      const present = ofMessage.get(note.messageId) ?? known(note.messageId);
      const entry = present ?? openEntry(note);
      if (present !== null && note.message !== undefined) {
        const { from, to, subject, bytes, peer } = note.message;
        describe.run(note.event.at, from, JSON.stringify(to), subject, bytes, peer, entry.id);
      }
      if (note.messageId !== '') ofMessage.set(note.messageId, entry);
      touched.add(entry);
      writeEvent(entry, note);
    }
    for (const { id, states, lastAt, events } of touched) update.run(summed(states), lastAt, JSON.stringify(Object.fromEntries(states)), events, id);
    const { first = null, last = null } = span.get() ?? {};
    if (first !== null && last !== null && last - first >= most) trim(Math.min(last - most, first + trimmedAtOnce + notes.length));
  });
}

/** Upper and lower case of an address are one recipient. */
function setState(states: Map<string, State>, recipient: string, state: State): void {
  const key = recipient.toLowerCase();
  states.set(states.has(key) || states.size < mostStates ? key : '*', state);
}

/** While anything waits the message does; else what all have in common. */
function summed(states: ReadonlyMap<string, State>): TraceEntry['state'] {
  const different = new Set(states.values());
  const [only] = different;
  if (only === undefined || different.has('waiting')) return 'waiting';
  return different.size === 1 ? only : 'mixed';
}

/** Deleting, a few at a time. */
export function makeForget(db: Db): { readonly quietSince: (before: number) => boolean; readonly upToId: (id: number) => void } {
  const old = db.prepare<[number, number], number>('SELECT id FROM entries WHERE last_at < ? ORDER BY last_at LIMIT ?').pluck();
  const first = db.prepare<[number], number>('SELECT id FROM entries WHERE id <= ?').pluck();
  const entry = db.prepare<[number]>('DELETE FROM entries WHERE id = ?');
  const events = db.prepare<[number]>('DELETE FROM events WHERE entry_id = ?');
  const remove = db.transaction((ids: readonly number[]) => {
    for (const id of ids) {
      events.run(id);
      entry.run(id);
    }
  });
  return {
    quietSince(before): boolean {
      const ids = old.all(before, trimmedAtOnce);
      remove(ids);
      return ids.length === trimmedAtOnce;
    },
    upToId: (id) => remove(first.all(id)),
  };
}
