// Whether a session may send with this reverse-path (RFC 5321 §4.1.1.2). Nobody sends in the name of a user of ours
// without being that user, or sitting on the LAN while the settings trust it. Called at MAIL.
import { formatMailbox } from '../protocol/address.ts';
import type { Mailbox } from '../protocol/address.ts';
import { reason } from './describe.ts';
import type { Reason } from './describe.ts';
import { accountOf, findDomain } from './local-address.ts';
import type { Policy } from './policy.ts';
import type { Login } from './types.ts';

export interface SenderSession {
  readonly server: 'smtp' | 'submission' | 'smtps';
  readonly login: Login | null;
  readonly remoteAddress: string;
  readonly localAddress: string;
}

/** Null: the sender is fine. */
export function refuseSender(reversePath: Mailbox | null, session: SenderSession, policy: Policy): Reason | null {
  // RFC 6409 §4.3: a submission server asks everybody to log on.
  if (session.server !== 'smtp' && session.login === null) return reason('session.needs-logon');
  if (session.login !== null) return refuseLoggedOn(reversePath, session.login, session, policy);
  // RFC 5321 §4.5.5: reports come with the null reverse-path and must be taken; it gives no right to send elsewhere.
  if (reversePath === null) return null;
  if (reversePath.domain === '') return reason('sender.malformed');
  if (findDomain(policy.directory, reversePath.domain, session.localAddress).kind === 'elsewhere') return null;
  return refuseLocalSender(reversePath, session, policy);
}

/** Who has logged on may use the own address, every alias of it, and the null path (read receipts, RFC 8098 §3). */
function refuseLoggedOn(reversePath: Mailbox | null, login: Login, session: SenderSession, policy: Policy): Reason | null {
  const own = policy.directory.accountById(login.accountId);
  if (own?.enabled !== true) return reason('sender.disabled', { address: login.address });
  if (reversePath === null) return null;
  if (reversePath.domain === '') return reason('sender.malformed');
  const meant = accountOf(policy.directory, reversePath, session.localAddress);
  return meant?.id === own.id ? null : reason('sender.not-yours', { login: own.address, address: formatMailbox(reversePath) });
}

/** A sender of a local domain, from somebody who has not logged on. */
function refuseLocalSender(reversePath: Mailbox, session: SenderSession, policy: Policy): Reason | null {
  const address = formatMailbox(reversePath);
  const trusted = policy.isRelayAddress(session.remoteAddress) || (policy.settings['security.localSenders'] === 'lan' && policy.isLan(session.remoteAddress));
  if (!trusted) return reason('sender.needs-logon', { address });
  const account = accountOf(policy.directory, reversePath, session.localAddress);
  if (account === null) return reason('sender.unknown', { address });
  return account.enabled ? null : reason('sender.disabled', { address });
}

/** Whether missing Date and Message-ID are ours to add: mail that starts here (RFC 6409 §8), not mail that passes through. */
export function isOriginator(reversePath: Mailbox | null, session: SenderSession, policy: Policy): boolean {
  if (session.login !== null) return true;
  return reversePath !== null && findDomain(policy.directory, reversePath.domain, session.localAddress).kind === 'local';
}
