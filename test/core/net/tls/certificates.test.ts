import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, isIP, type AddressInfo } from 'node:net';
import { checkServerIdentity, connect, TLSSocket, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expiryWarning, importCertificate, loadOrCreateCertificates, renewCertificates, type CertificateStorage,
} from '../../../../core/net/tls/certificates.ts';
import { createTlsContext, type TlsMaterial } from '../../../../core/net/tls/material.ts';
import { run } from '../../../helpers/run.ts';

const now = Date.now();
const day = 24 * 60 * 60 * 1000;
const names = ['mail.majuterus.lan', 'majuterus.lan', 'kantor', '127.0.0.1', '::1', 'bücher.example'];

class Shelf implements CertificateStorage {
  readonly values = new Map<string, string>();
  readonly secrets = new Set<string>();
  read(name: string): string | null { return this.values.get(name) ?? null; }
  save(name: string, value: string, options?: { secret?: boolean }): Promise<void> {
    this.values.set(name, value);
    if (options?.secret === true) this.secrets.add(name);
    return Promise.resolve();
  }
}

/** What a client sees of a server with this certificate: null when it is content. */
async function clientProblem(material: TlsMaterial, options: ConnectionOptions): Promise<string | null> {
  const secureContext = createTlsContext(material);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined).on('secure', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options });
  const problem = await new Promise<string | null>((resolve) => {
    socket.once('secureConnect', () => resolve(null)).once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  socket.destroy();
  server.close();
  return problem;
}

describe('our own authority', () => {
  const storage = new Shelf();

  test('is made once; every name is in the certificate, shown as the console shows it', async () => {
    const first = await loadOrCreateCertificates({ storage, names, now });
    expect(first.info).toMatchObject({
      source: 'own-authority', subject: 'mail.majuterus.lan',
      names: ['mail.majuterus.lan', 'majuterus.lan', 'kantor', '127.0.0.1', '::1', 'xn--bcher-kva.example'],
    });
    expect(first.info.issuer).toMatch(/^Merpati LAN authority [0-9A-F]{6}$/);
    expect(first.info.validTo - first.info.validFrom).toBe(397 * day);
    expect(first.news?.text).toMatch(/^Made a certificate authority and a server certificate for mail\.majuterus\.lan/);
    const again = await loadOrCreateCertificates({ storage, names, now: now + day });
    expect(again).toEqual({ ...first, news: null });
    expect([...storage.values.keys()].every((name) => storage.secrets.has(name))).toBe(true);
  });

  test.each([
    ['mail.majuterus.lan', null], ['kantor', null], ['127.0.0.1', null], ['::1', null], ['xn--bcher-kva.example', null],
    ['mail.elsewhere.lan', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('a client that trusts the root and looks for %s hears %s', async (servername, problem) => {
    const { material } = await loadOrCreateCertificates({ storage, names, now });
    // An address is never sent as SNI; the client compares it all the same.
    const options: ConnectionOptions = isIP(servername) === 0 ? { servername } : { checkServerIdentity: (_host, certificate) => checkServerIdentity(servername, certificate) };
    expect(await clientProblem(material, { ca: material.ca, ...options })).toBe(problem);
  });

  test('a client that does not know the root refuses', async () => {
    const { material } = await loadOrCreateCertificates({ storage, names, now });
    expect(await clientProblem(material, { servername: 'kantor' })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('TLS 1.1 is refused, 1.2 and 1.3 are taken', async () => {
    const { material } = await loadOrCreateCertificates({ storage, names, now });
    const client = { ca: material.ca, servername: 'kantor' };
    expect(await clientProblem(material, { ...client, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).not.toBeNull();
    expect(await clientProblem(material, { ...client, maxVersion: 'TLSv1.2' })).toBeNull();
    expect(await clientProblem(material, { ...client, minVersion: 'TLSv1.3' })).toBeNull();
  });

  test('another name, or less than 30 days left: a new certificate of the same authority', async () => {
    const before = await loadOrCreateCertificates({ storage, names, now });
    const renamed = await loadOrCreateCertificates({ storage, names: [...names, 'second.lan'], now });
    expect(renamed.material.ca).toBe(before.material.ca);
    expect(renamed.info.names).toContain('second.lan');
    expect(renamed.news?.text).toMatch(/^Made a new server certificate/);
    const late = await loadOrCreateCertificates({ storage, names: [...names, 'second.lan'], now: now + 368 * day });
    expect(late.material.ca).toBe(before.material.ca);
    expect(late.info.validTo).toBeGreaterThan(now + 700 * day);
  });

  test('an authority at its end, a clock that was wrong, or a damaged value: made anew', async () => {
    const before = await loadOrCreateCertificates({ storage: new Shelf(), names, now });
    const shelf = new Shelf();
    const future = await loadOrCreateCertificates({ storage: shelf, names, now: now + 3000 * day });
    const present = await loadOrCreateCertificates({ storage: shelf, names, now });
    expect(present.material.ca).not.toBe(future.material.ca);
    expect(present.info.validFrom).toBe(before.info.validFrom);
    const end = await loadOrCreateCertificates({ storage: shelf, names, now: now + 3640 * day });
    expect(end.material.ca).not.toBe(present.material.ca);
    shelf.values.set('certificate.server', '{"key":"x"');
    expect((await loadOrCreateCertificates({ storage: shelf, names, now: now + 3640 * day })).news?.text).toMatch(/^Made a new server certificate/);
  });
});

describe('a certificate that somebody brings', () => {
  let folder = '';
  const openssl = async (...args: readonly string[]): Promise<string> => {
    const { code, out, all } = await run('openssl', args, { cwd: folder });
    if (code !== 0) throw new Error(all);
    return out;
  };
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'certificates-'));
    writeFileSync(join(folder, 'server.ext'), 'subjectAltName=DNS:mail.example.test\n');
    await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-subj', '/CN=Some Root', '-days', '30');
    await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=mail.example.test');
    await openssl('x509', '-req', '-in', 'server.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '20', '-extfile', 'server.ext', '-out', 'server.pem');
    await openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', 'weak.key', '-out', 'weak.pem', '-subj', '/CN=weak', '-days', '30');
    await openssl('pkey', '-in', 'server.key', '-aes128', '-passout', 'pass:x', '-out', 'locked.key');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is used from then on, its chain in order whatever order it came in; renewing goes back to our own', async () => {
    const storage = new Shelf();
    const own = await loadOrCreateCertificates({ storage, names, now });
    const result = await importCertificate(read('root.pem') + read('server.pem'), read('server.key'), { storage, now: Date.now() });
    if (result.kind === 'refused') throw new Error(result.problem.text);
    expect(result.certificates.info).toMatchObject({ source: 'imported', subject: 'mail.example.test', issuer: 'Some Root', names: ['mail.example.test'] });
    expect(result.certificates.material.cert).toBe(read('server.pem') + read('root.pem'));
    expect(await loadOrCreateCertificates({ storage, names, now })).toEqual(result.certificates);
    expect(await clientProblem(result.certificates.material, { ca: read('root.pem'), servername: 'mail.example.test' })).toBeNull();
    expect(expiryWarning(result.certificates.info, Date.now())?.text).toMatch(/^The certificate of mail\.example\.test expires in (19|20) days\. Import a renewed one/);
    expect(expiryWarning(result.certificates.info, now + 40 * day)?.text).toMatch(/has expired/);
    const back = await renewCertificates({ storage, names, now });
    expect(back.material.ca).toBe(own.material.ca);
    expect(back.info.fingerprint256).not.toBe(own.info.fingerprint256);
    expect(expiryWarning(back.info, now)).toBeNull();
  });

  test.each([
    ['nothing', '', 'server.key', 0, 'certificate.unreadable'],
    ['the key in place of the certificate', 'server.key', 'server.key', 0, 'certificate.unreadable'],
    ['the certificate in place of the key', 'server.pem', 'server.pem', 0, 'key.unreadable'],
    ['a locked key', 'server.pem', 'locked.key', 0, 'key.passphrase'],
    ['the key of another one', 'server.pem', 'root.key', 0, 'key.mismatch'],
    ['a weak key', 'weak.pem', 'weak.key', 0, 'certificate.weak'],
    ['an expired certificate', 'server.pem', 'server.key', 40, 'certificate.expired'],
    ['a certificate of tomorrow', 'server.pem', 'server.key', -2, 'certificate.not-yet-valid'],
  ])('%s is refused, and nothing changes', async (_what, certificate, key, days, code) => {
    const storage = new Shelf();
    const result = await importCertificate(certificate === '' ? '' : read(certificate), read(key), { storage, now: Date.now() + days * day });
    expect(result).toMatchObject({ kind: 'refused', problem: { code } });
    expect(storage.values.size).toBe(0);
  });

  test('openssl verifies our server certificate against our root', async () => {
    const { material } = await loadOrCreateCertificates({ storage: new Shelf(), names, now });
    writeFileSync(join(folder, 'own-root.pem'), material.ca);
    writeFileSync(join(folder, 'own.pem'), material.cert);
    expect(await openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'majuterus.lan', '-CAfile', 'own-root.pem', 'own.pem')).toContain('own.pem: OK');
    expect(await openssl('verify', '-x509_strict', '-verify_ip', '::1', '-CAfile', 'own-root.pem', 'own.pem')).toContain('own.pem: OK');
  });
});
