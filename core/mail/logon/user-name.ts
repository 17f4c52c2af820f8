// Which account a user name means: a full address (`dina@majuterus.lan`, or `dina%majuterus.lan` from clients that cannot
// type an @), or a bare mailbox name in the domain that the local address of the connection stands for, else the primary one.
import { mailboxKey, parseMailbox } from '../../protocol/address.ts';
import type { Directory, DirectoryAccount } from '../../store/store.ts';

export function accountByUserName(user: string, directory: Directory, localAddress: string): DirectoryAccount | null {
  if (user.includes('@')) return find(user, directory);
  const domain = directory.domainByIp(localAddress) ?? directory.primary;
  const bare = domain === null ? null : find(`${user}@${domain.name}`, directory);
  if (bare !== null) return bare;
  const percent = user.lastIndexOf('%');
  return percent < 0 ? null : find(`${user.slice(0, percent)}@${user.slice(percent + 1)}`, directory);
}

function find(address: string, directory: Directory): DirectoryAccount | null {
  const mailbox = parseMailbox(address);
  if (mailbox === null || mailbox.local.includes('@')) return null;
  return directory.accountByAddress(mailboxKey(mailbox)) ?? directory.accountByAddress(mailboxKey({ local: mailbox.local, domain: writtenDomain(address) }));
}

/** The domain as typed, for a domain that was set up as A-label while the parser gives U-labels. */
function writtenDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
