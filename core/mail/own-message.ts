// Messages that this server itself writes: the fields that all of them begin with, and a plain one as a whole.
// Called by welcome.ts, limit-notice.ts and reports/.
import { asciiDomain } from '../protocol/domain-name.ts';
import { formatMailDate } from '../protocol/mail-date.ts';
import { addressField, textField, textPart } from '../protocol/mime/compose.ts';

export interface OwnHeader {
  readonly fromName: string;
  /** The postmaster of this domain is the sender: an answer reaches somebody. */
  readonly domain: string;
  readonly toName: string;
  readonly toAddress: string;
  readonly subject: string;
  readonly hostName: string;
  /** The id of its file. */
  readonly id: string;
  readonly at: number;
  /** RFC 3834 §5: `auto-replied` answers a message, `auto-generated` comes by itself. */
  readonly submitted: 'auto-generated' | 'auto-replied';
}

/** Header fields without CRLF; Return-Path and MIME fields are not among them. */
export function ownFields(header: OwnHeader): readonly string[] {
  const { fromName, domain, toName, toAddress, subject, hostName, id, at, submitted } = header;
  return [
    `Date: ${formatMailDate(at)}`,
    addressField('From', fromName, `postmaster@${domain}`),
    addressField('To', toName, toAddress),
    textField('Subject', subject),
    `Message-ID: <${id}@${asciiDomain(hostName)}>`,
    `Auto-Submitted: ${submitted}`,
    'MIME-Version: 1.0',
  ];
}

/** A complete plain message for a mailbox here. @param text lines ended by CRLF */
export function ownMessage(header: OwnHeader, text: string): Buffer {
  const part = textPart(text);
  return Buffer.from(`${['Return-Path: <>', ...ownFields(header), ...part.fields].join('\r\n')}\r\n\r\n${part.body}`);
}
