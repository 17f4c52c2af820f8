// The bytes that leave: without the Return-Path that stays here, however they come.
import { expect, test } from 'vitest';
import { openContent, returnPathLength } from '../../../../core/mail/outbound/content.ts';

test.each([
  ['Return-Path: <a@b.id>\r\nSubject: x\r\n\r\n', 23],
  ['return-path:\r\n\t<a@b.id>\r\n  (folded)\r\nSubject: x\r\n\r\n', 37],
  ['Return-Path: <>\r\n\r\n', 17],
  ['Subject: x\r\nReturn-Path: <a@b.id>\r\n\r\n', 0],
  ['Return-Pathology: x\r\n\r\n', 0],
  ['Return-Path: never ends', 0],
  ['', 0],
])('%j begins with %i octets of ours', (text, octets) => {
  expect(returnPathLength(Buffer.from(text))).toBe(octets);
});

async function* inPieces(text: string, size: number, closed: () => void): AsyncGenerator<Buffer> {
  try {
    await Promise.resolve();
    for (let from = 0; from < text.length; from += size) yield Buffer.from(text.slice(from, from + size));
  } finally {
    closed();
  }
}

test('every cut of a message gives the same bytes', async () => {
  const text = `Return-Path:\r\n <dina@kantor.lan>\r\nSubject: x\r\n\r\n${'line\r\n'.repeat(2000)}`;
  const expected = text.slice(text.indexOf('Subject'));
  const whole = await openContent(Buffer.from(text), text.length);
  expect([whole.octets, whole.pieces()]).toEqual([expected.length, Buffer.from(expected)]);
  for (const size of [1, 7, 33, 34, 35, 4096, 5000, 100_000]) {
    let closed = 0;
    const content = await openContent(inPieces(text, size, () => { closed += 1; }), text.length);
    const pieces: Buffer[] = [];
    for await (const piece of content.pieces() as AsyncIterable<Buffer>) pieces.push(piece);
    await content.close();
    expect([content.octets, Buffer.concat(pieces).toString() === expected, closed]).toEqual([expected.length, true, 1]);
  }
});

test('what is never read is closed', async () => {
  let closed = 0;
  const text = 'Subject: x\r\n\r\n'.padEnd(20_000, 'y');
  const content = await openContent(inPieces(text, 5000, () => { closed += 1; }), text.length);
  expect([content.octets, closed]).toEqual([20_000, 0]);
  await content.close();
  expect(closed).toBe(1);
});
