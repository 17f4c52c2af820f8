// What the SMTP servers ask: may they log on, may they send as this, does this recipient exist, take this message.
// Structurally the SmtpBackend of core/net/smtp/backend.ts without its sessions. Built by create-mail.ts.
import { sentence } from '../contract/sentences.ts';
import { formatMailbox } from '../protocol/address.ts';
import { asciiDomain } from '../protocol/domain-name.ts';
import { formatMailDate } from '../protocol/mail-date.ts';
import type { AcceptedPart, Incoming } from '../store/store.ts';
import type { HeaderScanner } from './accept/header-scanner.ts';
import { createMessageSink } from './accept/message-sink.ts';
import type { ReceivedMessage } from './accept/message-sink.ts';
import { planDelivery } from './accept/plan.ts';
import type { Plan } from './accept/plan.ts';
import { storeReason } from './accept/store-reason.ts';
import { settleMessage } from './accept/settle.ts';
import { readSubject } from './accept/subject.ts';
import { receivedField, returnPathField } from './accept/trace.ts';
import type { Language } from './attachments/note.ts';
import type { Counting } from './counters.ts';
import { reason, replyOf } from './describe.ts';
import type { Reason } from './describe.ts';
import type { DiskSpace } from './disk-space.ts';
import type { Place, SendingLimits } from './limits.ts';
import type { Logons } from './logon/logons.ts';
import type { Policy } from './policy.ts';
import { deliveredReport } from './reports/delivered.ts';
import type { ReportedMessage } from './reports/make-report.ts';
import { routeRecipient } from './route.ts';
import { isOriginator, refuseSender } from './sender.ts';
import type { Credentials, Envelope, LoginVerdict, MailCommand, MailEvent, MessageSink, RcptCommand, Reply, SmtpConnection, Verdict } from './types.ts';
import type { WorkQueue } from './work-queue.ts';

export interface SmtpSide {
  mayLogOn(session: SmtpConnection): boolean;
  logOn(credentials: Credentials, session: SmtpConnection): Promise<LoginVerdict>;
  sender(mail: MailCommand, session: SmtpConnection): Verdict;
  recipient(rcpt: RcptCommand, envelope: Envelope, session: SmtpConnection): Verdict;
  message(envelope: Envelope, session: SmtpConnection): MessageSink | { readonly kind: 'refused'; readonly reply: Reply };
}

export interface SmtpSideOptions {
  readonly incoming: Incoming;
  readonly policy: () => Policy;
  readonly logons: Logons;
  readonly space: DiskSpace;
  readonly limits: SendingLimits;
  readonly counting: Counting;
  readonly now: () => number;
  readonly hostName: (localAddress: string) => string;
  readonly language: () => Language;
  readonly extracting: WorkQueue;
  readonly tell: (event: MailEvent) => void;
}

export function createSmtpSide(options: SmtpSideOptions): SmtpSide {
  const { policy, logons, space, limits, tell } = options;
  /** Recipients elsewhere of transactions that are under way. */
  const elsewhere = new WeakMap<Envelope, number>();

  function refuse(stage: 'sender' | 'recipient' | 'message', why: Reason, from: string, to: string, session: SmtpConnection): Refused {
    tell({ kind: 'refused', sessionId: session.sessionId, remoteAddress: session.remoteAddress, stage, from, to, reason: why });
    return { kind: 'refused', reply: replyOf(why) };
  }

  return {
    mayLogOn: (session) => logons.mayLogOn(session),
    async logOn({ user, password }, session) {
      const result = await logons.logOn(user, password, session);
      if (result.kind === 'ok') return { kind: 'ok', login: { accountId: result.account.id, address: result.account.address } };
      return { kind: 'refused', reply: replyOf(result.reason), disconnect: result.disconnect };
    },
    sender(mail, session) {
      const now = policy();
      const limit = now.settings['smtp.maxMessageKb'] * 1024;
      const why = mail.size !== null && mail.size > limit ? reason('message.too-large', { limit })
        : refuseSender(mail.reversePath, session, now) ?? (space.hasRoomFor(mail.size ?? 0) ? null : reason('disk.full'));
      return why === null ? ok : refuse('sender', why, senderText(mail), '', session);
    },
    recipient(rcpt, envelope, session) {
      const refuseRecipient = (why: Reason) => refuse('recipient', why, senderText(envelope.mail), formatMailbox(rcpt.forwardPath), session);
      const route = routeRecipient(rcpt.forwardPath, session, policy());
      if (route.kind === 'refused') return refuseRecipient(route.reason);
      if (!route.targets.some(({ kind }) => kind === 'remote')) return ok;
      const count = (elsewhere.get(envelope) ?? 0) + 1;
      const why = limits.refuse(session, count);
      if (why !== null) return refuseRecipient(why);
      elsewhere.set(envelope, count);
      return ok;
    },
    message(envelope, session) {
      if (!space.hasRoomFor(envelope.mail.size ?? 0)) return refuse('message', reason('disk.full'), senderText(envelope.mail), '', session);
      const refuseMessage = (why: Reason) => refuse('message', why, senderText(envelope.mail), '', session);
      try {
        return openSink(envelope, session, options, refuseMessage);
      } catch (cause) {
        tell({ kind: 'problem', id: null, what: sentence('say.problem.no-file'), cause });
        return refuseMessage(storeReason(cause));
      }
    },
  };
}

