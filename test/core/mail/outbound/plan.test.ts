// Which servers a message goes to, in which order, from where, with what encryption and logon; and that every decision has its words.
import { expect, test } from 'vitest';
import english from '../../../../core/contract/locales/en/steps.json' with { type: 'json' };
import { defaultSettings } from '../../../../core/contract/settings.ts';
import type { Settings } from '../../../../core/contract/settings.ts';
import type { SmartHost } from '../../../../core/contract/records.ts';
import { planRoute, type PlanContext, type RoutePlan, type RouteQuestion } from '../../../../core/mail/outbound/route-plan.ts';
import { directoryOf, majuTerus } from '../world.ts';
import { FakeResolver, found, none } from './world.ts';

const smartHost = (more: Partial<SmartHost>): SmartHost => ({ id: 7, kind: 'domain', match: 'contoh.id', host: 'relay.penyedia.id', tls: 'opportunistic', verify: true, user: '', passwordSet: false, method: 'auto', enabled: true, revision: 1, ...more });

function context(resolver: FakeResolver, settings: Partial<Settings> = {}, more: Partial<PlanContext> = {}): PlanContext {
  return {
    settings: { ...defaultSettings, 'domain.name': 'majuterus.lan', ...settings }, directory: directoryOf(majuTerus), smartHosts: [], smartHostPassword: (id) => `password ${id}`, secret: (name) => `secret ${name}`,
    resolver, localAddresses: ['192.168.0.1', '192.168.0.2', '127.0.0.1'], random: () => 0, ...more,
  };
}
const to = (destination: string, more: Partial<RouteQuestion> = {}): RouteQuestion => ({ destination, reversePath: 'dina@majuterus.lan', via: '', ...more });

function shown(plan: RoutePlan): string[] {
  if (plan.kind !== 'ways') return [`${plan.kind} ${plan.reason.code}`];
  return plan.ways.flatMap(({ kind, hops }) => hops.map(({ host, address, port, tls }) => `${kind} ${host} ${address}:${port} ${tls}`));
}
const kinds = (plan: RoutePlan): string[] => plan.steps.map(({ kind }) => kind);

test('servers by preference, an unreachable name passed over, the domain itself when there are no servers', async () => {
  const resolver = new FakeResolver();
  resolver.mxs.set('contoh.id', found([{ host: 'c.contoh.id', preference: 30 }, { host: 'a.contoh.id', preference: 10 }, { host: 'b.contoh.id', preference: 20 }]));
  resolver.hosts.set('a.contoh.id', found(['203.0.113.1', '203.0.113.2']));
  resolver.hosts.set('c.contoh.id', found(['203.0.113.3']));
  expect(shown(await planRoute(to('contoh.id'), context(resolver)))).toEqual(['direct a.contoh.id 203.0.113.1:25 opportunistic', 'direct a.contoh.id 203.0.113.2:25 opportunistic', 'direct c.contoh.id 203.0.113.3:25 opportunistic']);
  resolver.mxs.set('tanpa.id', none('no-data'));
  resolver.hosts.set('tanpa.id', found(['203.0.113.9']));
  const implicit = await planRoute(to('tanpa.id'), context(resolver, { 'ports.smtpOut': 2525 }));
  expect(shown(implicit)).toEqual(['direct tanpa.id 203.0.113.9:2525 opportunistic']);
  expect(kinds(implicit)).toEqual(['mode-direct', 'source-system', 'helo', 'mx-none', 'addresses-dns', 'hop-opportunistic']);
});

test('servers of the same preference share the mail', async () => {
  const resolver = new FakeResolver();
  resolver.mxs.set('contoh.id', found(Array.from({ length: 4 }, (_, index) => ({ host: `m${index}.contoh.id`, preference: 10 }))));
  for (let index = 0; index < 4; index += 1) resolver.hosts.set(`m${index}.contoh.id`, found([`203.0.113.${index}`]));
  const draws = [0.9, 0.1, 0.5, 0.3];
  const plan = await planRoute(to('contoh.id'), context(resolver, {}, { random: () => draws.shift() ?? 0 }));
  expect(shown(plan).map((hop) => hop.split(' ')[1])).toEqual(['m1.contoh.id', 'm3.contoh.id', 'm2.contoh.id', 'm0.contoh.id']);
});

