// The commands of an envelope, by what the server has offered; and what cannot be said to this server, refused before anything is
// sent. Every address goes through the one parser: what is no address, or has a line end in it, gets nowhere. Used by session.ts.
import { formatMailbox, parseMailbox } from '../../protocol/address.ts';
import { asciiDomain, isAscii } from '../../protocol/domain-name.ts';
import type { OutgoingMessage, Reply } from './types.ts';

export interface Offers {
  readonly pipelining: boolean;
  readonly size: boolean;
  readonly dsn: boolean;
  readonly eightBit: boolean;
  readonly smtpUtf8: boolean;
}
/** A command, or why there is none. */
export type Said = { readonly kind: 'command'; readonly line: string } | { readonly kind: 'refused'; readonly reply: Reply };
export interface Envelope {
  readonly mail: Said;
  readonly recipients: readonly Said[];
}

/** RFC 3461 §4: xtext = *( xchar / "+" 2HEXDIG ). Small letters are forgiven: it is passed on as it came. */
const xtext = /^(?:[!-*,-<>-~]|\+[0-9A-Fa-f]{2})+$/;
/** RFC 6533 §3 lets `utf-8;` addresses have more, and letters beyond ASCII where SMTPUTF8 is spoken. */
const visible = /^[^\x00-\x20\x7f-\x9f=]+$/;
const notifyValue = /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2})$/i;

export function envelopeOf(message: OutgoingMessage, offers: Offers): Envelope {
  const recipients = message.recipients.map((recipient) => recipientSaid(recipient, offers));
  return { mail: mailSaid(message, offers, recipients.some((said) => said.kind === 'command' && !isAscii(said.line))), recipients };
}

function mailSaid(message: OutgoingMessage, offers: Offers, utf8Recipient: boolean): Said {
  const sender = message.reversePath === '' ? { text: '', utf8: false } : wireAddress(message.reversePath);
  if (sender === null) return refused(553, '5.1.7', 'The sender is not a mail address that can be sent.');
  if (sender.utf8 && !offers.smtpUtf8) return refused(550, '5.6.7', 'This server takes no sender with letters beyond ASCII in front of the @ (SMTPUTF8).');
  let line = `MAIL FROM:<${sender.text}>`;
  if (offers.size && message.octets > 0) line += ` SIZE=${message.octets}`;
  if (offers.eightBit && message.eightBit) line += ' BODY=8BITMIME';
  if (offers.smtpUtf8 && (message.smtpUtf8 || sender.utf8 || utf8Recipient)) line += ' SMTPUTF8';
  if (!offers.dsn) return { kind: 'command', line };
  const { ret, envid } = message;
  if (ret !== null && !/^(?:FULL|HDRS)$/i.test(ret)) return refused(501, '5.5.4', 'RET is neither FULL nor HDRS.');
  if (envid !== null && !xtext.test(envid)) return refused(501, '5.5.4', 'ENVID is not written as RFC 3461 wants it.');
  if (ret !== null) line += ` RET=${ret}`;
  if (envid !== null) line += ` ENVID=${envid}`;
  return { kind: 'command', line };
}

function recipientSaid({ address, notify, orcpt }: OutgoingMessage['recipients'][number], offers: Offers): Said {
  const recipient = wireAddress(address);
  if (recipient === null) return refused(553, '5.1.3', 'The recipient is not a mail address that can be sent.');
  if (recipient.utf8 && !offers.smtpUtf8) return refused(553, '5.6.7', 'This server takes no address with letters beyond ASCII in front of the @ (SMTPUTF8).');
  let line = `RCPT TO:<${recipient.text}>`;
  if (!offers.dsn) return { kind: 'command', line };
  if (notify !== null && !notifyValue.test(notify)) return refused(501, '5.5.4', 'NOTIFY is not written as RFC 3461 wants it.');
  if (orcpt !== null && !isOriginalRecipient(orcpt)) return refused(501, '5.5.4', 'ORCPT is not written as RFC 3461 wants it.');
  if (notify !== null) line += ` NOTIFY=${notify}`;
  if (orcpt !== null && (offers.smtpUtf8 || isAscii(orcpt))) line += ` ORCPT=${orcpt}`;
  return { kind: 'command', line };
}

/** original-recipient-address = atom ";" xtext             RFC 3461 §4.2 */
function isOriginalRecipient(text: string): boolean {
  const cut = text.indexOf(';');
  return cut > 0 && /^[A-Za-z0-9-]+$/.test(text.slice(0, cut)) && (/^utf-8;/i.test(text) ? visible : xtext).test(text.slice(cut + 1));
}

/** The domain in A-labels: then only the local part can ask for SMTPUTF8. */
function wireAddress(text: string): { readonly text: string; readonly utf8: boolean } | null {
  const mailbox = parseMailbox(text);
  if (mailbox === null) return null;
  const written = formatMailbox({ local: mailbox.local, domain: asciiDomain(mailbox.domain) });
  return { text: written, utf8: !isAscii(written) };
}

function refused(code: number, enhanced: string, text: string): Said {
  return { kind: 'refused', reply: { code, enhanced, text } };
}
