import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createResolver } from '../../../../core/net/dns/resolver.ts';
import { freePorts } from '../../../helpers/free-ports.ts';
import { dnsOptions } from './fixture.ts';
import { a, mx, nameServer, soa, type NameServer, type Script } from './name-server.ts';

const open: NameServer[] = [];
async function serve(script: Script, address = '127.0.0.1', port = 0): Promise<NameServer> {
  const server = await nameServer(script, address, port);
  open.push(server);
  return server;
}
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
const directories: string[] = [];
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })));
function hostsFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'merpati-hosts-'));
  directories.push(directory);
  writeFileSync(join(directory, 'hosts'), text);
  return join(directory, 'hosts');
}

describe('servers in their order', () => {
  const twoServers = async (first: Script, second: Script) => {
    const one = await serve(first, '127.0.0.1');
    const two = await serve(second, '127.0.0.2', one.port);
    return { one, two, options: dnsOptions(one.port, { backup: '127.0.0.2', mxMs: 500 }) };
  };
  const good: Script = ({ name }) => ({ answers: [mx(name, 'mx.good.test', 10)] });

  test.each([
    ['SERVFAIL', () => ({ rcode: 2 }), 'server-failure'],
    ['REFUSED', () => ({ rcode: 5 }), 'refused'],
    ['NOTIMP', () => ({ rcode: 4 }), 'server-failure'],
    ['silence', () => 'silence', 'timeout'],
    ['a pointer to other servers', () => ({ authorities: [{ type: 'NS', name: 'test', ttl: 60, data: 'ns.test' }] }), 'server-failure'],
  ] as [string, Script, string][])('after %s the next one is asked, and the answer says so', async (_, first, problem) => {
    const { options, one } = await twoServers(first, good);
    const resolver = createResolver(() => options);
    const answer = await resolver.mx('good.test');
    expect(answer).toMatchObject({ kind: 'found', records: [{ host: 'mx.good.test', preference: 10 }], source: { kind: 'dns', server: `127.0.0.2:${one.port}` }, tries: [{ server: `127.0.0.1:${one.port}`, problem }] });
    expect(resolver.servers()).toEqual([{ address: `127.0.0.1:${one.port}`, from: 'setting', lastProblem: problem }, { address: `127.0.0.2:${one.port}`, from: 'setting', lastProblem: '' }]);
  });

  test.each([
    ['NXDOMAIN', () => ({ rcode: 3 }), 'no-such-domain'],
    ['no data', () => ({}), 'no-data'],
  ] as [string, Script, string][])('%s is an answer: nobody else is asked', async (_, first, problem) => {
    const { options, two } = await twoServers(first, good);
    expect(await createResolver(() => options).mx('good.test')).toMatchObject({ kind: 'none', problem, source: { kind: 'dns' }, tries: [] });
    expect(two.asked).toEqual([]);
  });

  test('a server that is not there is passed over at once', async () => {
    const two = await serve(good, '127.0.0.2');
    const options = dnsOptions(two.port, { backup: '127.0.0.2', mxMs: 60_000 });
    expect(await createResolver(() => options).mx('good.test')).toMatchObject({ kind: 'found', tries: [{ server: `127.0.0.1:${two.port}`, problem: 'unreachable' }] });
  });

  test('every server is asked once, then all again as often as the setting says', async () => {
    const { options, one, two } = await twoServers(() => ({ rcode: 2 }), () => ({ rcode: 5 }));
    const answer = await createResolver(() => ({ ...options, retries: 2 })).mx('bad.test');
    expect(answer).toMatchObject({ kind: 'none', problem: 'server-failure', source: null });
    expect(answer.tries.map(({ problem }) => problem)).toEqual(['server-failure', 'refused', 'server-failure', 'refused', 'server-failure', 'refused']);
    expect([one.asked.length, two.asked.length]).toEqual([3, 3]);
  });

  test('without any server, and with none that can be reached', async () => {
    const [port = 0] = await freePorts(1);
    expect(await createResolver(() => dnsOptions(port, { primary: '' })).mx('a.test')).toEqual({ kind: 'none', problem: 'no-servers', source: null, tries: [] });
    const unreachable = await createResolver(() => dnsOptions(port, { retries: 5 })).mx('a.test');
    expect(unreachable).toMatchObject({ kind: 'none', problem: 'unreachable' });
    expect(unreachable.tries).toHaveLength(1);
  });

  test('the servers of the system come last, with a port of their own if they have one', async () => {
    const one = await serve(() => 'silence');
    const own = await serve(good, '127.0.0.3');
    const options = dnsOptions(one.port, { useSystem: true, mxMs: 500 });
    const resolver = createResolver(() => options, { systemServers: () => ['127.0.0.1', `127.0.0.3:${own.port}`, 'nonsense'] });
    expect(resolver.servers().map(({ address, from }) => `${from} ${address}`)).toEqual([`setting 127.0.0.1:${one.port}`, `system 127.0.0.3:${own.port}`]);
    expect(await resolver.mx('good.test')).toMatchObject({ kind: 'found', source: { server: `127.0.0.3:${own.port}` } });
  });
});

