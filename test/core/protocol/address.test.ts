// The address parser: tables of what RFC 5321 and RFC 6531 allow and forbid, and properties that hold for every input.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMailbox, formatPath, isPostmaster, mailboxKey, parseMailbox, parsePath, sameMailbox } from '../../../core/protocol/address.ts';

const long = (length: number): string => 'a'.repeat(length);

describe('paths that are read', () => {
  test.each([
    ['<>', null, '', false],
    ['<> SIZE=1', null, ' SIZE=1', false],
    ['<dina@majuterus.lan>', { local: 'dina', domain: 'majuterus.lan' }, '', false],
    ['<Dina.Sari@MajuTerus.LAN> BODY=8BITMIME', { local: 'Dina.Sari', domain: 'majuterus.lan' }, ' BODY=8BITMIME', false],
    ['<a@kantor>', { local: 'a', domain: 'kantor' }, '', false],
    ['<a@pc_1.kantor>', { local: 'a', domain: 'pc_1.kantor' }, '', false],
    ['<Postmaster>', { local: 'Postmaster', domain: '' }, '', false],
    ['<postMASTER> X', { local: 'postMASTER', domain: '' }, ' X', false],
    ['<@relay.example:a@b.example>', { local: 'a', domain: 'b.example' }, '', false],
    ['<@one.example,@two.example:a@b.example>', { local: 'a', domain: 'b.example' }, '', false],
    ['<@[10.0.0.1]:a@b.example>', { local: 'a', domain: 'b.example' }, '', false],
    ['<"a b"@c>', { local: 'a b', domain: 'c' }, '', false],
    ['<"a@b"@c.example>', { local: 'a@b', domain: 'c.example' }, '', false],
    ['<"a>b"@c>', { local: 'a>b', domain: 'c' }, '', false],
    ['<"a\\"\\\\b"@c>', { local: 'a"\\b', domain: 'c' }, '', false],
    ['<"plain"@c>', { local: 'plain', domain: 'c' }, '', false],
    ['<user%far.example@near.example>', { local: 'user%far.example', domain: 'near.example' }, '', false],
    ['<far.example!user@near.example>', { local: 'far.example!user', domain: 'near.example' }, '', false],
    ["<!#$%&'*+-/=?^_`{|}~@c>", { local: "!#$%&'*+-/=?^_`{|}~", domain: 'c' }, '', false],
    ['<a@[192.168.0.1]>', { local: 'a', domain: '[192.168.0.1]' }, '', false],
    ['<a@[IPV6:FE80:0::1]>', { local: 'a', domain: '[IPv6:fe80::1]' }, '', false],
    ['<a@[IPv6:::ffff:10.0.0.1]>', { local: 'a', domain: '[IPv6:::ffff:10.0.0.1]' }, '', false],
    ['<a@xn--mnchen-3ya.de>', { local: 'a', domain: 'münchen.de' }, '', false],
    ['<jörg@MÜNCHEN.de> SMTPUTF8', { local: 'jörg', domain: 'münchen.de' }, ' SMTPUTF8', true],
    ['<用户@例え.jp>', { local: '用户', domain: '例え.jp' }, '', true],
    [`<${long(200)}@c>`, { local: long(200), domain: 'c' }, '', false],
  ])('%s', (text, mailbox, rest, utf8) => {
    expect(parsePath(text)).toEqual({ kind: 'ok', mailbox, rest, utf8 });
  });
});

