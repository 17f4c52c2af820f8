// Reads certificates: what the console shows of one, and whether a pair that somebody brings can be used. No secrets leave here.
// Called by certificates.ts.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Certificate } from '../../contract/records.ts';
import { createTlsContext } from './material.ts';

/** What is wrong with a pair, for people: `field` is the one of the dialog. */
export interface CertificateProblem {
  readonly field: 'certificatePem' | 'keyPem';
  readonly code: 'certificate.unreadable' | 'certificate.expired' | 'certificate.not-yet-valid' | 'certificate.weak' | 'key.unreadable' | 'key.passphrase' | 'key.mismatch';
  readonly text: string;
}

export type CheckedPair = { readonly kind: 'ok'; readonly key: string; readonly cert: string } | { readonly kind: 'refused'; readonly problem: CertificateProblem };

/** The facts of a certificate (the first one of the text). Throws if it is none. */
export function describeCertificate(cert: string, source: Certificate['source']): Certificate {
  const certificate = new X509Certificate(cert);
  return {
    source,
    subject: commonName(certificate.subject),
    names: namesOf(certificate),
    issuer: commonName(certificate.issuer),
    validFrom: certificate.validFromDate.getTime(),
    validTo: certificate.validToDate.getTime(),
    fingerprint256: certificate.fingerprint256,
  };
}

/** Checks that certificate and key belong together and can be used now; puts the chain in order, the server's first. */
export function checkPair(certificatePem: string, keyPem: string, now: number): CheckedPair {
  const certificates = readCertificates(certificatePem);
  if (certificates.length === 0) return refused('certificatePem', 'certificate.unreadable', 'This is not a certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----.');
  const key = readKey(keyPem);
  if ('code' in key) return { kind: 'refused', problem: key };
  const server = certificates.find((one) => one.checkPrivateKey(key));
  if (server === undefined) return refused('keyPem', 'key.mismatch', 'The private key does not belong to this certificate. Choose the key that the certificate was requested with.');
  if (server.validToDate.getTime() <= now) return refused('certificatePem', 'certificate.expired', `This certificate expired on ${dateText(server.validToDate)}. Choose a renewed one.`);
  if (server.validFromDate.getTime() > now) return refused('certificatePem', 'certificate.not-yet-valid', `This certificate is valid from ${dateText(server.validFromDate)} on. Choose one that is valid today, or check the clock of this computer.`);
  const pair = { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: inOrder(server, certificates).map((one) => one.toString()).join('') };
  try {
    createTlsContext({ ...pair, ca: '' });
  } catch {
    return refused('certificatePem', 'certificate.weak', 'This certificate cannot be used for TLS: its key or its signature is too weak. Choose one with an RSA key of 2048 bits or an EC key.');
  }
  return { kind: 'ok', ...pair };
}

function refused(field: CertificateProblem['field'], code: CertificateProblem['code'], text: string): { kind: 'refused'; problem: CertificateProblem } {
  return { kind: 'refused', problem: { field, code, text } };
}

function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function readKey(pem: string): KeyObject | CertificateProblem {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isEncrypted = /ENCRYPTED/.test(pem) || (error instanceof Error && 'code' in error && error.code === 'ERR_MISSING_PASSPHRASE');
    return isEncrypted
      ? { field: 'keyPem', code: 'key.passphrase', text: 'The private key is protected by a passphrase. Save it without one first (openssl pkey -in key.pem -out plain.pem).' }
      : { field: 'keyPem', code: 'key.unreadable', text: 'This is not a private key in PEM form. It begins with -----BEGIN PRIVATE KEY-----, or RSA or EC PRIVATE KEY.' };
  }
}

/** RFC 8446 §4.4.2: the sender's certificate first, each following one certifies the one before it. The root need not be sent. */
function inOrder(server: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [server];
  let last = server;
  while (!last.checkIssued(last)) {
    const issuer = certificates.find((one) => !chain.includes(one) && last.checkIssued(one));
    if (issuer === undefined) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

/** `CN=...` of a name that node:crypto writes in lines. */
function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');
}

function namesOf(certificate: X509Certificate): string[] {
  const alternatives = certificate.subjectAltName ?? '';
  const names = [...alternatives.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = '']) => plainName(name));
  return names.length > 0 ? names : [commonName(certificate.subject)];
}

/** IPv6 addresses come as `FE80:0:0:0:0:0:0:1`. */
function plainName(name: string): string {
  return /^[0-9A-F:]+$/.test(name) && name.includes(':') ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name;
}

function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
