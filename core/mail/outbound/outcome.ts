// What a try means for an item of the queue, its sender and the log: pure. From the fate of each recipient to the row that is written, the
// reports that are due and the events. Called by recorder.ts, which makes it durable.
import type { ReasonRecord } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { QueuedMessage, QueueOutcome } from '../../store/store.ts';
import { expiredReason, reason } from '../describe.ts';
import type { MailEvent } from '../types.ts';
import type { Fate } from './fates.ts';
import { nextAttempt, type NextAttempt } from './next-attempt.ts';
import type { RecipientFate } from './ports.ts';

export type Recipient = QueuedMessage['recipients'][number];
export interface Settled {
  readonly recipient: Recipient;
  readonly fate: Exclude<Fate, { kind: 'rest' }>;
}
/** One item in one try. `more`: others of its recipients are asked next; the item stays due. */
export interface Attempt {
  readonly message: QueuedMessage;
  readonly settled: readonly Settled[];
  readonly more: boolean;
}
/** The server that was spoken to; host '' if none was reached. */
export interface Encounter {
  readonly host: string;
  readonly address: string;
  readonly tls: boolean;
  /** It sends reports of success itself. */
  readonly dsn: boolean;
  readonly sessionId: number;
  readonly ms: number;
}
export const nobody: Encounter = { host: '', address: '', tls: false, dsn: false, sessionId: 0, ms: 0 };

export interface Moment {
  readonly now: number;
  readonly settings: Settings;
  /** In [0, 1). */
  readonly jitter: number;
  /** No reports can be made: nobody is given up without one, so who would be is tried again. */
  readonly withoutReports: boolean;
}
export interface Consequences {
  readonly message: QueuedMessage;
  readonly outcome: QueueOutcome;
  readonly failed: readonly RecipientFate[];
  readonly relayed: readonly RecipientFate[];
  readonly delayed: { readonly fates: readonly RecipientFate[]; readonly nextTryAt: number; readonly expiresAt: number } | null;
  /** @param reported whether the sender is told of failures */
  readonly events: (reported: boolean) => readonly MailEvent[];
}

interface Split {
  readonly sent: readonly RecipientFate[];
  readonly failed: readonly RecipientFate[];
  readonly later: readonly RecipientFate[];
}

export function consequencesOf({ message, settled, more }: Attempt, met: Encounter, { now, settings, jitter, withoutReports }: Moment): Consequences {
  const attempts = message.attempts + 1;
  const firstTriedAt = Math.min(message.firstTriedAt ?? now, now);
  const queue = message.queue === 'retry' ? 'retry' : 'remote';
  const first = split(settled, met.host, now, withoutReports);
  const next = more || first.later.length === 0 ? null : withoutReports ? muchLater(now, settings) : nextAttempt({ queue, attempts, firstTriedAt, informedAt: message.informedAt }, now, settings, jitter);
  const { sent, failed, later } = next?.kind === 'give-up' ? givenUp(first, settings['retry.days']) : first;
  const again = next?.kind === 'again' ? next : null;
  const kept = settings[message.reversePath === '' ? 'retry.badReports' : 'retry.badQueue'];
  return {
    message, failed,
    relayed: met.dsn || withoutReports ? [] : sent.filter(({ notify }) => notify?.includes('SUCCESS') === true),
    delayed: again?.inform === true ? { fates: later, nextTryAt: again.nextTryAt, expiresAt: again.expiresAt } : null,
    outcome: {
      id: message.id, done: [...sent, ...failed].map(({ recipientId }) => recipientId),
      toBad: kept ? failed.map(({ recipientId, reason: because }) => ({ recipientId, reason: because })) : [],
      rest: {
        queue: again?.queue ?? queue, nextTryAt: again?.nextTryAt ?? now, host: met.host, triedAt: now,
        // What is still being asked has not been tried.
        attempts: more ? message.attempts : attempts, firstTriedAt: more ? message.firstTriedAt : firstTriedAt,
        informedAt: again?.inform === true ? now : message.informedAt,
        reasons: new Map(later.map(({ recipientId, reason: because }) => [recipientId, because])),
      },
    },
    events: (reported) => eventsOf(message, { sent, failed, later }, met, { attempts, nextTryAt: again?.nextTryAt ?? now, reported, kept }),
  };
}

/** What was not tried at all, for lack of a line: it waits as it was, with the reason. */
export function untouched(message: QueuedMessage, because: ReasonRecord, now: number): QueueOutcome {
  return {
    id: message.id, done: [], toBad: [],
    rest: {
      queue: message.queue === 'retry' ? 'retry' : 'remote', nextTryAt: now, attempts: message.attempts, firstTriedAt: message.firstTriedAt, triedAt: now,
      informedAt: message.informedAt, host: '', reasons: new Map(message.recipients.map(({ id }) => [id, because])),
    },
  };
}

function muchLater(now: number, settings: Settings): NextAttempt {
  const nextTryAt = now + settings['retry.everyMinutes'] * 60_000;
  return { kind: 'again', queue: 'retry', nextTryAt, inform: false, expiresAt: nextTryAt };
}

function split(settled: readonly Settled[], host: string, at: number, giveUpNobody: boolean): Split {
  const lists: { sent: RecipientFate[]; failed: RecipientFate[]; later: RecipientFate[] } = { sent: [], failed: [], later: [] };
  for (const { recipient: { id, address, notify, orcpt }, fate } of settled) {
    lists[fate.kind === 'failed' && giveUpNobody ? 'later' : fate.kind].push({ recipientId: id, address, notify, orcpt, reply: fate.reply, host, reason: fate.kind === 'sent' ? reason('remote.waiting') : fate.reason, at });
  }
  return lists;
}

function givenUp({ sent, failed, later }: Split, days: number): Split {
  return { sent, failed: [...failed, ...later.map((fate) => ({ ...fate, reason: expiredReason(days, fate.reason) }))], later: [] };
}

interface Telling {
  readonly attempts: number;
  readonly nextTryAt: number;
  readonly reported: boolean;
  readonly kept: boolean;
}

function eventsOf(message: QueuedMessage, { sent, failed, later }: Split, met: Encounter, { attempts, nextTryAt, reported, kept }: Telling): MailEvent[] {
  const { messageId: id, reversePath: from, octets: bytes } = message;
  const { host, address, tls, sessionId, ms } = met;
  const events: MailEvent[] = [];
  const listed = (fates: readonly RecipientFate[]) => fates.map((fate) => ({ address: fate.address, reason: fate.reason }));
  if (sent.length > 0) {
    const { code, enhanced, text } = sent[0]?.reply ?? { code: 250, enhanced: '', text: '' };
    events.push({ kind: 'sent', id, sessionId, from, recipients: sent.map((fate) => fate.address), bytes, host, address, tls, reply: [code, enhanced, text].filter((word) => word !== '').join(' '), ms });
  }
  if (failed.length > 0) events.push({ kind: 'failed', id, sessionId, recipients: listed(failed), host, reported, kept });
  if (later.length > 0) events.push({ kind: 'deferred', id, sessionId, recipients: listed(later), host, attempts, nextTryAt });
  return events;
}
