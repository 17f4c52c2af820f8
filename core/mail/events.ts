// Events of mail/ as lines for the session logs: which channel, how grave, what a person reads. The Routing log of an accepted
// message says from, to, subject, size and where each recipient went. What peers wrote is quoted and cut. Called by host/.
import type { Channel } from '../contract/records.ts';
import { sentence, type Sentence, type Words } from '../contract/sentences.ts';
import type { Reason } from './describe.ts';
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
    case 'address-blocked':
      return [system('warning', sentence('say.address-blocked', { peer: event.remoteAddress, until: new Date(event.until).toISOString(), failures: event.failures }))];
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

function because({ code, params, text }: Reason): Words {
  return { key: `reason.${code}`, params, text };
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

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '';
}
