// The DNS servers in the order of asking, and what was last wrong with each. One question goes to one server after the other,
// then again as often as the setting says. Called by resolver.ts.
import { Resolver as SystemResolver } from 'node:dns';
import { isIP } from 'node:net';
import { exchange, type Exchanged, type Server } from './exchange.ts';
import type { Finding, Question } from './message.ts';
import type { DnsOptions, DnsProblem, DnsTry, ServerState } from './types.ts';

interface KnownServer extends Server {
  readonly from: 'setting' | 'system';
}
export type Asked =
  | { readonly kind: 'answered'; readonly finding: Finding; readonly server: string; readonly ms: number; readonly tries: readonly DnsTry[] }
  | { readonly kind: 'unanswered'; readonly problem: DnsProblem; readonly tries: readonly DnsTry[] };

/** How long the list of the system is believed: a laptop changes its network. */
const systemListMs = 5000;

export class DnsServers {
  private readonly options: () => DnsOptions;
  private readonly readSystem: () => readonly string[];
  private readonly lastProblems = new Map<string, DnsProblem>();
  private system: { readonly at: number; readonly servers: readonly string[] } | null = null;

  constructor(options: () => DnsOptions, readSystem: () => readonly string[] = () => new SystemResolver().getServers()) {
    this.options = options;
    this.readSystem = readSystem;
  }

  /** NXDOMAIN and NODATA are answers; every other problem goes on to the next server (RFC 2308 §7 for SERVFAIL and silence). */
  async ask(question: Question, ms: number): Promise<Asked> {
    const tries: DnsTry[] = [];
    const { retries } = this.options();
    const servers = this.list();
    for (let round = 0; round <= retries; round += 1) {
      for (const server of servers) {
        const started = performance.now();
        const result = await exchange(question, server, ms);
        const took = Math.round(performance.now() - started);
        this.remember(server, result);
        if (result.kind !== 'problem') return { kind: 'answered', finding: result, server: nameOf(server), ms: took, tries };
        tries.push({ server: nameOf(server), problem: result.problem, ms: took });
      }
      // Without a line another round would only burn time; the sender tries again later.
      if (tries.length > 0 && tries.every(({ problem }) => problem === 'unreachable')) break;
    }
    return { kind: 'unanswered', problem: worst(tries), tries };
  }

  states(): ServerState[] {
    return this.list().map((server) => ({ address: nameOf(server), from: server.from, lastProblem: this.lastProblems.get(nameOf(server)) ?? '' }));
  }

  /** What the answers depend on: when it changes, remembered answers are forgotten. */
  fingerprint(): string {
    return this.list().map(nameOf).join(' ');
  }

  private list(): KnownServer[] {
    const { primary, backup, useSystem, port } = this.options();
    const own = [primary, backup].filter((address) => address !== '').map((address): KnownServer => ({ address, port, from: 'setting' }));
    const system = useSystem ? this.systemServers().flatMap((text) => systemServer(text, port)) : [];
    const seen = new Set<string>();
    return [...own, ...system].filter((server) => !seen.has(nameOf(server)) && seen.add(nameOf(server)));
  }

  private systemServers(): readonly string[] {
    const now = performance.now();
    if (this.system === null || now - this.system.at > systemListMs) this.system = { at: now, servers: this.readSystem() };
    return this.system.servers;
  }

  private remember(server: Server, result: Exchanged): void {
    if (result.kind === 'problem') this.lastProblems.set(nameOf(server), result.problem);
    else this.lastProblems.delete(nameOf(server));
    if (this.lastProblems.size > 100) this.lastProblems.clear();
  }
}

/** As node:dns writes servers: the port is there when it is not 53. */
function systemServer(text: string, port: number): KnownServer[] {
  if (isIP(text) !== 0) return [{ address: text, port, from: 'system' }];
  const [, address = '', own = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text) ?? [];
  return isIP(address) === 0 ? [] : [{ address, port: Number(own), from: 'system' }];
}

function nameOf({ address, port }: Server): string {
  if (port === 53) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What to say of several: a server that answered at all tells more than one that did not. */
function worst(tries: readonly DnsTry[]): DnsProblem {
  const order: readonly DnsProblem[] = ['server-failure', 'refused', 'timeout', 'unreachable'];
  return order.find((problem) => tries.some((one) => one.problem === problem)) ?? 'no-servers';
}