test.each<[string, (resolver: FakeResolver) => void, string]>([
  ['the domain does not exist', () => undefined, 'undeliverable dns.no-such-domain'],
  ['it takes no mail', (resolver) => resolver.mxs.set('contoh.id', found([{ host: '', preference: 0 }])), 'undeliverable dns.null-mx'],
  ['it has neither servers nor address', (resolver) => { resolver.mxs.set('contoh.id', none('no-data')); resolver.hosts.set('contoh.id', none('no-data')); }, 'undeliverable dns.no-host'],
  ['its servers do not exist', (resolver) => resolver.mxs.set('contoh.id', found([{ host: 'mx.contoh.id', preference: 1 }])), 'undeliverable dns.no-host'],
  ['one server does not exist, of another nothing is known', (resolver) => { resolver.mxs.set('contoh.id', found([{ host: 'm1.contoh.id', preference: 1 }, { host: 'm2.contoh.id', preference: 2 }])); resolver.hosts.set('m2.contoh.id', none('timeout')); }, 'later dns.failed'],
  ['DNS fails', (resolver) => resolver.mxs.set('contoh.id', none('server-failure')), 'later dns.failed'],
  ['no DNS server can be reached', (resolver) => resolver.mxs.set('contoh.id', none('unreachable')), 'later line.down'],
  ['the address cannot be called', (resolver) => { resolver.domain('contoh.id', '255.255.255.255', '0.0.0.0', '224.0.0.1'); }, 'undeliverable dns.no-host'],
  ['it can only be reached over IPv6', (resolver) => { resolver.domain('contoh.id', '2001:db8::1'); }, 'later host.unreachable'],
])('%s: %#', async (_, prepare, expected) => {
  const resolver = new FakeResolver();
  prepare(resolver);
  const plan = await planRoute(to('contoh.id'), context(resolver));
  expect(shown(plan)).toEqual([expected]);
  expect(plan.kind === 'later' && plan.line).toBe(expected === 'later line.down');
});

test('mail never comes back to ourselves: we and whoever is not preferred to us are left out', async () => {
  const resolver = new FakeResolver();
  resolver.mxs.set('contoh.id', found([{ host: 'mx1.contoh.id', preference: 10 }, { host: 'kita.contoh.id', preference: 20 }, { host: 'sama.contoh.id', preference: 20 }, { host: 'mx3.contoh.id', preference: 30 }]));
  for (const [host, address] of [['mx1', '203.0.113.1'], ['kita', '192.168.0.1'], ['sama', '203.0.113.2'], ['mx3', '203.0.113.3']] as const) resolver.hosts.set(`${host}.contoh.id`, found([address]));
  expect(shown(await planRoute(to('contoh.id'), context(resolver)))).toEqual(['direct mx1.contoh.id 203.0.113.1:25 opportunistic']);
  resolver.domain('putar.id', '192.168.0.1', '203.0.113.1');
  expect(shown(await planRoute(to('putar.id'), context(resolver)))).toEqual(['undeliverable host.loop']);
  // Another server on this computer, at a port that we do not listen on, is another server.
  expect(shown(await planRoute(to('putar.id'), context(resolver, { 'ports.smtpOut': 2525 })))).toEqual(['direct mx1.putar.id 192.168.0.1:2525 opportunistic', 'direct mx2.putar.id 203.0.113.1:2525 opportunistic']);
  // By our name, whatever address of a router leads to us.
  resolver.mxs.set('nat.id', found([{ host: 'mail.majuterus.com', preference: 10 }]));
  resolver.hosts.set('mail.majuterus.com', found(['203.0.113.77']));
  expect(shown(await planRoute(to('nat.id'), context(resolver, { 'domain.helo': 'mail.majuterus.com' })))).toEqual(['undeliverable host.loop']);
});

test('an address literal is called without DNS', async () => {
  const resolver = new FakeResolver();
  expect(shown(await planRoute(to('[203.0.113.5]'), context(resolver)))).toEqual(['direct 203.0.113.5 203.0.113.5:25 opportunistic']);
  expect(shown(await planRoute(to('[IPv6:2001:db8::5]'), context(resolver, {}, { localAddresses: ['2001:db8::1'] })))).toEqual(['direct 2001:db8::5 2001:db8::5:25 opportunistic']);
  expect(resolver.asked.filter((question) => question.startsWith('MX'))).toEqual([]);
});

test('at most ten addresses, five of one host', async () => {
  const resolver = new FakeResolver();
  resolver.mxs.set('besar.id', found(Array.from({ length: 12 }, (_, index) => ({ host: `m${index}.besar.id`, preference: index }))));
  for (let index = 0; index < 12; index += 1) resolver.hosts.set(`m${index}.besar.id`, found(Array.from({ length: 20 }, (_, number) => `203.0.113.${number}`)));
  const plan = await planRoute(to('besar.id'), context(resolver));
  expect(shown(plan).map((hop) => hop.split(' ')[1])).toEqual([...Array.from({ length: 5 }, () => 'm0.besar.id'), ...Array.from({ length: 5 }, () => 'm1.besar.id')]);
});

