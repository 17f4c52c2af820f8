// The part of a report that programs read: RFC 3464 §2, and its form for addresses beyond ASCII, RFC 6533 §3. Called by report.ts.
import { asciiDomain, isAscii } from '../domain-name.ts';
import { formatMailDate } from '../mail-date.ts';
import { foldField, oneLine } from '../mime/compose.ts';
import { decodeXtext, encodeUtf8Address, parseOriginalRecipient, type TypedAddress } from './original-recipient.ts';

export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed';

export interface MessageStatus {
  /** Name of this server. */
  readonly reportingMta: string;
  /** As it came with MAIL; null: none. */
  readonly envid: string | null;
  readonly arrivedAt: number;
}
export interface RecipientStatus {
  readonly address: string;
  /** ORCPT as it came with RCPT; null: none. */
  readonly orcpt: string | null;
  readonly action: Action;
  /** RFC 3463, such as 5.1.1. */
  readonly status: string;
  /** The server that said so; '' if none did. */
  readonly remoteMta: string;
  readonly diagnostic: { readonly type: string; readonly text: string } | null;
  readonly lastTriedAt: number | null;
  readonly willRetryUntil: number | null;
}

/** @param utf8 letters beyond ASCII may stand in it (message/global-delivery-status). Lines ended by CRLF */
export function deliveryStatus(message: MessageStatus, recipients: readonly RecipientStatus[], utf8: boolean): string {
  const envid = message.envid === null ? null : decodeXtext(message.envid);
  const first = [
    ...(envid === null || envid.trim() === '' ? [] : [foldField('Original-Envelope-Id', envid)]),
    `Reporting-MTA: ${mtaName(message.reportingMta)}`,
    `Arrival-Date: ${formatMailDate(message.arrivedAt)}`,
  ];
  return [first, ...recipients.map((recipient) => recipientFields(recipient, utf8))].map((fields) => `${fields.join('\r\n')}\r\n`).join('\r\n');
}

function recipientFields(recipient: RecipientStatus, utf8: boolean): readonly string[] {
  const { orcpt, address, action, status, remoteMta, diagnostic, lastTriedAt, willRetryUntil } = recipient;
  const original = orcpt === null ? null : parseOriginalRecipient(orcpt);
  return [
    ...(original === null ? [] : [`Original-Recipient: ${typedAddress(original, utf8)}`]),
    `Final-Recipient: ${typedAddress(finalAddress(address), utf8)}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(remoteMta === '' ? [] : [`Remote-MTA: ${mtaName(remoteMta)}`]),
    ...(diagnostic === null ? [] : [foldField('Diagnostic-Code', `${diagnostic.type}; ${toAscii(oneLine(diagnostic.text))}`)]),
    ...(lastTriedAt === null ? [] : [`Last-Attempt-Date: ${formatMailDate(lastTriedAt)}`]),
    ...(willRetryUntil === null ? [] : [`Will-Retry-Until: ${formatMailDate(willRetryUntil)}`]),
  ];
}

/** Only a local part can need more than ASCII: a domain has its A-labels. */
function finalAddress(address: string): TypedAddress {
  const line = oneLine(address);
  const at = line.lastIndexOf('@');
  const local = line.slice(0, at);
  return isAscii(local) ? { type: 'rfc822', address: `${local}@${asciiDomain(line.slice(at + 1))}` } : { type: 'utf-8', address: line };
}

function typedAddress({ type, address }: TypedAddress, utf8: boolean): string {
  return `${type}; ${type === 'utf-8' && !utf8 ? encodeUtf8Address(address) : address}`;
}

/** RFC 3464 §2.1.2: `dns`, then a name; an address goes in brackets. */
function mtaName(host: string): string {
  const name = asciiDomain(oneLine(host));
  return `dns; ${name.includes(':') && !name.startsWith('[') ? `[IPv6:${name}]` : toAscii(name)}`;
}

function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?');
}
