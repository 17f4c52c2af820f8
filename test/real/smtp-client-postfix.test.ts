// The SMTP client against Postfix: as smart host with logons and TLS, and as the MX of a domain.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HopAddress, Logon } from '../../core/net/smtp-client/types.ts';
import { hop, message, open, recorder, session } from '../core/net/smtp-client/fixture.ts';
import { makeCertificate, type TestCertificate } from '../helpers/certificate.ts';
import { startPostfix, type Postfix } from '../helpers/postfix.ts';

const directory = mkdtempSync(join(tmpdir(), 'merpati-certificate-'));
let certificate: TestCertificate;
let smartHost: Postfix;
let mx: Postfix;

beforeAll(async () => {
  chmodSync(directory, 0o755);
  certificate = makeCertificate(directory, ['smart.test']);
  smartHost = await startPostfix({ users: { ani: 'gehe im%42' }, tls: { ...certificate, required: true } });
  mx = await startPostfix({
    domains: ['b.test'], mailboxes: ['budi@b.test', 'siti@b.test', 'later@b.test', 'jörg@b.test'], refusals: { 'later@b.test': '450 4.2.0 not now' }, main: ['message_size_limit = 50000'],
  });
});
afterAll(async () => {
  await smartHost.stop();
  await mx.stop();
  rmSync(directory, { recursive: true, force: true });
});

const logon = (method: Logon['method'], password = 'gehe im%42'): Logon => ({ user: 'ani', password, method });
const smart = (more: Partial<HopAddress> = {}): HopAddress => hop(smartHost.port, { host: 'smart.test', tls: 'starttls', verify: true, logon: logon('auto'), ...more });
const trusting = () => ({ authorities: [certificate.authority] });
const text = 'From: a@a.test\r\nSubject: hello\r\n\r\n.one dot\r\n..two\r\n';

