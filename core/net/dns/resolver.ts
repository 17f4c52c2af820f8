// The mail server's own look-ups, by the DNS settings of this moment: fixed mail servers, hosts file, remembered answers, DNS.
// Made once by host/; fits core/mail/outbound/ports.ts Resolver. RFC 5321 §5.1 leaves what an answer means to whoever asked.
import type { Answer } from 'dns-packet';
import { DnsCache } from './cache.ts';
import { fixedMailServers } from './fixed-mail-servers.ts';
import { HostsFile, systemHostsFile } from './hosts-file.ts';
import { addressRecords, mxRecords, textRecords, type Finding, type Question } from './message.ts';
import { TlsPolicies, type PolicyServer } from './mta-sts.ts';
import { dnsName, literalAddress } from './names.ts';
import { DnsServers, type Asked } from './servers.ts';
import type { AnswerSource, CacheEntry, DnsAnswer, DnsOptions, Mx, ServerState, TlsPolicy } from './types.ts';

export interface Resolver {
  mx(domain: string): Promise<DnsAnswer<readonly Mx[]>>;
  /** IPv4 first, then IPv6, each as DNS gave them. An address is its own answer. */
  addresses(host: string): Promise<DnsAnswer<readonly string[]>>;
  texts(name: string): Promise<DnsAnswer<readonly string[]>>;
  tlsPolicy(domain: string): Promise<TlsPolicy>;
  /** In the order of asking. */
  servers(): readonly ServerState[];
  cacheEntries(): Promise<CacheEntry[]>;
  clearCache(): void;
}
export interface ResolverParts {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Addresses of the system's DNS servers as node:dns writes them. */
  readonly systemServers?: () => readonly string[];
  /** Where policies of MTA-STS are fetched from, if not from port 443 with the usual authorities. */
  readonly policyServer?: PolicyServer;
}

/** Names of the hosts file that the console lists; files that block advertisements have a hundred thousand. */
const mostListedHosts = 200;
const longestAnswerText = 500;

export function createResolver(options: () => DnsOptions, parts: ResolverParts = {}): Resolver {
  return new LiveResolver(options, parts);
}

interface Learnt {
  readonly asked: Asked;
  readonly fromCache: boolean;
}

class LiveResolver implements Resolver {
  private readonly options: () => DnsOptions;
  private readonly now: () => number;
  private readonly dns: DnsServers;
  private readonly cache = new DnsCache();
  private readonly hosts = new HostsFile();
  private readonly policies: TlsPolicies;
  /** Questions on their way: who asks the same meanwhile waits for the same answer. */
  private readonly underWay = new Map<string, Promise<Learnt>>();

  constructor(options: () => DnsOptions, parts: ResolverParts) {
    this.options = options;
    this.now = parts.now ?? Date.now;
    this.dns = new DnsServers(options, parts.systemServers);
    this.policies = new TlsPolicies({ texts: (name) => this.texts(name), addresses: (host) => this.addresses(host), now: this.now, ...(parts.policyServer === undefined ? {} : { server: parts.policyServer }) });
  }

  async mx(domain: string): Promise<DnsAnswer<readonly Mx[]>> {
    const literal = literalAddress(domain);
    if (literal !== null) return { kind: 'found', records: [{ host: literal, preference: 0 }], source: aside('literal'), tries: [] };
    const name = dnsName(domain);
    if (name === null) return illegal();
    const { staticMx, useHostsFile, hostsFile, mxMs } = this.options();
    const fixed = fixedMailServers(staticMx).get(name);
    if (fixed !== undefined) return { kind: 'found', records: fixed, source: aside('fixed'), tries: [] };
    // A name of the hosts file is not asked of DNS; that it has no MX leads to its address (RFC 5321 §5.1, the implicit MX).
    if (useHostsFile && (await this.hosts.addresses(name, hostsFile)).length > 0) return { kind: 'none', problem: 'no-data', source: aside('hosts-file', hostsFile), tries: [] };
    return answerOf(await this.learn({ name, type: 'MX' }, mxMs), mxRecords);
  }

  async addresses(host: string): Promise<DnsAnswer<readonly string[]>> {
    const literal = literalAddress(host);
    if (literal !== null) return { kind: 'found', records: [literal], source: aside('literal'), tries: [] };
    const name = dnsName(host);
    if (name === null) return illegal();
    const { useHostsFile, hostsFile, aMs } = this.options();
    const listed = useHostsFile ? await this.hosts.addresses(name, hostsFile) : [];
    if (listed.length > 0) return { kind: 'found', records: listed, source: aside('hosts-file', hostsFile), tries: [] };
    const [four, six] = await Promise.all([this.learn({ name, type: 'A' }, aMs), this.learn({ name, type: 'AAAA' }, aMs)]);
    return bothFamilies(answerOf(four, addressRecords), answerOf(six, addressRecords));
  }

