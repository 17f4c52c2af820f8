// IP addresses and networks as values. Read by the address parser (address literals, RFC 5321 §4.1.3) and by everything
// that decides by where a connection comes from. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address.

export interface Ip {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** A range of addresses, `10.0.0.0/8` or a single one. */
export interface Network {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads `192.168.0.1`, `fe80::1%eth0` (the zone is dropped), `::ffff:10.0.0.1`; null for anything else. */
export function parseIp(text: string): Ip | null {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === null ? null : { version: 4, value: BigInt(value) };
  }
  const zone = text.indexOf('%');
  const value = parseIpv6(zone < 0 ? text : text.slice(0, zone));
  if (value === null) return null;
  return value >> 32n === 0xffffn ? { version: 4, value: value & 0xffff_ffffn } : { version: 6, value };
}

/** Reads one address or CIDR notation; null if it is neither. Host bits are ignored. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === null) return null;
  const width = ip.version === 4 ? 32 : 128;
  let prefix = slash < 0 ? width : parsePrefix(text.slice(slash + 1));
  if (prefix === null) return null;
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8.
  if (slash >= 0 && ip.version === 4 && text.includes(':')) prefix -= 96;
  if (prefix < 0 || prefix > width) return null;
  const hostBits = BigInt(width - prefix);
  const first = (ip.value >> hostBits) << hostBits;
  return { version: ip.version, first, last: first + (1n << hostBits) - 1n };
}

export function isInNetwork(ip: Ip, network: Network): boolean {
  return ip.version === network.version && ip.value >= network.first && ip.value <= network.last;
}

/** Whether an address as a socket reports it lies in one of the networks; unreadable text never does. */
export function isInNetworks(address: string, networks: readonly Network[]): boolean {
  if (networks.length === 0) return false;
  const ip = parseIp(address);
  return ip !== null && networks.some((network) => isInNetwork(ip, network));
}

/** Canonical text: RFC 5952 for IPv6, dotted decimal for IPv4. */
export function formatIp(ip: Ip): string {
  if (ip.version === 4) {
    const value = Number(ip.value); // of a bigint each octet would be a new bigint
    return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) => Number((ip.value >> BigInt(112 - 16 * index)) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return groups.map((group) => group.toString(16)).join(':');
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function parseIpv4(text: string): number | null {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    // Leading zeros are refused: some programs read them as octal.
    if (part.length === 0 || part.length > 3 || !isDigits(part) || (part.length > 1 && part.startsWith('0'))) return null;
    const octet = Number(part);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value;
}

function parseIpv6(text: string): bigint | null {
  if (text.length > 45) return null;
  const gap = text.indexOf('::');
  if (gap < 0) return joinGroups(readGroups(text), 8);
  if (text.includes('::', gap + 1)) return null;
  const head = gap === 0 ? [] : readGroups(text.slice(0, gap));
  const tail = gap + 2 === text.length ? [] : readGroups(text.slice(gap + 2));
  if (head === null || tail === null || text.slice(0, gap).includes('.')) return null;
  const missing = 8 - head.length - tail.length;
  if (missing < 1) return null;
  return joinGroups([...head, ...Array.from({ length: missing }, () => 0), ...tail], 8);
}

/** Groups of hex digits; the last may be an IPv4 address, which counts as two. */
function readGroups(text: string): number[] | null {
  const groups: number[] = [];
  const parts = text.split(':', 9);
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const value = parseIpv4(part);
      if (value === null) return null;
      groups.push(value >>> 16, value & 0xffff);
    } else {
      if (part.length === 0 || part.length > 4 || !isHex(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function joinGroups(groups: readonly number[] | null, expected: number): bigint | null {
  if (groups?.length !== expected) return null;
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}

function parsePrefix(text: string): number | null {
  return text.length > 0 && text.length <= 3 && isDigits(text) ? Number(text) : null;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function isHex(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index) | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}
