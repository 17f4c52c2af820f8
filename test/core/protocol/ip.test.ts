// Addresses and networks: spellings, mapped IPv4, ranges.
import fc from 'fast-check';
import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { asciiDomain, literalIp, normalDomain } from '../../../core/protocol/domain-name.ts';
import { formatIp, isInNetworks, parseIp, parseNetwork } from '../../../core/protocol/ip.ts';

test.each([
  ['192.168.0.1', '192.168.0.1'], ['::ffff:192.168.0.1', '192.168.0.1'], ['::ffff:c0a8:1', '192.168.0.1'], ['::1', '::1'], ['::', '::'],
  ['fe80::1%eth0', 'fe80::1'], ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'], ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
])('%s is %s', (text, canonical) => {
  const ip = parseIp(text);
  expect(ip && formatIp(ip)).toBe(canonical);
});

test.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', ' 1.2.3.4', '1.2.3.4 ', '0x7f.0.0.1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', ':::', ':1', '1:', 'g::', '12345::', '1.2.3.4::', '::1.2.3.4:5', 'localhost', '2130706433'])('%j is no address', (text) => {
  expect(parseIp(text)).toBeNull();
});

test('says the same as the system about what an address is', () => {
  const piece = fc.constantFrom(':', '::', '.', '0', '1', 'ff', 'ffff', '255', '256', '1.2.3.4', 'g', '00', '12345');
  fc.assert(fc.property(fc.string({ unit: piece, maxLength: 16 }), (text) => {
    expect(parseIp(text) !== null).toBe(isIP(text) !== 0);
  }), { numRuns: 20_000 });
});

test.each([
  ['10.1.2.3', ['10.0.0.0/8'], true], ['11.1.2.3', ['10.0.0.0/8'], false], ['::ffff:10.1.2.3', ['10.0.0.0/8'], true], ['10.1.2.3', ['::ffff:10.0.0.0/104'], true],
  ['10.1.2.3', ['10.1.2.3'], true], ['10.1.2.4', ['10.1.2.3'], false], ['10.1.2.3', ['::/0'], false], ['::1', ['0.0.0.0/0'], false], ['fe80::9%lo', ['fe80::/10'], true],
  ['8.8.8.8', ['0.0.0.0/0'], true], ['10.1.2.3', ['10.0.0.0/33', '10.0.0.0/x', 'kantor', ''], false], ['not an address', ['0.0.0.0/0', '::/0'], false], ['10.9.9.9', ['10.1.2.3/8'], true],
  ['1.2.3.4', [], false],
])('%s in %j: %s', (address, texts, expected) => {
  expect(isInNetworks(address, texts.map(parseNetwork).filter((network) => network !== null))).toBe(expected);
});

test('domain names have one normal form', () => {
  expect(['KANTOR', 'xn--MNCHEN-3ya.De', 'münchen.de', 'a_b.c', 'xn--a'].map(normalDomain)).toEqual(['kantor', 'münchen.de', 'münchen.de', 'a_b.c', 'xn--a']);
  expect(['', '.', 'a.', '-a', 'a b', 'a@b', '1.2.3.4', 'a\u200db'].map(normalDomain)).toEqual([null, null, null, null, null, null, null, null]);
  expect(asciiDomain('münchen.de')).toBe('xn--mnchen-3ya.de');
  expect(asciiDomain('[IPv6:fe80::1]')).toBe('[IPv6:fe80::1]');
  expect(literalIp('[IPv6:::ffff:10.0.0.1]')).toEqual(parseIp('10.0.0.1'));
});