describe('answers', () => {
  test('a null MX is an answer', async () => {
    const server = await serve(({ name }) => ({ answers: [mx(name, '.', 0)] }));
    expect(await createResolver(() => dnsOptions(server.port)).mx('null.test')).toMatchObject({ kind: 'found', records: [{ host: '', preference: 0 }] });
  });

  test('one that was cut off is asked for again over TCP', async () => {
    const server = await serve(({ name }, over) => over === 'udp' ? { flags: 0x0200 } : { answers: [mx(name, 'mx.tcp.test', 1)] });
    expect(await createResolver(() => dnsOptions(server.port)).mx('tcp.test')).toMatchObject({ kind: 'found', records: [{ host: 'mx.tcp.test', preference: 1 }] });
    expect(server.asked).toEqual(['udp MX tcp.test', 'tcp MX tcp.test']);
  });

  test.each([
    ['with another number', (id: number) => Buffer.from([(id >> 8) ^ 1, id & 0xff, 0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['too short to be one', () => Buffer.from('x')],
  ])('a packet %s is not the answer', async (_, before) => {
    const server = await serve(({ name }) => ({ before, answers: [mx(name, 'mx.true.test', 1)] }));
    expect(await createResolver(() => dnsOptions(server.port)).mx('true.test')).toMatchObject({ kind: 'found', records: [{ host: 'mx.true.test' }] });
  });

  test('nonsense of the server is a failure, not a crash', async () => {
    const server = await serve(() => ({ before: (id) => Buffer.from([id >> 8, id & 0xff, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 0xc0, 0xff]) }));
    expect(await createResolver(() => dnsOptions(server.port)).mx('a.test')).toMatchObject({ kind: 'none', problem: 'server-failure' });
  });

  test('IPv4 comes before IPv6; one family is enough', async () => {
    const server = await serve(({ name, type }) => {
      if (name === 'four.test' && type === 'AAAA') return { rcode: 2 };
      if (name === 'six.test' && type === 'A') return {};
      return { answers: [type === 'A' ? a(name, '127.0.0.9') : { type: 'AAAA', name, ttl: 60, data: '::1' }] };
    });
    const resolver = createResolver(() => dnsOptions(server.port));
    expect(await resolver.addresses('both.test')).toMatchObject({ kind: 'found', records: ['127.0.0.9', '::1'], tries: [] });
    expect(await resolver.addresses('four.test')).toMatchObject({ kind: 'found', records: ['127.0.0.9'], tries: [{ problem: 'server-failure' }] });
    expect(await resolver.addresses('six.test')).toMatchObject({ kind: 'found', records: ['::1'] });
  });

  test('"no IPv4" and no answer about IPv6 is no "no"', async () => {
    const server = await serve(({ type }) => type === 'A' ? {} : { rcode: 2 });
    expect(await createResolver(() => dnsOptions(server.port)).addresses('a.test')).toMatchObject({ kind: 'none', problem: 'server-failure' });
  });

  test.each([
    ['MÜLLER.example.', 'xn--mller-kva.example'],
    ['Contoh.ID', 'contoh.id'],
    ['kantor', 'kantor'],
  ])('%s is asked for as %s', async (given, name) => {
    const server = await serve(() => ({}));
    await createResolver(() => dnsOptions(server.port)).mx(given);
    expect(server.asked).toEqual([`udp MX ${name}`]);
  });

  test.each([['192.0.2.1', '192.0.2.1'], ['[192.0.2.1]', '192.0.2.1'], ['[IPv6:2001:DB8::1]', '2001:db8::1'], ['2001:db8::1', '2001:db8::1']])('%s answers itself', async (given, address) => {
    const resolver = createResolver(() => dnsOptions(1));
    const source = { kind: 'literal', server: '', ms: 0 };
    expect(await resolver.addresses(given)).toEqual({ kind: 'found', records: [address], source, tries: [] });
    expect(await resolver.mx(given)).toEqual({ kind: 'found', records: [{ host: address, preference: 0 }], source, tries: [] });
  });

  test.each(['', 'a..test', 'a b.test', '-a.test', 'x\r\ny.test', `${'a'.repeat(64)}.test`])('%j is no name', async (given) => {
    expect(await createResolver(() => dnsOptions(1)).addresses(given)).toMatchObject({ kind: 'none', problem: 'illegal-name' });
  });
});

describe('remembered answers', () => {
  test('are good for as long as they say, by the clock', async () => {
    let now = 1_000_000;
    const server = await serve(({ name }) => ({ answers: [mx(name, 'mx.a.test', 10, 60), mx(name, 'mx2.a.test', 20, 30)] }));
    const resolver = createResolver(() => dnsOptions(server.port), { now: () => now });
    await resolver.mx('a.test');
    now += 29_999;
    expect(await resolver.mx('a.test')).toMatchObject({ kind: 'found', source: { kind: 'cache', server: `127.0.0.1:${server.port}` } });
    expect(await resolver.cacheEntries()).toEqual([{ name: 'a.test', type: 'MX', answer: '10 mx.a.test, 20 mx2.a.test', server: `127.0.0.1:${server.port}`, expiresAt: 1_030_000 }]);
    now += 1;
    expect(await resolver.mx('a.test')).toMatchObject({ kind: 'found', source: { kind: 'dns' } });
    expect(server.asked).toHaveLength(2);
  });

  test.each([
    ['the SOA says how long a "no" is good', { rcode: 3, authorities: [soa('test', 900, 40)] }, 40],
    ['but not longer than five minutes', { rcode: 3, authorities: [soa('test', 86_400, 86_400)] }, 300],
    ['and without it, a minute', { rcode: 3 }, 60],
  ])('%s', async (_, said, seconds) => {
    let now = 0;
    const server = await serve(() => said);
    const resolver = createResolver(() => dnsOptions(server.port), { now: () => now });
    await resolver.mx('no.test');
    now = seconds * 1000 - 1;
    expect(await resolver.mx('no.test')).toMatchObject({ kind: 'none', problem: 'no-such-domain', source: { kind: 'cache' } });
    now += 1;
    expect(await resolver.mx('no.test')).toMatchObject({ source: { kind: 'dns' } });
  });

  test('failures and answers without a lifetime are not remembered, nor anything when the setting is off', async () => {
    let cache = true;
    const server = await serve(({ name }) => name === 'bad.test' ? { rcode: 2 } : { answers: [mx(name, 'mx.test', 1, name === 'zero.test' ? 0 : 60)] });
    const resolver = createResolver(() => dnsOptions(server.port, { cache }));
    for (const name of ['bad.test', 'zero.test', 'bad.test', 'zero.test']) await resolver.mx(name);
    cache = false;
    for (let time = 0; time < 2; time += 1) await resolver.mx('good.test');
    expect(server.asked).toHaveLength(6);
    expect(await resolver.cacheEntries()).toEqual([]);
  });

  test('are forgotten when asked to, and when other servers are set', async () => {
    const one = await serve(({ name }) => ({ answers: [mx(name, 'mx.one.test', 1)] }));
    const two = await serve(({ name }) => ({ answers: [mx(name, 'mx.two.test', 1)] }), '127.0.0.2', one.port);
    let primary = '127.0.0.1';
    const resolver = createResolver(() => dnsOptions(one.port, { primary }));
    await resolver.mx('a.test');
    resolver.clearCache();
    await resolver.mx('a.test');
    expect(one.asked).toHaveLength(2);
    primary = '127.0.0.2';
    expect(await resolver.mx('a.test')).toMatchObject({ records: [{ host: 'mx.two.test' }], source: { kind: 'dns' } });
    expect(two.asked).toHaveLength(1);
  });

  test('the same question at the same time is asked once', async () => {
    const server = await serve(({ name }) => ({ answers: [mx(name, 'mx.test', 1)] }));
    const resolver = createResolver(() => dnsOptions(server.port, { cache: false }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => resolver.mx('a.test')));
    expect(server.asked).toHaveLength(1);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['found']));
  });
});

describe('what comes before DNS', () => {
  test('fixed mail servers, several of a domain in their order', async () => {
    const server = await serve(() => ({ rcode: 3 }));
    const staticMx = ['Contoh.ID mail.contoh.id', 'contoh.id 192.0.2.7', 'broken', 'x..y mail.test'];
    const resolver = createResolver(() => dnsOptions(server.port, { staticMx }));
    expect(await resolver.mx('contoh.id')).toEqual({ kind: 'found', records: [{ host: 'mail.contoh.id', preference: 10 }, { host: '192.0.2.7', preference: 20 }], source: { kind: 'fixed', server: '', ms: 0 }, tries: [] });
    expect(server.asked).toEqual([]);
    expect(await resolver.cacheEntries()).toEqual([{ name: 'contoh.id', type: 'MX', answer: '10 mail.contoh.id, 20 192.0.2.7', server: '', expiresAt: null }]);
  });

  test('the hosts file: comments, tabs, several names, IPv4 first, broken lines and blocked names passed over', async () => {
    const server = await serve(() => ({ rcode: 3 }));
    const file = hostsFile('# comment\r\n::1\tboth.lan\r\n192.168.0.2  Office.LAN both.lan # mine\r\nnot-an-address x.lan\n192.168.0.300 y.lan\n0.0.0.0 ads.test\n127.0.0.5\n');
    const resolver = createResolver(() => dnsOptions(server.port, { useHostsFile: true, hostsFile: file }));
    expect(await resolver.addresses('OFFICE.lan.')).toEqual({ kind: 'found', records: ['192.168.0.2'], source: { kind: 'hosts-file', server: file, ms: 0 }, tries: [] });
    expect(await resolver.addresses('both.lan')).toMatchObject({ records: ['192.168.0.2', '::1'] });
    // The implicit MX: whoever asked goes on to the address.
    expect(await resolver.mx('office.lan')).toMatchObject({ kind: 'none', problem: 'no-data', source: { kind: 'hosts-file' } });
    expect(server.asked).toEqual([]);
    for (const name of ['x.lan', 'y.lan', 'ads.test']) expect(await resolver.addresses(name)).toMatchObject({ kind: 'none', source: { kind: 'dns' } });
  });

  test('a changed hosts file is read again, a missing one is none, the setting turns it off', async () => {
    const server = await serve(() => ({ rcode: 3 }));
    const file = hostsFile('127.0.0.7 old.lan\n');
    let options = dnsOptions(server.port, { useHostsFile: true, hostsFile: file });
    const resolver = createResolver(() => options);
    expect(await resolver.addresses('new.lan')).toMatchObject({ kind: 'none' });
    appendFileSync(file, '127.0.0.8 new.lan\n');
    expect(await resolver.addresses('new.lan')).toMatchObject({ kind: 'found', records: ['127.0.0.8'] });
    rmSync(file);
    expect(await resolver.addresses('old.lan')).toMatchObject({ kind: 'none' });
    writeFileSync(file, '127.0.0.9 old.lan\n');
    expect(await resolver.addresses('old.lan')).toMatchObject({ records: ['127.0.0.9'] });
    options = { ...options, useHostsFile: false };
    expect(await resolver.addresses('old.lan')).toMatchObject({ kind: 'none' });
  });
});
