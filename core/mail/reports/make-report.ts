// Makes one report about a message and says where it goes: the part that the store commits. Called by reporter.ts and delivered.ts.
// RFC 3461 §6 (what is reported), RFC 3464 (form), RFC 3834 §5 (Auto-Submitted). The envelope sender of a report is null.
import { isAscii } from 'node:buffer';
import type { Language } from '../../contract/language.ts';
import { buildReport } from '../../protocol/dsn/report.ts';
import type { Action, RecipientStatus } from '../../protocol/dsn/status.ts';
import type { AcceptedPart, Incoming, QueuedMessage } from '../../store/store.ts';
import { enhancedOf } from '../describe.ts';
import type { RecipientFate } from '../outbound/ports.ts';
import { ownFields } from '../own-message.ts';
import type { Policy } from '../policy.ts';
import { textIn } from '../texts.ts';
import { replyText, reportSubject, reportText } from './human-text.ts';
import type { Original } from './original.ts';
import type { Placement } from './placement.ts';

export interface ReportWorld {
  readonly incoming: Pick<Incoming, 'create'>;
  readonly policy: () => Policy;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How this server calls itself. */
  readonly hostName: () => string;
  readonly language: () => Language;
}

/** Of the message that is reported on. `queuedAt`: when it was accepted. */
export type ReportedMessage = Pick<QueuedMessage, 'reversePath' | 'subject' | 'queuedAt' | 'envid' | 'smtpUtf8'>;

export interface ReportFacts {
  readonly action: Action;
  readonly message: ReportedMessage;
  readonly fates: readonly RecipientFate[];
  readonly tries: { readonly nextTryAt: number; readonly expiresAt: number } | null;
  readonly original: Original;
}

/** @param to whom it is addressed in its header. Rejects with what the store says if it cannot be written. */
export async function makeReport(facts: ReportFacts, placement: Placement, to: string, world: ReportWorld): Promise<AcceptedPart> {
  const file = world.incoming.create();
  try {
    const { message } = facts;
    const at = world.now();
    const language = world.language();
    const subject = reportSubject({ action: facts.action, subject: message.subject, language });
    const bytes = reportBytes(facts, { id: file.id, at, language, subject, to, withReturnPath: placement.local.length > 0 }, world);
    if (!file.write(bytes)) await file.drained();
    const eightBit = !isAscii(bytes);
    return { file, receivedAt: at, reversePath: '', subject, envid: null, ret: null, smtpUtf8: message.smtpUtf8 && eightBit, eightBit, local: placement.local, queued: placement.queued };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

interface Making {
  readonly id: string;
  readonly at: number;
  readonly language: Language;
  readonly subject: string;
  readonly to: string;
  readonly withReturnPath: boolean;
}

function reportBytes({ action, message, fates, tries, original }: ReportFacts, making: Making, world: ReportWorld): Buffer {
  const { id, at, language, subject, to, withReturnPath } = making;
  const hostName = world.hostName();
  const domain = world.policy().directory.primary?.name ?? hostName;
  const fields = ownFields({ fromName: textIn(language, 'report.from') ?? '', domain, toName: '', toAddress: to, subject, hostName, id, at, submitted: 'auto-replied' });
  return buildReport({
    fields: [...(withReturnPath ? ['Return-Path: <>'] : []), ...fields],
    text: reportText({ action, subject: message.subject, sentAt: message.queuedAt, fates, tries, originalWhole: original.whole, hostName, language }),
    message: { reportingMta: hostName, envid: message.envid, arrivedAt: message.queuedAt },
    recipients: fates.map((fate) => recipientStatus(fate, action, tries?.expiresAt ?? null)),
    original,
    utf8: message.smtpUtf8,
    boundary: `=_${id}`,
  });
}

function recipientStatus(fate: RecipientFate, action: Action, willRetryUntil: number | null): RecipientStatus {
  const { address, orcpt, reply, host, reason, at } = fate;
  const untold = action === 'delivered';
  return {
    address, orcpt, action, status: statusCode(fate, action), remoteMta: reply === null ? '' : host,
    diagnostic: untold ? null : reply === null ? { type: 'x-merpati', text: reason.text } : { type: 'smtp', text: replyText(reply) },
    lastTriedAt: untold ? null : at, willRetryUntil: action === 'delayed' ? willRetryUntil : null,
  };
}

/** RFC 3463 §3.5: of a message that was tried for too long, the code of what stopped it says more than "expired". */
function statusCode({ reply, reason }: RecipientFate, action: Action): string {
  if (action === 'delivered' || action === 'relayed') return '2.0.0';
  if (reply !== null) return /^[45]\.\d{1,3}\.\d{1,3}$/.test(reply.enhanced) ? reply.enhanced : `${reply.code >= 500 ? 5 : 4}.0.0`;
  const { lastCode } = reason.params;
  return enhancedOf(typeof lastCode === 'string' ? lastCode : reason.code) ?? (action === 'failed' ? '5.0.0' : '4.0.0');
}
