// What the commands after the logon mean (RFC 1939 §5 and §7). Called by server-session.ts in the TRANSACTION state.
import type { MaildropCommand } from './command.ts';
import { refusal, reply, type Pop3Event } from './event.ts';
import type { ListedMessage, Listing } from './listing.ts';

export function answerTransaction(command: MaildropCommand, listing: Listing, heard: string): Pop3Event {
  switch (command.verb) {
    case 'STAT':
      return reply(heard, `+OK ${listing.count} ${listing.octets}`);
    case 'NOOP':
      return reply(heard, '+OK');
    case 'RSET':
      listing.unmarkAll();
      return reply(heard, `+OK ${inAll(listing)}`);
    case 'LIST':
      if (command.message === null) return reply(heard, `+OK ${inAll(listing)}`, listing.lines('octets'));
      return withMessage(command.message, listing, heard, ({ octets }, number) => reply(heard, `+OK ${number} ${octets}`));
    case 'UIDL':
      if (command.message === null) return reply(heard, '+OK', listing.lines('uidl'));
      return withMessage(command.message, listing, heard, ({ uidl }, number) => reply(heard, `+OK ${number} ${uidl}`));
    case 'RETR':
      return withMessage(command.message, listing, heard, ({ octets }, number) => ({ kind: 'message', heard, line: `+OK ${octets} octets`, index: number - 1, lines: null }));
    case 'TOP':
      return withMessage(command.message, listing, heard, (_, number) => ({ kind: 'message', heard, line: '+OK', index: number - 1, lines: command.lines }));
    case 'DELE':
      return withMessage(command.message, listing, heard, (_, number) => {
        listing.markDeleted(number);
        return reply(heard, `+OK Message ${number} will be deleted at QUIT`);
      });
    default:
      return command satisfies never;
  }
}

/** RFC 1939 §5: a message that does not exist, or is marked as deleted, is answered with -ERR. */
function withMessage(number: number, listing: Listing, heard: string, answer: (message: ListedMessage, number: number) => Pop3Event): Pop3Event {
  const message = listing.find(number);
  return message === null ? reply(heard, refusal('There is no such message')) : answer(message, number);
}

/** As in the examples of RFC 1939 §5. */
export function inAll(listing: Listing): string {
  return `${listing.count} ${listing.count === 1 ? 'message' : 'messages'} (${listing.octets} octets)`;
}
