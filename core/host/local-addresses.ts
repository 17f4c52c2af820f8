// The IP addresses of this computer: offered for Domain IP, put into the certificate, shown to who sets up a mail client.
import { networkInterfaces } from 'node:os';

/** LAN addresses first, then loopback; link-local IPv6 left out, since a mail client cannot be pointed at it. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const usable = all.filter(({ address, family }) => family === 'IPv4' || !/^fe80:/i.test(address));
  const rank = (one: { internal: boolean; family: string }): number => (one.internal ? 2 : 0) + (one.family === 'IPv4' ? 0 : 1);
  return [...new Set(usable.sort((one, other) => rank(one) - rank(other)).map(({ address }) => address))];
}
