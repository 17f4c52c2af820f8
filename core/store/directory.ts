// The directory: what the engine looks up for every recipient and logon, as one snapshot in memory. Built when somebody asks after
// a change, so a thousand changes in a row cost one building.
import type { Domain } from '../contract/records.ts';
import type { Settings } from '../contract/settings.ts';
import type { AliasTable } from './aliases.ts';
import type { DomainTable } from './domains.ts';
import { primaryId } from './primary.ts';
import type { Roster, RosterAccount } from './roster.ts';
import type { Directory, DirectoryAccount } from './store.ts';

export interface DirectoryParts {
  readonly domains: DomainTable;
  readonly aliases: AliasTable;
  readonly roster: Roster;
  readonly settings: () => Settings;
}

export class DirectoryCache {
  private readonly parts: DirectoryParts;
  private present: Directory | null = null;

  constructor(parts: DirectoryParts) {
    this.parts = parts;
  }

  get(): Directory {
    this.present ??= build(this.parts);
    return this.present;
  }

  changed(): void {
    this.present = null;
  }
}

function build({ domains, aliases, roster, settings }: DirectoryParts): Directory {
  const counts = new Map<number, number>();
  const byId = new Map<number, DirectoryAccount>();
  const byAddress = new Map<string, DirectoryAccount>();
  const names = new Map(domains.all().map(({ id, name }) => [id, name]));
  for (const account of roster.all()) {
    const entry = entryOf(account, names.get(account.domainId) ?? '', roster);
    byId.set(account.id, entry);
    byAddress.set(entry.address.toLowerCase(), entry);
    counts.set(account.domainId, (counts.get(account.domainId) ?? 0) + 1);
  }
  const records: Domain[] = domains.all().map((row) => ({ ...row, isPrimary: row.id === primaryId, accounts: counts.get(row.id) ?? 0 }));
  const byName = new Map(records.map((domain) => [domain.name, domain]));
  const targets = new Map(aliases.list().map(({ alias, target }) => [alias, target]));
  const primary = records.find(({ isPrimary }) => isPrimary) ?? null;

  const accountByAddress = (address: string): DirectoryAccount | null => byAddress.get(address) ?? null;
  const aliasFor = (address: string): string | null => {
    const at = address.lastIndexOf('@');
    // A bare name is valid in the local domains only.
    return targets.get(address) ?? (byName.has(address.slice(at + 1)) ? targets.get(address.slice(0, Math.max(0, at))) ?? null : null);
  };
  return {
    primary,
    domains: byName,
    domainByIp(localAddress): Domain | null {
      const [only, ...others] = localAddress === '' ? [] : records.filter(({ ip }) => ip === localAddress);
      return only !== undefined && others.length === 0 ? only : null;
    },
    accountByAddress,
    accountById: (id) => byId.get(id) ?? null,
    aliasFor,
    postmaster: findPostmaster(settings()['postmaster.account'], primary, accountByAddress, aliasFor) ?? byId.values().next().value ?? null,
  };
}

function entryOf(account: RosterAccount, domainName: string, roster: Roster): DirectoryAccount {
  const { id, mailbox, domainId, fullName, enabled, allowPopImap, passwordHash, apop, extractAttachments } = account;
  return { id, address: `${mailbox}@${domainName}`, mailbox, domainId, fullName, enabled, allowPopImap, passwordHash, apop, extractAttachments, path: roster.pathOf(account) };
}

/** The account that the setting names, by address or by mailbox name of the primary domain, an alias followed. */
function findPostmaster(
  setting: string, primary: Domain | null, accountByAddress: (address: string) => DirectoryAccount | null, aliasFor: (address: string) => string | null,
): DirectoryAccount | null {
  const text = setting.trim().toLowerCase();
  if (text === '') return null;
  const address = text.includes('@') ? text : `${text}@${primary?.name ?? ''}`;
  return accountByAddress(address) ?? accountByAddress(aliasFor(address) ?? '');
}
