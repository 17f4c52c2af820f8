import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResolver } from '../../../../core/net/dns/resolver.ts';
import { makeCertificate, type TestCertificate } from '../../../helpers/certificate.ts';
import { dnsOptions } from './fixture.ts';
import { a, nameServer } from './name-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'merpati-sts-'));
let certificate: TestCertificate;
beforeAll(() => {
  certificate = makeCertificate(directory, ['mta-sts.good.test', 'mta-sts.none.test']);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A domain's DNS and policy server; both can be changed on the way. */
async function world(text: string) {
  const said = { id: '1', text, status: 200, dns: true, strictTls: 'policies' as 'policies' | 'opportunistic', fetched: 0, now: 0 };
  const server = createServer({ key: readFileSync(certificate.keyFile), cert: readFileSync(certificate.certificateFile) }, (_, response) => {
    said.fetched += 1;
    response.writeHead(said.status, { 'content-type': 'text/plain' }).end(said.text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dns = await nameServer(({ name, type }) => {
    if (!said.dns) return { rcode: 2 };
    if (name.startsWith('_mta-sts.')) return name === '_mta-sts.plain.test' ? { rcode: 3 } : { answers: [{ type: 'TXT', name, ttl: 0, data: ['v=STSv1; ', `id=${said.id};`] }] };
    return { answers: type === 'A' ? [a(name, '127.0.0.1')] : [] };
  });
  const { port } = server.address() as AddressInfo;
  const resolver = createResolver(() => dnsOptions(dns.port, { strictTls: said.strictTls, cache: false }), { now: () => said.now, policyServer: { port, authorities: [certificate.authority] } });
  const close = async (): Promise<void> => { server.close(); await dns.close(); };
  return { said, resolver, close };
}
const enforce = 'version: STSv1\nmode: enforce\nmx: mx1.good.test\nmx: *.mail.good.test\nmax_age: 1000\n';
const policy = { kind: 'mta-sts', mode: 'enforce', mx: ['mx1.good.test', '*.mail.good.test'] };

test('a policy is had from DNS and HTTPS, kept for its max_age, and fetched again under another id', async () => {
  const { said, resolver, close } = await world(enforce);
  expect(await Promise.all([resolver.tlsPolicy('good.test'), resolver.tlsPolicy('Good.Test.')])).toEqual([policy, policy]);
  said.now = 999_999;
  expect(await resolver.tlsPolicy('good.test')).toEqual(policy);
  expect(said.fetched).toBe(1);
  said.id = '2';
  said.text = enforce.replace('enforce', 'testing');
  expect(await resolver.tlsPolicy('good.test')).toEqual({ ...policy, mode: 'testing' });
  expect(said.fetched).toBe(2);
  await close();
});

test('a policy that was had holds while DNS or its server fails, until it is too old', async () => {
  const { said, resolver, close } = await world(enforce);
  await resolver.tlsPolicy('good.test');
  said.dns = false;
  expect(await resolver.tlsPolicy('good.test')).toEqual(policy);
  said.dns = true;
  said.id = '2';
  said.status = 500;
  expect(await resolver.tlsPolicy('good.test')).toEqual(policy);
  said.now = 1_000_001;
  expect(await resolver.tlsPolicy('good.test')).toEqual({ kind: 'none' });
  await close();
});

test.each([
  ['the domain has no record', 'plain.test', enforce, 200],
  ['the certificate proves another name', 'other.test', enforce, 200],
  ['its server says 404', 'good.test', enforce, 404],
  ['the text is no policy', 'good.test', 'hello', 200],
  ['the text has no end', 'good.test', 'x'.repeat(100_000), 200],
  ['the policy says none', 'none.test', 'version: STSv1\nmode: none\nmax_age: 86400\n', 200],
])('none if %s', async (_, domain, text, status) => {
  const { said, resolver, close } = await world(text);
  said.status = status;
  expect(await resolver.tlsPolicy(domain)).toEqual({ kind: 'none' });
  await close();
});

test('a policy that cannot be fetched is not fetched for every message', async () => {
  const { said, resolver, close } = await world('hello');
  for (let time = 0; time < 3; time += 1) await resolver.tlsPolicy('good.test');
  expect(said.fetched).toBe(1);
  said.now = 3_600_001;
  said.text = enforce;
  expect(await resolver.tlsPolicy('good.test')).toEqual(policy);
  await close();
});

test('nobody is asked when encryption is only a matter of opportunity', async () => {
  const { said, resolver, close } = await world(enforce);
  said.strictTls = 'opportunistic';
  expect(await resolver.tlsPolicy('good.test')).toEqual({ kind: 'none' });
  expect(said.fetched).toBe(0);
  await close();
});
