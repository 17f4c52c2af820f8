// Which topic a reply of another server is about: a table by enhanced code (RFC 3463 and its registry: RFC 5248, 7372, 7504, 7505, 8689;
// and what Gmail, Microsoft and Yahoo make of it), one by the words that servers use where their code says little, one by basic code.
// Called by describe-reply.ts.
import type { ReplyTopic } from './texts.ts';

/** By subject and detail of the enhanced code. */
const byDetail: Readonly<Record<string, ReplyTopic>> = {
  '1.1': 'no-such-mailbox', '1.2': 'no-such-domain', '1.3': 'address-syntax', '1.4': 'address-ambiguous', '1.5': 'taken', '1.6': 'mailbox-moved',
  '1.7': 'sender-address', '1.8': 'sender-address', '1.9': 'protocol', '1.10': 'no-mail-here', '1.20': 'content-problem',
  '2.1': 'mailbox-disabled', '2.2': 'mailbox-full', '2.3': 'too-large', '2.4': 'list-problem', '2.121': 'mailbox-busy', '2.122': 'mailbox-busy',
  '3.1': 'disk-full', '3.2': 'not-accepting', '3.4': 'too-large', '3.5': 'server-problem',
  '4.1': 'no-answer', '4.2': 'line-broke', '4.3': 'look-up-failed', '4.4': 'no-route', '4.5': 'server-busy', '4.6': 'loop', '4.7': 'expired', '4.14': 'loop', '4.316': 'no-answer',
  '5.3': 'too-many-recipients', '5.6': 'logon-failed',
  '6.7': 'needs-utf8', '6.8': 'needs-utf8', '6.9': 'needs-utf8', '6.10': 'needs-utf8',
  '7.1': 'not-allowed', '7.2': 'restricted', '7.3': 'encryption-failed', '7.4': 'encryption-failed', '7.5': 'encryption-failed', '7.6': 'encryption-failed', '7.7': 'encryption-failed',
  '7.8': 'logon-failed', '7.10': 'encryption-needed', '7.11': 'encryption-needed', '7.12': 'logon-failed', '7.13': 'account-disabled', '7.14': 'logon-needed',
  '7.17': 'owner-changed', '7.18': 'owner-changed', '7.20': 'unauthenticated', '7.21': 'unauthenticated', '7.22': 'unauthenticated', '7.23': 'spf', '7.24': 'spf',
  '7.25': 'no-ptr', '7.26': 'unauthenticated', '7.27': 'sender-address', '7.28': 'too-fast', '7.29': 'unauthenticated', '7.30': 'encryption-needed',
  // Microsoft
  '7.57': 'logon-needed', '7.60': 'sender-not-yours', '7.64': 'relay-denied', '7.124': 'restricted', '7.129': 'restricted', '7.133': 'restricted', '7.134': 'restricted', '7.136': 'restricted',
  '7.501': 'spam', '7.502': 'spam', '7.503': 'spam', '7.506': 'helo', '7.508': 'address-listed', '7.509': 'dmarc', '7.511': 'address-listed', '7.515': 'unauthenticated', '7.705': 'sending-limit', '7.708': 'address-listed',
};

/** These say so little, or are used for so much, that the words of the server go first. */
const vague = new Set(['', '1.10', '2.1', '3.2', '4.1', '4.5', '7.1', '7.2', '7.9', '7.27', '7.29', '7.30']);
const isVague = (detail: string): boolean => vague.has(detail) || detail.startsWith('5.') || /\.0$/.test(detail);

