// How mail for a destination leaves: which servers are tried in which order, from which address, with what encryption and logon.
// The sender acts on it and "Explain this route" shows its steps, so that what is shown is what is done.
// RFC 5321 §5.1 (MX, implicit MX, loops), RFC 7505 (null MX), RFC 8461 (MTA-STS).
import type { RouteStepRecord, SmartHost } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Directory } from '../../store/store.ts';
import { literalIp } from '../../protocol/domain-name.ts';
import { formatIp } from '../../protocol/ip.ts';
import { reason, type Reason } from '../describe.ts';
import { hopsOf, type HopStyle } from './addresses.ts';
import { readHostField } from './host-field.ts';
import { identityOf, type Identity } from './identity.ts';
import { mailServersOf } from './mail-servers.ts';
import type { HopAddress, Logon, PopCheck, Resolver } from './ports.ts';
import { step } from './steps.ts';

export interface PlanContext {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly smartHosts: readonly SmartHost[];
  readonly smartHostPassword: (id: number) => string;
  readonly secret: (name: 'delivery.smartHostPassword' | 'delivery.popPassword') => string;
  readonly resolver: Resolver;
  /** IP addresses of this computer; loopback needs not be among them. */
  readonly localAddresses: readonly string[];
  /** Whether a connection there would come to a server of ours. */
  readonly isOwnServer: (address: string, port: number) => boolean;
  /** 0 to 1. */
  readonly random: () => number;
}
export interface RouteQuestion {
  /** Lower-case A-label domain, or an address literal. */
  readonly destination: string;
  /** '' = null reverse-path. */
  readonly reversePath: string;
  /** Host chosen by the administrator, '' = none. */
  readonly via: string;
}
/** Addresses to try in order, all for the same purpose. */
export interface Way {
  readonly kind: 'smart-host' | 'direct';
  readonly hops: readonly HopAddress[];
  readonly pop: { readonly check: PopCheck; readonly addresses: readonly string[] } | null;
}
export type RoutePlan = { readonly steps: readonly RouteStepRecord[] } & (
  | { readonly kind: 'ways'; readonly ways: readonly Way[] }
  | { readonly kind: 'undeliverable'; readonly reason: Reason }
  /** `line`: it looks as if there were no way to the Internet at all. */
  | { readonly kind: 'later'; readonly reason: Reason; readonly line: boolean }
);

type Found = { readonly kind: 'way'; readonly way: Way } | { readonly kind: 'undeliverable'; readonly reason: Reason } | { readonly kind: 'later'; readonly reason: Reason; readonly line: boolean };

export async function planRoute(question: RouteQuestion, context: PlanContext): Promise<RoutePlan> {
  const steps: RouteStepRecord[] = [];
  const identity = identityOf(question.reversePath, context, steps);
  const chosen = chooseHost(question, context, steps);
  const found: Found[] = [];
  if (chosen.direct) found.push(await direct(question.destination, identity, context, steps));
  // Direct first, then the smart host when there are problems: it is asked only if it may be needed in this very try.
  if (chosen.host !== null && !found.some((one) => one.kind === 'undeliverable' && one.reason.code === 'host.loop')) found.push(await viaHost(chosen.host, identity, context, steps));
  const ways = found.flatMap((one) => (one.kind === 'way' ? [one.way] : []));
  for (const [index, hop] of ways.flatMap(({ hops }) => hops).entries()) steps.push(step('try', { place: index + 1, host: hop.host, address: hop.address, port: hop.port }));
  if (ways.length > 0) return { kind: 'ways', ways, steps };
  const failure = found.find((one) => one.kind === 'later') ?? found[0] ?? { kind: 'later' as const, reason: reason('queue.no-smart-host'), line: false };
  return failure.kind === 'way' ? { kind: 'ways', ways: [failure.way], steps } : { ...failure, steps };
}

interface ChosenHost {
  readonly field: string;
  readonly tls: HopAddress['tls'];
  readonly verify: boolean;
  readonly logon: Logon | null;
  readonly withPopCheck: boolean;
}

/** Whether the domain's own servers are tried, and which host takes the mail (after them). */
function chooseHost({ destination, reversePath, via }: RouteQuestion, context: PlanContext, steps: RouteStepRecord[]): { readonly direct: boolean; readonly host: ChosenHost | null } {
  const { settings } = context;
  if (via !== '') {
    steps.push(step('via', { host: via }));
    // The host of the settings keeps its logon when it is chosen by hand.
    return { direct: false, host: via === settings['delivery.smartHost'] ? mainHost(context) : { field: via, tls: 'opportunistic', verify: false, logon: null, withPopCheck: false } };
  }
  const rule = ruleFor(destination, reversePath, context.smartHosts);
  if (rule !== null) {
    if (rule.host === '') {
      steps.push(step('direct-by-rule', { match: rule.match }));
      return { direct: true, host: null };
    }
    steps.push(step(rule.kind === 'account' ? 'smart-host-of-account' : 'smart-host-of-domain', { match: rule.match, host: rule.host }));
    const logon = rule.user === '' ? null : { user: rule.user, password: context.smartHostPassword(rule.id), method: rule.method };
    return { direct: false, host: { field: rule.host, tls: rule.tls, verify: rule.verify, logon, withPopCheck: false } };
  }
  const host = settings['delivery.smartHost'];
  switch (settings['delivery.mode']) {
    case 'direct':
      steps.push(step('mode-direct'));
      return { direct: true, host: null };
    case 'smart-host':
      steps.push(host === '' ? step('no-smart-host', {}, 'warning') : step('mode-smart-host', { host }));
      return { direct: false, host: host === '' ? null : mainHost(context) };
    case 'direct-then-smart-host':
      steps.push(step('mode-direct-then-smart-host', { host }));
      return { direct: true, host: host === '' ? null : mainHost(context) };
  }
}