test('from the Domain IP of the sender, greeting with his name; the system chooses where it does not fit', async () => {
  const resolver = new FakeResolver();
  resolver.domain('contoh.id', '203.0.113.1', '2001:db8::1');
  const hop = async (reversePath: string, settings: Partial<Settings> = {}, more: Partial<PlanContext> = {}) => {
    const plan = await planRoute(to('contoh.id', { reversePath }), context(resolver, settings, more));
    const first = plan.kind === 'ways' ? plan.ways[0]!.hops[0]! : null;
    return [first?.sourceAddress, first?.helo, plan.kind === 'ways' ? plan.ways[0]!.hops.length : 0];
  };
  expect(await hop('dina@majuterus.lan')).toEqual(['', 'majuterus.lan', 1]);
  expect(await hop('dina@majuterus.lan', { 'domain.ip': '192.168.0.1', 'domain.helo': 'mail.majuterus.com' })).toEqual(['192.168.0.1', 'mail.majuterus.com', 1]);
  expect(await hop('dina@sales.majuterus.lan', { 'domain.ip': '192.168.0.1', 'domain.helo': 'mail.majuterus.com' })).toEqual(['192.168.0.2', 'sales.majuterus.lan', 1]);
  expect(await hop('', { 'domain.ip': '192.168.0.1' })).toEqual(['192.168.0.1', 'majuterus.lan', 1]);
  expect(await hop('dina@majuterus.lan', { 'domain.ip': '10.9.9.9' })).toEqual(['', 'majuterus.lan', 1]);
  expect(await hop('dina@majuterus.lan', { 'domain.ip': '127.0.0.1' })).toEqual(['', 'majuterus.lan', 1]);
  // Both families are here, but the address to send from is of one.
  const both = { localAddresses: ['192.168.0.1', '2001:db8::99'] };
  expect(await hop('dina@majuterus.lan', {}, both)).toEqual(['', 'majuterus.lan', 2]);
  expect(await hop('dina@majuterus.lan', { 'domain.ip': '192.168.0.1' }, both)).toEqual(['192.168.0.1', 'majuterus.lan', 1]);
});

test.each<[string, Partial<Settings>, string]>([
  ['a name', { 'delivery.smartHost': 'smtp.penyedia.id' }, 'smart-host smtp.penyedia.id 198.51.100.25:25 opportunistic'],
  ['brackets', { 'delivery.smartHost': '[smtp.penyedia.id]' }, 'smart-host smtp.penyedia.id 198.51.100.25:25 opportunistic'],
  ['a port', { 'delivery.smartHost': 'smtp.penyedia.id:587', 'delivery.smartHostTls': 'starttls' }, 'smart-host smtp.penyedia.id 198.51.100.25:587 starttls'],
  ['TLS without a port', { 'delivery.smartHost': 'smtp.penyedia.id', 'delivery.smartHostTls': 'tls' }, 'smart-host smtp.penyedia.id 198.51.100.25:465 tls'],
  ['an address', { 'delivery.smartHost': '[198.51.100.7]:2525' }, 'smart-host 198.51.100.7 198.51.100.7:2525 opportunistic'],
  ['IPv6', { 'delivery.smartHost': '[2001:db8::7]:2525' }, 'smart-host 2001:db8::7 2001:db8::7:2525 opportunistic'],
  ['none', {}, 'later queue.no-smart-host'],
  ['ourselves', { 'delivery.smartHost': '192.168.0.1' }, 'later host.self'],
  ['a name that does not exist', { 'delivery.smartHost': 'salah.penyedia.id' }, 'later dns.no-such-domain'],
])('a smart host given by %s', async (_, settings, expected) => {
  const resolver = new FakeResolver();
  resolver.hosts.set('smtp.penyedia.id', found(['198.51.100.25']));
  expect(shown(await planRoute(to('contoh.id'), context(resolver, { 'delivery.mode': 'smart-host', ...settings }, { localAddresses: ['192.168.0.1', '2001:db8::1'] })))).toEqual([expected]);
});

