// What the resolver is asked and answers. core/mail/outbound/ports.ts says the same from the side that asks (net/ may not import
// mail/); the compiler checks in host/ that both fit.

/** Where an answer came from: shown by "Explain this route" and the log. */
export interface AnswerSource {
  readonly kind: 'hosts-file' | 'fixed' | 'cache' | 'dns' | 'literal';
  /** Address of the DNS server, name of the file; '' if there is none. */
  readonly server: string;
  readonly ms: number;
}
/**
 * Why there is no answer. Permanent: `no-such-domain` (NXDOMAIN), `no-data` (the name is there, the type is not).
 * Transient: `server-failure` (SERVFAIL and nonsense), `refused`, `timeout`, `unreachable` (no line to the server), `no-servers`.
 */
export type DnsProblem = 'no-such-domain' | 'no-data' | 'server-failure' | 'refused' | 'timeout' | 'unreachable' | 'no-servers' | 'illegal-name';
/** A server that was asked without an answer. */
export interface DnsTry {
  readonly server: string;
  readonly problem: DnsProblem;
  readonly ms: number;
}
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: T; readonly source: AnswerSource; readonly tries: readonly DnsTry[] }
  | { readonly kind: 'none'; readonly problem: DnsProblem; readonly source: AnswerSource | null; readonly tries: readonly DnsTry[] };

export interface Mx {
  /** Lower case, A-labels, no dot at the end; '' is the null MX (RFC 7505). */
  readonly host: string;
  readonly preference: number;
}
export type TlsPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'mta-sts'; readonly mode: 'enforce' | 'testing'; readonly mx: readonly string[] }
  | { readonly kind: 'unknown'; readonly text: string };

/** The settings dns.*, ports.dns, timers.mxSeconds and aSeconds of this moment. */
export interface DnsOptions {
  readonly useSystem: boolean;
  /** '' = none. */
  readonly primary: string;
  readonly backup: string;
  readonly retries: number;
  readonly port: number;
  readonly useHostsFile: boolean;
  /** '' = the system's. */
  readonly hostsFile: string;
  readonly cache: boolean;
  /** `domain mail-server`, one each. */
  readonly staticMx: readonly string[];
  readonly mxMs: number;
  readonly aMs: number;
  /** The setting delivery.strictTls: `opportunistic` asks for no policy. */
  readonly strictTls: 'opportunistic' | 'policies' | 'always';
}

export type QuestionType = 'MX' | 'A' | 'AAAA' | 'TXT';

/** One answer of DNS that is remembered; contract/records.ts dnsCacheEntry. */
export interface CacheEntry {
  readonly name: string;
  readonly type: string;
  readonly answer: string;
  readonly server: string;
  readonly expiresAt: number | null;
}
/** contract/records.ts dnsServer. */
export interface ServerState {
  readonly address: string;
  readonly from: 'setting' | 'system';
  /** A DnsProblem, '' if the last answer was one. */
  readonly lastProblem: string;
}
