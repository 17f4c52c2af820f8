// Every decision of mail/ in words: what the peer hears (RFC 5321 reply code, RFC 3463 enhanced code) and the sentence
// that the console shows (core/contract/locales/*/reasons.json). Called by everything here that refuses. What replies of others
// mean is in describe-reply.ts.
import type { ReasonRecord } from '../contract/records.ts';
import { asciiDomain, isAscii } from '../protocol/domain-name.ts';
import { textIn, type ReasonTextCode, type TextValues } from './texts.ts';
import type { Reply } from './types.ts';

/** One row a reason: reply code and enhanced code. Code 250: nothing was refused. */
const table = {
  'mailbox.unknown': [550, '5.1.1'],
  'mailbox.disabled': [550, '5.2.1'],
  'relay.denied': [550, '5.7.1'],
  'session.needs-logon': [530, '5.7.0'],
  'sender.needs-logon': [530, '5.7.0'],
  'sender.not-yours': [553, '5.7.1'],
  'sender.unknown': [550, '5.1.8'],
  'sender.disabled': [550, '5.7.1'],
  'sender.malformed': [553, '5.1.7'],
  'message.too-large': [552, '5.3.4'],
  'message.header-too-large': [552, '5.3.4'],
  'message.hops': [554, '5.4.6'],
  'disk.full': [452, '4.3.1'],
  'store.failed': [451, '4.3.0'],
  'login.failed': [535, '5.7.8'],
  'login.needs-tls': [538, '5.7.11'],
  'login.busy': [454, '4.7.0'],
  'login.blocked': [421, '4.7.0'],
  'login.wait': [454, '4.7.0'],
  'login.disabled': [535, '5.7.13'],
  'login.no-clients': [535, '5.7.8'],
  'maildrop.in-use': [451, '4.3.0'],
  'maildrop.failed': [451, '4.3.0'],
  'remote.waiting': [250, '2.0.0'],
  'dns.no-such-domain': [550, '5.1.2'],
  'dns.null-mx': [550, '5.1.10'],
  'dns.no-host': [550, '5.4.4'],
  'dns.illegal': [550, '5.1.3'],
  'dns.failed': [451, '4.4.3'],
  'line.down': [451, '4.4.1'],
  'host.loop': [550, '5.4.6'],
  'host.self': [451, '4.3.5'],
  'host.refused': [451, '4.4.1'],
  'host.timeout': [451, '4.4.1'],
  'host.unreachable': [451, '4.4.1'],
  'host.source': [451, '4.4.1'],
  'host.broken': [451, '4.4.2'],
  'host.unsure': [451, '4.4.2'],
  'host.no-tls': [451, '4.7.4'],
  'host.tls': [451, '4.7.5'],
  'host.policy': [451, '4.7.1'],
  'host.logon': [451, '4.7.8'],
  'host.pop': [451, '4.7.0'],
  'message.needs-utf8': [550, '5.6.7'],
  'message.too-large-there': [552, '5.3.4'],
  'message.unreadable': [451, '4.3.0'],
  'queue.expired': [550, '5.4.7'],
  'queue.given-back': [550, '5.7.1'],
  'queue.held': [250, '2.0.0'],
  'queue.no-smart-host': [451, '4.3.5'],
  'limit.messages': [451, '4.7.1'],
  'limit.recipients': [451, '4.7.1'],
  'unknown.to-postmaster': [250, '2.0.0'],
  'bad.unknown': [250, '2.0.0'],
  'bad.no-postmaster': [250, '2.0.0'],
  'bad.gone': [250, '2.0.0'],
  'bad.report': [250, '2.0.0'],
  'bad.recovered': [250, '2.0.0'],
} as const satisfies Readonly<Record<ReasonTextCode, readonly [number, string]>>;

export type ReasonCode = keyof typeof table;
export const reasonCodes = Object.keys(table) as readonly ReasonCode[];

/** A decision that a person can read. */
export interface Reason {
  readonly code: ReasonCode;
  readonly params: TextValues;
  readonly text: string;
}

/** Builds a reason. */
export function reason(code: ReasonCode, params: TextValues = {}): Reason {
  return { code, params, text: textIn('en', `reason.${code}`, params) ?? '' };
}

/** The end of a message that was tried for too long. The last reason goes along whole, so that it can be said in another language too. */
export function expiredReason(days: number, last: ReasonRecord): ReasonRecord {
  return reason('queue.expired', { ...last.params, days, last: last.text, lastCode: last.code });
}

/** What the peer hears. RFC 5321 §4.2: ASCII; RFC 6531 would allow more, but only to a peer that asked for it. */
export function replyOf(because: Reason): Reply {
  const [code, enhanced] = table[because.code];
  return { code, enhanced, text: toAscii(because.text) };
}

/** The enhanced code of a reason of ours; null: it is none. */
export function enhancedOf(code: string): string | null {
  return Object.hasOwn(table, code) ? table[code as ReasonCode][1] : null;
}

function toAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // Addresses are the only words in our sentences that can hold more than ASCII: their domains have an ASCII spelling.
  return text.split(' ').map((word) => {
    const at = word.lastIndexOf('@');
    return at < 0 || isAscii(word) ? word : `${word.slice(0, at)}@${asciiDomain(word.slice(at + 1))}`;
  }).join(' ').replaceAll(/[^\x20-\x7e]/gu, '?');
}
