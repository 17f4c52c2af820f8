// "Delivered" reports for recipients here whose sender asked for them (NOTIFY=SUCCESS), committed together with the delivery.
// RFC 3461 §6.2. Called when a message is settled (smtp-side.ts).
import { formatMailbox } from '../../protocol/address.ts';
import type { AcceptedPart } from '../../store/store.ts';
import { reason } from '../describe.ts';
import type { Destination, Envelope } from '../types.ts';
import { makeReport, type ReportedMessage, type ReportWorld } from './make-report.ts';
import { headerOf } from './original.ts';
import { placeReport } from './placement.ts';

/** @param header of the message, as it was received. Null: nobody asked, or nobody is there to be told. */
export async function deliveredReport(message: ReportedMessage, recipients: Envelope['recipients'], destinations: readonly Destination[], header: Buffer, world: ReportWorld): Promise<AcceptedPart | null> {
  const asked = recipients.filter(({ notify }) => notify?.includes('SUCCESS') === true);
  if (asked.length === 0 || message.reversePath === '') return null;
  const arrived = new Set(destinations.filter(({ kind }) => kind === 'local').map(({ recipient }) => recipient));
  const fates = asked.map(({ forwardPath, orcpt }, index) => ({
    // RFC 3461 §6.2.7.3: the address that was written, not the account that an alias leads to.
    recipientId: index, address: formatMailbox(forwardPath), notify: 'SUCCESS', orcpt, reply: null, host: '', reason: reason('remote.waiting'), at: message.queuedAt,
  })).filter(({ address }) => arrived.has(address));
  const placement = placeReport(message.reversePath, world.policy());
  if (fates.length === 0 || (placement.local.length === 0 && placement.queued.every(({ queue }) => queue === 'bad'))) return null;
  return makeReport({ action: 'delivered', message, fates, tries: null, original: { whole: false, bytes: headerOf(header) } }, placement, message.reversePath, world);
}
