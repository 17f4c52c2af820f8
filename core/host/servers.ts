// The listening servers: what is wanted (settings, domains) against what is open, changed by difference.
// A port that cannot be opened leaves that server red with the reason; the others and the sessions in progress go on.
import type { ServerName, ServerState } from '../contract/records.ts';
import { sentence } from '../contract/sentences.ts';
import type { Settings } from '../contract/settings.ts';
import type { ListenResult } from '../net/listener.ts';
import type { Directory } from '../store/store.ts';
import type { Log } from './log/log.ts';

export const serverNames: readonly ServerName[] = ['smtp', 'submission', 'smtps', 'pop3', 'pop3s'];

/** What a server of net/ offers. Sessions in progress outlive `stopListening`. */
export interface ListeningServer {
  listen(addresses: readonly string[], port: number): Promise<readonly ListenResult[]>;
  stopListening(): void;
  /** Sessions are asked to leave, then closed. */
  close(): Promise<void>;
}

interface Wanted {
  readonly enabled: boolean;
  readonly port: number;
  readonly addresses: readonly string[];
}
interface Slot {
  readonly server: ListeningServer;
  wanted: Wanted | null;
  results: readonly ListenResult[];
}

export interface ServersOptions {
  make(name: ServerName): ListeningServer;
  settings(): Settings;
  directory(): Directory;
  sessionsOf(name: ServerName): number;
  readonly log: Log;
  onChange(): void;
}

/** Every address (`''`), or, bound to the Domain IP, the addresses of the domains that have one. */
export function addressesToListenOn(settings: Settings, directory: Directory): readonly string[] {
  if (!settings['domain.bindToIp'] || settings['domain.ip'] === '') return [''];
  const own = [...directory.domains.values()].filter(({ ip }) => ip !== '').map(({ ip }) => ip);
  return [...new Set([settings['domain.ip'], ...own])];
}

export class Servers {
  private readonly slots: ReadonlyMap<ServerName, Slot>;
  private readonly options: ServersOptions;
  private working: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: ServersOptions) {
    this.options = options;
    this.slots = new Map(serverNames.map((name) => [name, { server: options.make(name), wanted: null, results: [] }]));
  }

  /** Opens and closes what differs from what is wanted; calls are done one after the other. */
  apply(again: 'changes' | 'failed' = 'changes'): Promise<void> {
    this.working = this.working.catch(() => undefined).then(() => this.applyNow(again));
    return this.working;
  }

  retry(): Promise<void> {
    return this.apply('failed');
  }

  private async applyNow(again: 'changes' | 'failed'): Promise<void> {
    if (this.closed) return;
    const settings = this.options.settings();
    const addresses = addressesToListenOn(settings, this.options.directory());
    let changed = false;
    // First everything that goes, then everything that comes: two servers may swap their ports.
    const opening: [ServerName, Slot, Wanted][] = [];
    for (const [name, slot] of this.slots) {
      const wanted: Wanted = { enabled: settings[`servers.${name}`], port: settings[`ports.${name}`], addresses };
      const failed = slot.results.some(({ listening }) => !listening);
      if (JSON.stringify(wanted) === JSON.stringify(slot.wanted) && !(again === 'failed' && failed)) continue;
      const wasOn = slot.results.some(({ listening }) => listening);
      slot.server.stopListening();
      slot.results = [];
      slot.wanted = wanted;
      changed = true;
      if (wanted.enabled) opening.push([name, slot, wanted]);
      else if (wasOn) this.options.log.line('system', sentence('say.server.stopped', { server: label(name) }));
    }
    for (const [name, slot, wanted] of opening) {
      slot.results = await slot.server.listen(wanted.addresses, wanted.port);
      for (const result of slot.results) {
        const { address, port } = result;
        const server = label(name);
        if (!result.listening) this.options.log.line('system', sentence('say.server.failed', { server, problem: { key: `error.listen.${result.problemCode}`, params: { address, port }, text: result.problem } }), 'error');
        else this.options.log.line('system', address === '' ? sentence('say.server.listens-everywhere', { server, port }) : sentence('say.server.listens', { server, address, port }));
      }
    }
    if (changed) this.options.onChange();
  }

  list(): ServerState[] {
    return [...this.slots].map(([name, { wanted, results }]) => ({
      name,
      enabled: wanted?.enabled ?? false,
      state: wanted === null || !wanted.enabled ? 'inactive' : results.every(({ listening }) => listening) && results.length > 0 ? 'active' : 'failed',
      port: results[0]?.port ?? wanted?.port ?? this.options.settings()[`ports.${name}`],
      addresses: results.map((result) => ({ ...result })),
      sessions: this.options.sessionsOf(name),
    }));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.working.catch(() => undefined);
    await Promise.all([...this.slots.values()].map(({ server }) => server.close()));
  }
}

function label(name: ServerName): string {
  switch (name) {
    case 'smtp': return 'SMTP';
    case 'submission': return 'MSA (submission)';
    case 'smtps': return 'SMTP SSL';
    case 'pop3': return 'POP3';
    case 'pop3s': return 'POP3 SSL';
  }
}
