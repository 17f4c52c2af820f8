// What becomes of each recipient, from what the other server said or from how the connection broke: a pure table. Called by courier.ts.
// RFC 5321 §4.2.1 (4xx passes, 5xx stays), §4.5.3.1.10 (too many recipients), RFC 3463 for the finer points.
import type { ReasonRecord } from '../../contract/records.ts';
import { replyReason } from '../describe-reply.ts';
import { reason } from '../describe.ts';
import type { Reply } from '../types.ts';
import type { ConnectFailure, HopAddress, SendResult } from './ports.ts';

export type Fate =
  | { readonly kind: 'sent'; readonly reply: Reply }
  | { readonly kind: 'failed' | 'later'; readonly reply: Reply | null; readonly reason: ReasonRecord }
  /** The server takes no more recipients in one transaction: asked again in the next one, at once. */
  | { readonly kind: 'rest' };

export interface Sent {
  readonly result: SendResult;
  readonly host: string;
  /** What a smart host refuses because of our set-up is not the message's fault. */
  readonly isSmartHost: boolean;
  /** How many recipients were asked for. */
  readonly recipients: number;
}

/** One fate for each recipient, in order. */
export function fatesOf({ result, host, isSmartHost, recipients }: Sent): readonly Fate[] {
  const all = (fate: Fate): Fate[] => Array.from({ length: recipients }, () => fate);
  switch (result.kind) {
    case 'unreadable':
      return all({ kind: 'later', reply: null, reason: reason('message.unreadable') });
    case 'broken':
      return all({ kind: 'later', reply: null, reason: result.afterData ? reason('host.unsure', { host }) : reason('host.broken', { host, cause: result.cause }) });
    case 'answered': {
      const { mail, data } = result;
      if (mail.code >= 400) return all(refused(mail, 'mail', host, isSmartHost));
      const goodbye = result.recipients.find((reply) => reply?.code === 421) ?? null;
      const someAccepted = result.recipients.some((reply) => reply !== null && reply.code < 400);
      return Array.from({ length: recipients }, (_, index) => {
        const reply = result.recipients[index] ?? null;
        if (reply === null) return goodbye === null ? later(host, 'ECONNECTION') : refused(goodbye, 'recipient', host, isSmartHost);
        if (reply.code >= 400) return someAccepted && isTooMany(reply) ? { kind: 'rest' } : refused(reply, 'recipient', host, isSmartHost);
        if (data !== null && data.code < 300) return { kind: 'sent', reply: data };
        if (data !== null) return refused(data, 'data', host, isSmartHost);
        return goodbye === null ? later(host, 'ECONNECTION') : refused(goodbye, 'recipient', host, isSmartHost);
      });
    }
  }
}

function later(host: string, cause: string): Fate {
  return { kind: 'later', reply: null, reason: reason('host.broken', { host, cause }) };
}

function refused(reply: Reply, stage: 'mail' | 'recipient' | 'data', host: string, isSmartHost: boolean): Fate {
  const because = /\.6\.7$/.test(reply.enhanced) ? reason('message.needs-utf8', { host }) : replyReason(host, reply);
  const passes = reply.code < 500 || (isSmartHost && isOurSetup(reply, because, stage));
  return { kind: passes ? 'later' : 'failed', reply, reason: because };
}

/** What they complain of is the administrator's to correct: logon, encryption, the right to send through them. */
const setupTopics = new Set(['reply.logon-needed', 'reply.logon-failed', 'reply.encryption-needed', 'reply.relay-denied', 'reply.account-disabled']);

function isOurSetup(reply: Reply, because: ReasonRecord, stage: 'mail' | 'recipient' | 'data'): boolean {
  if (stage === 'data') return false;
  return [530, 534, 535, 538].includes(reply.code) || setupTopics.has(because.code) || (stage === 'mail' && reply.enhanced.startsWith('5.7.'));
}

/** RFC 5321 §4.5.3.1.10: 452, and 552 of older servers, to a recipient after others were accepted. Full mailboxes and disks say so: x.2.2, x.3.1. */
function isTooMany({ code, enhanced, text }: Reply): boolean {
  if (code !== 452 && code !== 552) return false;
  return /\.5\.3$/.test(enhanced) || (/^$|\.0\.0$/.test(enhanced) && !/full|quota|storage|space/i.test(text)) || /too many/i.test(text);
}

/** What a connection that failed means for all that would have gone over it. */
export function connectFate({ stage, reply, cause }: ConnectFailure, { host, sourceAddress }: Pick<HopAddress, 'host' | 'sourceAddress'>): Exclude<Fate, { kind: 'sent' | 'rest' }> {
  const wait = (because: ReasonRecord): Exclude<Fate, { kind: 'sent' | 'rest' }> => ({ kind: 'later', reply, reason: because });
  if (stage === 'pop') return wait(reason('host.pop', { host, cause: reply?.text ?? cause }));
  if (stage === 'logon') return wait(reply !== null && reply.code < 500 ? replyReason(host, reply) : reason('host.logon', { host }));
  if (stage === 'tls') {
    // STARTTLS answered 454: offered, but not now (RFC 3207 §4). Any other refusal: it was never offered.
    if (reply !== null && reply.code < 500) return wait(reason('host.tls', { host, cause: reply.text }));
    return wait(reply !== null || cause === 'ETLS' ? reason('host.no-tls', { host }) : reason('host.tls', { host, cause }));
  }
  if (reply !== null) {
    // RFC 7504: a host that takes no mail at all. Any other greeting, 554 included, may be about us, now, or this one host.
    return { kind: reply.code === 521 || reply.code === 556 ? 'failed' : 'later', reply, reason: replyReason(host, reply) };
  }
  if (cause === 'ECONNREFUSED') return wait(reason('host.refused', { host }));
  if (cause === 'ETIMEDOUT') return wait(reason('host.timeout', { host }));
  if (cause === 'EADDRNOTAVAIL' && sourceAddress !== '') return wait(reason('host.source', { address: sourceAddress }));
  return wait(reason('host.unreachable', { host, cause }));
}
