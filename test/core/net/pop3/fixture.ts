// A POP3 server on loopback with mailboxes in memory, for one test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pop3Options } from '../../../../core/net/pop3/backend.ts';
import { createPop3Server, type Pop3Server, type Pop3ServerParts } from '../../../../core/net/pop3/server.ts';
import type { TlsMaterial } from '../../../../core/net/tls/material.ts';
import { createMemoryBackend, type MemoryBackend } from './memory-backend.ts';

/** A certificate for localhost and 127.0.0.1, signed by itself. Made by openssl. */
export function makeCertificate(commonName = 'localhost'): TlsMaterial {
  const directory = mkdtempSync(join(tmpdir(), 'pop3-certificate-'));
  try {
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', cert,
      '-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), ca: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export interface Fixture {
  readonly backend: MemoryBackend;
  readonly server: Pop3Server;
  readonly port: number;
  /** Read by the server, so that a test can change them. */
  readonly options: { -readonly [name in keyof Pop3Options]: Pop3Options[name] };
  tls: TlsMaterial;
}

export async function startPop3(parts: Partial<Pop3ServerParts> & { readonly tlsMaterial?: TlsMaterial } = {}): Promise<Fixture> {
  const backend = createMemoryBackend();
  const options = { greetingName: () => 'mail.example.test', inactiveMs: 600_000, latencyMs: 0 };
  const { tlsMaterial, ...rest } = parts;
  const fixture = { backend, options, tls: tlsMaterial ?? { key: '', cert: '', ca: '' } };
  const server = createPop3Server({ name: 'pop3', backend, options: () => options, tls: () => fixture.tls, ...rest });
  const [result] = await server.listen(['127.0.0.1'], 0);
  if (result?.listening !== true) throw new Error(result?.problem);
  return Object.assign(fixture, { server, port: result.port });
}
