// What becomes of the recipients of one message: which accounts get a copy, what goes to which queue, who gets the archive copy.
// Pure. Asked when DATA begins (to know whether anything stays here) and again when the message is complete, in case the
// directory has changed in between. Two aliases of one account make one copy.
import { formatMailbox, parseMailbox } from '../../protocol/address.ts';
import { asciiDomain } from '../../protocol/domain-name.ts';
import type { AcceptedPart, DirectoryAccount } from '../../store/store.ts';
import { reason } from '../describe.ts';
import { accountOf } from '../local-address.ts';
import type { Policy } from '../policy.ts';
import { routeRecipient } from '../route.ts';
import type { Asker, Target } from '../route.ts';
import type { Destination, Envelope, RcptCommand } from '../types.ts';

export interface Plan {
  readonly local: ReadonlyMap<number, DirectoryAccount>;
  /** Accounts that get a copy with a marked subject; without the mark they are among `local`. */
  readonly marked: readonly DirectoryAccount[];
  readonly queued: AcceptedPart['queued'];
  readonly destinations: readonly Destination[];
}

export function planDelivery(envelope: Envelope, asker: Asker, policy: Policy): Plan {
  const local = new Map<number, DirectoryAccount>();
  const queued = new Map<string, AcceptedPart['queued'][number]>();
  const destinations: Destination[] = [];
  for (const recipient of envelope.recipients) {
    const written = formatMailbox(recipient.forwardPath);
    for (const target of targetsOf(recipient, written, asker, policy)) {
      if (target.kind === 'local') local.set(target.account.id, target.account);
      else queued.set(`${target.kind} ${target.address}`, queueRow(target, recipient));
      destinations.push(destinationOf(target, written));
    }
  }
  const marked = addArchive(local, destinations, asker, policy);
  return { local, marked, queued: [...queued.values()], destinations };
}

/** Every recipient here was accepted at RCPT: one that would be refused by now is kept for the administrator, not dropped. */
function targetsOf(recipient: RcptCommand, written: string, asker: Asker, policy: Policy): readonly Target[] {
  const route = routeRecipient(recipient.forwardPath, asker, policy);
  return route.kind === 'accepted' ? route.targets : [{ kind: 'bad', address: written, reason: reason('bad.gone', { address: written }) }];
}

function queueRow(target: Exclude<Target, { kind: 'local' }>, recipient: RcptCommand): AcceptedPart['queued'][number] {
  const why = target.kind === 'bad' ? target.reason : reason('remote.waiting');
  const destination = target.kind === 'bad' ? '' : asciiDomain(recipient.forwardPath.domain);
  return { queue: target.kind, address: target.address, destination, notify: recipient.notify?.join(',') ?? null, orcpt: recipient.orcpt, reason: why };
}

/** A target without what only we may know of the account. */
export function destinationOf(target: Target, recipient: string): Destination {
  switch (target.kind) {
    case 'local': return { recipient, kind: 'local', address: target.account.address, reason: target.reason };
    case 'remote': return { recipient, kind: 'remote', address: target.address, reason: null };
    case 'bad': return { recipient, kind: 'bad', address: target.address, reason: target.reason };
  }
}

/** Copies for `archival.addresses`. Addresses that are not accounts here are passed over: the setting takes local ones only. */
function addArchive(local: Map<number, DirectoryAccount>, destinations: Destination[], asker: Asker, policy: Policy): readonly DirectoryAccount[] {
  const list = policy.settings['archival.addresses'];
  if (list === '') return [];
  const archive = new Map<number, DirectoryAccount>();
  for (const text of list.split(',').map((part) => part.trim())) {
    const mailbox = parseMailbox(text.includes('@') ? text : `${text}@${policy.directory.primary?.name ?? ''}`);
    const account = mailbox === null ? null : accountOf(policy.directory, mailbox, asker.localAddress);
    if (account !== null) archive.set(account.id, account);
  }
  for (const account of archive.values()) destinations.push({ recipient: account.address, kind: 'archive', address: account.address, reason: null });
  if (policy.settings['archival.markSubject']) return [...archive.values()];
  for (const [id, account] of archive) local.set(id, account);
  return [];
}
