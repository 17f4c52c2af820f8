// The hosts that take mail for a domain, best first: MX records by preference (equal ones shuffled), or the domain itself when it
// has none. RFC 5321 §5.1; RFC 7505 for domains that take no mail.
import type { RouteStepRecord } from '../../contract/records.ts';
import { reason, type Reason } from '../describe.ts';
import type { AnswerSource, DnsAnswer, DnsProblem, Mx } from './ports.ts';
import type { PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export type MailServers =
  | { readonly kind: 'found'; readonly hosts: readonly string[] }
  | { readonly kind: 'undeliverable'; readonly reason: Reason }
  | { readonly kind: 'later'; readonly reason: Reason; readonly line: boolean };

export async function mailServersOf(domain: string, { resolver, random }: PlanContext, steps: RouteStepRecord[]): Promise<MailServers> {
  const answer = await resolver.mx(domain);
  noteTries(answer, steps);
  if (answer.kind === 'none') {
    // The name is there without MX: its own address takes the mail. Whether it has one shows when it is looked up.
    if (answer.problem === 'no-data') {
      steps.push(step('mx-none', { domain }));
      return { kind: 'found', hosts: [domain] };
    }
    return failed(domain, answer.problem, answer.source, steps);
  }
  const records = answer.records;
  if (records.some(({ host }) => host === '')) {
    // RFC 7505 §3: a null MX stands alone; beside others it is a mistake and the others count.
    const others = records.filter(({ host }) => host !== '');
    if (others.length === 0) {
      steps.push(step('mx-null', { domain }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.null-mx', { domain }) };
    }
    return { kind: 'found', hosts: inOrder(others, random) };
  }
  const hosts = inOrder(records, random);
  const { kind, server, ms } = answer.source;
  const facts = { domain, hosts: hosts.join(', '), source: sourceName(answer.source), server, ms };
  steps.push(step(kind === 'cache' ? 'mx-cached' : kind === 'fixed' ? 'mx-fixed' : 'mx-found', facts));
  return { kind: 'found', hosts };
}

export function noteTries(answer: DnsAnswer<unknown>, steps: RouteStepRecord[]): void {
  for (const { server, problem, ms } of answer.tries) steps.push(step('dns-try', { server, problem, ms }, 'warning'));
}

/** What a look-up without a usable answer means for a message. */
export function failed(name: string, problem: DnsProblem, source: AnswerSource | null, steps: RouteStepRecord[]): Exclude<MailServers, { kind: 'found' }> {
  switch (problem) {
    case 'no-such-domain':
      steps.push(step('dns-no-such-domain', { domain: name, source: source === null ? 'DNS' : sourceName(source) }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.no-such-domain', { domain: name }) };
    case 'no-data':
      steps.push(step('addresses-none', { host: name }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.no-host', { domain: name }) };
    case 'illegal-name':
      steps.push(step('dns-failed', { name, problem }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.illegal', { domain: name }) };
    case 'unreachable':
      steps.push(step('dns-failed', { name, problem }, 'error'));
      return { kind: 'later', reason: reason('line.down'), line: true };
    case 'server-failure': case 'refused': case 'timeout': case 'no-servers':
      steps.push(step('dns-failed', { name, problem }, 'error'));
      return { kind: 'later', reason: reason('dns.failed', { domain: name, problem }), line: false };
  }
}

export function sourceName({ kind, server }: AnswerSource): string {
  if (kind === 'hosts-file') return server === '' ? 'the hosts file' : server;
  return server === '' ? kind : server;
}

/** RFC 5321 §5.1: lower preference first, equal ones in random order to share the load. */
function inOrder(records: readonly Mx[], random: () => number): string[] {
  const shuffled = records.map((record) => ({ ...record, order: random() }));
  shuffled.sort((one, other) => one.preference - other.preference || one.order - other.order);
  return [...new Set(shuffled.map(({ host }) => host))];
}
