// Plays the bytes of a client against a running server, cut where the caller says, and tells what came of it.
import { connectTo, recordOf, type Running } from './harness.ts';

export interface Played {
  readonly replies: string;
  readonly messages: readonly { readonly envelope: string; readonly content: string }[];
}

/** One connection; the next part goes when the server has read the last one; then the client ends its side. */
export async function play(running: Running, bytes: Buffer, cuts: readonly number[]): Promise<Played> {
  const client = await connectTo(running, { greeting: false });
  await client.until((heard) => heard.includes('\r\n'));
  const record = recordOf(running, client);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    if (client.isOver) break;
    client.send(bytes.subarray(from, to));
    from = to;
    await Promise.race([record.hasRead(to), client.rest()]);
  }
  client.socket.end();
  const heard = await client.rest();
  await record.ended;
  client.socket.destroy();
  return {
    replies: Buffer.from(heard, 'latin1').toString().replace(/\r\n/g, '\n').trimEnd(),
    messages: running.backend.messages.filter(({ session }) => session.sessionId === record.id)
      .map(({ from: sender, to, content }) => ({ envelope: `${sender} > ${to.join(', ')}`, content: content.toString('latin1') })),
  };
}