/** First match counts, so what is told most surely stands first. Each looks at a few hundred letters at most. */
const byWords: readonly (readonly [RegExp, ReplyTopic])[] = [
  [/gr[ae]y-?list|postgrey/, 'greylisted'],
  [/virus|malware|\binfected/, 'virus'],
  [/daily (?:user )?sending|sending (?:limit|quota)|(?:hourly|daily|outbound) (?:limit|quota)|relay limit exceeded/, 'sending-limit'],
  [/\bpbl\b|dynamic|dial-?up|residential|\bbl2[13]\b|\bport 25\b|\bdul\b/, 'dynamic-address'],
  [/spamhaus|spamcop|barracuda|sorbs|uceprotect|block ?list|black ?list|blocked using|\b(?:dns|r)?bl\b|banned sending ip|\(?s31[45]0|listed (?:in|at|by|on) |\bip\b.{0,60}(?:blocked|banned|reputation)/, 'address-listed'],
  [/dmarc/, 'dmarc'],
  [/\bspf\b/, 'spf'],
  [/\bdkim\b|unauthenticated/, 'unauthenticated'],
  [/\bptr\b|reverse (?:dns|host|name|look)|\brdns\b|cannot find your/, 'no-ptr'],
  [/(?:helo|ehlo) .{0,60}(?:reject|invalid|not found|qualified|resolve)|(?:invalid|bad) .{0,20}(?:helo|ehlo)/, 'helo'],
  [/not owned by|send ?as|sender .{0,80}not (?:allowed|permitted|authori[sz]ed)|not allowed to send (?:as|from)/, 'sender-not-yours'],
  [/sender (?:address|domain|verif).{0,160}(?:reject|not found|unknown|not exist|invalid|fail)|domain of sender/, 'sender-address'],
  [/starttls|\btls\b.{0,30}(?:required|needed)|encryption (?:is )?(?:required|needed)/, 'encryption-needed'],
  [/authenticat\w* (?:is )?(?:required|needed|first)|not authenticated|log ?(?:on|in) first/, 'logon-needed'],
  [/relay.{0,40}(?:denied|prohibit|not|reject)|(?:unable|not permitted|not allowed|cannot|do not|don't).{0,20}relay/, 'relay-denied'],
  [/receiving (?:mail|e-?mail|messages?) .{0,60}(?:too quickly|rate)/, 'mailbox-busy'],
  [/too many (?:recipients|rcpt)/, 'too-many-recipients'],
  [/\brate\b|throttl|too (?:many|fast|frequent)|\btss?0\d|rp-00\d|server busy.{0,40}try again/, 'too-fast'],
  [/over ?quota|quota (?:is )?exceeded|exceed\w* .{0,30}quota|(?:mailbox|inbox|storage) .{0,20}\bfull|out of storage/, 'mailbox-full'],
  [/too (?:large|big)|size (?:limit|exceed)|exceed\w* .{0,40}size/, 'too-large'],
  [/attachment|file type/, 'attachment'],
  [/spam|unsolicited|junk/, 'spam'],
  [/(?:mailbox|account|user|recipient).{0,40}(?:disabled|inactive|suspended|deactivated)/, 'mailbox-disabled'],
  [/(?:user|recipient|mailbox|address|account|addressee).{0,60}(?:unknown|not found|not exist|n't exist|not known|not valid|invalid)|(?:unknown|no such|invalid).{0,12}(?:user|recipient|mailbox|address|account)|recipientnotfound|no mailbox|delivery error: dd/, 'no-such-mailbox'],
];

const bySubject: Readonly<Record<string, ReplyTopic>> = {
  1: 'address-problem', 2: 'mailbox-problem', 3: 'server-problem', 4: 'network-problem', 5: 'protocol', 6: 'content-problem', 7: 'policy',
};

const byCode: Readonly<Record<number, ReplyTopic>> = {
  421: 'not-accepting', 432: 'logon-failed', 450: 'mailbox-problem', 451: 'server-problem', 452: 'disk-full', 453: 'not-accepting', 454: 'server-problem', 455: 'protocol',
  500: 'protocol', 501: 'protocol', 502: 'protocol', 503: 'protocol', 504: 'protocol', 550: 'refused-550', 551: 'mailbox-moved', 552: 'full-or-large', 553: 'address-problem', 554: 'refused', 555: 'protocol',
};

/** Basic codes that mean one thing whatever follows. RFC 4954 (53x), RFC 7504 (521, 556). */
const certain: Readonly<Record<number, ReplyTopic>> = { 521: 'no-mail-here', 523: 'encryption-needed', 525: 'account-disabled', 534: 'logon-failed', 535: 'logon-failed', 538: 'encryption-needed', 556: 'no-mail-here' };

/** @param said the words of the server, in lower case, a few hundred letters at most */
export function topicOf(code: number, enhanced: string, said: string): ReplyTopic {
  if (code < 400) return 'taken';
  const detail = /^[45]\.(\d{1,3}\.\d{1,3})$/.exec(enhanced)?.[1] ?? '';
  const sure = certain[code] ?? (isVague(detail) ? undefined : detailTopic(detail, code));
  if (sure !== undefined) return sure;
  const told = byWords.find(([pattern]) => pattern.test(said))?.[1];
  if (told !== undefined && !(told === 'greylisted' && code >= 500)) return told;
  if (code === 530) return 'logon-needed';
  return detailTopic(detail, code) ?? (detail === '' || detail.startsWith('0.') ? undefined : bySubject[detail.split('.')[0] ?? '']) ?? byCode[code] ?? (code >= 500 ? 'refused' : 'later');
}

function detailTopic(detail: string, code: number): ReplyTopic | undefined {
  if (code >= 500 && detail === '4.1') return 'recipient-refused';
  if (code >= 500 && detail === '4.5') return 'sending-limit';
  const [subject, number] = detail.split('.').map(Number);
  // Microsoft counts its refusals of addresses through: 5.7.606 to 5.7.649, and 4.7.500 to 4.7.699 for slowing down.
  if (subject === 7 && number !== undefined && number >= 500 && number < 700 && code < 500) return 'too-fast';
  if (subject === 7 && number !== undefined && number >= 606 && number < 650) return 'address-listed';
  return byDetail[detail];
}
