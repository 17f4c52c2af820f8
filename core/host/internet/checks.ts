// The Test buttons with what is typed and not saved yet: input of the contract to the checks of ../checks.
import type { Settings } from '../../contract/settings.ts';
import type { HopAddress, Logon, PopCheck, Resolver, SmtpClient } from '../../mail/outbound/ports.ts';
import { createResolver } from '../../net/dns/resolver.ts';
import type { ServerState } from '../../net/dns/types.ts';
import type { Store } from '../../store/store.ts';
import { checkDns } from '../checks/dns.ts';
import { checkDomain } from '../checks/domain.ts';
import { checkPort25 } from '../checks/port25.ts';
import { checkSmartHost } from '../checks/smart-host.ts';
import { readHostField } from '../../mail/outbound/host-field.ts';
import { portOf } from '../../mail/outbound/smart-host-way.ts';
import type { Internet } from './internet.ts';
import { dnsOptions, smtpTimeouts } from './options.ts';

/** Parsed input of tests.smartHost. */
export interface SmartHostInput {
  readonly host: string;
  readonly tls: HopAddress['tls'];
  readonly verify: boolean;
  readonly logon: boolean;
  readonly user: string;
  readonly password?: string | undefined;
  readonly method: Logon['method'];
  readonly smartHostId?: number | undefined;
  readonly popBefore: { readonly host: string; readonly tls: PopCheck['tls']; readonly user: string; readonly password?: string | undefined } | null;
  readonly from: string;
  readonly to: string;
}
export interface DnsInput {
  readonly useSystem: boolean;
  readonly primary: string;
  readonly backup: string;
  readonly name: string;
}

export interface ChecksParts {
  readonly store: Pick<Store, 'settings' | 'smartHosts'>;
  readonly resolver: Resolver;
  readonly client: SmtpClient;
  /** HELO and source address for mail of the primary domain. */
  readonly identity: () => { readonly helo: string; readonly sourceAddress: string };
  readonly systemServers: () => readonly ServerState[];
}

/** A domain whose mail servers everybody can reach, to find out whether port 25 is open. */
const wellKnown = 'gmail.com';

export function createChecks({ store, resolver, client, identity, systemServers }: ChecksParts): Internet['checks'] {
  const settings = (): Settings => store.settings.read().values;

  /** A saved password goes to the host it was saved for, as that user, and nowhere else. */
  function savedPassword({ smartHostId, host, user }: SmartHostInput): string {
    if (smartHostId === undefined) {
      const now = settings();
      return host === now['delivery.smartHost'] && user === now['delivery.smartHostUser'] ? store.settings.secret('delivery.smartHostPassword') : '';
    }
    const one = store.smartHosts.list().find(({ id }) => id === smartHostId);
    return one?.host === host && one.user === user ? store.smartHosts.password(smartHostId) : '';
  }
  function savedPopPassword({ host, user }: { readonly host: string; readonly user: string }, smartHost: string): string {
    const now = settings();
    const same = host === now['delivery.popHost'] && user === now['delivery.popUser'] && (host !== '' || smartHost === readHostField(now['delivery.smartHost']).host);
    return same ? store.settings.secret('delivery.popPassword') : '';
  }

  function popCheck(input: SmartHostInput, smartHost: string): PopCheck | null {
    if (input.popBefore === null) return null;
    const { host, port } = readHostField(input.popBefore.host);
    return {
      host: host === '' ? smartHost : host, port, tls: input.popBefore.tls, verify: input.verify, user: input.popBefore.user,
      password: input.popBefore.password ?? savedPopPassword(input.popBefore, smartHost),
    };
  }

  return {
    smartHost: (input) => (record, signal) => {
      const { host, port } = readHostField(input.host);
      const saved = savedPassword(input);
      return checkSmartHost({
        resolver, client, timeouts: smtpTimeouts(settings()), from: input.from, to: input.to, pop: popCheck(input, host),
        hop: {
          host, port: portOf({ port, tls: input.tls }, settings()), tls: input.tls, verify: input.verify,
          logon: input.logon ? { user: input.user, password: input.password ?? saved, method: input.method } : null, ...identity(),
        },
      }, record, signal);
    },
    dns: ({ useSystem, primary, backup, name }) => (record, signal) => {
      const now = settings();
      const listed = [primary, backup].filter((server) => server !== '');
      const servers = [...new Set([...listed, ...(useSystem ? systemServers().filter(({ from }) => from === 'system').map(({ address }) => address) : [])])];
      return checkDns({
        servers, name: name === '' ? now['domain.name'] || wellKnown : name,
        resolverOf: (server) => createResolver(() => ({ ...dnsOptions(now), useSystem: false, primary: server, backup: '', cache: false, retries: 0, staticMx: [], useHostsFile: false })),
      }, record, signal);
    },
    port25: (field) => (record, signal) => {
      const { host, port } = readHostField(field);
      return checkPort25({ resolver, client, timeouts: smtpTimeouts(settings()), target: host === '' ? wellKnown : host, isHost: host !== '', port: port ?? 25, ...identity() }, record, signal);
    },
    domain: () => (record) => {
      const now = settings();
      return checkDomain({ resolver, domain: now['domain.name'], helo: now['domain.helo'] }, record);
    },
  };
}
