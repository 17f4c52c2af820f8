// Every transcript, fed whole, cut at every byte, and byte by byte: the answers never depend on how the bytes arrived.
import { expect, test } from 'vitest';
import { InstantDriver } from './instant-driver.ts';
import { readTranscripts, type Transcript } from './transcript.ts';

/** What the server says when each part arrives in these chunks. */
function answersTo(transcript: Transcript, chunksOf: (part: Buffer) => Buffer[]) {
  const driver = new InstantDriver(transcript.conditions);
  for (const [index, part] of transcript.parts.entries()) {
    if (index > 0) driver.startTls();
    for (const chunk of chunksOf(part)) driver.send(chunk);
  }
  if (transcript.clientCloses) driver.sendEnd();
  return { said: driver.said, closed: driver.closed !== null };
}

const transcripts = readTranscripts();

test('there are transcripts', () => {
  expect(transcripts.length).toBeGreaterThan(20);
});

test.each(transcripts.map((transcript) => [transcript.name, transcript] as const))('%s', (_, transcript) => {
  const expected = { said: transcript.answers, closed: transcript.closed };
  expect(answersTo(transcript, (part) => [part])).toEqual(expected);
  expect(answersTo(transcript, (part) => [...part].map((byte) => Buffer.of(byte)))).toEqual(expected);
  const longest = Math.max(...transcript.parts.map((part) => part.length));
  for (let cut = 1; cut < longest; cut += 1) {
    expect(answersTo(transcript, (part) => [part.subarray(0, cut), part.subarray(cut)]), `cut at ${cut}`).toEqual(expected);
  }
});
