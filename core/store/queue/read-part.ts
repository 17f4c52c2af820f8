// A part of a message that may be large, without having all of it in memory. Called for what the console shows and saves.

/** From `offset` on, at most `limit` bytes. */
export async function readPart(content: Buffer | Promise<Buffer> | AsyncIterable<Buffer>, offset: number, limit: number): Promise<Buffer> {
  if (!(Symbol.asyncIterator in content)) return (await content).subarray(offset, offset + limit);
  const wanted: Buffer[] = [];
  let at = 0;
  for await (const piece of content) {
    if (at + piece.length > offset) wanted.push(piece.subarray(Math.max(0, offset - at), offset + limit - at));
    at += piece.length;
    if (at >= offset + limit) break;
  }
  return Buffer.concat(wanted);
}
