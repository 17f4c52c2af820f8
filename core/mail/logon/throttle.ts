// Slows down and cuts off who guesses passwords. Failures fill a bucket per address and one per address and user, which leak
// slowly: a mail program with an old password that asks once a minute is never cut off, twenty guesses in a row are.
// Nothing is locked by user name alone, so the owner at another address always gets in. Called by logons.ts.
import { formatIp, parseIp } from '../../protocol/ip.ts';

export interface ThrottleLimits {
  /** Failures that an address may have in hand before it is cut off, and how long one takes to leak away. */
  readonly addressFailures: number;
  readonly pairFailures: number;
  readonly leakMs: number;
  /** First cut-off of an address; each further one doubles it until a quiet day has passed, up to the longest. */
  readonly blockMs: number;
  readonly longestBlockMs: number;
}
export const usualLimits: ThrottleLimits = { addressFailures: 20, pairFailures: 10, leakMs: 60_000, blockMs: 10 * 60_000, longestBlockMs: 24 * 3_600_000 };

export type Admission = { readonly kind: 'go' } | { readonly kind: 'blocked'; readonly until: number } | { readonly kind: 'wait'; readonly until: number };
export interface BlockedAddress {
  readonly address: string;
  readonly until: number;
  readonly failures: number;
}

export interface Throttle {
  ask(address: string, user: string): Admission;
  /** Counts a failure. `delayMs`: how long to wait before the peer hears of it; `blocked`: set when this failure cut the address off. */
  failed(address: string, user: string): { readonly delayMs: number; readonly blocked: BlockedAddress | null };
  /** A right password clears the pair, not the address: else one own account would allow guessing at all others. */
  succeeded(address: string, user: string): void;
  blocked(): readonly BlockedAddress[];
  unblock(address: string): void;
}

interface Bucket {
  level: number;
  at: number;
  failures: number;
  blocks: number;
  blockedUntil: number;
}

const maxBuckets = 20_000;
const dayMs = 24 * 3_600_000;
const longestDelayMs = 5_000;

export function createThrottle(now: () => number, limits: ThrottleLimits = usualLimits): Throttle {
  const buckets = new Map<string, Bucket>();

  function read(key: string): Bucket | undefined {
    const bucket = buckets.get(key);
    if (bucket === undefined) return undefined;
    const at = now();
    if (at - bucket.at > dayMs) bucket.blocks = 0;
    bucket.level = Math.max(0, bucket.level - Math.max(0, at - bucket.at) / limits.leakMs);
    bucket.at = at;
    return bucket;
  }
  function fill(key: string): Bucket {
    const bucket = read(key) ?? { level: 0, at: now(), failures: 0, blocks: 0, blockedUntil: 0 };
    bucket.level += 1;
    bucket.failures += 1;
    // To the end of the map, so that what is dropped is what has been quiet longest.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > maxBuckets) dropQuiet();
    return bucket;
  }
  /** Forgets the quietest; a block that still runs is kept unless nothing else is left to drop. */
  function dropQuiet(): void {
    let looked = 0;
    for (const [key, bucket] of buckets) {
      looked += 1;
      if (bucket.blockedUntil <= now() || looked > 1000) {
        buckets.delete(key);
        return;
      }
    }
  }

  return {
    ask(address, user) {
      const network = networkOf(address);
      const whole = read(network);
      if (whole !== undefined && whole.blockedUntil > now()) return { kind: 'blocked', until: whole.blockedUntil };
      const pair = read(pairKey(network, user));
      if (pair !== undefined && pair.level > limits.pairFailures - 1) return { kind: 'wait', until: now() + Math.ceil((pair.level - limits.pairFailures + 1) * limits.leakMs) };
      return { kind: 'go' };
    },
    failed(address, user) {
      const network = networkOf(address);
      const pair = fill(pairKey(network, user));
      const whole = fill(network);
      const delayMs = Math.min(longestDelayMs, 250 * 2 ** Math.min(10, Math.floor(pair.level) - 1));
      if (whole.level < limits.addressFailures - 0.5 || whole.blockedUntil > now()) return { delayMs, blocked: null };
      whole.blockedUntil = now() + Math.min(limits.longestBlockMs, limits.blockMs * 2 ** Math.min(20, whole.blocks));
      whole.blocks += 1;
      whole.level = 0;
      return { delayMs, blocked: { address: network, until: whole.blockedUntil, failures: whole.failures } };
    },
    succeeded(address, user) {
      buckets.delete(pairKey(networkOf(address), user));
    },
    blocked() {
      const found: BlockedAddress[] = [];
      for (const [address, bucket] of buckets) if (bucket.blockedUntil > now()) found.push({ address, until: bucket.blockedUntil, failures: bucket.failures });
      return found;
    },
    unblock(address) {
      const network = networkOf(address);
      for (const key of [...buckets.keys()]) if (key === network || key.startsWith(`${network} `)) buckets.delete(key);
    },
  };
}

/** IPv4 by address, IPv6 by /64: that much belongs to one household. */
function networkOf(address: string): string {
  if (address.endsWith('/64')) return address;
  const ip = parseIp(address);
  if (ip === null) return address;
  return ip.version === 4 ? formatIp(ip) : `${formatIp({ version: 6, value: (ip.value >> 64n) << 64n })}/64`;
}

function pairKey(network: string, user: string): string {
  return `${network} ${user.slice(0, 320).toLowerCase()}`;
}
