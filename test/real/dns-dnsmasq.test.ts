// The resolver against a DNS server that nobody here wrote.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResolver, type Resolver } from '../../core/net/dns/resolver.ts';
import { dnsOptions } from '../core/net/dns/fixture.ts';
import { startDnsmasq, type Dnsmasq } from '../helpers/dnsmasq.ts';

let first: Dnsmasq;
let second: Dnsmasq;
let resolver: Resolver;

beforeAll(async () => {
  first = await startDnsmasq({
    records: [
      'mx-host=tree.test,mx3.tree.test,30', 'mx-host=tree.test,mx1.tree.test,10', 'mx-host=tree.test,mx2.tree.test,20',
      'host-record=mx1.tree.test,127.0.1.1,::1', 'host-record=mx2.tree.test,127.0.1.2',
      'host-record=only-a.test,127.0.2.1', 'mx-host=target.test,mx.target.test,5', 'cname=alias.test,target.test', 'host-record=target.test,127.0.3.1',
      ...Array.from({ length: 60 }, (_, index) => `mx-host=many.test,mail-server-number-${index}.a-rather-long-name.many.test,${index + 1}`),
      'txt-record=_mta-sts.tree.test,v=STSv1; id=20260101;',
    ],
  });
  second = await startDnsmasq({ address: '127.0.0.2', port: first.port, zones: ['test', 'example'], records: ['mx-host=tree.test,other.tree.test,1', 'mx-host=second.example,mx.second.example,10'] });
  const options = dnsOptions(first.port, { backup: '127.0.0.2' });
  resolver = createResolver(() => options);
});
afterAll(async () => {
  await first.stop();
  await second.stop();
});

test('mail servers come in the order of their preference, from the first server', async () => {
  expect(await resolver.mx('Tree.Test')).toMatchObject({
    kind: 'found', source: { kind: 'dns', server: `127.0.0.1:${first.port}` }, tries: [],
    records: [{ host: 'mx1.tree.test', preference: 10 }, { host: 'mx2.tree.test', preference: 20 }, { host: 'mx3.tree.test', preference: 30 }],
  });
  expect(await resolver.addresses('mx1.tree.test')).toMatchObject({ kind: 'found', records: ['127.0.1.1', '::1'] });
  expect(await resolver.mx('tree.test')).toMatchObject({ kind: 'found', source: { kind: 'cache' } });
  expect(first.asked('MX', 'tree.test')).toBe(1);
});

test('no MX but an address, and no such domain, are answers of the first server', async () => {
  expect(await resolver.mx('only-a.test')).toMatchObject({ kind: 'none', problem: 'no-data', tries: [] });
  expect(await resolver.addresses('only-a.test')).toMatchObject({ kind: 'found', records: ['127.0.2.1'] });
  expect(await resolver.mx('nowhere.test')).toMatchObject({ kind: 'none', problem: 'no-such-domain', tries: [] });
  expect(second.asked('MX', 'only-a.test') + second.asked('MX', 'nowhere.test')).toBe(0);
});

test('what the first refuses is asked of the second', async () => {
  expect(await resolver.mx('second.example')).toMatchObject({
    kind: 'found', records: [{ host: 'mx.second.example', preference: 10 }],
    source: { server: `127.0.0.2:${first.port}` }, tries: [{ server: `127.0.0.1:${first.port}`, problem: 'refused' }],
  });
});

test('an alias leads to the address of its target', async () => {
  expect(await resolver.addresses('alias.test')).toMatchObject({ kind: 'found', records: ['127.0.3.1'] });
});

test('sixty mail servers do not fit into a packet and come whole over TCP', async () => {
  const answer = await resolver.mx('many.test');
  expect(answer.kind === 'found' && answer.records.map(({ preference }) => preference)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  await expect.poll(() => first.asked('MX', 'many.test')).toBe(2); // once over UDP, once over TCP; its log comes when it comes
});

test('a text record in one piece', async () => {
  expect(await resolver.texts('_mta-sts.tree.test')).toMatchObject({ kind: 'found', records: ['v=STSv1; id=20260101;'] });
});

test('with the first server gone the second answers', async () => {
  await first.stop();
  resolver.clearCache();
  expect(await resolver.mx('tree.test')).toMatchObject({ kind: 'found', records: [{ host: 'other.tree.test', preference: 1 }], tries: [{ server: `127.0.0.1:${first.port}`, problem: 'unreachable' }] });
  expect(resolver.servers()[0]).toEqual({ address: `127.0.0.1:${first.port}`, from: 'setting', lastProblem: 'unreachable' });
});
