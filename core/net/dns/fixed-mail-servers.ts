// The setting "Fixed mail servers": one domain and its mail server a line. Several lines of one domain are tried in their order.
// Used by resolver.ts.
import { dnsName, literalAddress } from './names.ts';
import type { Mx } from './types.ts';

export function fixedMailServers(lines: readonly string[]): ReadonlyMap<string, readonly Mx[]> {
  const servers = new Map<string, readonly Mx[]>();
  for (const line of lines) {
    const [domain = '', server = ''] = line.trim().split(/\s+/);
    const name = dnsName(domain);
    const host = literalAddress(server) ?? dnsName(server);
    if (name === null || host === null) continue;
    const before = servers.get(name) ?? [];
    servers.set(name, [...before, { host, preference: (before.length + 1) * 10 }]);
  }
  return servers;
}
