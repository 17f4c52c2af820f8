// ORCPT and ENVID read back: RFC 3461 §4, RFC 6533 §3. Nothing that could break a line gets through.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeXtext, encodeUtf8Address, parseOriginalRecipient } from '../../../../core/protocol/dsn/original-recipient.ts';

test.each([
  ['QQ314159', 'QQ314159'], ['a+2Bb+3Dc', 'a+b=c'], ['a+20b', 'a b'], ['', ''],
  ['a+2', null], ['a+2b', null], ['a=b', null], ['a b', null], ['a+0D+0ABcc:x', null], ['a+80', null], ['a+00', null],
])('xtext %j is %j', (text, expected) => {
  expect(decodeXtext(text)).toBe(expected);
});

test.each([
  ['rfc822;Bob+2Bx@far.example', { type: 'rfc822', address: 'Bob+x@far.example' }],
  ['RFC822;b@far.example', { type: 'rfc822', address: 'b@far.example' }],
  ['utf-8;\\x{5927}@far.example', { type: 'utf-8', address: '大@far.example' }],
  ['utf-8;大+x@far.example', { type: 'utf-8', address: '大+x@far.example' }],
  ['x400;/C+3Did/', { type: 'x400', address: '/C=id/' }],
  ['utf-8;\\x{0A}Bcc', null], ['utf-8;\\x{D800}', null], ['rfc822;', null], [';x', null], ['rfc822', null], ['rf c;x', null], ['rfc822;a+0D+0Ab', null], ['rfc822;+20', null],
])('ORCPT %j', (text, expected) => {
  expect(parseOriginalRecipient(text)).toEqual(expected);
});

test('an address written in ASCII is read back the same; whatever comes, no line is broken', () => {
  expect(encodeUtf8Address('jörg+x=\\@大.example')).toBe('j\\x{F6}rg\\x{2B}x\\x{3D}\\x{5C}@\\x{5927}.example');
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\p{Cc}\u2028\u2029\ufffd]/u.test(text) && text.trim() !== '' && text.length < 50), (text) => {
    expect(parseOriginalRecipient(`utf-8;${encodeUtf8Address(text)}`)).toEqual({ type: 'utf-8', address: text });
  }));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(parseOriginalRecipient(`utf-8;${text}`)?.address ?? '').not.toMatch(/[\r\n\0\u2028]/);
    expect(parseOriginalRecipient(`rfc822;${text}`)?.address ?? '').toMatch(/^[\x20-\x7e]*$/);
  }));
});
