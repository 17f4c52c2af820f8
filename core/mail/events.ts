// Events of mail/ as lines for the session logs: which channel, how grave, what a person reads. The Routing log of an accepted
// message says from, to, subject, size and where each recipient went. What peers wrote is quoted and cut. Called by host/.
import type { Channel, ReasonRecord } from '../contract/records.ts';
import { sentence, type Sentence, type Words } from '../contract/sentences.ts';
import type { Destination, MailEvent } from './types.ts';

export interface EventLine {
  readonly channel: Channel;
  readonly level: 'info' | 'warning' | 'error';
  readonly said: Sentence;
}

export function formatEvent(event: MailEvent): readonly EventLine[] {
  switch (event.kind) {
    case 'accepted':
      return [
        routing('info', sentence('say.message', { id: event.id, from: cut(event.from), bytes: event.bytes, subject: quoted(event.subject) })),
        ...event.destinations.map((destination) => routing('info', destinationSaid(destination))),
      ];
    case 'refused':
      return [routing('warning', sentence(`say.refused.${event.stage}`, { from: cut(event.from), to: cut(event.to), peer: event.remoteAddress, reason: because(event.reason) }))];
    case 'attachments-extracted':
      return [routing('info', sentence('say.attachments', { id: event.id, address: event.address, files: event.files.map(quoted).join(', ') }))];
    case 'logged-on':
      return [system('info', sentence('say.logged-on', { address: event.address, peer: event.remoteAddress, server: serverWords(event.server) }))];
    case 'logon-failed':
      return [system('warning', sentence('say.logon-failed', { user: quoted(event.user), peer: event.remoteAddress, server: serverWords(event.server), reason: because(event.reason) }))];
    case 'limit-reached':
      return [system('warning', sentence('say.limit-reached', { who: event.who, peer: event.remoteAddress, reason: because(event.reason) }))];
    case 'address-blocked':
      return [system('warning', sentence('say.address-blocked', { peer: event.remoteAddress, until: new Date(event.until).toISOString(), failures: event.failures }))];
    case 'sent':
      return [routing('info', sentence(event.tls ? 'say.sent.tls' : 'say.sent', { id: event.id, to: list(event.recipients), host: cut(event.host), address: event.address, reply: quoted(event.reply) }))];
    case 'deferred':
      return event.recipients.map(({ address, reason }) => routing('warning', sentence('say.deferred', { id: event.id, to: cut(address), reason: because(reason), said: saidBy(reason), next: new Date(event.nextTryAt).toISOString() })));
    case 'failed':
      return event.recipients.map(({ address, reason }) => routing('warning', sentence(event.reported ? 'say.failed.reported' : 'say.failed', { id: event.id, to: cut(address), reason: because(reason), said: saidBy(reason) })));
    case 'reported':
      return [routing('info', sentence(`say.reported.${event.about}`, { id: event.id, to: cut(event.to), report: event.reportId }))];
    case 'line':
      return [system(event.up ? 'info' : 'warning', event.up ? sentence('say.line.up') : sentence('say.line.down', { cause: cut(event.cause) }))];
    case 'queue-action':
      return [routing('info', sentence(`say.queue.${event.action}`, { id: event.id, to: list(event.recipients), who: cut(event.who) }))];
    case 'problem': {
      const { id, what } = event;
      const cause = causeText(event.cause);
      return [system('error', id === null ? sentence('say.problem', { what, cause }) : sentence('say.problem.message', { what, id, cause }))];
    }
  }
}

function destinationSaid({ recipient, kind, address, reason }: Destination): Sentence {
  switch (kind) {
    case 'local':
      if (address.toLowerCase() === recipient.toLowerCase()) return sentence('say.message.delivered', { recipient });
      return reason === null ? sentence('say.message.delivered-to', { recipient, address }) : sentence('say.message.delivered-because', { recipient, address, reason: because(reason) });
    case 'archive': return sentence('say.message.archive', { address });
    case 'remote': return sentence('say.message.remote', { address });
    case 'bad': return reason === null ? sentence('say.message.bad', { address }) : sentence('say.message.bad-because', { address, reason: because(reason) });
  }
}

function because({ code, params, text }: ReasonRecord): Words {
  return { key: code.startsWith('reply.') ? `${code}.means` : `reason.${code}`, params, text };
}

/** The other server's own words, if it is its reply. */
function saidBy({ code, params }: ReasonRecord): string {
  return code.startsWith('reply.') ? quoted([params['code'], params['enhanced'], params['said']].filter((word) => word !== undefined && word !== '').join(' ')) : '';
}

/** `pop3s` in the files; a console has a name for it. */
function serverWords(server: string): Words {
  return { key: `server.${server}`, params: {}, text: server };
}

function routing(level: EventLine['level'], said: Sentence): EventLine {
  return { channel: 'routing', level, said };
}

function system(level: EventLine['level'], said: Sentence): EventLine {
  return { channel: 'system', level, said };
}

function quoted(text: string): string {
  return JSON.stringify(cut(text));
}

/** A message to thousands makes one line, not a page. */
function list(addresses: readonly string[]): string {
  return addresses.length <= 10 ? addresses.map(cut).join(', ') : `${addresses.slice(0, 10).map(cut).join(', ')} (${addresses.length})`;
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '';
}
