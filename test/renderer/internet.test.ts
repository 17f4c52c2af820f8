// What the dialogs of Internet mail decide by themselves: DNS presets, what is said about a smart host, wide relay networks, secrets.
import { describe, expect, test } from 'vitest';
import { smartHostPresets } from '../../core/contract/presets.ts';
import { defaultSettings, hostField, secretSettings } from '../../core/contract/settings.ts';
import { choiceOf, dnsChoices, keepPreset } from '../../renderer/console/dialogs/primary/dns-choices.ts';
import { bareHost, modeWith, providerOf, smartHostHint } from '../../renderer/console/dialogs/primary/smart-host-hints.ts';
import { typedSmartHost } from '../../renderer/console/dialogs/primary/typed-smart-host.ts';
import { wideOnes } from '../../renderer/console/dialogs/relay-addresses.ts';
import { asDrafted, createSettingsDraft, unchangedSecret } from '../../renderer/console/dialogs/settings-draft.ts';

describe('DNS presets', () => {
  test('the table of the course is there as printed, and marked as old', () => {
    expect(dnsChoices([]).filter(({ kind }) => kind === 'course').map(({ name, primary, backup }) => [name, primary, backup])).toEqual([
      ['TelkomNet', '202.134.0.155', '202.134.2.5'],
      ['LinkNet', '202.137.3.120', '202.137.3.121'],
      ['IndoNet', '202.159.32.2', '202.159.33.2'],
      ['IndosatNet', '202.155.0.10', ''],
    ]);
  });
  const own = [{ name: 'Kantor', primary: '192.0.2.1', backup: '' }];
  test("one's own come first", () => {
    expect(dnsChoices(own)[0]).toEqual({ id: 'own Kantor', kind: 'own', name: 'Kantor', primary: '192.0.2.1', backup: '' });
  });
  test('the two fields are recognised', () => {
    expect(choiceOf(dnsChoices(own), '202.155.0.10', '')?.name).toBe('IndosatNet');
    expect(choiceOf(dnsChoices(own), '202.134.0.155', '')).toBeUndefined();
    expect(choiceOf(dnsChoices(own), '', '')).toBeUndefined();
  });
  test('a name that is kept again gets the new pair', () => {
    expect(keepPreset(own, { name: 'kantor', primary: '192.0.2.9', backup: '192.0.2.10' })).toEqual([{ name: 'kantor', primary: '192.0.2.9', backup: '192.0.2.10' }]);
  });
});

describe('smart hosts', () => {
  test.each([
    ['mail.bsmdaemon.com', 'mail.bsmdaemon.com'], ['Smtp.Gmail.com:587', 'smtp.gmail.com'], ['[192.0.2.1]', '192.0.2.1'], ['[2001:db8::1]:25', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'], ['mail.example.', 'mail.example'], ['', ''],
  ])('the host of %s is %s', (typed, host) => {
    expect(bareHost(typed)).toBe(host);
  });
  test.each([
    ['', 'smart-host', 'needs-host'], ['', 'direct-then-smart-host', 'needs-host'], ['', 'direct', null], ['mail.isp.example', 'direct', 'unused'],
    ['mail.isp.example', 'smart-host', null], ['Majuterus.com:25', 'smart-host', 'ourselves'], ['[192.168.0.1]', 'direct-then-smart-host', 'ourselves'],
  ] as const)('%s with %s: %s', (host, mode, hint) => {
    expect(smartHostHint(host, mode, ['majuterus.com', '192.168.0.1', ''])).toBe(hint);
  });
  const fresh = { 'delivery.smartHost': '', 'delivery.mode': 'direct' } as const;
  test.each([
    ['', 'm', 'direct', fresh, { 'delivery.mode': 'smart-host' }],
    ['m', 'ma', 'smart-host', fresh, {}],
    ['m', '', 'smart-host', fresh, { 'delivery.mode': 'direct' }],
    ['m', '', 'direct-then-smart-host', fresh, {}],
    ['', 'm', 'direct-then-smart-host', fresh, {}],
    ['', 'm', 'direct', { ...fresh, 'delivery.smartHost': 'mail.isp.example' }, {}],
  ] as const)('from "%s" to "%s" while the way is %s', (before, now, mode, original, change) => {
    expect(modeWith(before, now, mode, original)).toEqual(change);
  });
  test('every preset is a host that can be saved, and is recognised', () => {
    expect(smartHostPresets.filter(({ host }) => !hostField.safeParse(host).success)).toEqual([]);
    expect(smartHostPresets.map(({ host }) => providerOf(host)?.name)).toEqual(smartHostPresets.map(({ name }) => name));
    expect(providerOf('mail.bsmdaemon.com')).toBeUndefined();
  });
});

test.each([
  ['192.168.0.20', []], ['192.168.0.0/16', []], ['10.0.0.0/8', []], ['fd00::/8', []], ['203.0.113.0/24', []], ['2001:db8::/64', []],
  ['0.0.0.0/0', ['0.0.0.0/0']], ['::/0', ['::/0']], ['203.0.0.0/16', ['203.0.0.0/16']], ['10.0.0.0/7', ['10.0.0.0/7']], ['192.168.0.0/8', ['192.168.0.0/8']], ['2001:db8::/32', ['2001:db8::/32']], ['fc00::/6', ['fc00::/6']],
])('relay for %s: too wide is %j', (entry, wide) => {
  expect(wideOnes([entry])).toEqual(wide);
});

describe('secrets', () => {
  const name = 'delivery.smartHostPassword';
  const drafted = () => createSettingsDraft(asDrafted(defaultSettings, [name]));
  test('the stand-in is a value like any other for the check, and is never a change', () => {
    const draft = drafted();
    draft.change({ [name]: 'typed' });
    draft.change({ [name]: unchangedSecret });
    expect(draft.getState().errors.size).toBe(0);
    expect(draft.changes()).toEqual({});
  });
  test('clearing one is a change, though its value was never here', () => {
    const draft = drafted();
    draft.change({ [name]: '' });
    expect(draft.changes()).toEqual({ [name]: '' });
  });
  test('only those that are set have one', () => {
    expect(secretSettings.filter((secret) => asDrafted(defaultSettings, [name])[secret] === unchangedSecret)).toEqual([name]);
  });
  test('a test with an untouched password leaves it to the engine', () => {
    const values = { ...asDrafted(defaultSettings, [name, 'delivery.popPassword']), 'delivery.popBefore': true };
    expect(JSON.stringify(typedSmartHost(values))).not.toContain(unchangedSecret);
    expect(typedSmartHost(values)).not.toHaveProperty('password');
    expect(typedSmartHost({ ...values, [name]: 'typed' })).toHaveProperty('password', 'typed');
  });
});
