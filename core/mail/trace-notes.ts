// What the trace writes down of an event of mail/: which message, which recipient, and what it comes to for him. Called by host/ for
// every event. Texts: core/contract/locales/*/trace.json; a reason's values stand among the facts, with its code as `reason`, so that a
// console can say both in its own language.
import type { ReasonRecord, TraceEvent } from '../contract/records.ts';
import type { TraceNote } from '../store/store.ts';
import { textIn, type TextValues, type TraceKind } from './texts.ts';
import type { Destination, MailEvent } from './types.ts';

type State = NonNullable<TraceNote['state']>;
type Of<K extends MailEvent['kind']> = Extract<MailEvent, { readonly kind: K }>;
interface Happening {
  readonly kind: TraceKind;
  readonly recipient?: string;
  readonly facts?: TextValues;
  readonly reason?: ReasonRecord | null;
  readonly level?: TraceEvent['level'];
  readonly session?: number;
}

/** @param at epoch milliseconds. @returns nothing for what concerns no message */
export function traceOf(event: MailEvent, at: number): readonly TraceNote[] {
  switch (event.kind) {
    case 'accepted': return ofAccepted(event, at);
    case 'refused': return [ofRefused(event, at)];
    case 'attachments-extracted':
      return [{ messageId: event.id, event: happened(at, { kind: 'attachments', recipient: event.address, facts: { files: event.files.join(', ') } }) }];
    case 'sent': return ofSent(event, at);
    case 'deferred':
      return event.recipients.map(({ address, reason }) => note(event.id, 'waiting', at, {
        kind: event.host === '' ? 'deferred' : 'deferred.host', recipient: address, reason, level: 'warning', session: event.sessionId,
        facts: { ...hostFact(event.host), attempts: event.attempts, next: event.nextTryAt },
      }));
    case 'failed':
      return event.recipients.map(({ address, reason }) => note(event.id, 'failed', at, {
        kind: failedKind(event), recipient: address, reason, level: 'error', session: event.sessionId, facts: hostFact(event.host),
      }));
    case 'reported': return ofReported(event, at);
    case 'queue-action': return ofAction(event, at);
    case 'logged-on': case 'logon-failed': case 'address-blocked': case 'limit-reached': case 'line': case 'problem':
      return [];
  }
}

function ofAccepted({ id, sessionId, from, to, subject, bytes, remoteAddress, destinations }: Of<'accepted'>, at: number): TraceNote[] {
  return [
    { messageId: id, message: { from, to, subject, bytes, peer: remoteAddress }, event: happened(at, { kind: 'accepted', facts: { peer: remoteAddress, bytes }, session: sessionId }) },
    ...destinations.map((destination) => ofDestination(id, destination, at)),
  ];
}

/** Who is elsewhere is called what the queue calls him, so that what becomes of his copy is found to be about him. */
function ofDestination(id: string, { recipient, kind, address, reason }: Destination, at: number): TraceNote {
  switch (kind) {
    case 'local': return note(id, 'delivered', at, { kind: 'delivered', recipient, reason, facts: { mailbox: address }, level: 'good' });
    case 'archive': return { messageId: id, event: happened(at, { kind: 'archived', recipient: address, facts: { mailbox: address } }) };
    case 'remote': return note(id, 'waiting', at, { kind: 'queued', recipient: address, reason });
    case 'bad': return note(id, 'kept', at, { kind: 'kept', recipient: address, reason, level: 'warning' });
  }
}

function ofRefused({ sessionId, remoteAddress, stage, from, to, reason }: Of<'refused'>, at: number): TraceNote {
  return {
    ...note('', 'refused', at, { kind: `refused.${stage}`, recipient: to, reason, level: 'warning', session: sessionId, facts: { peer: remoteAddress, from } }),
    message: { from, to: to === '' ? [] : [to], subject: '', bytes: 0, peer: remoteAddress },
  };
}

function ofSent({ id, sessionId, recipients, host, address, tls, reply, ms }: Of<'sent'>, at: number): TraceNote[] {
  return recipients.map((recipient) => note(id, 'sent', at, { kind: tls ? 'sent.tls' : 'sent', recipient, level: 'good', session: sessionId, facts: { host, address, reply, ms } }));
}

function failedKind({ reported, kept }: Of<'failed'>): TraceKind {
  if (reported) return kept ? 'failed.reported-kept' : 'failed.reported';
  return kept ? 'failed.kept' : 'failed';
}

/** Of the message, that it was reported on; and the report is a message itself. */
function ofReported({ id, about, to, reportId, subject, bytes, local }: Of<'reported'>, at: number): TraceNote[] {
  return [
    { messageId: id, event: happened(at, { kind: `reported.${about}`, facts: { to, report: reportId } }) },
    { ...note(reportId, local ? 'delivered' : 'waiting', at, { kind: 'report', recipient: to, facts: { about: id } }), message: { from: '', to: [to], subject, bytes, peer: '' } },
  ];
}

function ofAction({ id, action, recipients, who, previous, local }: Of<'queue-action'>, at: number): TraceNote[] {
  const done = recipients.map((recipient) => note(id, afterAction(action, local ?? false), at, { kind: `queue.${action}`, recipient, facts: { who, ...(previous === undefined ? {} : { previous }) } }));
  const [to = ''] = recipients;
  return previous === undefined ? done : [note(id, 'removed', at, { kind: 'queue.changed-away', recipient: previous, facts: { who, to } }), ...done];
}

function afterAction(action: Of<'queue-action'>['action'], local: boolean): State {
  switch (action) {
    case 'remove': return 'removed';
    case 'give-back': return 'failed';
    case 'change-recipient': return local ? 'delivered' : 'waiting';
    case 'retry': case 'hold': case 'release': case 'reroute': return 'waiting';
  }
}

function hostFact(host: string): TextValues {
  return host === '' ? {} : { host };
}

function note(messageId: string, state: State, at: number, happening: Happening): TraceNote {
  return { messageId, state, event: happened(at, happening) };
}

function happened(at: number, { kind, recipient = '', facts = {}, reason = null, level = 'info', session = 0 }: Happening): TraceEvent {
  const text = textIn('en', `trace.${kind}`, facts) ?? kind;
  if (reason === null) return { at, kind, recipient, facts, text, level, session };
  return { at, kind, recipient, facts: { ...reason.params, ...facts, reason: reason.code }, text: `${text} ${reason.text}`, level, session };
}
