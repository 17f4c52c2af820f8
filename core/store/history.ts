// The history of changes: who, when, from where, which fields before and after. Secrets never get here: a field that holds one
// only says whether it was set.
import type { HistoryEntry } from '../contract/records.ts';
import type { Db } from './sqlite.ts';
import type { Actor } from './store.ts';

export type FieldChange = HistoryEntry['changes'][number];
interface Row { readonly id: number; readonly at: number; readonly who: string; readonly from: string; readonly subject: string; readonly action: HistoryEntry['action']; readonly changes: string }

export class History {
  private readonly now: () => number;
  private readonly insert;
  private readonly select;

  constructor(db: Db, now: () => number) {
    this.now = now;
    this.insert = db.prepare<[number, string, string, string, string, string]>('INSERT INTO history (at, who, origin, subject, action, changes) VALUES (?, ?, ?, ?, ?, ?)');
    this.select = db.prepare<[number, number], Row>('SELECT id, at, who, origin AS "from", subject, action, changes FROM history WHERE id < ? ORDER BY id DESC LIMIT ?');
  }

  /** Inside the transaction of the change. */
  add(actor: Actor, action: HistoryEntry['action'], subject: string, changes: readonly FieldChange[]): void {
    this.insert.run(this.now(), actor.who, actor.from, subject, action, JSON.stringify(changes));
  }

  /** Newest first. */
  list(before: number | null, limit: number): readonly HistoryEntry[] {
    return this.select.all(before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => ({ ...row, changes: JSON.parse(row.changes) as FieldChange[] }));
  }
}

type Facts = Readonly<Record<string, unknown>>;

/** Fields in which two records differ; one that is absent counts as ''. */
export function differences(before: Facts, after: Facts): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = { field, before: asText(before[field]), after: asText(after[field]) };
    if (change.before !== change.after) changes.push(change);
  }
  return changes;
}

/** How a secret stands in the history. */
export function secretChange(field: string, wasSet: boolean, isSet: boolean): FieldChange {
  return { field, before: wasSet ? '(set)' : '', after: isSet ? '(set)' : '' };
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
