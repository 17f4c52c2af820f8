// A small world for the pure decisions: a directory in memory with a few domains, accounts and aliases.
import { defaultSettings } from '../../../core/contract/settings.ts';
import type { Settings } from '../../../core/contract/settings.ts';
import { createPolicy } from '../../../core/mail/policy.ts';
import type { Policy } from '../../../core/mail/policy.ts';
import { parsePath } from '../../../core/protocol/address.ts';
import type { Mailbox } from '../../../core/protocol/address.ts';
import type { Domain } from '../../../core/contract/records.ts';
import type { Directory, DirectoryAccount } from '../../../core/store/store.ts';

export interface WorldAccount {
  readonly address: string;
  readonly enabled?: boolean;
  readonly allowPopImap?: boolean;
  readonly passwordHash?: string;
  readonly apop?: boolean;
}

export interface World {
  /** First one is primary. Name to IP. */
  readonly domains?: Readonly<Record<string, string>>;
  readonly accounts?: readonly WorldAccount[];
  readonly aliases?: Readonly<Record<string, string>>;
  /** Address of the postmaster; default the first account. */
  readonly postmaster?: string | null;
}

export const majuTerus: World = {
  domains: { 'majuterus.lan': '192.168.0.1', 'sales.majuterus.lan': '192.168.0.2', 'xn--mnchen-3ya.de': '' },
  accounts: [
    { address: 'dina@majuterus.lan' }, { address: 'sari@majuterus.lan' }, { address: 'dina@sales.majuterus.lan' },
    { address: 'off@majuterus.lan', enabled: false }, { address: 'jörg@xn--mnchen-3ya.de' }, { address: 'user%far.example@majuterus.lan' },
  ],
  aliases: { 'info@majuterus.lan': 'dina@majuterus.lan', 'info': 'sari@majuterus.lan', 'kurnia': 'sari@majuterus.lan', 'chain@majuterus.lan': 'info@majuterus.lan', 'old@majuterus.lan': 'off@majuterus.lan' },
};

export function directoryOf(world: World): Directory {
  const domains = Object.entries(world.domains ?? {}).map(([name, ip], index): Domain => ({ id: index + 1, name, ip, bindToIp: false, isPrimary: index === 0, accounts: 0, revision: 1 }));
  const accounts = (world.accounts ?? []).map((entry, index): DirectoryAccount => ({
    id: index + 1, address: entry.address, mailbox: entry.address.split('@')[0]!, domainId: domains.find((domain) => entry.address.endsWith(`@${domain.name}`))!.id,
    fullName: '', enabled: entry.enabled ?? true, allowPopImap: entry.allowPopImap ?? true, passwordHash: entry.passwordHash ?? '', apop: entry.apop ?? false, extractAttachments: false, path: `/nowhere/${index + 1}`,
  }));
  const accountByAddress = (address: string): DirectoryAccount | null => accounts.find((account) => account.address === address) ?? null;
  return {
    primary: domains[0] ?? null,
    domains: new Map(domains.map((domain) => [domain.name, domain])),
    domainByIp: (ip) => domains.find((domain) => domain.ip === ip) ?? null,
    accountByAddress,
    accountById: (id) => accounts.find((account) => account.id === id) ?? null,
    aliasFor: (address) => world.aliases?.[address] ?? world.aliases?.[address.slice(0, address.lastIndexOf('@'))] ?? null,
    postmaster: world.postmaster === undefined ? accounts[0] ?? null : world.postmaster === null ? null : accountByAddress(world.postmaster),
  };
}

export function policyOf(world: World, changes: Partial<Settings> = {}): Policy {
  return createPolicy({ ...defaultSettings, ...changes }, directoryOf(world));
}

/** Reads a path as SMTP does; the tests give only well-formed ones. */
export function mailbox(path: string): Mailbox {
  const parsed = parsePath(`<${path}>`);
  if (parsed.kind === 'bad' || parsed.mailbox === null) throw new Error(`not a path: ${path}`);
  return parsed.mailbox;
}

export const outside = { login: null, remoteAddress: '203.0.113.9', localAddress: '192.168.0.1' };
export const onLan = { ...outside, remoteAddress: '192.168.0.77' };
export const onThisComputer = { ...outside, remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' };
export const loggedOn = { ...outside, login: { accountId: 1, address: 'dina@majuterus.lan' } };
