// Domains. Number 1 is the primary one; its name and IP are settings too, and the two are kept equal (primary.ts).
import type { Domain, DomainInput } from '../contract/records.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import { differences } from './history.ts';
import type { History } from './history.ts';
import { primaryId } from './primary.ts';
import type { Primary } from './primary.ts';
import type { SettingsTable } from './settings.ts';
import type { Db } from './sqlite.ts';
import type { Store, StoreChange } from './store.ts';

interface Row { readonly id: number; readonly name: string; readonly ip: string; readonly bindToIp: number; readonly revision: number }
export type DomainRow = Omit<Row, 'bindToIp'> & { readonly bindToIp: boolean };

const columns = 'SELECT id, name, ip, bind_to_ip AS bindToIp, revision FROM domains';

/** The table, for those who write it; calls are made inside transactions. */
export class DomainTable {
  private readonly statements;
  private rows: readonly DomainRow[] = [];

  constructor(db: Db) {
    this.statements = {
      all: db.prepare<[], Row>(`${columns} ORDER BY id`),
      one: db.prepare<[number], Row>(`${columns} WHERE id = ?`),
      idOf: db.prepare<[string, number], number>('SELECT id FROM domains WHERE name = ? AND id <> ?').pluck(),
      insert: db.prepare<[number | null, string, string, number]>('INSERT INTO domains (id, name, ip, bind_to_ip, revision) VALUES (?, ?, ?, ?, 1)'),
      update: db.prepare<[string, string, number, number]>('UPDATE domains SET name = ?, ip = ?, bind_to_ip = ?, revision = revision + 1 WHERE id = ?'),
      remove: db.prepare<[number]>('DELETE FROM domains WHERE id = ?'),
      accounts: db.prepare<[number], number>('SELECT count(*) FROM accounts WHERE domain_id = ?').pluck(),
      aliases: db.prepare<[number]>('DELETE FROM aliases WHERE domain_id = ?'),
    };
    this.refresh();
  }

  /** As committed. */
  all(): readonly DomainRow[] {
    return this.rows;
  }

  refresh(): void {
    this.rows = this.statements.all.all().map(fromRow);
  }

  get(id: number): DomainRow | null {
    const row = this.statements.one.get(id);
    return row === undefined ? null : fromRow(row);
  }

  /** Another domain than `except` that has this name. */
  idOf(name: string, except: number): number | null {
    return this.statements.idOf.get(name, except) ?? null;
  }

  insertPrimary(values: DomainInput): void {
    this.statements.insert.run(primaryId, values.name, values.ip, values.bindToIp ? 1 : 0);
  }

  insert(values: DomainInput): number {
    return Number(this.statements.insert.run(null, values.name, values.ip, values.bindToIp ? 1 : 0).lastInsertRowid);
  }

  update(id: number, values: DomainInput): void {
    this.statements.update.run(values.name, values.ip, values.bindToIp ? 1 : 0, id);
  }

  /** The domain and its aliases. */
  remove(id: number): void {
    this.statements.aliases.run(id);
    this.statements.remove.run(id);
  }

  accountsOf(id: number): number {
    return this.statements.accounts.get(id) ?? 0;
  }

  asRecord(row: DomainRow): Domain {
    return { ...row, isPrimary: row.id === primaryId, accounts: this.accountsOf(row.id) };
  }
}

function fromRow(row: Row): DomainRow {
  return { ...row, bindToIp: row.bindToIp === 1 };
}

export interface DomainsParts {
  readonly table: DomainTable;
  readonly settings: SettingsTable;
  readonly primary: Primary;
  readonly committer: Committer;
  readonly history: History;
  /** Committed: names have changed. */
  readonly changed: () => void;
  readonly emit: (change: StoreChange) => void;
}

export function makeDomains(parts: DomainsParts): Store['domains'] {
  const { table, settings, primary, committer, history } = parts;
  const committed = (): void => {
    table.refresh();
    settings.refresh();
    parts.changed();
  };
  const tell = (topics: readonly ('domains' | 'settings' | 'accounts' | 'aliases' | 'history')[]): void => {
    for (const topic of topics) parts.emit({ topic });
  };
  const record = (id: number): Domain => {
    const row = table.get(id);
    if (row === null) throw notFound();
    return table.asRecord(row);
  };
  const refuseTaken = (name: string, except: number): void => {
    if (table.idOf(name, except) !== null) throw new StoreError('domain.exists', `There is a domain ${name} already.`, { field: 'name', params: { name } });
  };

  return {
    list: () => table.all().map((row) => table.asRecord(row)),
    async add(input, actor): Promise<Domain> {
      const id = await committer.run(() => {
        if (table.get(primaryId) === null) throw new StoreError('domain.none', 'Name the primary domain first: Setup > Primary domain.');
        refuseTaken(input.name, 0);
        const added = table.insert(input);
        history.add(actor, 'create', `domain ${input.name}`, differences({}, facts(input)));
        return added;
      }, { committed });
      tell(['domains', 'history']);
      return record(id);
    },
    async change(id, revision, input, actor): Promise<Domain> {
      await committer.run(() => {
        const row = table.get(id);
        if (row === null) throw notFound();
        if (row.revision !== revision) throw new StoreError('conflict', 'Somebody else changed this domain in the meantime. Load it again and repeat the change.');
        refuseTaken(input.name, id);
        const changes = differences(facts(row), facts(input));
        if (changes.length === 0) return;
        table.update(id, input);
        const inSettings = id === primaryId ? { 'domain.name': input.name, 'domain.ip': input.ip, 'domain.bindToIp': input.bindToIp } : {};
        settings.write({ ...(row.name === input.name ? {} : primary.renamed(row.name, input.name)), ...inSettings });
        history.add(actor, 'change', `domain ${row.name}`, changes);
      }, { committed });
      tell(['domains', 'settings', 'accounts', 'aliases', 'history']);
      return record(id);
    },
    async remove(id, actor): Promise<void> {
      await committer.run(() => {
        const row = table.get(id);
        if (row === null) throw notFound();
        if (id === primaryId) throw new StoreError('domain.is-primary', `${row.name} is the primary domain and cannot be removed. It can be renamed.`, { params: { name: row.name } });
        const accounts = table.accountsOf(id);
        if (accounts > 0) throw new StoreError('domain.has-accounts', `${row.name} still has ${accounts} accounts. Remove them or move them to another domain first.`, { params: { name: row.name, accounts } });
        table.remove(id);
        history.add(actor, 'delete', `domain ${row.name}`, differences(facts(row), {}));
      }, { committed });
      tell(['domains', 'aliases', 'history']);
    },
  };
}

function facts({ name, ip, bindToIp }: DomainInput): Record<string, unknown> {
  return { name, ip, bindToIp };
}

function notFound(): StoreError {
  return new StoreError('not-found', 'This domain is not there any more.');
}
