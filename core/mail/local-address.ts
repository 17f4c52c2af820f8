// What a local address stands for: pure look-ups in the directory that routing, sender checks and archival share.
// Decides on the parsed address alone; a local part is a name to be found, never an instruction (no `%`, no `!`, no route in quotes).
import { isPostmaster, mailboxKey, parseMailbox } from '../protocol/address.ts';
import type { Mailbox } from '../protocol/address.ts';
import { asciiDomain, literalIp } from '../protocol/domain-name.ts';
import { formatIp, isInNetworks, parseNetwork } from '../protocol/ip.ts';
import type { Domain } from '../contract/records.ts';
import type { Directory, DirectoryAccount } from '../store/store.ts';

/** Literals of these always mean this computer: mail sent there would come straight back. */
const thisComputer = ['127.0.0.0/8', '::1/128', '0.0.0.0/32', '::/128'].map(parseNetwork).filter((network) => network !== null);

export type DomainFound =
  | { readonly kind: 'local'; readonly domain: Domain; readonly by: 'name' | 'address-literal' | 'no-domain' }
  /** Ours, but no domain has been set up yet. */
  | { readonly kind: 'local-unset' }
  | { readonly kind: 'elsewhere' };

/** Finds the local domain that an address is in. `localAddress`: our end of the connection, so that its literal is known as ours. */
export function findDomain(directory: Directory, domain: string, localAddress: string): DomainFound {
  if (domain === '') return directory.primary === null ? { kind: 'local-unset' } : { kind: 'local', domain: directory.primary, by: 'no-domain' };
  const ip = literalIp(domain);
  if (ip === null) {
    // A domain may have been entered as A-label; the parser gives U-labels.
    const found = directory.domains.get(domain) ?? directory.domains.get(asciiDomain(domain));
    return found === undefined ? { kind: 'elsewhere' } : { kind: 'local', domain: found, by: 'name' };
  }
  const address = formatIp(ip);
  const ours = directory.domainByIp(address);
  if (ours !== null) return { kind: 'local', domain: ours, by: 'address-literal' };
  const isHere = address === localAddress || isInNetworks(address, thisComputer) || [...directory.domains.values()].some((entry) => entry.ip === address);
  if (!isHere) return { kind: 'elsewhere' };
  return directory.primary === null ? { kind: 'local-unset' } : { kind: 'local', domain: directory.primary, by: 'address-literal' };
}

export type AliasStep = { readonly alias: string; readonly target: string };
export type AccountFound = { readonly account: DirectoryAccount | null; readonly aliases: readonly AliasStep[]; readonly postmaster: boolean };

/** Longer chains are loops or mistakes; the store refuses loops, this bounds what it could not see. */
const maxAliasSteps = 10;
const noAliases: readonly AliasStep[] = [];

/** Account for a local part in a local domain: itself, else an alias (full, then bare), else the postmaster rule (RFC 5321 §4.5.1). */
export function findAccount(directory: Directory, local: string, domain: Domain): AccountFound {
  // Only a quoted local part can hold an @; no account and no alias is called that, so nothing may be looked up by pieces of it.
  if (local.includes('@')) return { account: null, aliases: noAliases, postmaster: false };
  const address = mailboxKey({ local, domain: domain.name });
  const direct = directory.accountByAddress(address);
  if (direct !== null && (direct.enabled || !isPostmaster({ local, domain: '' }))) return { account: direct, aliases: noAliases, postmaster: false };
  const viaAlias = direct === null ? followAliases(directory, address) : { account: null, aliases: noAliases };
  if (viaAlias.account?.enabled === true || !isPostmaster({ local, domain: '' })) return { ...viaAlias, postmaster: false };
  // A postmaster who cannot be reached by name is whoever the settings name, switched off or not.
  return { account: directory.postmaster ?? direct ?? viaAlias.account, aliases: noAliases, postmaster: true };
}

/** The account that an address means, or null: for senders, archive addresses and the like, where only that is asked. */
export function accountOf(directory: Directory, mailbox: Mailbox, localAddress: string): DirectoryAccount | null {
  const domain = findDomain(directory, mailbox.domain, localAddress);
  return domain.kind === 'local' ? findAccount(directory, mailbox.local, domain.domain).account : null;
}

function followAliases(directory: Directory, start: string): { account: DirectoryAccount | null; aliases: readonly AliasStep[] } {
  const aliases: AliasStep[] = [];
  let address = start;
  while (aliases.length < maxAliasSteps) {
    const target = directory.aliasFor(address);
    if (target === null) break;
    aliases.push({ alias: address, target });
    const mailbox = parseMailbox(target);
    if (mailbox === null) break;
    address = mailboxKey(mailbox);
    const account = directory.accountByAddress(address) ?? directory.accountByAddress(target.toLowerCase());
    if (account !== null) return { account, aliases };
  }
  return { account: null, aliases };
}
