// The hosts that take mail for a domain, best first: MX records by preference, equal ones shuffled; the domain itself when it has none.
// RFC 5321 §5.1 (and the implicit MX), RFC 7505 (domains that take no mail). Called by direct-way.ts.
import type { RouteStepRecord } from '../../contract/records.ts';
import { reason } from '../describe.ts';
import { noAnswer, tellMailServers, tellTries } from './dns-steps.ts';
import type { AnswerSource, Mx } from './ports.ts';
import type { NoWay, PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export type MailServers = { readonly kind: 'found'; readonly hosts: readonly Mx[]; readonly by: AnswerSource['kind'] | 'implicit' } | NoWay;

export async function mailServersOf(domain: string, { resolver, random }: Pick<PlanContext, 'resolver' | 'random'>, steps: RouteStepRecord[]): Promise<MailServers> {
  const answer = await resolver.mx(domain);
  tellTries(answer.tries, domain, steps);
  if (answer.kind === 'none') {
    if (answer.problem !== 'no-data') return noAnswer(answer, domain, domain, steps);
    const server = answer.source?.server ?? '';
    steps.push(answer.source?.kind === 'hosts-file' ? step('mx-hosts-file', { domain, server }) : step('mx-none', { domain, server }));
    return { kind: 'found', hosts: [{ host: domain, preference: 0 }], by: 'implicit' };
  }
  // RFC 7505 §3: a null MX stands alone; beside others it is a mistake, and the others count.
  const hosts = inOrder(answer.records.filter(({ host }) => host !== ''), random);
  if (hosts.length === 0) {
    steps.push(step('mx-null', { domain }, 'error'));
    return { kind: 'undeliverable', reason: reason('dns.null-mx', { domain }) };
  }
  tellMailServers(answer.source, domain, hosts.map(({ host, preference }) => `${preference} ${host}`).join(', '), steps);
  return { kind: 'found', hosts, by: answer.source.kind };
}

/** Lower preference first; a host that is named twice counts once. */
function inOrder(records: readonly Mx[], random: () => number): Mx[] {
  const drawn = records.map((record) => ({ record, draw: random() }));
  drawn.sort((one, other) => one.record.preference - other.record.preference || one.draw - other.draw);
  const seen = new Set<string>();
  return drawn.map(({ record }) => record).filter(({ host }) => !seen.has(host) && seen.add(host));
}
