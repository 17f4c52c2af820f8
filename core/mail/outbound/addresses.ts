// From hosts to addresses to try, in order: looked up together, what cannot be called or is of a family that this computer does not have
// left out, and cut off where mail would come back to ourselves. RFC 5321 §5.1.
import type { RouteStepRecord } from '../../contract/records.ts';
import { reason } from '../describe.ts';
import { noAnswer, tellAddresses, tellTries } from './dns-steps.ts';
import { primaryHelo, sourceFor, type Identity } from './identity.ts';
import { canBeCalled, families, familyOf, isLoopback, isOwnEnd, normalAddress } from './own-ends.ts';
import type { HopAddress, Mx } from './ports.ts';
import type { NoWay, PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export type HopStyle = Pick<HopAddress, 'port' | 'tls' | 'verify' | 'logon'>;
export type Hops = { readonly kind: 'found'; readonly hops: readonly HopAddress[] } | NoWay;
export interface HopsQuestion {
  readonly hosts: readonly Mx[];
  readonly style: HopStyle;
  readonly identity: Identity;
  /** Whose servers they are, for the words; of a smart host its own name. */
  readonly domain: string;
}

/** More are not tried at a time; another try may begin with others. */
const mostAddresses = 10;
const mostOfHost = 5;
const mostHosts = 10;

export async function hopsOf(question: HopsQuestion, context: PlanContext, steps: RouteStepRecord[]): Promise<Hops> {
  const { style, identity, domain } = question;
  const found = await lookUp(question, context, steps);
  const own = found.hosts.find(({ host, addresses }) => host === primaryHelo(context) || addresses.some((address) => isOwnEnd(address, style.port, context)));
  // Ourselves, and whoever is not preferred to us: they would send it back to us.
  const before = own === undefined ? found.hosts : found.hosts.filter(({ preference }) => preference < own.preference);
  if (own !== undefined) steps.push(step('own-host', { host: own.host }, 'warning'));
  if (own !== undefined && before.length === 0) {
    steps.push(step('loop', { domain }, 'error'));
    return { kind: 'undeliverable', reason: reason('host.loop', { domain }) };
  }
  const callable = before.flatMap(({ host, addresses }) => addresses.filter((address) => canBeCalled(address) || note(steps, 'unusable', host, address)).slice(0, mostOfHost).map((address) => ({ host, address })));
  const reachable = withinReach(callable, identity, context, steps);
  if (reachable.length === 0 && callable.length > 0) {
    steps.push(step('family-none', { domain }, 'error'));
    return { kind: 'later', reason: reason('host.unreachable', { host: domain, cause: 'IPv6' }), line: false };
  }
  if (reachable.length === 0) return found.problem ?? nowhere(domain, steps);
  if (reachable.length > mostAddresses) steps.push(step('many-addresses', { count: mostAddresses }));
  return { kind: 'found', hops: reachable.slice(0, mostAddresses).map(({ host, address }) => ({ ...style, host, address, helo: identity.helo, sourceAddress: sourceOf(address, identity, steps) })) };
}

interface Known {
  readonly host: string;
  readonly preference: number;
  readonly addresses: readonly string[];
}

/** @returns the hosts with addresses, and what is the matter if there are none: a reason to wait counts more than one to give up */
async function lookUp({ hosts, domain }: HopsQuestion, { resolver }: PlanContext, steps: RouteStepRecord[]): Promise<{ readonly hosts: readonly Known[]; readonly problem: NoWay | null }> {
  const asked = hosts.slice(0, mostHosts);
  const answers = await Promise.all(asked.map(({ host }) => resolver.addresses(host)));
  const known: Known[] = [];
  let problem: NoWay | null = null;
  for (const [index, { host, preference }] of asked.entries()) {
    const answer = answers[index];
    if (answer === undefined) continue;
    tellTries(answer.tries, host, steps);
    if (answer.kind === 'found') {
      tellAddresses(answer.source, host, answer.records, steps);
      known.push({ host, preference, addresses: answer.records.map(normalAddress) });
    } else {
      const why = whyNone(answer, host, domain, steps);
      if (problem?.kind !== 'later') problem = why;
    }
  }
  return { hosts: known, problem };
}

/** That a mail server is not to be found says nothing about whether its domain exists. */
function whyNone(answer: Parameters<typeof noAnswer>[0], host: string, domain: string, steps: RouteStepRecord[]): NoWay {
  if (host === domain || (answer.problem !== 'no-such-domain' && answer.problem !== 'illegal-name')) return noAnswer(answer, host, domain, steps);
  steps.push(step('addresses-none', { host }, 'warning'));
  return { kind: 'undeliverable', reason: reason('dns.no-host', { domain }) };
}

function nowhere(domain: string, steps: RouteStepRecord[]): NoWay {
  steps.push(step('no-host', { domain }, 'error'));
  return { kind: 'undeliverable', reason: reason('dns.no-host', { domain }) };
}

interface End {
  readonly host: string;
  readonly address: string;
}

/** Of the families that this computer has; of that of the Domain IP, if there are any of it. */
function withinReach(ends: readonly End[], { sourceAddress }: Identity, { localAddresses }: PlanContext, steps: RouteStepRecord[]): readonly End[] {
  const { has4, has6 } = families(localAddresses);
  const reachable = ends.filter(({ host, address }) => isLoopback(address) || (familyOf(address) === 6 ? has6 || note(steps, 'family-6', host, address) : has4 || note(steps, 'family-4', host, address)));
  if (sourceAddress === '') return reachable;
  const family = familyOf(sourceAddress);
  const fitting = reachable.filter(({ address }) => familyOf(address) === family);
  if (fitting.length === 0 || fitting.length === reachable.length) return reachable;
  for (const { host, address } of reachable) if (familyOf(address) !== family) note(steps, family === 4 ? 'family-6' : 'family-4', host, address);
  return fitting;
}

function sourceOf(address: string, identity: Identity, steps: RouteStepRecord[]): string {
  const source = sourceFor(address, identity);
  if (source === '' && identity.sourceAddress !== '') steps.push(step('source-unfit', { address: identity.sourceAddress, target: address }, 'warning'));
  return source;
}

/** False, for filters. */
function note(steps: RouteStepRecord[], kind: 'unusable' | 'family-6' | 'family-4', host: string, address: string): false {
  steps.push(step(kind, { host, address }, kind === 'unusable' ? 'warning' : 'info'));
  return false;
}