test('logon, certificate and POP check of the smart host', async () => {
  const resolver = new FakeResolver();
  const plan = await planRoute(to('contoh.id'), context(resolver, {
    'delivery.mode': 'smart-host', 'delivery.smartHost': '198.51.100.25', 'delivery.smartHostTls': 'starttls', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'kantor', 'delivery.smartHostMethod': 'login',
    'delivery.popBefore': true, 'delivery.popHost': '198.51.100.110:1110', 'delivery.popUser': 'kotak', 'delivery.popTls': 'tls',
  }));
  expect(plan).toMatchObject({ kind: 'ways', ways: [{
    hops: [{ verify: true, logon: { user: 'kantor', password: 'secret delivery.smartHostPassword', method: 'login' } }],
    pop: { addresses: ['198.51.100.110'], check: { host: '198.51.100.110', port: 1110, tls: 'tls', verify: true, user: 'kotak', password: 'secret delivery.popPassword' } },
  }] });
  expect(JSON.stringify(plan.steps)).not.toContain('secret');
});

test('the host for a message: the administrator, the account, the domain, the mode', async () => {
  const resolver = new FakeResolver();
  resolver.domain('contoh.id', '203.0.113.1');
  resolver.domain('cabang.contoh.id', '203.0.113.2');
  for (const [name, address] of [['relay.penyedia.id', '198.51.100.1'], ['akun.id', '198.51.100.2'], ['cabang.id', '198.51.100.3'], ['utama.id', '198.51.100.4']] as const) resolver.hosts.set(name, found([address]));
  const smartHosts = [
    smartHost({ id: 1, kind: 'account', match: 'sari@majuterus.lan', host: 'akun.id:587', user: 'sari' }), smartHost({ id: 2, match: 'contoh.id' }), smartHost({ id: 3, match: '.contoh.id', host: 'cabang.id' }),
    smartHost({ id: 4, match: 'langsung.contoh.id', host: '' }), smartHost({ id: 5, match: 'mati.id', enabled: false }),
  ];
  resolver.domain('langsung.contoh.id', '203.0.113.3');
  resolver.domain('mati.id', '203.0.113.4');
  const first = async (question: RouteQuestion): Promise<string> => {
    const plan = await planRoute(question, context(resolver, { 'delivery.mode': 'smart-host', 'delivery.smartHost': 'utama.id' }, { smartHosts }));
    return `${shown(plan).join(', ')} ${plan.kind === 'ways' ? plan.ways[0]!.hops[0]!.logon?.password ?? '-' : ''}`;
  };
  expect(await first(to('contoh.id'))).toBe('smart-host relay.penyedia.id 198.51.100.1:25 opportunistic -');
  expect(await first(to('cabang.contoh.id'))).toBe('smart-host cabang.id 198.51.100.3:25 opportunistic -');
  expect(await first(to('langsung.contoh.id'))).toBe('direct mx1.langsung.contoh.id 203.0.113.3:25 opportunistic -');
  expect(await first(to('mati.id'))).toBe('smart-host utama.id 198.51.100.4:25 opportunistic -');
  expect(await first(to('bukancontoh.id'))).toBe('smart-host utama.id 198.51.100.4:25 opportunistic -');
  expect(await first(to('contoh.id', { reversePath: 'sari@majuterus.lan' }))).toBe('smart-host akun.id 198.51.100.2:587 opportunistic password 1');
  // An alias of hers is she.
  expect(await first(to('contoh.id', { reversePath: 'Kurnia@majuterus.lan' }))).toBe('smart-host akun.id 198.51.100.2:587 opportunistic password 1');
  expect(await first(to('contoh.id', { reversePath: 'sari@majuterus.lan', via: '[203.0.113.99]:2525' }))).toBe('smart-host 203.0.113.99 203.0.113.99:2525 opportunistic -');
  expect(await first(to('contoh.id', { via: 'akun.id:587' }))).toBe('smart-host akun.id 198.51.100.2:587 opportunistic password 1');
});

test('directly first: the smart host is the second way, or the only one for what DNS does not know', async () => {
  const resolver = new FakeResolver();
  resolver.domain('contoh.id', '203.0.113.1');
  resolver.mxs.set('nol.id', found([{ host: '', preference: 0 }]));
  resolver.mxs.set('rusak.id', none('timeout'));
  const settings = { 'delivery.mode': 'direct-then-smart-host', 'delivery.smartHost': '198.51.100.25' } as const;
  expect(shown(await planRoute(to('contoh.id'), context(resolver, settings)))).toEqual(['direct mx1.contoh.id 203.0.113.1:25 opportunistic', 'smart-host 198.51.100.25 198.51.100.25:25 opportunistic']);
  expect(shown(await planRoute(to('tidak-ada.id'), context(resolver, settings)))).toEqual(['smart-host 198.51.100.25 198.51.100.25:25 opportunistic']);
  expect(shown(await planRoute(to('rusak.id'), context(resolver, settings)))).toEqual(['smart-host 198.51.100.25 198.51.100.25:25 opportunistic']);
  expect(shown(await planRoute(to('nol.id'), context(resolver, settings)))).toEqual(['undeliverable dns.null-mx']);
  expect(shown(await planRoute(to('contoh.id'), context(resolver, { 'delivery.mode': 'direct-then-smart-host' })))).toEqual(['direct mx1.contoh.id 203.0.113.1:25 opportunistic']);
});

