// A report about a message as its bytes: multipart/report with a text for people, the status for programs, and the message it is
// about. Pure. RFC 6522 (multipart/report), RFC 3464, RFC 6533 (addresses beyond ASCII). Called by core/mail/reports.
import { isAscii } from '../domain-name.ts';
import { textPart } from '../mime/compose.ts';
import { quotedPrintable } from '../mime/quoted-printable.ts';
import { deliveryStatus, type MessageStatus, type RecipientStatus } from './status.ts';

export interface DeliveryReport {
  /** Header fields before those of MIME, without CRLF. */
  readonly fields: readonly string[];
  /** For people; lines ended by CRLF. */
  readonly text: string;
  readonly message: MessageStatus;
  readonly recipients: readonly RecipientStatus[];
  /** The message itself, or its header; CRLF line ends. */
  readonly original: { readonly whole: boolean; readonly bytes: Buffer };
  /** The sender asked for SMTPUTF8, so that he can read letters beyond ASCII in every part. */
  readonly utf8: boolean;
  /** A name that is in none of the parts: newer than the message it is about. */
  readonly boundary: string;
}

export function buildReport(report: DeliveryReport): Buffer {
  const { fields, boundary } = report;
  const text = textPart(report.text);
  const status = statusPart(report);
  const original = originalPart(report);
  const delimiter = `\r\n--${boundary}\r\n`;
  const part = (head: readonly string[], body: string | Buffer): Buffer[] => [Buffer.from(`${delimiter}${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)];
  return Buffer.concat([
    Buffer.from(`${[...fields, `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"`, ...(isSevenBit(original.body) && isAscii(status.body) ? [] : ['Content-Transfer-Encoding: 8bit'])].join('\r\n')}\r\n`),
    ...part([...text.fields, 'Content-Description: Notification'], text.body),
    ...part([...status.fields, 'Content-Description: Delivery report'], status.body),
    ...part([...original.fields, `Content-Description: ${report.original.whole ? 'Message' : 'Header of the message'}`], original.body),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

interface Part {
  readonly fields: readonly string[];
  readonly body: string;
}

function statusPart({ message, recipients, utf8 }: DeliveryReport): Part {
  const global = utf8 && recipients.some(({ address, orcpt }) => !isAscii(address) || orcpt?.toLowerCase().startsWith('utf-8') === true);
  const body = deliveryStatus(message, recipients, global);
  return { fields: global ? ['Content-Type: message/global-delivery-status', 'Content-Transfer-Encoding: 8bit'] : ['Content-Type: message/delivery-status'], body };
}

/** RFC 2046 §5.2.1: message/rfc822 is never encoded; a header may be (RFC 6522 §4). */
function originalPart({ original: { whole, bytes }, utf8 }: DeliveryReport): { readonly fields: readonly string[]; readonly body: Buffer } {
  const sevenBit = isSevenBit(bytes);
  if (whole) return { fields: [`Content-Type: ${utf8 && !sevenBit ? 'message/global' : 'message/rfc822'}`, ...(sevenBit ? [] : ['Content-Transfer-Encoding: 8bit'])], body: bytes };
  if (sevenBit) return { fields: ['Content-Type: text/rfc822-headers'], body: bytes };
  if (utf8) return { fields: ['Content-Type: message/global-headers', 'Content-Transfer-Encoding: 8bit'], body: bytes };
  return { fields: ['Content-Type: text/rfc822-headers', 'Content-Transfer-Encoding: quoted-printable'], body: Buffer.from(quotedPrintable(bytes.toString('utf8'))) };
}

function isSevenBit(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}
