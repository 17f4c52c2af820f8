// Test of the DNS servers, with what is typed in the dialog: each is asked by itself, so that a silent one shows.
import type { DnsAnswer, Mx, Resolver, TranscriptRecord } from '../../mail/outbound/ports.ts';
import { verdict, type Verdict } from './report.ts';

export interface DnsCheck {
  readonly servers: readonly string[];
  /** Asks this server alone, without a cache. */
  readonly resolverOf: (server: string) => Pick<Resolver, 'mx' | 'addresses'>;
  /** The domain whose mail servers are looked up. */
  readonly name: string;
}

export async function checkDns({ servers, resolverOf, name }: DnsCheck, record: TranscriptRecord, signal: AbortSignal): Promise<Verdict> {
  if (servers.length === 0) return verdict('dns.empty');
  let good: { server: string; ms: number; answer: string } | null = null;
  const silent: string[] = [];
  for (const server of servers) {
    signal.throwIfAborted();
    const started = performance.now();
    const answer = await resolverOf(server).mx(name);
    const ms = Math.round(performance.now() - started);
    record.note(`${server}: ${inWords(answer, name)} (${ms} ms)`, works(answer) ? 'info' : 'warning');
    if (!works(answer)) silent.push(server);
    else good ??= { server, ms, answer: answer.kind === 'found' ? answer.records.map(({ host }) => host).join(', ') : '' };
  }
  if (good === null) return verdict('dns.none');
  if (silent.length > 0) return { ...verdict('dns.some', { server: good.server, failed: silent.join(', ') }), ok: true };
  return good.answer === '' ? verdict('dns.ok-no-mx', { ...good, name }) : verdict('dns.ok', { ...good, name });
}

/** The server has answered, whatever it said about the name. */
function works(answer: DnsAnswer<readonly Mx[]>): boolean {
  return answer.kind === 'found' || answer.problem === 'no-such-domain' || answer.problem === 'no-data';
}

function inWords(answer: DnsAnswer<readonly Mx[]>, name: string): string {
  if (answer.kind === 'found') return `${name} has the mail servers ${answer.records.map(({ host, preference }) => `${host === '' ? '(none: null MX)' : host} ${preference}`).join(', ')}`;
  switch (answer.problem) {
    case 'no-such-domain': return `answers that ${name} does not exist`;
    case 'no-data': return `answers that ${name} has no MX record`;
    case 'refused': return 'refuses to answer';
    case 'timeout': return 'does not answer';
    case 'unreachable': return 'cannot be reached';
    default: return 'gave no usable answer';
  }
}
