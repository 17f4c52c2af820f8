// MTA-STS (RFC 8461): whether a domain wants its mail only over TLS, and from which hosts. The record is asked of our own resolver,
// the policy is fetched over HTTPS from the address that our own resolver gives; mailauth reads both. Used by resolver.ts.
// A domain whose policy cannot be had and was never had counts as one without (§5.1 there): the sender must not fail for it.
import { fetchText } from './fetch-text.ts';
import type { DnsAnswer, TlsPolicy } from './types.ts';

export interface PolicyServer {
  readonly port: number;
  /** PEM of authorities that are trusted instead of the usual ones. */
  readonly authorities: readonly string[];
}
export interface PolicyWorld {
  texts(name: string): Promise<DnsAnswer<readonly string[]>>;
  addresses(host: string): Promise<DnsAnswer<readonly string[]>>;
  now(): number;
  readonly server?: PolicyServer;
}
interface Known {
  readonly id: string;
  readonly policy: TlsPolicy;
  readonly expiresAt: number;
}

const mostDomains = 5000;
/** §3.3: a policy that could not be fetched is not asked for again at every message. */
const retryMs = 3_600_000;
const fetchMs = 30_000;
const maxPolicyBytes = 65_536;

/** Loaded at the first use: it brings 30 MB of what this has no use for. */
const readers = () => import('mailauth/lib/mta-sts.js');

export class TlsPolicies {
  private readonly world: PolicyWorld;
  private readonly known = new Map<string, Known>();
  private readonly underWay = new Map<string, Promise<TlsPolicy>>();

  constructor(world: PolicyWorld) {
    this.world = world;
  }

  async of(domain: string): Promise<TlsPolicy> {
    const running = this.underWay.get(domain);
    if (running !== undefined) return await running;
    const learning = this.learn(domain).finally(() => this.underWay.delete(domain));
    this.underWay.set(domain, learning);
    return await learning;
  }

  private async learn(domain: string): Promise<TlsPolicy> {
    const kept = this.known.get(domain);
    const valid = kept !== undefined && kept.expiresAt > this.world.now() ? kept : null;
    const id = await this.policyId(domain);
    if (id === null || id === valid?.id) return valid?.policy ?? { kind: 'none' };
    const fetched = await this.fetch(domain, id);
    // §5.1: a policy that was had and is still good holds while the new one cannot be had.
    const result = fetched ?? (valid !== null && valid.policy.kind !== 'none' ? valid : { id, policy: { kind: 'none' } as const, expiresAt: this.world.now() + retryMs });
    this.keep(domain, result);
    return result.policy;
  }

  /** Null: there is none, or it cannot be learnt now. */
  private async policyId(domain: string): Promise<string | null> {
    const resolver = async (name: string): Promise<string[][]> => {
      const answer = await this.world.texts(name);
      if (answer.kind === 'found') return answer.records.map((record) => [record]);
      throw Object.assign(new Error(answer.problem), { code: answer.problem === 'no-data' ? 'ENODATA' : 'ENOTFOUND' });
    };
    const { resolvePolicy } = await readers();
    const id = await resolvePolicy(domain, { resolver }).catch(() => false as const);
    return id === false ? null : id;
  }

  private async fetch(domain: string, id: string): Promise<Known | null> {
    const host = `mta-sts.${domain}`;
    const addresses = await this.world.addresses(host);
    if (addresses.kind === 'none') return null;
    try {
      const { parsePolicy } = await readers();
      const text = await fetchText({
        host, address: addresses.records[0] ?? '', port: this.world.server?.port ?? 443, path: '/.well-known/mta-sts.txt',
        authorities: this.world.server?.authorities ?? null, ms: fetchMs, maxBytes: maxPolicyBytes,
      });
      const policy = parsePolicy(text);
      const expiresAt = this.world.now() + (policy.maxAge ?? 0) * 1000;
      return { id, expiresAt, policy: policy.mode === 'none' ? { kind: 'none' } : { kind: 'mta-sts', mode: policy.mode, mx: policy.mx ?? [] } };
    } catch {
      return null;
    }
  }

  private keep(domain: string, result: Known): void {
    this.known.delete(domain);
    this.known.set(domain, result);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= mostDomains) break;
      this.known.delete(oldest);
    }
  }
}
