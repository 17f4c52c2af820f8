// Sends one message as the answer to RETR or TOP (RFC 1939 §5, §7). Called by connection.ts.
// A message of any size passes through in pieces: the next one is read when the last one has left for the peer.
import { DotStuffer } from '../../protocol/pop3/dot-stuffing.ts';
import { TopCutter } from '../../protocol/pop3/top.ts';
import type { MessageEvent } from '../../protocol/pop3/event.ts';
import type { Maildrop } from './backend.ts';
import type { Output } from './output.ts';

/** `failed`: it cannot be read, and nothing was sent. `broken`: it failed in the middle, and the client must not take it for whole. */
export type MessageOutcome = { readonly kind: 'sent' } | { readonly kind: 'failed' | 'broken'; readonly cause: unknown };

const pieceOctets = 65_536;
/** TOP asks for so much of the start; what has longer headers or lines is read from the beginning again. */
const startOctets = 8192;
const octetsOfLine = 100;
const maxStartOctets = 262_144;

/**
 * @param isGone whether the connection is gone, so that reading on makes no sense
 * @returns at once when the message was at hand and the peer is quick, which is the usual case
 */
export function sendMessage(event: MessageEvent, maildrop: Maildrop, output: Output, isGone: () => boolean): MessageOutcome | Promise<MessageOutcome> {
  if (event.lines !== null) return sendTop(event, event.lines, maildrop, output, isGone);
  let source: ReturnType<Maildrop['read']>;
  try {
    source = maildrop.read(event.index);
  } catch (cause) {
    return { kind: 'failed', cause };
  }
  return isSmall(source) ? sendWhole(event.line, source, output) : sendRead(event.line, source, output, isGone);
}

const isSmall = (source: unknown): source is Buffer => Buffer.isBuffer(source) && source.length <= pieceOctets;

const sent: MessageOutcome = { kind: 'sent' };

function sendWhole(line: string, message: Buffer, output: Output): MessageOutcome {
  const stuffer = new DotStuffer();
  output.addText(`${line}\r\n`);
  output.addBytes(stuffer.push(message));
  output.addText(stuffer.finish());
  return sent;
}

async function sendRead(line: string, source: ReturnType<Maildrop['read']>, output: Output, isGone: () => boolean): Promise<MessageOutcome> {
  try {
    const message = await source;
    return isSmall(message) ? sendWhole(line, message, output) : await sendPieces(line, message, null, output, isGone);
  } catch (cause) {
    return { kind: 'failed', cause };
  }
}

async function sendTop(event: MessageEvent, lines: number, maildrop: Maildrop, output: Output, isGone: () => boolean): Promise<MessageOutcome> {
  try {
    const wish = startOctets + lines * octetsOfLine;
    if (wish <= maxStartOctets) {
      const cutter = new TopCutter(lines);
      const start = cutter.push(await maildrop.readStart(event.index, wish));
      if (cutter.done) return sendWhole(event.line, start, output);
    }
    return await sendPieces(event.line, await maildrop.read(event.index), new TopCutter(lines), output, isGone);
  } catch (cause) {
    return { kind: 'failed', cause };
  }
}

async function sendPieces(
  line: string, source: Buffer | AsyncIterable<Buffer>, cutter: TopCutter | null, output: Output, isGone: () => boolean,
): Promise<MessageOutcome> {
  const stuffer = new DotStuffer();
  let opening = `${line}\r\n`;
  try {
    for await (const piece of pieces(source)) {
      output.addText(opening);
      opening = '';
      output.addBytes(stuffer.push(cutter === null ? piece : cutter.push(piece)));
      if (output.isFull) await output.flush();
      if (isGone() || cutter?.done === true) break;
    }
  } catch (cause) {
    return { kind: opening === '' ? 'broken' : 'failed', cause };
  }
  output.addText(opening + stuffer.finish());
  return sent;
}

/** Pieces of a size that can be sent at a time. Ending the loop early ends the reading. */
async function* pieces(source: Buffer | AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (Buffer.isBuffer(source)) {
    yield* slices(source);
    return;
  }
  for await (const piece of source) yield* slices(piece);
}

function* slices(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += pieceOctets) yield bytes.subarray(at, at + pieceOctets);
}
