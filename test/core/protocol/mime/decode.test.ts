// Transfer encodings and quoted-printable of our own, against the standard's rules and Python's decoder.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTransfer } from '../../../../core/protocol/mime/decode.ts';
import { quotedPrintable } from '../../../../core/protocol/mime/quoted-printable.ts';

const decode = (text: string, encoding: string): string => Buffer.concat([...decodeTransfer(Buffer.from(text, 'latin1'), encoding)!]).toString('latin1');

test.each([
  ['aGFsbw==', 'halo'], ['aGFs\r\nbw==\r\n', 'halo'], ['aGFsbw', 'halo'], ['', ''], ['!a G-F s_b?w==', 'halo'], ['aGFsbw==aGFsbw==', 'halohalo'], ['====', ''], ['aGFsbwo=Zg==', 'halo\nf'], ['YQ', 'a'], ['Y', ''],
])('base64 %j is %j', (text, expected) => {
  expect(decode(text, 'base64')).toBe(expected);
});

test.each([
  ['a=3Db', 'a=b'], ['a=3db', 'a=b'], ['a=\r\nb', 'ab'], ['a= \t\r\nb', 'ab'], ['a  \r\nb', 'a\r\nb'], ['a b\tc', 'a b\tc'], ['a  b', 'a  b'], ['a=zz', 'a=zz'], ['a=', 'a'], ['a=4', 'a=4'], ['=E9=\n=FF', '\xe9\xff'], ['a ', 'a'], ['a=20\r\n', 'a \r\n'], ['==3D', '=='], ['', ''],
])('quoted-printable %j is %j', (text, expected) => {
  expect(decode(text, 'quoted-printable')).toBe(expected);
});

test('other encodings: none, and unknown', () => {
  expect([decode('a=3D', ''), decode('a', '8bit'), decode('a', 'binary'), decodeTransfer(Buffer.from('a'), 'x-uuencode')]).toEqual(['a=3D', 'a', 'a', null]);
});

test('pieces join without a seam', () => {
  const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, index) => (index * 31) % 256));
  const base64 = bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  expect(Buffer.concat([...decodeTransfer(Buffer.from(base64), 'base64')!]).equals(bytes)).toBe(true);
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} =C3=A9`);
  expect(decode(lines.join('\r\n'), 'quoted-printable')).toBe(lines.join('\r\n').replaceAll('=C3=A9', '\xc3\xa9'));
});

test('what we write as quoted-printable another program reads as it was', () => {
  const texts = fc.sample(fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '=', 'é', '😀', '.', 'xxxxxxxxxxxxxxxxxxxxxxxxxx'), maxLength: 60 }), { maxLength: 5 }), 200).map((lines) => lines.join('\r\n'));
  const encoded = texts.map(quotedPrintable);
  for (const text of encoded) for (const line of text.split('\r\n')) expect(line).toMatch(/^[\t\x20-\x7e]{0,76}(?<![ \t])$/);
  const read = execFileSync('python3', ['-c', 'import sys, json, quopri\nprint(json.dumps([quopri.decodestring(t.encode("ascii")).decode("utf-8") for t in json.load(sys.stdin)]))'], { input: JSON.stringify(encoded) });
  expect(JSON.parse(read.toString())).toEqual(texts);
  for (const [index, text] of encoded.entries()) expect(Buffer.from(decode(text, 'quoted-printable'), 'latin1').toString()).toBe(texts[index]);
});

test('a hostile body takes time in proportion to its length', () => {
  for (const text of [' '.repeat(3_000_000) + 'x', '= '.repeat(1_500_000), '='.repeat(3_000_000), '\t '.repeat(1_000_000)]) expect(decode(text, 'quoted-printable').length).toBeLessThanOrEqual(text.length);
});
