// Aliases: another name for an account. A full one is an address of a local domain, a bare one is valid in every local domain.
// They point at accounts by id, so they follow when a domain or a mailbox is renamed.
import type { Alias, AliasInput } from '../contract/records.ts';
import type { Committer } from './committer.ts';
import type { DomainTable } from './domains.ts';
import { StoreError } from './errors.ts';
import { differences } from './history.ts';
import type { History } from './history.ts';
import type { Db } from './sqlite.ts';
import type { Store, StoreChange } from './store.ts';

interface Row { readonly id: number; readonly local: string; readonly domain: string | null; readonly target: string }
interface Pointing { readonly local: string; readonly domainId: number; readonly accountId: number }

const select = `
  SELECT l.id, l.local, d.name AS domain, a.mailbox || '@' || t.name AS target
  FROM aliases l LEFT JOIN domains d ON d.id = l.domain_id JOIN accounts a ON a.id = l.account_id JOIN domains t ON t.id = a.domain_id`;

export class AliasTable {
  private readonly statements;

  constructor(db: Db) {
    this.statements = {
      all: db.prepare<[], Row>(`${select} ORDER BY l.local, d.name`),
      one: db.prepare<[number], Row>(`${select} WHERE l.id = ?`),
      idOf: db.prepare<[string, number], number>('SELECT id FROM aliases WHERE local = ? AND domain_id = ?').pluck(),
      account: db.prepare<[string, string], number>('SELECT a.id FROM accounts a JOIN domains d ON d.id = a.domain_id WHERE a.mailbox_lower = ? AND d.name = ?').pluck(),
      insert: db.prepare<[string, number, number]>('INSERT INTO aliases (local, domain_id, account_id) VALUES (?, ?, ?)'),
      update: db.prepare<[string, number, number, number]>('UPDATE aliases SET local = ?, domain_id = ?, account_id = ? WHERE id = ?'),
      remove: db.prepare<[number]>('DELETE FROM aliases WHERE id = ?'),
    };
  }

  list(): Alias[] {
    return this.statements.all.all().map(fromRow);
  }

  get(id: number): Alias | null {
    const row = this.statements.one.get(id);
    return row === undefined ? null : fromRow(row);
  }

  isFullAlias(local: string, domainId: number): boolean {
    return this.statements.idOf.get(local, domainId) !== undefined;
  }

  idOf({ local, domainId }: Pointing): number | null {
    return this.statements.idOf.get(local, domainId) ?? null;
  }

  accountAt(address: string): number | null {
    const at = address.lastIndexOf('@');
    return at < 0 ? null : this.statements.account.get(address.slice(0, at), address.slice(at + 1)) ?? null;
  }

  insert({ local, domainId, accountId }: Pointing): number {
    return Number(this.statements.insert.run(local, domainId, accountId).lastInsertRowid);
  }

  update(id: number, { local, domainId, accountId }: Pointing): void {
    this.statements.update.run(local, domainId, accountId, id);
  }

  remove(id: number): void {
    this.statements.remove.run(id);
  }
}

function fromRow({ id, local, domain, target }: Row): Alias {
  return { id, alias: domain === null ? local : `${local}@${domain}`, target: target.toLowerCase() };
}

export interface AliasesParts {
  readonly table: AliasTable;
  readonly domains: DomainTable;
  readonly committer: Committer;
  readonly history: History;
  readonly changed: () => void;
  readonly emit: (change: StoreChange) => void;
}

export function makeAliases(parts: AliasesParts): Store['aliases'] {
  const { table, domains, committer, history } = parts;

  /** Inside a transaction. @throws StoreError if it cannot stand */
  function settle(input: AliasInput, except: number): Pointing {
    const alias = input.alias.trim().toLowerCase();
    const target = input.target.trim().toLowerCase();
    if (alias === target) throw new StoreError('alias.loop', 'An alias cannot point at itself.', { field: 'target', params: { alias } });
    const pointing = { ...nameOf(alias), accountId: accountOf(target) };
    const taken = table.idOf(pointing);
    if (taken !== null && taken !== except) throw new StoreError('alias.exists', `There is an alias ${alias} already.`, { field: 'alias', params: { alias } });
    if (table.accountAt(alias) !== null) throw new StoreError('alias.is-account', `${alias} is an account. An alias needs an address that nobody has.`, { field: 'alias', params: { alias } });
    return pointing;
  }

  function nameOf(alias: string): { readonly local: string; readonly domainId: number } {
    const at = alias.lastIndexOf('@');
    if (at < 0) return { local: alias, domainId: 0 };
    const name = alias.slice(at + 1);
    const domainId = domains.idOf(name, 0);
    if (domainId === null) throw new StoreError('domain.none', `${name} is not one of the domains here. Use one of them, or a name without @.`, { field: 'alias', params: { name } });
    return { local: alias.slice(0, at), domainId };
  }

  function accountOf(target: string): number {
    const accountId = table.accountAt(target);
    if (accountId !== null) return accountId;
    if (table.list().some(({ alias }) => alias === target)) throw new StoreError('alias.loop', `${target} is an alias itself. Point at the account.`, { field: 'target', params: { target } });
    throw new StoreError('alias.target-unknown', `There is no account ${target}.`, { field: 'target', params: { target } });
  }

  const record = (id: number): Alias => {
    const alias = table.get(id);
    if (alias === null) throw new StoreError('not-found', 'This alias is not there any more.');
    return alias;
  };
  const facts = ({ alias, target }: AliasInput): Record<string, unknown> => ({ alias, target });
  const tell = (): void => {
    for (const topic of ['aliases', 'history'] as const) parts.emit({ topic });
  };

  return {
    list: () => table.list(),
    async add(input, actor): Promise<Alias> {
      const added = await committer.run(() => {
        const alias = record(table.insert(settle(input, 0)));
        history.add(actor, 'create', `alias ${alias.alias}`, differences({}, facts(alias)));
        return alias;
      }, { committed: parts.changed });
      tell();
      return added;
    },
    async change(id, input, actor): Promise<Alias> {
      const changed = await committer.run(() => {
        const before = record(id);
        table.update(id, settle(input, id));
        const after = record(id);
        const changes = differences(facts(before), facts(after));
        if (changes.length > 0) history.add(actor, 'change', `alias ${before.alias}`, changes);
        return after;
      }, { committed: parts.changed });
      tell();
      return changed;
    },
    async remove(id, actor): Promise<void> {
      await committer.run(() => {
        const before = record(id);
        table.remove(id);
        history.add(actor, 'delete', `alias ${before.alias}`, differences(facts(before), {}));
      }, { committed: parts.changed });
      tell();
    },
  };
}
