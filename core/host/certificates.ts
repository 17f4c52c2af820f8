// The certificate of all servers: loaded at start, made or renewed when names, addresses or time ask for it, imported on wish.
// Servers take up a new one without a restart.
import { hostname } from 'node:os';
import type { Certificate } from '../contract/records.ts';
import { sentence, type Remark } from '../contract/sentences.ts';
import { expiryWarning, importCertificate, loadOrCreateCertificates, renewCertificates, type LoadedCertificates } from '../net/tls/certificates.ts';
import type { TlsMaterial } from '../net/tls/material.ts';
import type { Store } from '../store/store.ts';
import { localAddresses } from './local-addresses.ts';
import type { Level } from './log/ring.ts';
import type { Certificates } from './parts.ts';
import { Refusal } from './refusal.ts';
import { causeSaid } from './said.ts';

const dayMs = 86_400_000;

export interface ServerCertificates extends Certificates {
  material(): TlsMaterial;
  namesChanged(): Promise<void>;
  /** Told whenever another certificate is in use. */
  onMaterial(listener: () => void): void;
  close(): void;
}

export async function createCertificates(store: Store, now: () => number, note: (remark: Remark, level: Level) => void, onChange: () => void): Promise<ServerCertificates> {
  const listeners: (() => void)[] = [];
  const options = () => ({ storage: store.values, names: namesOfThisServer(store), now: now() });
  let loaded = await loadOrCreateCertificates(options());
  if (loaded.news !== null) note(loaded.news, 'info');
  let looking: Promise<void> = Promise.resolve();

  function use(next: LoadedCertificates): Certificate {
    const changed = next.material.cert !== loaded.material.cert;
    loaded = next;
    if (next.news !== null) note(next.news, 'info');
    if (changed) {
      for (const listener of listeners) listener();
      onChange();
    }
    return next.info;
  }

  function warn(): void {
    const warning = expiryWarning(loaded.info, now());
    if (warning !== null) note(warning, 'warning');
  }
  warn();
  const daily = setInterval(() => void loadOrCreateCertificates(options()).then(use).then(warn, (error: unknown) => note(sentence('say.certificate.not-kept', { cause: causeSaid(error) }), 'error')), dayMs);
  daily.unref();

  return {
    info: () => loaded.info,
    rootPem: () => loaded.material.ca,
    material: () => loaded.material,
    onMaterial: (listener) => void listeners.push(listener),
    namesChanged() {
      // One after the other: two at once would each make a certificate, and the one in use might not be the one kept.
      looking = looking.catch(() => undefined).then(async () => void use(await loadOrCreateCertificates(options())));
      return looking;
    },
    async import(certificatePem, keyPem) {
      const outcome = await importCertificate(certificatePem, keyPem, { storage: store.values, now: now() });
      if (outcome.kind === 'refused') throw new Refusal(outcome.problem.code, outcome.problem.text, outcome.problem.field);
      note(sentence('say.certificate.imported'), 'info');
      return use(outcome.certificates);
    },
    async renew() {
      return use(await renewCertificates(options()));
    },
    close: () => clearInterval(daily),
  };
}

/** What clients call this server: its domains, its name, its addresses. */
function namesOfThisServer(store: Store): string[] {
  const settings = store.settings.read().values;
  const domains = store.domains.list();
  const own = [settings['domain.ip'], ...domains.map(({ ip }) => ip), ...localAddresses()].filter((address) => address !== '');
  const helo = settings['domain.helo'].startsWith('[') ? '' : settings['domain.helo'];
  return [helo, ...domains.map(({ name }) => name), hostname(), 'localhost', ...own, '127.0.0.1', '::1'].filter((name) => name !== '');
}
