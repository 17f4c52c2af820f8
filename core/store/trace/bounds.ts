// Notes cut to lengths that cannot hurt: what peers and senders wrote stands in them, and thousands of them wait in memory.
import type { TraceEvent } from '../../contract/records.ts';
import type { TraceNote } from '../store.ts';

const idLength = 64;
const addressLength = 320;
const textLength = 1000;
const subjectLength = 300;
const mostRecipients = 500;
const mostFacts = 24;

/** The note itself if nothing had to be cut. */
export function bounded(note: TraceNote): TraceNote {
  const { messageId, event, message } = note;
  if (isShort(note)) return note;
  return {
    ...note, messageId: cut(messageId, idLength), event: boundedEvent(event),
    ...(message === undefined ? {} : {
      message: {
        from: cut(message.from, addressLength), to: message.to.slice(0, mostRecipients).map((address) => cut(address, addressLength)),
        subject: cut(message.subject, subjectLength), bytes: message.bytes, peer: cut(message.peer, addressLength),
      },
    }),
  };
}

function boundedEvent(event: TraceEvent): TraceEvent {
  const facts = Object.entries(event.facts).slice(0, mostFacts).map(([name, value]) => [cut(name, idLength), typeof value === 'string' ? cut(value, textLength) : value] as const);
  return { ...event, kind: cut(event.kind, idLength), recipient: cut(event.recipient, addressLength), facts: Object.fromEntries(facts), text: cut(event.text, textLength) };
}

function isShort({ messageId, event, message }: TraceNote): boolean {
  if (messageId.length > idLength || event.kind.length > idLength || event.recipient.length > addressLength || event.text.length > textLength) return false;
  let facts = 0;
  for (const name in event.facts) {
    const value = event.facts[name];
    facts += 1;
    if (facts > mostFacts || name.length > idLength || (typeof value === 'string' && value.length > textLength)) return false;
  }
  return message === undefined
    || (message.from.length <= addressLength && message.subject.length <= subjectLength && message.peer.length <= addressLength
      && message.to.length <= mostRecipients && message.to.every((address) => address.length <= addressLength));
}

/** Never through the middle of a character outside the basic plane: half of one is no text. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 2);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 2 : length - 1)}…`;
}