test('encryption: a policy of the domain, or ours', async () => {
  const resolver = new FakeResolver();
  resolver.domain('contoh.id', '203.0.113.1', '203.0.113.2');
  const plan = (settings: Partial<Settings> = {}) => planRoute(to('contoh.id'), context(resolver, settings));
  resolver.policies.set('contoh.id', { kind: 'mta-sts', mode: 'enforce', mx: ['mx2.contoh.id', '*.lain.id'] });
  expect(await plan()).toMatchObject({ ways: [{ hops: [{ host: 'mx2.contoh.id', tls: 'starttls', verify: true }] }] });
  resolver.policies.set('contoh.id', { kind: 'mta-sts', mode: 'enforce', mx: ['*.contoh.id'] });
  expect(shown(await plan())).toEqual(['direct mx1.contoh.id 203.0.113.1:25 starttls', 'direct mx2.contoh.id 203.0.113.2:25 starttls']);
  resolver.policies.set('contoh.id', { kind: 'mta-sts', mode: 'enforce', mx: ['*.id', 'a.mx1.contoh.id'] });
  expect(shown(await plan())).toEqual(['later host.policy']);
  resolver.policies.set('contoh.id', { kind: 'mta-sts', mode: 'testing', mx: ['x.id'] });
  expect(shown(await plan())).toEqual(['direct mx1.contoh.id 203.0.113.1:25 opportunistic', 'direct mx2.contoh.id 203.0.113.2:25 opportunistic']);
  resolver.policies.set('contoh.id', { kind: 'unknown', text: 'x' });
  expect(shown(await plan())).toEqual(['later dns.failed']);
  resolver.policies.clear();
  expect(shown(await plan({ 'delivery.strictTls': 'always' }))).toEqual(['direct mx1.contoh.id 203.0.113.1:25 starttls', 'direct mx2.contoh.id 203.0.113.2:25 starttls']);
});

test('every step has all the values of its sentence, in the order in which it was decided', async () => {
  const resolver = new FakeResolver();
  resolver.mxs.set('contoh.id', { kind: 'found', records: [{ host: 'mx.contoh.id', preference: 5 }], source: { kind: 'cache', server: '192.0.2.53', ms: 0 }, tries: [{ server: '192.0.2.52', problem: 'timeout', ms: 10_000 }] });
  resolver.hosts.set('mx.contoh.id', { kind: 'found', records: ['203.0.113.1', '2001:db8::1'], source: { kind: 'hosts-file', server: '/etc/hosts', ms: 0 }, tries: [] });
  const plan = await planRoute(to('contoh.id'), context(resolver, { 'domain.ip': '192.168.0.1', 'delivery.mode': 'direct-then-smart-host', 'delivery.smartHost': 'salah.id', 'delivery.smartHostLogon': true, 'delivery.smartHostUser': 'u' }));
  expect(plan.steps.map(({ text }) => text)).toEqual([
    'Delivery mode: directly to the servers of the domain; if that fails, to the smart host salah.id.',
    'Sent from the Domain IP 192.168.0.1.',
    'Greets with majuterus.lan.',
    'DNS server 192.0.2.52 did not answer about contoh.id (10000 ms).',
    'Remembered from DNS server 192.0.2.53: mail for contoh.id goes to 5 mx.contoh.id.',
    'Hosts file /etc/hosts: mx.contoh.id is 203.0.113.1, 2001:db8::1.',
    'mx.contoh.id [2001:db8::1] is left out: this computer sends over IPv4 only.',
    'Logs on as u.',
    'The password of u may go over an unencrypted connection: choose STARTTLS or TLS if the server offers it.',
    'DNS server 192.0.2.53: the domain salah.id does not exist.',
    '1. mx.contoh.id [203.0.113.1], port 25, encrypted if it offers STARTTLS',
  ]);
  for (const { kind, facts } of plan.steps) {
    const wanted = [...english[`step.${kind}` as keyof typeof english].matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
    expect(wanted.filter((name) => !(name in facts))).toEqual([]);
  }
});