describe('paths that are refused', () => {
  test.each([
    ['', 'not-a-path'], ['a@b', 'not-a-path'], [' <a@b>', 'not-a-path'], ['<a@b', 'domain'], ['<', 'local-part'],
    ['<a>', 'domain-missing'], ['<a', 'local-part'], ['<@b>', 'source-route'], ['<a@>', 'domain'], ['<a@@b>', 'domain'],
    ['<.a@b>', 'local-part'], ['<a.@b>', 'local-part'], ['<a..b@c>', 'local-part'], ['<a b@c>', 'local-part'],
    ['<a,b@c>', 'local-part'], ['<a@b,c@d>', 'domain'], ['<a@b@c>', 'domain'], ['<a@b >', 'domain'], ['<a@b.>', 'domain'],
    ['<a@.b>', 'domain'], ['<a@b..c>', 'domain'], ['<a@-b>', 'domain'], ['<a@b->', 'domain'], ['<a@b/c>', 'domain'],
    ['<a@127.0.0.1>', 'domain'], ['<a@[127.0.0.1>', 'domain'], ['<a@[127.0.0.256]>', 'domain'], ['<a@[127.1]>', 'domain'],
    ['<a@[010.0.0.1]>', 'domain'], ['<a@[fe80::1]>', 'domain'], ['<a@[IPv6:1::2::3]>', 'domain'], ['<a@[IPv6:127.0.0.1]>', 'domain'],
    ['<a@[x:y]>', 'domain'], ['<a@[]>', 'domain'], ['<a@[127.0.0.1].example>', 'domain'],
    ['<""@b>', 'local-part'], ['<"a@b>', 'local-part'], ['<"a"b@c>', 'local-part'], ['<"a\r\n"@b>', 'local-part'], ['<"a\tb"@c>', 'local-part'],
    ['<"a\\', 'local-part'], ['<"a\0"@c>', 'local-part'], ['<a\0@c>', 'local-part'], ['<a@b\0>', 'domain'], ['<a@b\r\n>', 'domain'],
    ['<@a:b>', 'domain-missing'], ['<@a,b@c>', 'source-route'], ['<@a,@b@c>', 'source-route'], ['<@a@b:c@d>', 'source-route'],
    ['<a@１２７.0.0.1>', 'domain'], ['<a@１２７>', 'domain'], ['<a@b。c>', 'domain'], ['<a@℀>', 'domain'],
    ['<a\u0085@b>', 'character'], ['<a\u2028@b>', 'character'], ['<a\u202e@b>', 'character'], ['<a\ufffd@b>', 'character'], ['<a\ud800@b>', 'character'],
    [`<${long(256)}@c>`, 'too-long'], [`<a@${long(64)}>`, 'domain'], [`<a@${`${long(63)}.`.repeat(4)}a>`, 'domain'], [`<${long(3000)}`, 'too-long'],
  ])('%j is %s', (text, problem) => {
    expect(parsePath(text)).toEqual({ kind: 'bad', problem });
  });
});

test('a whole text is one address or none', () => {
  expect(parseMailbox('dina@kantor')).toEqual({ local: 'dina', domain: 'kantor' });
  expect(parseMailbox('postmaster')).toEqual({ local: 'postmaster', domain: '' });
  for (const text of ['', 'dina', 'dina@kantor ', '<dina@kantor>', 'dina@kantor,sari@kantor', 'dina@kantor>', '@kantor']) expect(parseMailbox(text)).toBeNull();
});

test('the key is the same for every spelling of an address', () => {
  const same = ['Dina@MÜNCHEN.de', '"dina"@xn--mnchen-3ya.DE', '"d\\ina"@münchen.de'].map((text) => parseMailbox(text)!);
  expect(same.map(mailboxKey)).toEqual(['dina@münchen.de', 'dina@münchen.de', 'dina@münchen.de']);
  expect(sameMailbox(same[0]!, same[1]!)).toBe(true);
  expect(mailboxKey({ local: 'jo\u0308rg', domain: 'a' })).toBe('j\u00f6rg@a');
  expect(sameMailbox({ local: 'a', domain: 'b' }, { local: 'a', domain: 'c' })).toBe(false);
});

test('postmaster is known in any case', () => {
  expect(isPostmaster({ local: 'PostMaster', domain: 'x' })).toBe(true);
  expect(isPostmaster({ local: 'post.master', domain: 'x' })).toBe(false);
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('<', '>', '@', ':', ',', '"', '\\', '.', '[', ']', 'a', 'B', '1', ' ', '%', '!', 'ü', 'xn--', '-', '\r', '\n', '\0', 'IPv6:', '127.0.0.1'), maxLength: 24 }),
);

test('whatever is read can be written and read again as the same, and holds no control character', () => {
  fc.assert(fc.property(anything, (text) => {
    const parsed = parsePath(`<${text}>`);
    if (parsed.kind === 'bad' || parsed.mailbox === null) return;
    const again = parsePath(formatPath(parsed.mailbox));
    expect(again).toMatchObject({ kind: 'ok', mailbox: parsed.mailbox, rest: '' });
    expect(formatMailbox(parsed.mailbox)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    expect(parsed.mailbox.domain).not.toMatch(/[@<>\s"\\]/);
    expect(parsed.mailbox.domain).toBe(parsed.mailbox.domain.toLowerCase());
  }), { numRuns: 5000 });
});

test('any local part of printable characters comes back from its quoted form', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 }), (local) => {
    expect(parseMailbox(formatMailbox({ local, domain: 'kantor' }))).toEqual({ local, domain: 'kantor' });
  }), { numRuns: 2000 });
});

test('a hostile path takes time in proportion to its length', () => {
  // Each of these made one or the other regular expression in common use run for minutes.
  for (const text of [`<${'a.'.repeat(900)}`, `<"${'\\"'.repeat(900)}`, `<${'@a,'.repeat(600)}`, `<a@${'a.'.repeat(900)}`, `<a@${'a-'.repeat(900)}`]) {
    expect(parsePath(text).kind).toBe('bad');
  }
});
