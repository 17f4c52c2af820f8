// Trace thread: finding messages by a part of sender, recipient, subject or id, newest first, and one message with all its events.
import type { TraceEntry, TraceEvent, TraceQuery } from '../../contract/records.ts';
import type { Db } from '../sqlite.ts';
import type { Found, Wanted } from './tasks.ts';

interface EntryRow extends Omit<TraceEntry, 'to'> { readonly to: string }
interface EventRow extends Omit<TraceEvent, 'facts'> { readonly facts: string }
interface Values { readonly text: string; readonly since: number | null; readonly until: number | null; readonly state: string; readonly before: number | null; readonly limit: number }

const columns = 'SELECT id, message_id AS messageId, at, sender AS "from", recipients AS "to", subject, bytes, peer, state, last_at AS lastAt FROM entries';
const searched = ['sender', 'recipients', 'subject', 'message_id'];
const holding = {
  none: '1',
  /** LIKE knows upper and lower case of ASCII only. */
  ascii: `(${searched.map((column) => `${column} LIKE @text ESCAPE '\\'`).join(' OR ')})`,
  unicode: `(${searched.map((column) => `holds_folded(${column}, @text)`).join(' OR ')})`,
} as const;

export function makeSearch(db: Db): (query: TraceQuery) => { readonly entries: readonly TraceEntry[]; readonly more: boolean } {
  db.function('holds_folded', { deterministic: true }, (text: string, part: string) => (text.toLowerCase().includes(part) ? 1 : 0));
  const statement = (matching: string) => db.prepare<[Values], EntryRow>(`
    ${columns} WHERE (@before IS NULL OR id < @before) AND (@since IS NULL OR at >= @since) AND (@until IS NULL OR at <= @until)
      AND (@state = 'any' OR state = @state) AND ${matching} ORDER BY id DESC LIMIT @limit`);
  const statements = { none: statement(holding.none), ascii: statement(holding.ascii), unicode: statement(holding.unicode) };
  return ({ text: wanted, since, until, state, before, limit }) => {
    const text = wanted.trim();
    const kind = text === '' ? 'none' : /^[\x00-\x7f]*$/.test(text) ? 'ascii' : 'unicode';
    const pattern = kind === 'ascii' ? `%${text.replaceAll(/[%_\\]/g, '\\$&')}%` : text.toLowerCase();
    const rows = statements[kind].all({ text: pattern, since, until, state, before, limit: limit + 1 });
    return { entries: rows.slice(0, limit).map(asEntry), more: rows.length > limit };
  };
}

export function makeGet(db: Db): (wanted: Wanted) => Found | null {
  const byId = db.prepare<[number], EntryRow>(`${columns} WHERE id = ?`);
  const byMessage = db.prepare<[string], EntryRow>(`${columns} WHERE message_id = ? AND message_id <> ''`);
  const events = db.prepare<[number], EventRow>('SELECT at, kind, recipient, facts, text, level, session FROM events WHERE entry_id = ? ORDER BY id');
  return (wanted) => {
    const row = 'id' in wanted ? byId.get(wanted.id) : byMessage.get(wanted.messageId);
    if (row === undefined) return null;
    return { entry: asEntry(row), events: events.all(row.id).map((event) => ({ ...event, facts: JSON.parse(event.facts) as TraceEvent['facts'] })) };
  };
}

function asEntry(row: EntryRow): TraceEntry {
  return { ...row, to: JSON.parse(row.to) as string[] };
}
