// Sends the lines of a multi-line answer (LIST, UIDL, CAPA), made as the peer reads them. Called by connection.ts.
import type { Output } from './output.ts';

/** Null: all of it is in the output already, which is the usual case. */
export function sendBody(pieces: Iterator<string, unknown, unknown>, output: Output, isClosing: () => boolean): Promise<void> | null {
  for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
    output.addText(next.value);
    const room = output.isFull ? output.flush() : null;
    if (room !== null) return sendRest(room, pieces, output, isClosing);
  }
  return null;
}

async function sendRest(room: Promise<void>, pieces: Iterator<string, unknown, unknown>, output: Output, isClosing: () => boolean): Promise<void> {
  await room;
  if (!isClosing()) await sendBody(pieces, output, isClosing);
}
