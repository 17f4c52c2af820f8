// Where a report goes: into the mailbox of the sender, to a sender elsewhere by the queue, or, if it cannot be delivered itself, where the
// setting says. Nothing that happens to a report makes another one (RFC 5321 §4.5.5). Called by make-report.ts.
import { parseMailbox } from '../../protocol/address.ts';
import { asciiDomain } from '../../protocol/domain-name.ts';
import type { QueuedRecipient } from '../../store/store.ts';
import { reason } from '../describe.ts';
import { findAccount, findDomain } from '../local-address.ts';
import type { Policy } from '../policy.ts';

export interface Placement {
  readonly local: readonly number[];
  readonly queued: readonly QueuedRecipient[];
}

const nowhere: Placement = { local: [], queued: [] };

/** @param reversePath of the message that is reported on; '' gets nothing */
export function placeReport(reversePath: string, { directory, settings }: Pick<Policy, 'directory' | 'settings'>): Placement {
  const mailbox = parseMailbox(reversePath);
  if (mailbox === null) return nowhere;
  const found = findDomain(directory, mailbox.domain, '');
  if (found.kind === 'elsewhere') return queuedFor('remote', reversePath, asciiDomain(mailbox.domain));
  const account = found.kind === 'local' ? findAccount(directory, mailbox.local, found.domain) : null;
  if (account?.account !== null && account?.account !== undefined && (account.account.enabled || account.postmaster)) return { local: [account.account.id], queued: [] };
  return settings['retry.badReports'] ? queuedFor('bad', reversePath, '') : nowhere;
}

function queuedFor(queue: 'remote' | 'bad', address: string, destination: string): Placement {
  const because = queue === 'bad' ? reason('bad.report', { address }) : reason('remote.waiting');
  // RFC 3461 §6.2: nobody is told what becomes of a report.
  return { local: [], queued: [{ queue, address, destination, notify: 'NEVER', orcpt: null, reason: because }] };
}
