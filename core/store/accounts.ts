// Accounts: made, changed and removed, with their folders on disk. Names are unique over accounts and aliases without regard to case.
import { rmdir } from 'node:fs/promises';
import type { Account, AccountInput } from '../contract/records.ts';
import type { AccountSuggestions } from './account-suggestions.ts';
import type { AccountRemoval } from './account-removal.ts';
import type { AccountTable, AccountValues } from './account-table.ts';
import type { AccountTouches } from './account-touches.ts';
import type { AliasTable } from './aliases.ts';
import type { Committer } from './committer.ts';
import type { DomainTable } from './domains.ts';
import { StoreError } from './errors.ts';
import { reason } from './failures.ts';
import { differences, secretChange } from './history.ts';
import type { FieldChange, History } from './history.ts';
import type { Housekeeper } from './housekeeper.ts';
import type { MachineKey } from './machine-key.ts';
import type { MessageDirectories } from './message-directories.ts';
import type { Mover, Switch } from './mover.ts';
import type { Roster } from './roster.ts';
import type { AccountSecrets, Actor, Store, StoreChange } from './store.ts';
import type { Sweep } from './sweep.ts';

export interface AccountsParts {
  readonly table: AccountTable;
  readonly domains: DomainTable;
  readonly aliases: AliasTable;
  readonly suggestions: AccountSuggestions;
  readonly removal: AccountRemoval;
  readonly touches: AccountTouches;
  readonly directories: MessageDirectories;
  readonly mover: Mover;
  readonly housekeeper: Housekeeper;
  readonly sweep: Sweep;
  readonly roster: Roster;
  readonly committer: Committer;
  readonly history: History;
  readonly key: MachineKey;
  readonly now: () => number;
  /** Committed: this account is different. */
  readonly changed: (accountId: number) => void;
  readonly emit: (change: StoreChange) => void;
}

export function makeAccounts(parts: AccountsParts): Store['accounts'] {
  const { table, directories, roster, touches } = parts;

  const current = (id: number): Account => {
    const account = table.get(id);
    if (account === null) throw notFound();
    return account;
  };

  async function add(input: AccountInput, secrets: AccountSecrets, actor: Actor): Promise<Account> {
    refuseNames(parts, input, 0);
    const directory = input.directory === '' ? parts.suggestions.directory(input) : input.directory;
    const path = directories.check(directory, null);
    const release = directories.reserve(path);
    try {
      await prepare(parts, path);
      const values: AccountValues = { ...withoutPassword(input), directory, passwordHash: secrets.passwordHash ?? '' };
      const id = await parts.committer.run(() => {
        refuseNames(parts, input, 0);
        const added = table.insert(values, parts.now());
        writeApop(parts, added, values, secrets);
        parts.history.add(actor, 'create', `account ${addressOf(parts, input)}`, [...differences({}, facts(parts, values)), ...passwordChange('', secrets)]);
        return added;
      }, { committed: parts.changed });
      // A folder that was kept from an account of before may have mail in it.
      void parts.sweep.soon(id);
      tell(parts);
      return current(id);
    } catch (error) {
      await rmdir(path).catch(() => undefined);
      throw error;
    } finally {
      release();
    }
  }

  async function change(id: number, revision: number, input: AccountInput, secrets: AccountSecrets, actor: Actor): Promise<Account> {
    const before = current(id);
    refuseStale(before, revision);
    const directory = input.directory === '' ? parts.suggestions.directory(input, before) : input.directory;
    const path = directories.check(directory, id);
    const account = roster.get(id);
    if (account === null) throw notFound();
    const place = { directory: path, format: input.storageFormat };
    const moves = path !== roster.pathOf(account) || place.format !== account.format;
    const step: Switch<number> = { work: () => write(id, revision, { ...withoutPassword(input), directory }, secrets, actor), committed: parts.changed };
    if (moves) {
      const release = path === roster.pathOf(account) ? () => undefined : directories.reserve(path);
      try {
        await prepare(parts, path);
        await parts.mover.move(id, place, step);
      } finally {
        release();
      }
      void parts.sweep.soon(id);
    } else {
      await parts.committer.run(step.work, { committed: step.committed });
    }
    tell(parts);
    return current(id);
  }

  /** Inside the transaction. */
  function write(id: number, revision: number, input: Omit<AccountInput, 'password'>, secrets: AccountSecrets, actor: Actor): number {
    const before = current(id);
    refuseStale(before, revision);
    refuseNames(parts, input, id);
    const passwordHash = table.secrets(id)?.passwordHash ?? '';
    const values: AccountValues = { ...input, passwordHash: secrets.passwordHash ?? passwordHash };
    const changes = [...differences(facts(parts, before), facts(parts, values)), ...passwordChange(passwordHash, secrets)];
    writeApop(parts, id, values, secrets);
    if (changes.length === 0) return id;
    table.update(id, values);
    parts.history.add(actor, 'change', `account ${before.address}`, changes);
    return id;
  }

  return {
    list: (query) => {
      touches.flush();
      return table.list(query);
    },
    get: (id) => {
      touches.flush();
      return table.get(id);
    },
    add,
    change,
    remove: async (ids, mail, actor) => {
      const removed = await parts.removal.remove(ids, mail, actor);
      if (removed > 0) {
        tell(parts);
        parts.emit({ topic: 'aliases' });
      }
      return removed;
    },
    suggest: (fullName, domainId, mailbox) => parts.suggestions.suggest(fullName, domainId, mailbox),
    apopSecret: (id) => {
      const sealed = table.secrets(id)?.apopSecret ?? null;
      return sealed === null ? null : parts.key.open(apopName(id), sealed);
    },
    touch: (id, accessedAt) => touches.note(id, accessedAt),
  };
}

