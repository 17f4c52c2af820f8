/** The address by which others on the LAN most likely reach this computer: a private IPv4 one (RFC 1918), else none is presumed. */
export function lanAddress(addresses: readonly string[]): string {
  const ranks = [/^192\.168\./, /^10\./, /^172\.(1[6-9]|2\d|3[01])\./];
  for (const rank of ranks) {
    const found = addresses.find((address) => rank.test(address));
    if (found !== undefined) return found;
  }
  return '';
}
