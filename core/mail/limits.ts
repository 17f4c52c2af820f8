// How much may leave for the Internet: messages and recipients in a sliding hour, for each account that has logged on and each listed
// address. Only what was accepted counts; a message on its way holds its place. In memory: a restart begins anew. Asked by smtp-side.ts.
import { reason } from './describe.ts';
import type { Reason } from './describe.ts';
import type { Login } from './types.ts';

export interface SendingSession {
  readonly login: Login | null;
  readonly remoteAddress: string;
  readonly sessionId: number;
}
export interface LimitReached {
  readonly who: string;
  readonly kind: 'account' | 'address';
  readonly reason: Reason;
  readonly limit: number;
  readonly session: SendingSession;
  /** The postmaster has not been told of it within a day. */
  readonly isNew: boolean;
}
/** A place that a message holds. Releasing it twice does no harm. */
export interface Place {
  release(): void;
}
export interface SendingLimits {
  /** Whether one more message with so many recipients elsewhere would be taken now. Null: yes. */
  refuse(session: SendingSession, recipients: number): Reason | null;
  /** The same, and takes its place: released if the message is not accepted in the end. */
  take(session: SendingSession, recipients: number): { readonly kind: 'taken'; readonly place: Place } | { readonly kind: 'refused'; readonly reason: Reason };
}

export interface LimitOptions {
  /** 0: none. */
  readonly limits: () => { readonly messages: number; readonly recipients: number };
  readonly now: () => number;
  readonly reached: (event: LimitReached) => void;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Accounts are few; addresses of a listed network may be many. */
const maxSenders = 20_000;

interface Count {
  readonly minute: number;
  messages: number;
  recipients: number;
}
interface Sender {
  /** Oldest first, one for each minute in which something was sent. */
  counts: Count[];
  refusedAt: number;
  noticedAt: number;
}

export function createSendingLimits({ limits, now, reached }: LimitOptions): SendingLimits {
  const senders = new Map<string, Sender>();

  function senderOf(session: SendingSession): Sender {
    const key = session.login === null ? session.remoteAddress : `${session.login.accountId}`;
    const known = senders.get(key);
    if (known !== undefined) return known;
    if (senders.size >= maxSenders) forgetIdle(senders, now());
    const sender: Sender = { counts: [], refusedAt: -Infinity, noticedAt: -Infinity };
    senders.set(key, sender);
    return sender;
  }

  function refuse(session: SendingSession, recipients: number): Reason | null {
    const limit = limits();
    if (limit.messages === 0 && limit.recipients === 0) return null;
    const sender = senderOf(session);
    const sent = total(sender, now());
    const over = limit.messages > 0 && sent.messages >= limit.messages ? 'messages' : limit.recipients > 0 && sent.recipients + recipients > limit.recipients ? 'recipients' : null;
    if (over === null) return null;
    const who = session.login?.address ?? session.remoteAddress;
    const because = reason(`limit.${over}`, { login: who, count: sent[over] });
    note(sender, { who, kind: session.login === null ? 'address' : 'account', reason: because, limit: limit[over], session });
    return because;
  }

  /** A sender who keeps trying is one event, not thousands. */
  function note(sender: Sender, event: Omit<LimitReached, 'isNew'>): void {
    const at = now();
    const isQuiet = at - sender.refusedAt >= hourMs;
    sender.refusedAt = at;
    const isNew = at - sender.noticedAt >= dayMs;
    if (isNew) sender.noticedAt = at;
    if (isQuiet || isNew) reached({ ...event, isNew });
  }

  return {
    refuse,
    take(session, recipients) {
      const why = refuse(session, recipients);
      if (why !== null) return { kind: 'refused', reason: why };
      const count = countOf(senderOf(session), Math.floor(now() / minuteMs));
      count.messages += 1;
      count.recipients += recipients;
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        count.messages -= 1;
        count.recipients -= recipients;
      };
      return { kind: 'taken', place: { release } };
    },
  };
}

function countOf(sender: Sender, minute: number): Count {
  const last = sender.counts.at(-1);
  if (last?.minute === minute) return last;
  const count = { minute, messages: 0, recipients: 0 };
  sender.counts.push(count);
  return count;
}

function total(sender: Sender, at: number): { readonly messages: number; readonly recipients: number } {
  const first = Math.floor((at - hourMs) / minuteMs);
  // A clock that was set back must not lock anybody out: what seems to lie in the future is forgotten too.
  sender.counts = sender.counts.filter(({ minute }) => minute > first && minute * minuteMs <= at);
  return sender.counts.reduce((sum, { messages, recipients }) => ({ messages: sum.messages + messages, recipients: sum.recipients + recipients }), { messages: 0, recipients: 0 });
}

/** Makes room: who has sent nothing lately goes, and if nobody is idle, the one who came first. */
function forgetIdle(senders: Map<string, Sender>, at: number): void {
  for (const [key, sender] of senders) if (total(sender, at).messages === 0 && at - sender.noticedAt >= dayMs) senders.delete(key);
  const [oldest] = senders.keys();
  if (senders.size >= maxSenders && oldest !== undefined) senders.delete(oldest);
}
