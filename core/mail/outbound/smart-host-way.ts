// The way through a host that takes mail for others: its address, the logon, and a POP check first where a provider wants one. What is wrong
// with it is the administrator's to correct, so the mail waits. Called by route-plan.ts.
import type { RouteStepRecord } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import { reason } from '../describe.ts';
import { hopsOf } from './addresses.ts';
import type { ChosenHost } from './choose-way.ts';
import { tellTries } from './dns-steps.ts';
import type { Identity } from './identity.ts';
import type { PopCheck } from './ports.ts';
import type { NoWay, PlanContext, Way } from './route-plan.ts';
import { step } from './steps.ts';

/** RFC 8314 §3.3: submission over TLS from the first byte. */
const tlsPort = 465;

/** The port that is named with the host, or the usual one. */
export function portOf({ port, tls }: Pick<ChosenHost, 'port' | 'tls'>, settings: Settings): number {
  return port ?? (tls === 'tls' ? tlsPort : settings['ports.smtpOut']);
}

export async function smartHostWay(chosen: ChosenHost, identity: Identity, context: PlanContext, steps: RouteStepRecord[]): Promise<Way | NoWay> {
  const { host, tls, logon } = chosen;
  tellLogon(chosen, steps);
  const style = {
    port: portOf(chosen, context.settings), tls, logon,
    // Encryption that is not required cannot be checked either: whoever stands between could just take it away.
    verify: chosen.verify && (tls === 'starttls' || tls === 'tls'),
  };
  const hops = await hopsOf({ hosts: [{ host, preference: 0 }], style, identity, domain: host }, context, steps);
  if (hops.kind !== 'found') return waits(hops, host, steps);
  if (chosen.pop === null) return { kind: 'smart-host', hops: hops.hops, pop: null };
  const addresses = await popAddresses(chosen.pop, context, steps);
  return addresses === null ? { kind: 'later', reason: reason('host.pop', { host: chosen.pop.host, cause: 'DNS' }), line: false } : { kind: 'smart-host', hops: hops.hops, pop: { check: chosen.pop, addresses } };
}

function tellLogon({ tls, logon, pop }: ChosenHost, steps: RouteStepRecord[]): void {
  if (logon !== null) {
    steps.push(step('logon', { user: logon.user }));
    if (logon.password === '') steps.push(step('no-password', { user: logon.user }, 'warning'));
    if (tls === 'none' || tls === 'opportunistic') steps.push(step('logon-clear', { user: logon.user }, 'warning'));
  }
  if (pop !== null) steps.push(step('pop-check', { host: pop.host, user: pop.user }));
}

function waits(problem: NoWay, host: string, steps: RouteStepRecord[]): NoWay {
  if (problem.kind === 'later') return problem;
  if (problem.reason.code !== 'host.loop') return { kind: 'later', reason: problem.reason, line: false };
  steps.push(step('smart-host-self', { host }, 'error'));
  return { kind: 'later', reason: reason('host.self', { host }), line: false };
}

async function popAddresses({ host }: PopCheck, { resolver }: PlanContext, steps: RouteStepRecord[]): Promise<readonly string[] | null> {
  const answer = await resolver.addresses(host);
  tellTries(answer.tries, host, steps);
  if (answer.kind === 'found') return answer.records;
  steps.push(step('pop-check-lost', { host }, 'error'));
  return null;
}
