// How mail for a destination leaves: which servers are tried in which order, from which address, with what encryption and logon. The
// sender acts on it and "Explain this route" shows its steps, so that what is shown is what is done.
import type { RouteStepRecord, SmartHost } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Directory } from '../../store/store.ts';
import { reason, type Reason } from '../describe.ts';
import { chooseWay } from './choose-way.ts';
import { directWay } from './direct-way.ts';
import { identityOf } from './identity.ts';
import type { HopAddress, PopCheck, Resolver } from './ports.ts';
import { smartHostWay } from './smart-host-way.ts';
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
  /** In [0, 1): mixes servers of the same preference. */
  readonly random: () => number;
}
/** What shares a plan. As in the queue. */
export interface RouteQuestion {
  /** Lower-case A-label domain, or an address literal. */
  readonly destination: string;
  /** '' = null reverse-path. */
  readonly reversePath: string;
  /** Host chosen by the administrator, '' = none. */
  readonly via: string;
}
/** Addresses to try in order, at least one, all for the same purpose. */
export interface Way {
  readonly kind: 'smart-host' | 'direct';
  readonly hops: readonly HopAddress[];
  readonly pop: { readonly check: PopCheck; readonly addresses: readonly string[] } | null;
}
/** `line`: it looks as if there were no way to the Internet at all. */
export type NoWay = { readonly kind: 'undeliverable'; readonly reason: Reason } | { readonly kind: 'later'; readonly reason: Reason; readonly line: boolean };
/** `ways`: in the order of trying, at least one; the second is for what the first could not reach. */
export type RoutePlan = { readonly steps: readonly RouteStepRecord[] } & ({ readonly kind: 'ways'; readonly ways: readonly Way[] } | NoWay);

export async function planRoute(question: RouteQuestion, context: PlanContext): Promise<RoutePlan> {
  const steps: RouteStepRecord[] = [];
  const { direct, host } = chooseWay(question, context, steps);
  const identity = identityOf(question.reversePath, context, steps);
  // Asked at the same time, told one after the other.
  const later: RouteStepRecord[] = [];
  const [first, second] = await Promise.all([
    direct ? directWay(question.destination, identity, context, steps) : null,
    host === null ? null : smartHostWay(host, identity, context, later),
  ]);
  const found = first === null ? second : first;
  if (found === null) return { steps, kind: 'later', reason: reason('queue.no-smart-host'), line: false };
  if (first === null || second === null || isFinal(first)) return asPlan([found], first === null ? [...steps, ...later] : steps);
  if (isNoWay(first)) steps.push(step('direct-impossible'));
  return asPlan([first, second], [...steps, ...later]);
}

/** Who says that he takes no mail will not take it from another either; and what comes back to us would come back that way too. */
function isFinal(found: Way | NoWay): boolean {
  return found.kind === 'undeliverable' && ['dns.null-mx', 'dns.illegal', 'host.loop'].includes(found.reason.code);
}

function isNoWay(found: Way | NoWay): found is NoWay {
  return found.kind === 'undeliverable' || found.kind === 'later';
}

function asPlan(found: readonly (Way | NoWay)[], steps: readonly RouteStepRecord[]): RoutePlan {
  const ways = found.filter((one) => !isNoWay(one));
  if (ways.length > 0) return { kind: 'ways', ways, steps: [...steps, ...ways.flatMap(({ hops }) => hops).map(hopStep)] };
  const problems = found.filter(isNoWay);
  const problem = problems.findLast(({ kind }) => kind === 'later') ?? problems[0] ?? { kind: 'later', reason: reason('queue.no-smart-host'), line: false } as const;
  return { ...problem, steps: problem.kind === 'later' ? [...steps, step('later')] : steps };
}

function hopStep({ host, address, port, tls, verify }: HopAddress, index: number): RouteStepRecord {
  const facts = { number: index + 1, host, address, port };
  return step(tls === 'none' || tls === 'opportunistic' ? `hop-${tls}` : `hop-${tls}${verify ? '-verified' : ''}` as const, facts, 'good');
}
