// A test authority and certificates that it signs, made by openssl: for servers that nobody here wrote, and clients that must check them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificate {
  readonly keyFile: string;
  /** The certificate alone; the authority is not in it. */
  readonly certificateFile: string;
  /** PEM of the authority that signed it. */
  readonly authority: string;
}

/** @param names DNS names; addresses as `IP:127.0.0.1` */
export function makeCertificate(directory: string, names: readonly string[]): TestCertificate {
  mkdirSync(directory, { recursive: true });
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Test authority', '-keyout', file('authority.key'), '-out', file('authority.pem'));
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${names[0] ?? ''}`, '-keyout', file('key.pem'), '-out', file('request.pem'));
  writeFileSync(file('names'), `subjectAltName=${names.map((name) => name.includes(':') ? name : `DNS:${name}`).join(',')}\n`);
  openssl('x509', '-req', '-in', file('request.pem'), '-CA', file('authority.pem'), '-CAkey', file('authority.key'), '-CAcreateserial', '-days', '2', '-extfile', file('names'), '-out', file('certificate.pem'));
  return { keyFile: file('key.pem'), certificateFile: file('certificate.pem'), authority: readFileSync(file('authority.pem'), 'utf8') };
}
