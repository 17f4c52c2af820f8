// Every decision of mail/ in words: what the peer hears (RFC 5321 reply code, RFC 3463 enhanced code) and the sentence
// that the console shows. `code` is the key for its translation, `params` fill it. Called by everything here that refuses.
import { asciiDomain, isAscii } from '../protocol/domain-name.ts';
import type { Reply } from './types.ts';

/** One row a reason: reply code, enhanced code, English sentence with `{params}`. Code 250: nothing was refused. */
const table = {
  'mailbox.unknown': [550, '5.1.1', 'There is no mailbox {address} here.'],
  'mailbox.disabled': [550, '5.2.1', 'The mailbox {address} is switched off and takes no mail.'],
  'relay.denied': [550, '5.7.1', '{address} is not at this server. To send there through this server, log on first (SMTP AUTH).'],
  'session.needs-logon': [530, '5.7.0', 'Log on first: this port takes mail only from users who have logged on (SMTP AUTH).'],
  'sender.needs-logon': [530, '5.7.0', '{address} belongs to this server: log on first (SMTP AUTH) to send with it.'],
  'sender.not-yours': [553, '5.7.1', 'You are logged on as {login} and may send as {login} or one of its aliases, not as {address}.'],
  'sender.unknown': [550, '5.1.8', 'The sender {address} does not exist on this server.'],
  'sender.disabled': [550, '5.7.1', 'The account {address} is switched off and may not send.'],
  'sender.malformed': [553, '5.1.7', 'The sender needs a complete address, such as name@example.org.'],
  'message.too-large': [552, '5.3.4', 'The message is larger than the {limit} bytes that this server takes.'],
  'message.header-too-large': [552, '5.3.4', 'The header of the message is larger than {limit} bytes.'],
  'message.hops': [554, '5.4.6', 'The message has passed through {hops} servers and seems to go in circles.'],
  'disk.full': [452, '4.3.1', 'This server has no room to store mail at the moment. Try again later.'],
  'store.failed': [451, '4.3.0', 'This server could not store the message at the moment. Try again later.'],
  'login.failed': [535, '5.7.8', 'The user name or the password is wrong.'],
  'login.needs-tls': [538, '5.7.11', 'Passwords are taken only over an encrypted connection: turn on STARTTLS or SSL/TLS in the mail program.'],
  'login.busy': [454, '4.7.0', 'Too many users are logging on at this moment. Try again in a minute.'],
  'login.blocked': [421, '4.7.0', 'Too many failed logons from your address. Try again in {minutes} minutes.'],
  'login.wait': [454, '4.7.0', 'Too many failed logons. Try again in {seconds} seconds.'],
  'login.disabled': [535, '5.7.13', 'This account is switched off. Ask the administrator.'],
  'login.no-clients': [535, '5.7.8', 'This account may not be read with mail programs. Ask the administrator to allow POP3 for it.'],
  'maildrop.in-use': [451, '4.3.0', 'Another session has this mailbox open. Try again when it has ended.'],
  'maildrop.failed': [451, '4.3.0', 'The mailbox could not be opened at the moment. Try again later.'],
  'remote.waiting': [250, '2.0.0', 'Waiting to be sent to another server.'],
  'dns.no-such-domain': [550, '5.1.2', 'The domain {domain} does not exist. Check the address for typing mistakes.'],
  'dns.null-mx': [550, '5.1.10', 'The domain {domain} says that it takes no mail at all.'],
  'dns.no-host': [550, '5.4.4', 'The domain {domain} exists, but it has no mail server.'],
  'dns.illegal': [550, '5.1.3', '{domain} cannot be the name of a domain.'],
  'dns.failed': [451, '4.4.3', 'No DNS server gave a usable answer about {domain} ({problem}).'],
  'line.down': [451, '4.4.1', 'There is no way to the Internet at the moment.'],
  'host.loop': [550, '5.4.6', 'The mail server of {domain} is this computer itself, but {domain} is not a domain of this server.'],
  'host.refused': [451, '4.4.1', '{host} refused the connection.'],
  'host.timeout': [451, '4.4.1', '{host} did not answer in time.'],
  'host.unreachable': [451, '4.4.1', '{host} could not be reached ({cause}).'],
  'host.source': [451, '4.4.1', 'The Domain IP {address} is not an address of this computer, so nothing can be sent from it.'],
  'host.broken': [451, '4.4.2', 'The connection to {host} broke before it had taken the message ({cause}).'],
  'host.unsure': [451, '4.4.2', 'The connection to {host} broke after the whole message had been sent: whether it took the message is not known. It is sent again.'],
  'host.no-tls': [451, '4.7.4', '{host} offers no encryption, but it is required.'],
  'host.tls': [451, '4.7.5', 'The encrypted connection to {host} failed ({cause}).'],
  'host.policy': [451, '4.7.1', 'The domain {domain} asks for a way of sending that {host} does not offer (MTA-STS).'],
  'host.logon': [451, '4.7.8', '{host} refused the user name or the password.'],
  'host.pop': [451, '4.7.0', 'The POP check at {host} failed ({cause}).'],
  'message.needs-utf8': [550, '5.6.7', '{host} cannot take addresses with letters beyond ASCII.'],
  'message.too-large-there': [552, '5.3.4', '{host} takes messages of at most {limit} bytes.'],
  'message.unreadable': [451, '4.3.0', 'The file of the message could not be read on this server.'],
  'queue.expired': [550, '5.4.7', 'The message could not be delivered for {days} days and is given up. The last reason: {last}'],
  'queue.given-back': [550, '5.7.1', 'The administrator of this server has given the message back.'],
  'queue.held': [250, '2.0.0', 'Held until the administrator releases it.'],
  'queue.no-smart-host': [451, '4.3.5', 'The delivery mode asks for a smart host, but none is set.'],
  'limit.messages': [451, '4.7.1', '{login} has sent {count} messages in the last hour, which is the most allowed. Try again later.'],
  'limit.recipients': [451, '4.7.1', '{login} has sent to {count} recipients in the last hour, which is the most allowed. Try again later.'],
  'unknown.to-postmaster': [250, '2.0.0', 'There is no mailbox {address}; the postmaster gets the message.'],
  'bad.unknown': [250, '2.0.0', 'There is no mailbox {address}; the message was kept for the administrator.'],
  'bad.no-postmaster': [250, '2.0.0', 'The message is for the postmaster, but there is no account yet that could receive it.'],
  'bad.gone': [250, '2.0.0', 'The mailbox {address} disappeared while the message was coming in.'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ReasonCode = keyof typeof table;
export const reasonCodes = Object.keys(table) as readonly ReasonCode[];

/** A decision that a person can read. */
export interface Reason {
  readonly code: ReasonCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly text: string;
}

/** Builds a reason. Parameters that came from outside are cut, so that nobody fills our log with them. */
export function reason(code: ReasonCode, params: Readonly<Record<string, string | number>> = {}): Reason {
  const text = table[code][2].replaceAll(/\{([a-z]+)\}/g, (_, name: string) => cut(String(params[name] ?? '')));
  return { code, params, text };
}

/** What the peer hears. RFC 5321 §4.2: ASCII; RFC 6531 would allow more, but only to a peer that asked for it. */
export function replyOf(because: Reason): Reply {
  const [code, enhanced] = table[because.code];
  return { code, enhanced, text: toAscii(because.text) };
}

/** What a reply of another server means, as a key for translation and an English sentence. */
export interface Explanation {
  readonly key: string;
  readonly text: string;
}

/**
 * Explains a reply to somebody who does not know SMTP. The enhanced code (RFC 3463) says more than the basic one and goes first.
 *
 * @param enhanced such as '5.1.1', '' if the server gave none
 */
export function describeReply(code: number, enhanced: string): Explanation {
  const detail = enhanced.slice(enhanced.indexOf('.') + 1);
  const known = enhanced === '' ? undefined : byDetail[detail] ?? byDetail[`${detail.split('.')[0] ?? ''}.*`];
  const text = known ?? byCode[code] ?? (code >= 500 ? 'The server refused the message.' : code >= 400 ? 'The server cannot take the message now.' : 'The server took the message.');
  return { key: known === undefined ? `reply.${code}` : `reply.${detail}`, text: code >= 400 && code < 500 ? `${text} It is tried again later.` : text };
}

const byDetail: Readonly<Record<string, string>> = {
  '1.1': 'There is no such mailbox there.', '1.2': 'There is no such domain.', '1.3': 'The address is not written correctly.',
  '1.6': 'The mailbox has moved.', '1.8': 'The sender address does not exist.', '1.10': 'That domain takes no mail at all.', '1.*': 'Something is wrong with an address.',
  '2.1': 'The mailbox is switched off.', '2.2': 'The mailbox is full.', '2.3': 'The message is too large for that mailbox.', '2.*': 'The mailbox cannot take the message.',
  '3.1': 'The disk of the other server is full.', '3.2': 'The other server is not taking messages.', '3.4': 'The message is too large for the other server.', '3.*': 'The other server has a problem.',
  '4.1': 'The other server did not answer.', '4.2': 'The connection broke.', '4.4': 'No way to the other server was found.', '4.6': 'The message goes in circles.', '4.7': 'The message could not be delivered for too long.', '4.*': 'The way to the other server does not work.',
  '5.3': 'The message has too many recipients.', '5.*': 'The servers did not understand each other.',
  '6.*': 'The other server does not take this kind of contents.',
  '7.0': 'The other server asks for a logon.', '7.1': 'The other server does not allow this.', '7.8': 'The user name or the password is wrong.', '7.*': 'The security rules of the other server refused the message.',
};
const byCode: Readonly<Record<number, string>> = {
  421: 'The other server is closing for the moment.', 450: 'The mailbox is busy.', 451: 'The other server has a problem.', 452: 'The other server has no room at the moment.',
  500: 'The servers did not understand each other.', 501: 'The servers did not understand each other.', 530: 'The other server asks for a logon.', 535: 'The user name or the password is wrong.',
  550: 'The mailbox is not there or not reachable.', 551: 'The mailbox is on another server.', 552: 'The message is too large or the mailbox is full.', 553: 'The address is not allowed there.', 554: 'The message was refused.',
};

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

function toAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // Addresses are the only words in our sentences that can hold more than ASCII: their domains have an ASCII spelling.
  return text.split(' ').map((word) => {
    const at = word.lastIndexOf('@');
    return at < 0 || isAscii(word) ? word : `${word.slice(0, at)}@${asciiDomain(word.slice(at + 1))}`;
  }).join(' ').replaceAll(/[^\x20-\x7e]/gu, '?');
}
