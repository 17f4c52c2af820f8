// The way straight to the mail servers of a domain, with the encryption that the settings and the domain's own policy ask for. Called by
// route-plan.ts. RFC 5321 §5.1, RFC 8461 (MTA-STS).
import type { RouteStepRecord } from '../../contract/records.ts';
import { literalIp } from '../../protocol/domain-name.ts';
import { formatIp } from '../../protocol/ip.ts';
import { reason } from '../describe.ts';
import { hopsOf } from './addresses.ts';
import type { Identity } from './identity.ts';
import { mailServersOf } from './mail-servers.ts';
import type { HopAddress, Mx, TlsPolicy } from './ports.ts';
import type { NoWay, PlanContext, Way } from './route-plan.ts';
import { step } from './steps.ts';

export async function directWay(destination: string, identity: Identity, context: PlanContext, steps: RouteStepRecord[]): Promise<Way | NoWay> {
  const literal = literalIp(destination);
  const servers = literal === null ? await mailServersOf(destination, context, steps) : { kind: 'found', hosts: [{ host: formatIp(literal), preference: 0 }], by: 'literal' } as const;
  if (servers.kind !== 'found') return servers;
  // Whoever fixes the servers of a domain knows better than its policy, which is made for its own.
  const isOfDns = servers.by !== 'literal' && servers.by !== 'fixed' && servers.by !== 'hosts-file';
  const policy: TlsPolicy = isOfDns ? await context.resolver.tlsPolicy(destination, servers.hosts.map(({ host }) => host)) : { kind: 'none' };
  const protection = protect(destination, servers.hosts, policy, context, steps);
  if ('kind' in protection) return protection;
  const { hosts, tls, verify } = protection;
  const hops = await hopsOf({ hosts, style: { port: context.settings['ports.smtpOut'], tls, verify, logon: null }, identity, domain: destination }, context, steps);
  return hops.kind === 'found' ? { kind: 'direct', hops: hops.hops, pop: null } : hops;
}

interface Protection {
  readonly hosts: readonly Mx[];
  readonly tls: HopAddress['tls'];
  readonly verify: boolean;
}

function protect(domain: string, hosts: readonly Mx[], policy: TlsPolicy, { settings }: PlanContext, steps: RouteStepRecord[]): Protection | NoWay {
  if (policy.kind === 'unknown') {
    steps.push(step('policy-unknown', { domain, problem: policy.text }, 'error'));
    return { kind: 'later', reason: reason('dns.failed', { domain, problem: policy.text }), line: false };
  }
  if (policy.kind === 'mta-sts' && policy.mode === 'enforce') return enforce(domain, hosts, policy.mx, steps);
  if (policy.kind === 'mta-sts') steps.push(step('policy-testing', { domain }));
  const always = settings['delivery.strictTls'] === 'always';
  if (always) steps.push(step('tls-always'));
  return { hosts, tls: always ? 'starttls' : 'opportunistic', verify: false };
}

function enforce(domain: string, hosts: readonly Mx[], patterns: readonly string[], steps: RouteStepRecord[]): Protection | NoWay {
  steps.push(step('policy-enforce', { domain, hosts: patterns.join(', ') }));
  const allowed = hosts.filter(({ host }) => patterns.some((pattern) => matches(host, pattern)));
  for (const { host } of hosts.filter((one) => !allowed.includes(one))) steps.push(step('policy-left-out', { host, domain }, 'warning'));
  if (allowed.length > 0) return { hosts: allowed, tls: 'starttls', verify: true };
  steps.push(step('policy-nobody', { domain }, 'error'));
  return { kind: 'later', reason: reason('host.policy', { domain, host: hosts.map(({ host }) => host).join(', ') }), line: false };
}

/** RFC 8461 §4.1: a leading `*.` stands for exactly one label. */
function matches(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase().replace(/\.$/, '');
  if (!wanted.startsWith('*.')) return host === wanted;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot + 1) === wanted.slice(2);
}
