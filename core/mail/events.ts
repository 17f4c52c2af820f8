// Events of mail/ as lines for the session logs: which channel, how grave, what a person reads. The Routing log of an accepted
// message says from, to, subject, size and where each recipient went. What peers wrote is quoted and cut. Called by host/.
import type { Channel } from '../contract/records.ts';
import type { Destination, MailEvent } from './types.ts';

export interface EventLine {
  readonly channel: Channel;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export function formatEvent(event: MailEvent): readonly EventLine[] {
  switch (event.kind) {
    case 'accepted':
      return [
        routing('info', `Message ${event.id} from ${pathText(event.from)}, ${grouped(event.bytes)} bytes, subject ${quoted(event.subject)}`),
        ...event.destinations.map((destination) => routing('info', `  ${destinationText(destination)}`)),
      ];
    case 'refused':
      return [routing('warning', `Refused ${refusedWhat(event)}: ${event.reason.text}`)];
    case 'attachments-extracted':
      return [routing('info', `Message ${event.id}: attachments saved for ${event.address}: ${event.files.map(quoted).join(', ')}`)];
    case 'logged-on':
      return [system('info', `${event.address} logged on from ${event.remoteAddress} (${event.server})`)];
    case 'logon-failed':
      return [system('warning', `Failed logon as ${quoted(event.user)} from ${event.remoteAddress} (${event.server}): ${event.reason.text}`)];
    case 'address-blocked':
      return [system('warning', `${event.remoteAddress} is blocked until ${new Date(event.until).toISOString()} after ${event.failures} failed logons`)];
    case 'problem':
      return [system('error', `${event.what}${event.id === null ? '' : ` (message ${event.id})`} ${causeText(event.cause)}`.trimEnd())];
  }
}

function destinationText({ recipient, kind, address, reason }: Destination): string {
  switch (kind) {
    case 'local': return address.toLowerCase() === recipient.toLowerCase() ? `${recipient}: delivered` : `${recipient}: delivered to ${address}${reason === null ? '' : `. ${reason.text}`}`;
    case 'archive': return `${address}: archive copy`;
    case 'remote': return `${address}: remote queue`;
    case 'bad': return `${address}: bad queue. ${reason?.text ?? ''}`.trimEnd();
  }
}

function refusedWhat(event: Extract<MailEvent, { kind: 'refused' }>): string {
  switch (event.stage) {
    case 'sender': return `sender ${pathText(event.from)} at ${event.remoteAddress}`;
    case 'recipient': return `${pathText(event.to)} from ${pathText(event.from)} at ${event.remoteAddress}`;
    case 'message': return `message from ${pathText(event.from)} at ${event.remoteAddress}`;
  }
}

function routing(level: EventLine['level'], text: string): EventLine {
  return { channel: 'routing', level, text };
}

function system(level: EventLine['level'], text: string): EventLine {
  return { channel: 'system', level, text };
}

function pathText(address: string): string {
  return `<${cut(address)}>`;
}

function quoted(text: string): string {
  return JSON.stringify(cut(text));
}

/** 4096 as 4,096. Intl takes longer for it than everything else here together. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '';
}
