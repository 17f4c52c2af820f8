// Addresses that may relay without logging on are meant for single devices. A public network among them is how open relays are made.

/** Networks that no router of the Internet passes on: RFC 1918, RFC 6598 (shared), loopback, link-local; fc00::/7 (RFC 4193), fe80::/10. */
const ownNets = /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab]|::1(\/|$))/i;

/** Smallest prefix of such a network, by its beginning: a shorter one reaches beyond it. */
const ownPrefix = (address: string): number => (/^(10|127)\./.test(address) ? 8 : /^192\.168\./.test(address) ? 16 : /^169\.254\./.test(address) ? 16 : /^172\./.test(address) ? 12 : /^100\./.test(address) ? 10 : /^fe/i.test(address) ? 10 : /^::1/.test(address) ? 128 : 7);

/** Those of the listed networks that hold more than 256 addresses (IPv6: a /64) outside of private ones. */
export function wideOnes(entries: readonly string[]): string[] {
  return entries.filter((entry) => {
    const [address = '', length] = entry.split('/');
    if (length === undefined || !/^\d+$/.test(length)) return false;
    const prefix = Number(length);
    return ownNets.test(address) ? prefix < ownPrefix(address) : prefix < (address.includes(':') ? 64 : 24);
  });
}
