// Remembers for a short while that a password was right, so that a client that polls every minute does not cost a slow hash each time.
// Holds no password: only a keyed digest, with a key of this process. The stored hash is part of it, so a changed password is forgotten at once.
import { createHmac, randomBytes } from 'node:crypto';

export interface PasswordCache {
  knows(accountId: number, password: string, storedHash: string): boolean;
  remember(accountId: number, password: string, storedHash: string): void;
}

const keptMs = 10 * 60_000;
const maxEntries = 10_000;

export function createPasswordCache(now: () => number): PasswordCache {
  const key = randomBytes(32);
  // Insertion order is order of expiry: the oldest entries are dropped first.
  const expiries = new Map<string, number>();

  const digest = (accountId: number, password: string, storedHash: string): string =>
    createHmac('sha256', key).update(`${accountId}\0${storedHash}\0`).update(password.normalize('NFC')).digest('base64');

  const dropOldest = (): void => {
    for (const [entry, expiry] of expiries) {
      if (expiry > now() && expiries.size < maxEntries) return;
      expiries.delete(entry);
    }
  };
  return {
    knows(accountId, password, storedHash) {
      const expiry = expiries.get(digest(accountId, password, storedHash));
      return expiry !== undefined && expiry > now();
    },
    remember(accountId, password, storedHash) {
      dropOldest();
      const entry = digest(accountId, password, storedHash);
      expiries.delete(entry);
      expiries.set(entry, now() + keptMs);
    },
  };
}
