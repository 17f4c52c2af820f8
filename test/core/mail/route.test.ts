// Where a recipient goes, by table: names, aliases, postmaster, unknown users, and every known way to ask for a relay.
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../core/contract/settings.ts';
import { routeRecipient } from '../../../core/mail/route.ts';
import type { Asker, Route } from '../../../core/mail/route.ts';
import { loggedOn, mailbox, majuTerus, onLan, onThisComputer, outside, policyOf } from './world.ts';

function outcome(route: Route): string {
  if (route.kind === 'refused') return route.reason.code;
  return route.targets.map((target) => (target.kind === 'local' ? `local ${target.account.address}` : `${target.kind} ${target.address}`)).join(', ');
}
function ask(path: string, asker: Asker = outside, changes: Partial<Settings> = {}): string {
  return outcome(routeRecipient(mailbox(path), asker, policyOf(majuTerus, changes)));
}

describe('recipients here', () => {
  test.each([
    ['dina@majuterus.lan', 'local dina@majuterus.lan'],
    ['DINA@MajuTerus.LAN', 'local dina@majuterus.lan'],
    ['"dina"@majuterus.lan', 'local dina@majuterus.lan'],
    ['dina@sales.majuterus.lan', 'local dina@sales.majuterus.lan'],
    ['jörg@münchen.de', 'local jörg@xn--mnchen-3ya.de'],
    ['JÖRG@xn--mnchen-3ya.de', 'local jörg@xn--mnchen-3ya.de'],
    ['info@majuterus.lan', 'local dina@majuterus.lan'],
    ['info@sales.majuterus.lan', 'local sari@majuterus.lan'],
    ['Kurnia@sales.majuterus.lan', 'local sari@majuterus.lan'],
    ['chain@majuterus.lan', 'local dina@majuterus.lan'],
    ['dina@[192.168.0.1]', 'local dina@majuterus.lan'],
    ['dina@[192.168.0.2]', 'local dina@sales.majuterus.lan'],
    ['sari@[127.0.0.1]', 'local sari@majuterus.lan'],
    ['sari@[IPv6:::1]', 'local sari@majuterus.lan'],
    ['sari@[IPv6:::ffff:127.0.0.1]', 'local sari@majuterus.lan'],
    ['off@majuterus.lan', 'mailbox.disabled'],
    ['old@majuterus.lan', 'mailbox.disabled'],
    ['nobody@majuterus.lan', 'mailbox.unknown'],
    ['nobody@[127.0.0.1]', 'mailbox.unknown'],
    ['dina@sub.majuterus.lan', 'relay.denied'],
  ])('%s: %s', (path, expected) => {
    expect(ask(path)).toBe(expected);
  });

  test('the literal of the address that the caller connected to is this server', () => {
    expect(ask('sari@[10.9.8.7]', { ...outside, localAddress: '10.9.8.7' })).toBe('local sari@majuterus.lan');
    expect(ask('sari@[10.9.8.7]')).toBe('relay.denied');
  });
});

describe('postmaster is always deliverable', () => {
  test.each(['Postmaster', 'postmaster@majuterus.lan', 'POSTMASTER@sales.majuterus.lan', 'postmaster@[192.168.0.2]', '"postmaster"@majuterus.lan'])('%s', (path) => {
    expect(ask(path)).toBe('local dina@majuterus.lan');
  });

  test('an account or alias of that name goes first, unless it is switched off', () => {
    const accounts = [{ address: 'a@k' }, { address: 'postmaster@k' }];
    const to = (world: Parameters<typeof policyOf>[0]): string => outcome(routeRecipient(mailbox('postmaster@k'), outside, policyOf(world)));
    expect(to({ domains: { k: '' }, accounts })).toBe('local postmaster@k');
    expect(to({ domains: { k: '' }, accounts: [accounts[0]!, { address: 'postmaster@k', enabled: false }] })).toBe('local a@k');
    expect(to({ domains: { k: '' }, accounts: [...accounts.slice(0, 1), { address: 'b@k' }], aliases: { postmaster: 'b@k' } })).toBe('local b@k');
    expect(to({ domains: { k: '' }, accounts: [{ address: 'a@k', enabled: false }] })).toBe('local a@k');
  });

  test('before there is an account, or even a domain, it is kept for the administrator', () => {
    expect(outcome(routeRecipient(mailbox('postmaster@k'), outside, policyOf({ domains: { k: '' } })))).toBe('bad postmaster@k');
    expect(outcome(routeRecipient(mailbox('Postmaster'), outside, policyOf({})))).toBe('bad Postmaster');
    expect(outcome(routeRecipient(mailbox('a@[127.0.0.1]'), outside, policyOf({})))).toBe('mailbox.unknown');
  });
});

