// Smart hosts of their own: for mail to one domain (or its subdomains), or for all that one account sends. One for an account follows it
// when it is renamed, and goes with it. Passwords are sealed with the machine key and only password() tells them.
import { domainName } from '../contract/settings.ts';
import type { SmartHost, SmartHostInput } from '../contract/records.ts';
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import { differences, secretChange } from './history.ts';
import type { FieldChange, History } from './history.ts';
import type { MachineKey } from './machine-key.ts';
import { asciiName } from './queue/destination.ts';
import type { Db, Log } from './sqlite.ts';
import type { Store, StoreChange } from './store.ts';

interface Row {
  readonly id: number; readonly kind: SmartHost['kind']; readonly match: string; readonly host: string; readonly tls: SmartHost['tls']; readonly verify: number; readonly user: string;
  readonly method: SmartHost['method']; readonly enabled: number; readonly revision: number;
}
/** What a record is for, as it is stored: a domain, or the id of an account. */
interface Subject { readonly match: string; readonly accountId: number }
interface Written {
  readonly kind: SmartHost['kind']; readonly match: string; readonly accountId: number; readonly host: string; readonly tls: SmartHost['tls']; readonly verify: number; readonly user: string;
  readonly method: SmartHost['method']; readonly enabled: number;
}

const select = `
  SELECT s.id, s.kind, CASE s.kind WHEN 'account' THEN a.mailbox_lower || '@' || d.name ELSE s.match END AS match, s.host, s.tls, s.verify, s.user,
    s.method, s.enabled, s.revision
  FROM smart_hosts s LEFT JOIN accounts a ON a.id = s.account_id LEFT JOIN domains d ON d.id = a.domain_id`;

export interface SmartHostsParts {
  readonly db: Db;
  readonly key: MachineKey;
  readonly committer: Committer;
  readonly history: History;
  readonly log: Log;
  readonly emit: (change: StoreChange) => void;
}