const ok: Verdict = { kind: 'ok' };

function openSink(envelope: Envelope, session: SmtpConnection, options: SmtpSideOptions, refuse: (why: Reason) => Refused): MessageSink | Refused {
  const { policy, now, tell } = options;
  const { mail } = envelope;
  const atStart = policy();
  const firstPlan = planDelivery(envelope, session, atStart);
  const startedAt = now();
  const hostName = options.hostName(session.localAddress);
  // A file that stays here begins with Return-Path; one that only leaves has none (RFC 5321 §4.4). A file that does both has it:
  // whoever sends it on takes it off.
  const staysHere = firstPlan.local.size > 0 || firstPlan.marked.length > 0;
  const onlyRecipient = envelope.recipients.length === 1 ? envelope.recipients[0]?.forwardPath ?? null : null;
  const sink = createMessageSink({
    incoming: options.incoming,
    maxMessageBytes: atStart.settings['smtp.maxMessageKb'] * 1024,
    maxHops: atStart.settings['timers.maxHops'],
    withMarkedCopy: firstPlan.marked.length > 0,
    trace: (id) => `${staysHere ? returnPathField(mail.reversePath, mail.smtpUtf8) : ''}${receivedField({ session, smtpUtf8: mail.smtpUtf8, hostName, id, at: startedAt, onlyRecipient })}`,
    additions: (scanner, id) => (isOriginator(mail.reversePath, session, atStart) ? missingFields(scanner, id, startedAt, hostName) : ''),
    settle: (message) => settle(message, policy() === atStart ? firstPlan : planDelivery(envelope, session, policy()), envelope, session, options),
    refused: refuse,
    problem: (id, cause) => tell({ kind: 'problem', id, what: sentence('say.problem.not-stored'), cause }),
  });
  const place = takePlace(firstPlan, session, options.limits);
  if (place.kind === 'unlimited') return sink;
  if (place.kind === 'taken') return holding(sink, place.place);
  sink.abort();
  return refuse(place.reason);
}

type Refused = { readonly kind: 'refused'; readonly reply: Reply };

/** Two messages at once may not both have the last place: it is taken when DATA begins. */
function takePlace(plan: Plan, session: SmtpConnection, limits: SendingLimits): ReturnType<SendingLimits['take']> | { readonly kind: 'unlimited' } {
  const recipients = plan.queued.filter(({ queue }) => queue === 'remote').length;
  return recipients === 0 ? { kind: 'unlimited' } : limits.take(session, recipients);
}

/** Only what is accepted counts against the limits. */
function holding(sink: MessageSink, place: Place): MessageSink {
  return {
    write: (chunk) => sink.write(chunk),
    drained: () => sink.drained(),
    async finish() {
      const result = await sink.finish();
      if (result.kind === 'refused') place.release();
      return result;
    },
    abort() {
      place.release();
      sink.abort();
    },
  };
}

/** RFC 6409 §8: a submission server may add what the client forgot. */
function missingFields(scanner: HeaderScanner, id: string, at: number, hostName: string): string {
  const date = scanner.hasDate ? '' : `Date: ${formatMailDate(at)}\r\n`;
  const messageId = scanner.hasMessageId ? '' : `Message-ID: <${id}@${asciiDomain(hostName)}>\r\n`;
  return date + messageId;
}

async function settle(message: ReceivedMessage, plan: Plan, { mail, recipients }: Envelope, session: SmtpConnection, options: SmtpSideOptions): Promise<void> {
  const { incoming, now, tell, counting } = options;
  const { file, markedFile, header, scanner, octets, eightBit } = message;
  const subject = readSubject(header, scanner.subject);
  const from = senderText(mail);
  const facts = { receivedAt: now(), reversePath: from, subject, envid: mail.envid, ret: mail.ret, smtpUtf8: mail.smtpUtf8, eightBit: eightBit || mail.body === '8BITMIME' };
  const report = await successReport({ ...facts, queuedAt: facts.receivedAt }, recipients, plan, header, session, options);
  await settleMessage({ incoming, file, markedFile, plan, reports: report === null ? [] : [report], facts, language: options.language(), extracting: options.extracting, tell });
  counting.add({
    received: 1, bytesReceived: octets, delivered: plan.local.size + plan.marked.length, queuedRemote: plan.queued.filter((entry) => entry.queue === 'remote').length,
  });
  tell({
    kind: 'accepted', id: file.id, sessionId: session.sessionId, from, to: recipients.map((recipient) => formatMailbox(recipient.forwardPath)),
    subject, bytes: octets, remoteAddress: session.remoteAddress, destinations: plan.destinations,
  });
}

/** Strangers get none: the sender of what they bring may be forged, and he would be sent what they wrote. */
async function successReport(message: ReportedMessage, recipients: Envelope['recipients'], plan: Plan, header: Buffer, session: SmtpConnection, options: SmtpSideOptions): Promise<AcceptedPart | null> {
  const now = options.policy();
  if (session.login === null && !now.isLan(session.remoteAddress) && !now.isRelayAddress(session.remoteAddress)) return null;
  return deliveredReport(message, recipients, plan.destinations, header, { ...options, hostName: () => options.hostName(session.localAddress) });
}

/** '' for the null reverse-path. */
function senderText({ reversePath }: MailCommand): string {
  return reversePath === null ? '' : formatMailbox(reversePath);
}
