// The certificate that all servers use: one of our own authority, made at the first start and renewed by itself, or one that
// was imported. host/ loads it at start, again when names or addresses change, and once a day; servers then take it up without
// a restart. The authority stays as long as it is valid: clients trust it once. Pairs are stored as secrets.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Certificate } from '../../contract/records.ts';
import { sentence, type Sentence } from '../../contract/sentences.ts';
import type { KeyAndCertificate } from './authority.ts';
import { checkPair, describeCertificate, type CertificateProblem } from './inspect.ts';
import type { TlsMaterial } from './material.ts';

/** Small named texts that outlive the program; `secret` ones are encrypted. */
export interface CertificateStorage {
  read(name: string): string | null;
  save(name: string, value: string, options?: { secret?: boolean }): Promise<void>;
}

export interface LoadedCertificates {
  readonly material: TlsMaterial;
  readonly info: Certificate;
  /** What was made now, for the log; null if all was there. */
  readonly news: Sentence | null;
}

export interface CertificateOptions {
  readonly storage: CertificateStorage;
  /** What clients call this server: host names, mail domains, IP addresses. The first is the one shown. */
  readonly names: readonly string[];
  readonly now: number;
}

const storedPair = z.object({ key: z.string(), cert: z.string() });

/** Long enough for somebody to act before clients complain. */
const renewalMs = 30 * 24 * 60 * 60 * 1000;

/** The certificate as it is to be used now; makes or renews what is missing, about to expire, or does not have all names. */
export async function loadOrCreateCertificates(options: CertificateOptions): Promise<LoadedCertificates> {
  const imported = readPair(options.storage, 'imported');
  if (imported === null || options.storage.read('certificate.source') !== 'imported') return await ownCertificates(options, false);
  return { material: { ...imported, ca: '' }, info: describeCertificate(imported.cert, 'imported'), news: null };
}

/** Uses a certificate that somebody brings, from now on. Refused unless key and certificate belong together and are valid. */
export async function importCertificate(
  certificatePem: string, keyPem: string, { storage, now }: Pick<CertificateOptions, 'storage' | 'now'>,
): Promise<{ readonly kind: 'ok'; readonly certificates: LoadedCertificates } | { readonly kind: 'refused'; readonly problem: CertificateProblem }> {
  const checked = checkPair(certificatePem, keyPem, now);
  if (checked.kind === 'refused') return checked;
  const { key, cert } = checked;
  await savePair(storage, 'imported', { key, cert });
  await storage.save('certificate.source', 'imported');
  return { kind: 'ok', certificates: { material: { key, cert, ca: '' }, info: describeCertificate(cert, 'imported'), news: null } };
}

/** A new certificate of our own authority, in place of an imported one too. The authority itself stays. */
export async function renewCertificates(options: CertificateOptions): Promise<LoadedCertificates> {
  await options.storage.save('certificate.source', 'own-authority');
  return await ownCertificates(options, true);
}

/** When to tell the administrator: an imported certificate is not renewed by itself. Null while there is time. */
export function expiryWarning(info: Certificate, now: number): Sentence | null {
  const { subject } = info;
  const days = Math.floor((info.validTo - now) / (24 * 60 * 60 * 1000));
  if (info.source !== 'imported' || info.validTo - now > renewalMs) return null;
  if (info.validTo <= now) return sentence('say.certificate.expired', { subject });
  return days < 2 ? sentence('say.certificate.expires-soon', { subject }) : sentence('say.certificate.expires', { subject, days });
}

async function ownCertificates({ storage, names, now }: CertificateOptions, anew: boolean): Promise<LoadedCertificates> {
  const wanted = certificateNames(names);
  const found = readPair(storage, 'authority');
  const authority = found !== null && isCurrent(found, now) ? found : await newAuthority(storage, now);
  const server = readPair(storage, 'server');
  const fits = !anew && server !== null && authority === found && isCurrent(server, now) && hasNames(server, wanted);
  const used = fits ? server : await newServerCertificate(storage, authority, wanted, now);
  const info = describeCertificate(used.cert, 'own-authority');
  const made = { names: info.names.join(', ') };
  const news = authority !== found ? sentence('say.certificate.authority', made) : fits ? null : sentence('say.certificate.server', made);
  return { material: { ...used, ca: authority.cert }, info, news };
}

async function newAuthority(storage: CertificateStorage, now: number): Promise<KeyAndCertificate> {
  const { createAuthority } = await import('./authority.ts');
  const authority = await createAuthority(now);
  await savePair(storage, 'authority', authority);
  return authority;
}

async function newServerCertificate(storage: CertificateStorage, authority: KeyAndCertificate, names: readonly string[], now: number): Promise<KeyAndCertificate> {
  const { issueCertificate } = await import('./authority.ts');
  const server = await issueCertificate(authority, names, now);
  await savePair(storage, 'server', server);
  return server;
}

/** Valid, and for a while yet; made with a clock that was not ahead of today's. */
function isCurrent(pair: KeyAndCertificate, now: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(pair.cert);
  return validFromDate.getTime() <= now && validToDate.getTime() - now >= renewalMs;
}

function hasNames(pair: KeyAndCertificate, wanted: readonly string[]): boolean {
  return describeCertificate(pair.cert, 'own-authority').names.join('\n') === wanted.join('\n');
}

/** As they stand in a certificate: A-labels in lower case, addresses in their short form, each once. */
function certificateNames(names: readonly string[]): string[] {
  const usable = names.map((name) => (isIP(name) === 0 ? domainToASCII(name) : shortAddress(name))).filter((name) => name !== '');
  return usable.length === 0 ? ['localhost'] : [...new Set(usable)];
}

function shortAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1) : address;
}

type PairName = 'authority' | 'server' | 'imported';

/** Null if there is none, or none that can be used: it is made anew then. */
function readPair(storage: CertificateStorage, name: PairName): KeyAndCertificate | null {
  const text = storage.read(`certificate.${name}`);
  if (text === null) return null;
  try {
    const pair = storedPair.parse(JSON.parse(text));
    return new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key)) ? pair : null;
  } catch {
    return null;
  }
}

/** One value, so that a crash never leaves a key beside another certificate. */
async function savePair(storage: CertificateStorage, name: PairName, pair: KeyAndCertificate): Promise<void> {
  await storage.save(`certificate.${name}`, JSON.stringify(pair), { secret: true });
}