export function makeSmartHosts({ db, key, committer, history, log, emit }: SmartHostsParts): Store['smartHosts'] {
  const statements = {
    all: db.prepare<[], Row>(`${select} ORDER BY s.kind DESC, match, s.id`),
    one: db.prepare<[number], Row>(`${select} WHERE s.id = ?`),
    idOf: db.prepare<[string, string, number], number>('SELECT id FROM smart_hosts WHERE kind = ? AND match = ? AND account_id = ?').pluck(),
    account: db.prepare<[string, string], number>('SELECT a.id FROM accounts a JOIN domains d ON d.id = a.domain_id WHERE a.mailbox_lower = ? AND d.name = ?').pluck(),
    insert: db.prepare<[Written]>(`
      INSERT INTO smart_hosts (kind, match, account_id, host, tls, verify, user, method, enabled, revision)
      VALUES (@kind, @match, @accountId, @host, @tls, @verify, @user, @method, @enabled, 1)`),
    update: db.prepare<[Written & { readonly id: number }]>(`
      UPDATE smart_hosts SET kind = @kind, match = @match, account_id = @accountId, host = @host, tls = @tls, verify = @verify, user = @user, method = @method,
        enabled = @enabled, revision = revision + 1 WHERE id = @id`),
    remove: db.prepare<[number]>('DELETE FROM smart_hosts WHERE id = ?'),
    password: db.prepare<[number], Buffer | null>('SELECT password FROM smart_hosts WHERE id = ?').pluck(),
    setPassword: db.prepare<[Buffer | null, number]>('UPDATE smart_hosts SET password = ? WHERE id = ?'),
  };

  /** Passwords that this key does not open: said once. */
  const unreadable = new Set<number>();
  const fromRow = (row: Row): SmartHost => ({ ...row, verify: row.verify === 1, passwordSet: passwordOf(row.id) !== '', enabled: row.enabled === 1 });

  function record(id: number): SmartHost {
    const row = statements.one.get(id);
    if (row === undefined) throw new StoreError('not-found', 'This smart host is not there any more.');
    return fromRow(row);
  }

  /** Inside a transaction. @throws StoreError if it cannot stand */
  function subjectOf({ kind, match }: SmartHostInput, except: number): Subject {
    const subject = kind === 'account' ? { match: '', accountId: accountOf(match) } : { match: domainOf(match), accountId: 0 };
    const taken = statements.idOf.get(kind, subject.match, subject.accountId);
    if (taken !== undefined && taken !== except) throw new StoreError('smart-host.exists', `There is a smart host for ${match} already. Change that one.`, { field: 'match', params: { match } });
    return subject;
  }

  function accountOf(address: string): number {
    const at = address.lastIndexOf('@');
    const id = at < 0 ? undefined : statements.account.get(address.slice(0, at), address.slice(at + 1));
    if (id === undefined) throw new StoreError('smart-host.account-unknown', `There is no account ${address}. Choose one from the list.`, { field: 'match', params: { match: address } });
    return id;
  }

  function passwordOf(id: number): string {
    const sealed = statements.password.get(id) ?? null;
    if (sealed === null) return '';
    const text = key.open(sealedName(id), sealed);
    if (text === null && !unreadable.has(id)) {
      unreadable.add(id);
      log('error', sentence('say.store.smart-host-password', { id }));
    }
    return text ?? '';
  }

  /** Inside a transaction; undefined leaves it as it is. */
  function writePassword(id: number, text: string | undefined, wasSet: boolean): FieldChange[] {
    if (text === undefined || (text === '' && !wasSet) || (wasSet && text !== '' && text === passwordOf(id))) return [];
    statements.setPassword.run(text === '' ? null : key.seal(sealedName(id), text), id);
    return [secretChange('password', wasSet, text !== '')];
  }

  const tell = (): void => {
    for (const topic of ['smart-hosts', 'history'] as const) emit({ topic });
  };

  return {
    list: () => statements.all.all().map(fromRow),
    async add(input, actor): Promise<SmartHost> {
      const added = await committer.run(() => {
        const id = Number(statements.insert.run(written(input, subjectOf(input, 0))).lastInsertRowid);
        const password = writePassword(id, input.password, false);
        const after = record(id);
        history.add(actor, 'create', subjectText(after), [...differences({}, facts(after)), ...password]);
        return after;
      });
      tell();
      return added;
    },
    async change(id, revision, input, actor): Promise<SmartHost> {
      const changed = await committer.run(() => {
        const before = record(id);
        if (before.revision !== revision) throw new StoreError('conflict', 'Somebody else changed this smart host in the meantime. Load it again and repeat the change.');
        statements.update.run({ ...written(input, subjectOf(input, id)), id });
        const password = writePassword(id, input.password, before.passwordSet);
        const after = record(id);
        const changes = [...differences(facts(before), facts(after)), ...password];
        if (changes.length > 0) history.add(actor, 'change', subjectText(before), changes);
        return after;
      });
      tell();
      return changed;
    },
    async remove(id, actor): Promise<void> {
      await committer.run(() => {
        const before = record(id);
        statements.remove.run(id);
        history.add(actor, 'delete', subjectText(before), differences(facts(before), {}));
      });
      tell();
    },
    password: passwordOf,
  };
}

/** A domain in A-labels as the queue names destinations, with its leading dot. */
function domainOf(match: string): string {
  const dot = match.startsWith('.') ? '.' : '';
  const ascii = asciiName(match.slice(dot.length));
  if (!domainName.safeParse(ascii).success) throw new StoreError('smart-host.domain-illegal', `${match} is not a domain. Write it as example.org, or .example.org for everything below it.`, { field: 'match', params: { match } });
  return dot + ascii;
}

function written({ kind, host, tls, verify, user, method, enabled }: SmartHostInput, { match, accountId }: Subject): Written {
  return { kind, match, accountId, host, tls, verify: verify ? 1 : 0, user, method, enabled: enabled ? 1 : 0 };
}

function facts({ kind, match, host, tls, verify, user, method, enabled }: SmartHost): Record<string, unknown> {
  return { kind, match, host, tls, verify, user, method, enabled };
}

function subjectText({ kind, match }: SmartHost): string {
  return `smart host for ${kind} ${match}`;
}

function sealedName(id: number): string {
  return `smart-host:${id}`;
}