describe('Unknown Mail', () => {
  test.each<[Partial<Settings>, string]>([
    [{}, 'mailbox.unknown'],
    [{ 'unknown.refuse': false, 'unknown.toPostmaster': true }, 'local dina@majuterus.lan'],
    [{ 'unknown.refuse': false, 'unknown.toBad': true }, 'bad nobody@majuterus.lan'],
    [{ 'unknown.refuse': false, 'unknown.toPostmaster': true, 'unknown.toBad': true }, 'local dina@majuterus.lan, bad nobody@majuterus.lan'],
    [{ 'unknown.refuse': true, 'unknown.toPostmaster': true, 'unknown.toBad': true }, 'mailbox.unknown'],
    [{ 'unknown.refuse': false }, 'mailbox.unknown'],
  ])('%j: %s', (changes, expected) => {
    expect(ask('nobody@majuterus.lan', outside, changes)).toBe(expected);
  });
});

describe('never an open relay', () => {
  const elsewhere = [
    'a@far.example', 'a@[203.0.113.1]', 'a@[IPv6:2001:db8::1]', '@majuterus.lan:a@far.example', '@[127.0.0.1]:a@far.example', '"a@majuterus.lan"@far.example',
    'a%majuterus.lan@far.example', 'majuterus.lan!a@far.example', 'a@majuterus.lan.far.example', 'a@xmajuterus.lan', 'a@localhost', 'postmaster@far.example',
  ];
  const tricks = [
    'a%far.example@majuterus.lan', 'far.example!a@majuterus.lan', '"a@far.example"@majuterus.lan', '"<a@far.example>"@majuterus.lan', '@far.example:nobody@majuterus.lan',
    'a%far.example@[127.0.0.1]', 'a%far.example@[192.168.0.1]', '"@far.example:a"@majuterus.lan', '"info@x"@majuterus.lan', '"info@majuterus.lan"@sales.majuterus.lan',
  ];
  test.each(elsewhere.flatMap((path) => [['outside', path, outside], ['LAN', path, onLan], ['loopback', path, onThisComputer]] as const))('%s: %s is refused', (_, path, asker) => {
    expect(ask(path, asker)).toBe('relay.denied');
  });
  test.each(tricks.flatMap((path) => [outside, onLan, loggedOn].map((asker) => [path, asker] as const)))('%s means a name here, and there is none', (path, asker) => {
    expect(ask(path, asker)).toBe('mailbox.unknown');
  });
  test('a name with % in it is a name like any other', () => {
    expect(ask('user%far.example@majuterus.lan')).toBe('local user%far.example@majuterus.lan');
  });
  test('who has logged on may, and so may a listed address', () => {
    expect(ask('a@far.example', loggedOn)).toBe('remote a@far.example');
    expect(ask('@majuterus.lan:"A b"@MÜNCHEN.example', loggedOn)).toBe('remote "A b"@münchen.example');
    const listed = { 'security.relayAddresses': ['203.0.113.0/28'] };
    expect(ask('a@far.example', outside, listed)).toBe('remote a@far.example');
    expect(ask('a@far.example', { ...outside, remoteAddress: '203.0.113.16' }, listed)).toBe('relay.denied');
    expect(ask('a@far.example', { ...outside, remoteAddress: '::ffff:203.0.113.9' }, listed)).toBe('remote a@far.example');
  });
});

test('the steps tell how it was decided', () => {
  const kinds = (path: string, asker: Asker): string[] => routeRecipient(mailbox(path), asker, policyOf(majuTerus)).steps.map((step) => step.kind);
  expect(kinds('chain@majuterus.lan', outside)).toEqual(['domain-local', 'alias', 'alias', 'account']);
  expect(kinds('Postmaster', outside)).toEqual(['domain-primary', 'postmaster']);
  expect(kinds('a@far.example', loggedOn)).toEqual(['domain-elsewhere', 'relay-by-login']);
  expect(routeRecipient(mailbox('nobody@[127.0.0.1]'), outside, policyOf(majuTerus)).steps).toEqual([
    { kind: 'domain-by-address', facts: { domain: 'majuterus.lan', written: '[127.0.0.1]' } },
    { kind: 'account-unknown', facts: { address: 'nobody@[127.0.0.1]' } },
    { kind: 'unknown-refused', facts: {} },
  ]);
});

test('aliases that point at each other end', () => {
  const world = { domains: { k: '' }, accounts: [{ address: 'a@k' }], aliases: { 'x@k': 'y@k', 'y@k': 'x@k', 'z@k': 'not an address' } };
  expect(['x@k', 'z@k'].map((path) => outcome(routeRecipient(mailbox(path), outside, policyOf(world))))).toEqual(['mailbox.unknown', 'mailbox.unknown']);
});
