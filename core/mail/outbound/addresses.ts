// From host names to addresses to try, in order: looked up, families that this computer cannot reach left out, and nothing that would
// come back to ourselves (RFC 5321 §5.1: our own host and what is less preferred are cut off).
import type { RouteStepRecord } from '../../contract/records.ts';
import { literalIp } from '../../protocol/domain-name.ts';
import { formatIp } from '../../protocol/ip.ts';
import { reason, type Reason } from '../describe.ts';
import type { Identity } from './identity.ts';
import { failed, noteTries, sourceName } from './mail-servers.ts';
import type { HopAddress } from './ports.ts';
import type { PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export type HopStyle = Pick<HopAddress, 'port' | 'tls' | 'verify' | 'logon'>;
export type Hops =
  | { readonly kind: 'found'; readonly hops: readonly HopAddress[] }
  | { readonly kind: 'undeliverable'; readonly reason: Reason }
  | { readonly kind: 'later'; readonly reason: Reason; readonly line: boolean };

/** A domain with a hundred addresses is tried at the first ones; the next try begins with others of equal preference. */
const mostAddresses = 10;
const mostHosts = 8;

/** @param domain set when these are the servers of a domain: a loop or a name without address then is about that domain */
export async function hopsOf(hosts: readonly string[], style: HopStyle, identity: Identity, context: PlanContext, steps: RouteStepRecord[], domain?: string): Promise<Hops> {
  const hops: HopAddress[] = [];
  let problem: Exclude<Hops, { kind: 'found' }> | null = null;
  for (const host of hosts.slice(0, mostHosts)) {
    const literal = literalIp(host);
    const name = literal === null ? host : formatIp(literal);
    const answer = await context.resolver.addresses(name);
    noteTries(answer, steps);
    if (answer.kind === 'none') {
      const because = failed(name, answer.problem, answer.source, steps);
      // An MX that leads nowhere is passed over; a smart host whose name is not found is our setting, not the message's fault.
      problem = worse(problem, domain === undefined && because.kind === 'undeliverable' ? { kind: 'later', reason: because.reason, line: false } : because);
      continue;
    }
    if (answer.source.kind !== 'literal') steps.push(step('addresses', { host: name, addresses: answer.records.join(', '), source: sourceName(answer.source) }));
    if (answer.records.some((address) => context.isOwnServer(address, style.port))) {
      steps.push(step('own-host', { host: name }, 'warning'));
      break;
    }
    for (const address of reachable(answer.records, identity, context, steps)) hops.push({ ...style, host: name, address, helo: identity.helo, sourceAddress: sourceFor(address, identity) });
  }
  if (hops.length > 0) return { kind: 'found', hops: hops.slice(0, mostAddresses) };
  if (problem !== null) return problem;
  const about = domain ?? hosts.join(', ');
  steps.push(step('loop', { domain: about }, 'error'));
  return domain === undefined
    ? { kind: 'later', reason: reason('host.loop', { domain: about }), line: false }
    : { kind: 'undeliverable', reason: reason('host.loop', { domain: about }) };
}

/** One host that can be looked up later is a reason to wait, whatever the others say. */
function worse(one: Exclude<Hops, { kind: 'found' }> | null, other: Exclude<Hops, { kind: 'found' }>): Exclude<Hops, { kind: 'found' }> {
  return one?.kind === 'later' ? one : other;
}

/** An address of the other family cannot be sent from. */
function sourceFor(address: string, { sourceAddress }: Identity): string {
  return sourceAddress.includes(':') === address.includes(':') ? sourceAddress : '';
}

function reachable(addresses: readonly string[], { sourceAddress }: Identity, { localAddresses }: PlanContext, steps: RouteStepRecord[]): readonly string[] {
  const hasIpv6 = localAddresses.some((address) => address.includes(':') && address !== '::1' && !/^fe80:/i.test(address));
  const fits = (address: string): boolean => {
    const isIpv6 = address.includes(':');
    if (sourceAddress !== '') return sourceAddress.includes(':') === isIpv6;
    return !isIpv6 || hasIpv6 || address === '::1';
  };
  const skipped = addresses.filter((address) => !fits(address));
  // Nothing fits: better try and hear why than say that there is no way.
  if (skipped.length === addresses.length) return addresses;
  if (skipped.length > 0) steps.push(step('family-skipped', { addresses: skipped.join(', ') }));
  return addresses.filter(fits);
}