describe('as smart host', () => {
  test.each(['auto', 'plain', 'login', 'cram-md5'] as const)('logon %s over STARTTLS, and the mail arrives', async (method) => {
    const before = smartHost.messages().length;
    const client = await session(smart({ logon: logon(method) }), trusting());
    expect([client.tls, client.loggedOn, client.dsn, client.maxBytes]).toEqual([true, true, true, 10_240_000]);
    expect(await client.send(message(text, ['x@far.example']))).toMatchObject({ kind: 'answered', recipients: [{ code: 250, enhanced: '2.1.5' }], data: { code: 250, enhanced: '2.0.0' } });
    await client.quit();
    expect((await smartHost.delivered(before + 1)).at(-1)).toMatchObject({ sender: 'a@a.test', recipient: 'x@far.example', text: expect.stringMatching(/ESMTPSA[^]*Subject: hello\n\n\.one dot\n\.\.two\n$/) as string });
  });

  test('TLS from the first byte', async () => {
    const client = await session(smart({ port: smartHost.tlsPort, tls: 'tls' }), trusting());
    expect(await client.send(message(text, ['x@far.example']))).toMatchObject({ data: { code: 250 } });
    await client.quit();
  });

  test.each(['plain', 'login', 'cram-md5'] as const)('a wrong password (%s) is refused, and nobody sees it', async (method) => {
    const record = recorder();
    expect(await open(smart({ logon: logon(method, 'wrong one') }), { ...trusting(), record })).toMatchObject({ kind: 'failed', failure: { stage: 'logon', cause: 'EAUTH', reply: { code: 535, enhanced: '5.7.8' }, local: false } });
    expect(record.lines.join('\n')).not.toMatch(/wrong one|d3Jvbmcgb25l/);
  });

  test('without a logon it does not relay; without STARTTLS it does not talk', async () => {
    const client = await session(smart({ logon: null }), trusting());
    expect(await client.send(message(text, ['x@far.example']))).toMatchObject({ recipients: [{ code: 554, enhanced: '5.7.1' }], data: null });
    await client.quit();
    const clear = await session(smart({ logon: null, tls: 'none' }));
    expect(await clear.send(message(text))).toMatchObject({ mail: { code: 530, enhanced: '5.7.0' } });
    expect(await open(smart({ tls: 'none' }))).toMatchObject({ failure: { stage: 'logon', cause: 'ENOAUTH' } });
  });

  test('a certificate must prove the name when that is wanted', async () => {
    expect(await open(smart())).toMatchObject({ failure: { stage: 'tls', cause: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) as string } });
    expect(await open(smart({ host: 'other.test' }), trusting())).toMatchObject({ failure: { stage: 'tls', cause: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(await open(smart({ host: 'other.test', tls: 'tls', port: smartHost.tlsPort }), trusting())).toMatchObject({ failure: { stage: 'tls', cause: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect((await session(smart({ verify: false }))).tls).toBe(true);
    const record = recorder();
    expect((await session(smart({ tls: 'opportunistic', host: 'other.test' }), { record })).tls).toBe(true);
    expect(record.lines.some((line) => line.includes('does not prove to be other.test'))).toBe(true);
  });
});

describe('as the MX of a domain', () => {
  test('4xx, 5xx and accepted recipients each have their reply', async () => {
    const before = mx.messages().length;
    const client = await session(hop(mx.port));
    expect(await client.send(message(text, ['budi@b.test', 'nobody@b.test', 'later@b.test', 'siti@b.test']))).toMatchObject({
      kind: 'answered', mail: { code: 250 }, data: { code: 250 },
      recipients: [{ code: 250, enhanced: '2.1.5' }, { code: 550, enhanced: '5.1.1' }, { code: 450, enhanced: '4.2.0' }, { code: 250, enhanced: '2.1.5' }],
    });
    expect(await client.send(message(text, ['nobody@b.test', 'x@elsewhere.test']))).toMatchObject({ recipients: [{ code: 550 }, { code: 554, enhanced: '5.7.1' }], data: null });
    expect(await client.probe('', 'budi@b.test')).toMatchObject({ recipients: [{ code: 250 }], data: null });
    expect(await client.send(message(text, ['siti@b.test'], { reversePath: '' }))).toMatchObject({ data: { code: 250 } });
    await client.quit();
    const delivered = await mx.delivered(before + 3);
    expect(delivered.slice(before).map(({ sender, recipient }) => `${sender} ${recipient}`).sort()).toEqual([' siti@b.test', 'a@a.test budi@b.test', 'a@a.test siti@b.test']);
  });

  test('too large by SIZE is refused before a byte is sent', async () => {
    const client = await session(hop(mx.port));
    expect(client.maxBytes).toBe(50_000);
    expect(await client.send(message('x', ['budi@b.test'], { octets: 50_001, content: () => { throw new Error('asked for'); } }))).toMatchObject({ kind: 'answered', mail: { code: 552, enhanced: '5.3.4' }, recipients: [null] });
    expect(await client.send(message('x\r\n'.repeat(20_000), ['budi@b.test'], { octets: 100 }))).toMatchObject({ data: { code: 552, enhanced: '5.3.4' } });
    await client.quit();
  });

  test('DSN parameters arrive: Postfix itself reports the success', async () => {
    const before = mx.messages().length;
    const client = await session(hop(mx.port));
    const recipients = [{ address: 'budi@b.test', notify: 'SUCCESS', orcpt: 'rfc822;first+2Bone@c.test' }, { address: 'siti@b.test', notify: 'NEVER', orcpt: null }];
    expect(await client.send(message(text, [], { reversePath: 'siti@b.test', recipients, envid: 'QQ314159', ret: 'HDRS' }))).toMatchObject({ data: { code: 250 } });
    await client.quit();
    const report = (await mx.delivered(before + 3)).slice(before).find(({ sender }) => sender === '');
    expect(report?.text).toMatch(/Original-Envelope-Id: QQ314159/);
    expect(report?.text).toMatch(/Original-Recipient: rfc822;first\+one@c\.test/);
    expect(report?.text).not.toContain('siti@b.test>:');
  });

  test('letters beyond ASCII in front of the @', async () => {
    const before = mx.messages().length;
    const client = await session(hop(mx.port));
    expect(await client.send(message(text, ['jörg@b.test']))).toMatchObject({ recipients: [{ code: 250 }], data: { code: 250 } });
    await client.quit();
    expect(await mx.delivered(before + 1)).toHaveLength(before + 1);
  });

  test('line ends that would end the message for a careless server do not', async () => {
    const before = mx.messages().length;
    const client = await session(hop(mx.port));
    const forged = 'MAIL FROM:<evil@evil.test>\r\nRCPT TO:<siti@b.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx';
    for (const end of ['\n.\n', '\r.\r', '\r\n.\n', '\n.\r\n', '\r\n.\r', '\r\n.\r\n']) expect(await client.send(message(`Subject: carrier\r\n\r\nhello${end}${forged}${end}end\r\n`, ['budi@b.test']))).toMatchObject({ data: { code: 250 } });
    await client.quit();
    const delivered = (await mx.delivered(before + 6)).slice(before);
    expect(delivered.map(({ sender, recipient }) => `${sender} ${recipient}`)).toEqual(Array.from({ length: 6 }, () => 'a@a.test budi@b.test'));
    for (const { text: arrived } of delivered) expect(arrived).toMatch(/hello\n\.\nMAIL FROM:<evil[^]*\nend\n$/);
  });

  test('a large message in pieces over a slow line arrives as it was', async () => {
    const big = await startPostfix({ domains: ['b.test'] });
    const line = Buffer.from(`.${'0123456789'.repeat(7)}\r\n`);
    async function* content() {
      yield Buffer.from('Subject: big\r\n\r\n');
      for (let count = 0; count < 50_000; count += 1) yield await Promise.resolve(line);
    }
    const client = await session(hop(big.port));
    expect(await client.send(message('', ['budi@b.test'], { octets: 16 + 50_000 * line.length, content }))).toMatchObject({ data: { code: 250 } });
    await client.quit();
    const [arrived] = await big.delivered(1);
    expect(arrived?.text.slice(arrived.text.indexOf('Subject: big'))).toBe(`Subject: big\n\n${`.${'0123456789'.repeat(7)}\n`.repeat(50_000)}`);
    await big.stop();
  });
});
