// Which account a user name means: a full address (`dina@majuterus.lan`, or `dina%majuterus.lan` from clients that cannot
// type an @), or a bare mailbox name in the domain that the local address of the connection stands for, else the primary one.
import { mailboxKey, parseMailbox } from '../../protocol/address.ts';
import type { Directory, DirectoryAccount } from '../../store/store.ts';
import { findDomain } from '../local-address.ts';

export function accountByUserName(user: string, directory: Directory, localAddress: string): DirectoryAccount | null {
  if (user.includes('@')) return find(user, directory, localAddress);
  const domain = directory.domainByIp(localAddress) ?? directory.primary;
  const bare = domain === null ? null : find(`${user}@${domain.name}`, directory, localAddress);
  if (bare !== null) return bare;
  const percent = user.lastIndexOf('%');
  return percent < 0 ? null : find(`${user.slice(0, percent)}@${user.slice(percent + 1)}`, directory, localAddress);
}

/** The shortest user name that means this account for sure: the mailbox name alone where there is one domain only, else the address. */
export function logonName({ mailbox, address }: { readonly mailbox: string; readonly address: string }, directory: Directory): string {
  return directory.domains.size === 1 ? mailbox : address;
}

function find(address: string, directory: Directory, localAddress: string): DirectoryAccount | null {
  const mailbox = parseMailbox(address);
  if (mailbox === null || mailbox.local.includes('@')) return null;
  const found = findDomain(directory, mailbox.domain, localAddress);
  return found.kind === 'local' ? directory.accountByAddress(mailboxKey({ local: mailbox.local, domain: found.domain.name })) : null;
}
