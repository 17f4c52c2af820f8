// POP before SMTP against Dovecot, and against servers that are none.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSmtpClient } from '../../core/net/smtp-client/client.ts';
import type { PopCheck } from '../../core/net/smtp-client/types.ts';
import { patient, recorder, type Recorded } from '../core/net/smtp-client/fixture.ts';
import { makeCertificate, type TestCertificate } from '../helpers/certificate.ts';
import { startDovecot, type Dovecot } from '../helpers/dovecot.ts';

const directory = mkdtempSync(join(tmpdir(), 'merpati-certificate-'));
let certificate: TestCertificate;
let dovecot: Dovecot;
let plain: Dovecot;

beforeAll(async () => {
  chmodSync(directory, 0o755);
  certificate = makeCertificate(directory, ['pop.test']);
  dovecot = await startDovecot({ users: { ani: 'geheim42' }, tls: { ...certificate, required: true } });
  plain = await startDovecot({ users: { ani: 'geheim42' }, mechanisms: ['plain', 'apop'] });
});
afterAll(async () => {
  await dovecot.stop();
  await plain.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function check(to: Partial<PopCheck>, record: Recorded = recorder(), addresses = ['127.0.0.1'], ms = 5000) {
  const input: PopCheck = { host: 'pop.test', port: dovecot.pop3Port, tls: 'starttls', verify: true, user: 'ani', password: 'geheim42', ...to };
  return await createSmtpClient({ authorities: () => [certificate.authority] }).popCheck(input, addresses, { ...patient, greetingMs: ms }, record, new AbortController().signal);
}

test.each([
  ['STLS required', () => ({})],
  ['STLS if offered', () => ({ tls: 'opportunistic', host: 'other.test' })],
  ['TLS', () => ({ tls: 'tls', port: dovecot.tlsPort })],
] as [string, () => Partial<PopCheck>][])('%s: it goes well, the password is nowhere', async (_, to) => {
  const record = recorder();
  expect(await check(to(), record)).toBeNull();
  expect(record.lines).toEqual(expect.arrayContaining(['> USER ani', '> PASS ******', '> QUIT', '# The POP check went well']));
  expect(record.lines.join('\n')).not.toContain('geheim42');
});

test('in clear text the password stays here if the server knows APOP', async () => {
  const record = recorder();
  expect(await check({ tls: 'none', port: plain.pop3Port }, record)).toBeNull();
  expect(record.lines).toContain('> APOP ani ******');
  expect(await check({ tls: 'none', port: plain.pop3Port, password: 'wrong' })).toMatchObject({ stage: 'pop', cause: 'EAUTH' });
});

test('refusals say what was wrong', async () => {
  expect(await check({ password: 'wrong' })).toMatchObject({ stage: 'pop', cause: 'EAUTH', local: false, text: expect.stringContaining('refused the logon') as string });
  expect(await check({ host: 'other.test' })).toMatchObject({ stage: 'pop', cause: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(await check({ port: plain.pop3Port })).toMatchObject({ stage: 'pop', cause: 'ETLS' });
  expect(await check({ user: 'ani\r\nDELE 1' })).toMatchObject({ stage: 'pop', cause: 'EINVAL' });
  expect(await check({ port: 1 })).toMatchObject({ stage: 'pop', cause: 'ECONNREFUSED' });
  expect(await check({}, recorder(), [])).toMatchObject({ stage: 'pop', cause: 'ENOTFOUND' });
});

test('the second address is tried when nobody is at the first', async () => {
  expect(await check({}, recorder(), ['127.0.0.77', '127.0.0.1'])).toBeNull();
});

test.each([
  ['nonsense', (socket: Socket) => void socket.write('SSH-2.0-x\r\n'), 'EPROTOCOL'],
  ['a line without end', (socket: Socket) => void socket.write(Buffer.alloc(1_000_000, 'x')), 'EPROTOCOL'],
  ['nothing', () => undefined, 'ETIMEDOUT'],
  ['a full mailbox of its own', (socket: Socket) => void socket.write('-ERR [SYS/TEMP] come back later\r\n'), 'SYS/TEMP'],
  ['goodbye', (socket: Socket) => void socket.end(), 'ECONNECTION'],
])('a server that says %s', async (_, greet, cause) => {
  const server = createServer((socket) => greet(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(await check({ tls: 'none', port: (server.address() as AddressInfo).port }, recorder(), ['127.0.0.1'], 300)).toMatchObject({ stage: 'pop', cause });
  server.close();
});
