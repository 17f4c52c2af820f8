// Makes certificates: a root of our own, and server certificates that it signs. Called by certificates.ts, seldom; the library
// is loaded only then. RFC 5280; the 397 days of a server certificate are what browsers and mail clients still take.
import 'reflect-metadata'; // must come before @peculiar/x509
import { createPrivateKey, randomBytes } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension,
  SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension, X509Certificate, X509CertificateGenerator,
} from '@peculiar/x509';
import { isIP } from 'node:net';

/** PEM texts that belong together. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

const day = 24 * 60 * 60 * 1000;
const rootDays = 3650;
const serverDays = 397;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** X.520: a common name has at most 64 characters. */
const maxCommonName = 64;

/** A new root. Its name tells one installation from another in a client's list of authorities. */
export async function createAuthority(now: number): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Merpati LAN authority ${randomBytes(3).toString('hex').toUpperCase()}`] }, { O: ['Merpati'] }],
    notBefore: new Date(now - day), // a client's clock may be behind
    notAfter: new Date(now - day + rootDays * day),
    keys, signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: keys.pem, cert: certificateText(certificate) };
}

/**
 * A certificate for this server, signed by `authority`.
 *
 * @param names host names (in A-label form) and IP addresses; the first is the one shown
 */
export async function issueCertificate(authority: KeyAndCertificate, names: readonly string[], now: number): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const root = new X509Certificate(authority.cert);
  const [first = 'localhost'] = names;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [first.length > maxCommonName ? 'Merpati' : first] }],
    issuer: root.subjectName,
    notBefore: new Date(now - day),
    notAfter: new Date(Math.min(now - day + serverDays * day, root.notAfter.getTime())),
    publicKey: keys.publicKey, signingKey: await signingKey(authority.key), signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) === 0 ? 'dns' as const : 'ip' as const, value: name }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(root.publicKey),
    ],
  });
  return { key: keys.pem, cert: certificateText(certificate) };
}

// Return types are left to the compiler: node and the DOM both declare CryptoKey, and only inference fits both.

async function newKeys() {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const pem = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { publicKey: keys.publicKey, privateKey: keys.privateKey, pem };
}

async function signingKey(pem: string) {
  const bytes = Uint8Array.from(createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }));
  return await crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
}

function certificateText(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