/** Of the sending account first; then of the domain, the longest match first. `.contoh.id` means its subdomains too. */
function ruleFor(destination: string, reversePath: string, smartHosts: readonly SmartHost[]): SmartHost | null {
  const enabled = smartHosts.filter((one) => one.enabled);
  const ofAccount = enabled.find(({ kind, match }) => kind === 'account' && match === reversePath.toLowerCase());
  if (ofAccount !== undefined) return ofAccount;
  const ofDomain = enabled.filter(({ kind, match }) => kind === 'domain' && (match.startsWith('.') ? destination === match.slice(1) || destination.endsWith(match) : destination === match));
  return ofDomain.toSorted((one, other) => other.match.length - one.match.length)[0] ?? null;
}

function mainHost({ settings, secret }: PlanContext): ChosenHost {
  return {
    field: settings['delivery.smartHost'], tls: settings['delivery.smartHostTls'], verify: settings['delivery.smartHostVerify'], withPopCheck: settings['delivery.popBefore'],
    logon: settings['delivery.smartHostLogon'] ? { user: settings['delivery.smartHostUser'], password: secret('delivery.smartHostPassword'), method: settings['delivery.smartHostMethod'] } : null,
  };
}

async function viaHost(chosen: ChosenHost, identity: Identity, context: PlanContext, steps: RouteStepRecord[]): Promise<Found> {
  const { settings } = context;
  const { host, port } = readHostField(chosen.field);
  const style: HopStyle = {
    port: port ?? (chosen.tls === 'tls' ? 465 : settings['ports.smtpOut']), tls: chosen.tls,
    // Encryption that is not required cannot be checked either: whoever stands between could just take it away.
    verify: chosen.verify && (chosen.tls === 'starttls' || chosen.tls === 'tls'), logon: chosen.logon,
  };
  const hops = await hopsOf([host], style, identity, context, steps);
  steps.push(step(`tls-${chosen.tls}`), chosen.logon === null ? step('logon-none') : step('logon', { user: chosen.logon.user }));
  if (hops.kind !== 'found') return hops;
  if (!chosen.withPopCheck) return { kind: 'way', way: { kind: 'smart-host', hops: hops.hops, pop: null } };
  const pop = readHostField(settings['delivery.popHost']);
  const check: PopCheck = {
    host: pop.host === '' ? host : pop.host, port: pop.port, tls: settings['delivery.popTls'], verify: settings['delivery.smartHostVerify'] && settings['delivery.popTls'] !== 'opportunistic',
    user: settings['delivery.popUser'], password: context.secret('delivery.popPassword'),
  };
  steps.push(step('pop-check', { user: check.user, host: check.host }));
  const addresses = await context.resolver.addresses(check.host);
  if (addresses.kind === 'none') return { kind: 'later', reason: reason('host.pop', { host: check.host, cause: addresses.problem }), line: addresses.problem === 'unreachable' };
  return { kind: 'way', way: { kind: 'smart-host', hops: hops.hops, pop: { check, addresses: addresses.records } } };
}

async function direct(destination: string, identity: Identity, context: PlanContext, steps: RouteStepRecord[]): Promise<Found> {
  const { settings, resolver } = context;
  const style = (tls: HopAddress['tls'], verify: boolean): HopStyle => ({ port: settings['ports.smtpOut'], tls, verify, logon: null });
  const always = settings['delivery.strictTls'] === 'always';
  const literal = literalIp(destination);
  if (literal !== null) {
    steps.push(step('literal', { host: destination }));
    return asWay(await hopsOf([formatIp(literal)], style(always ? 'starttls' : 'opportunistic', false), identity, context, steps));
  }
  const servers = await mailServersOf(destination, context, steps);
  if (servers.kind !== 'found') return servers;
  const policy = await resolver.tlsPolicy(destination, servers.hosts);
  if (policy.kind === 'unknown') steps.push(step('tls-policy-unknown', { domain: destination, text: policy.text }, 'warning'));
  if (policy.kind === 'mta-sts') steps.push(step('tls-policy', { domain: destination, hosts: policy.mx.join(', '), mode: policy.mode }));
  const enforced = policy.kind === 'mta-sts' && policy.mode === 'enforce';
  const allowed = enforced ? servers.hosts.filter((host) => policy.mx.some((pattern) => matchesPattern(host, pattern))) : servers.hosts;
  for (const host of servers.hosts) if (!allowed.includes(host)) steps.push(step('tls-policy-mismatch', { host, domain: destination }, 'warning'));
  if (allowed.length === 0) return { kind: 'later', reason: reason('host.policy', { domain: destination, host: servers.hosts.join(', ') }), line: false };
  const tls = enforced || always ? 'starttls' : 'opportunistic';
  steps.push(step(`tls-${tls}`));
  return asWay(await hopsOf(allowed, style(tls, enforced), identity, context, steps, destination));
}

function asWay(hops: Awaited<ReturnType<typeof hopsOf>>): Found {
  return hops.kind === 'found' ? { kind: 'way', way: { kind: 'direct', hops: hops.hops, pop: null } } : hops;
}

/** RFC 8461 §4.1: a leading `*.` stands for exactly one label. */
function matchesPattern(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.') ? host.slice(host.indexOf('.') + 1) === wanted.slice(2) : host === wanted;
}