/** Makes the directory, empty of what was to be deleted there. @throws StoreError 'directory.not-writable', 'disk.full' */
async function prepare({ directories, housekeeper }: AccountsParts, path: string): Promise<void> {
  try {
    await housekeeper.free(path);
  } catch (error) {
    throw new StoreError('directory.not-writable', `The mail of a removed account could not be deleted from ${path} yet (${reason(error)}). Choose another folder, or delete the files there.`, { field: 'directory', params: { directory: path }, cause: error });
  }
  await directories.prepare(path);
}

function tell({ emit }: AccountsParts): void {
  for (const topic of ['accounts', 'domains', 'history'] as const) emit({ topic });
}

/** @throws StoreError 'domain.none', 'account.exists', 'alias.exists' */
function refuseNames(parts: AccountsParts, input: Pick<AccountInput, 'domainId' | 'mailbox'>, except: number): void {
  if (parts.domains.get(input.domainId) === null) throw new StoreError('domain.none', 'This domain is not there any more. Choose another one.', { field: 'domainId' });
  const address = addressOf(parts, input);
  if (parts.table.isTaken(input.domainId, input.mailbox, except)) {
    throw new StoreError('account.exists', `There is an account ${address} already. Choose another mailbox name.`, { field: 'mailbox', params: { address } });
  }
  if (parts.aliases.isFullAlias(input.mailbox.toLowerCase(), input.domainId)) {
    throw new StoreError('alias.exists', `${address} is an alias already. Remove the alias, or choose another mailbox name.`, { field: 'mailbox', params: { address } });
  }
}

/** APOP (RFC 1939 §7) needs the password in readable form: it comes with a new password, and goes when APOP is turned off. */
function writeApop(parts: AccountsParts, id: number, values: AccountValues, secrets: AccountSecrets): void {
  if (!values.apop || secrets.apopSecret !== undefined) {
    parts.table.setApopSecret(id, values.apop && secrets.apopSecret !== undefined ? parts.key.seal(apopName(id), secrets.apopSecret) : null);
    return;
  }
  const kept = secrets.passwordHash === undefined && (parts.table.secrets(id)?.apopSecret ?? null) !== null;
  if (!kept) throw new StoreError('apop.needs-password', 'APOP needs the password in readable form. Type the password together with turning APOP on.', { field: 'apop' });
}

function apopName(id: number): string {
  return `account:${id}:apop`;
}

function passwordChange(before: string, secrets: AccountSecrets): FieldChange[] {
  return secrets.passwordHash === undefined ? [] : [secretChange('password', before !== '', secrets.passwordHash !== '')];
}

function refuseStale(account: Account, revision: number): void {
  if (account.revision !== revision) throw new StoreError('conflict', 'Somebody else changed this account in the meantime. Load it again and repeat the change.');
}

function addressOf({ domains }: AccountsParts, { mailbox, domainId }: Pick<AccountInput, 'domainId' | 'mailbox'>): string {
  return `${mailbox}@${domains.get(domainId)?.name ?? ''}`;
}

function facts({ domains }: AccountsParts, values: Omit<AccountInput, 'password'>): Record<string, unknown> {
  const { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments } = values;
  return { mailbox, domain: domains.get(domainId)?.name ?? '', fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments };
}

function withoutPassword(input: AccountInput): Omit<AccountInput, 'password'> {
  const { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments } = input;
  return { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments };
}

function notFound(): StoreError {
  return new StoreError('not-found', 'This account is not there any more.');
}