  async texts(text: string): Promise<DnsAnswer<readonly string[]>> {
    const name = dnsName(text);
    return name === null ? illegal() : answerOf(await this.learn({ name, type: 'TXT' }, this.options().mxMs), textRecords);
  }

  async tlsPolicy(domain: string): Promise<TlsPolicy> {
    const name = dnsName(domain);
    return this.options().strictTls === 'opportunistic' || name === null ? { kind: 'none' } : await this.policies.of(name);
  }

  servers(): readonly ServerState[] {
    return this.dns.states();
  }

  async cacheEntries(): Promise<CacheEntry[]> {
    const { staticMx, useHostsFile, hostsFile } = this.options();
    const fixed = [...fixedMailServers(staticMx)].map(([name, records]): CacheEntry => ({ name, type: 'MX', answer: mxText(records), server: '', expiresAt: null }));
    const listed = useHostsFile ? (await this.hosts.entries(hostsFile)).slice(0, mostListedHosts) : [];
    const hosts = listed.map(([name, addresses]): CacheEntry => ({ name, type: 'A', answer: addresses.join(', '), server: hostsName(hostsFile), expiresAt: null }));
    this.cache.belongTo(this.dns.fingerprint());
    const learnt = this.cache.list(this.now()).map(({ question, finding, server, expiresAt }): CacheEntry => ({ name: question.name, type: question.type, answer: findingText(finding), server, expiresAt }));
    return [...fixed, ...hosts, ...learnt];
  }

  clearCache(): void {
    this.cache.clear();
  }

  private async learn(question: Question, ms: number): Promise<Learnt> {
    const { cache } = this.options();
    const fingerprint = this.dns.fingerprint();
    this.cache.belongTo(fingerprint);
    const known = cache ? this.cache.get(question, this.now()) : null;
    if (known !== null) return { asked: { kind: 'answered', finding: known.finding, server: known.server, ms: 0, tries: [] }, fromCache: true };
    const key = `${question.type} ${question.name} ${fingerprint}`;
    const running = this.underWay.get(key);
    if (running !== undefined) return await running;
    const asking = this.ask(question, ms, fingerprint).finally(() => this.underWay.delete(key));
    this.underWay.set(key, asking);
    return await asking;
  }

  private async ask(question: Question, ms: number, fingerprint: string): Promise<Learnt> {
    const asked = await this.dns.ask(question, ms);
    if (asked.kind === 'answered' && this.options().cache && this.dns.fingerprint() === fingerprint) this.cache.set(question, asked.finding, asked.server, this.now());
    return { asked, fromCache: false };
  }
}

function answerOf<T>({ asked, fromCache }: Learnt, read: (records: readonly Answer[]) => readonly T[]): DnsAnswer<readonly T[]> {
  if (asked.kind === 'unanswered') return { kind: 'none', problem: asked.problem, source: null, tries: asked.tries };
  const source: AnswerSource = { kind: fromCache ? 'cache' : 'dns', server: asked.server, ms: asked.ms };
  if (asked.finding.kind === 'nothing') return { kind: 'none', problem: asked.finding.problem, source, tries: asked.tries };
  return { kind: 'found', records: read(asked.finding.records), source, tries: asked.tries };
}

/** What one family has is enough; else a question without an answer may still have one, and counts more than "no". */
function bothFamilies(four: DnsAnswer<readonly string[]>, six: DnsAnswer<readonly string[]>): DnsAnswer<readonly string[]> {
  const tries = [...four.tries, ...six.tries];
  if (four.kind === 'found' && six.kind === 'found') return { ...four, records: [...four.records, ...six.records], tries };
  if (four.kind === 'found') return { ...four, tries };
  if (six.kind === 'found') return { ...six, tries };
  const permanent = (answer: DnsAnswer<unknown>): boolean => answer.kind === 'none' && (answer.problem === 'no-data' || answer.problem === 'no-such-domain');
  const telling = permanent(four) ? six : four;
  return { ...telling, tries };
}

function aside(kind: 'literal' | 'fixed' | 'hosts-file', file?: string): AnswerSource {
  return { kind, server: file === undefined ? '' : hostsName(file), ms: 0 };
}

function hostsName(file: string): string {
  return file === '' ? systemHostsFile() : file;
}

function illegal(): DnsAnswer<never> {
  return { kind: 'none', problem: 'illegal-name', source: null, tries: [] };
}

function mxText(records: readonly Mx[]): string {
  return records.map(({ host, preference }) => `${preference} ${host === '' ? '.' : host}`).join(', ');
}

function findingText(finding: Finding): string {
  if (finding.kind === 'nothing') return finding.problem;
  const { records } = finding;
  return [mxText(mxRecords(records)), addressRecords(records).join(', '), textRecords(records).join(', ')].filter((text) => text !== '').join(', ').slice(0, longestAnswerText);
}
