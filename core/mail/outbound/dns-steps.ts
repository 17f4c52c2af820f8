// Answers of DNS in words, and what a look-up without a usable answer means for a message. NXDOMAIN and "no such record" are for good;
// everything else passes. Used by mail-servers.ts and addresses.ts.
import type { RouteStepRecord } from '../../contract/records.ts';
import { reason } from '../describe.ts';
import type { StepKind } from './steps.ts';
import type { AnswerSource, DnsAnswer, DnsProblem, DnsTry } from './ports.ts';
import type { NoWay } from './route-plan.ts';
import { step } from './steps.ts';

/** Every server that was asked in vain. @param name what was asked about */
export function tellTries(tries: readonly DnsTry[], name: string, steps: RouteStepRecord[]): void {
  for (const { server, problem, ms } of tries) {
    const kind = problem === 'timeout' || problem === 'refused' || problem === 'unreachable' ? problem : 'server-failure';
    steps.push(step(`dns-try.${kind}`, { server, name, ms }, 'warning'));
  }
}

export function tellMailServers({ kind, server, ms }: AnswerSource, domain: string, hosts: string, steps: RouteStepRecord[]): void {
  const facts = { domain, hosts, server, ms };
  steps.push(kind === 'cache' ? step('mx-cache', facts) : kind === 'fixed' ? step('mx-fixed', facts) : step('mx-dns', facts));
}

export function tellAddresses({ kind, server, ms }: AnswerSource, host: string, addresses: readonly string[], steps: RouteStepRecord[]): void {
  const kinds: Readonly<Record<AnswerSource['kind'], StepKind>> = { 'cache': 'addresses-cache', 'hosts-file': 'addresses-hosts-file', 'literal': 'address-literal', 'dns': 'addresses-dns', 'fixed': 'addresses-dns' };
  steps.push(step(kinds[kind], { host, addresses: addresses.join(', '), server, ms }));
}

/** @param domain of the recipients, whom the reason speaks of; `name` is what was asked about */
export function noAnswer(answer: Extract<DnsAnswer<unknown>, { kind: 'none' }>, name: string, domain: string, steps: RouteStepRecord[]): NoWay {
  const { problem, source } = answer;
  switch (problem) {
    case 'no-such-domain':
      steps.push(step('no-such-domain', { domain: name, server: source?.server ?? '' }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.no-such-domain', { domain }) };
    case 'no-data':
      steps.push(step('addresses-none', { host: name }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.no-host', { domain }) };
    case 'illegal-name':
      steps.push(step('illegal', { domain: name }, 'error'));
      return { kind: 'undeliverable', reason: reason('dns.illegal', { domain: name }) };
    case 'unreachable':
      steps.push(step('dns-unreachable', {}, 'error'));
      return { kind: 'later', reason: reason('line.down'), line: true };
    case 'no-servers':
      steps.push(step('dns-no-servers', {}, 'error'));
      return failed(domain, problem);
    case 'server-failure': case 'refused': case 'timeout':
      steps.push(step('dns-failed', { name }, 'error'));
      return failed(domain, problem);
  }
}

function failed(domain: string, problem: DnsProblem): NoWay {
  return { kind: 'later', reason: reason('dns.failed', { domain, problem }), line: false };
}
