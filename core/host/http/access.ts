// Who may open the console in a browser: a console password, one-time links for this computer, and sessions in a cookie.
import { createHash, randomBytes } from 'node:crypto';
import type { Access } from '../parts.ts';

const linkMs = 15 * 60_000;
const sessionMs = 12 * 3_600_000;
const maxSessions = 200;
/** Wrong passwords answered at once; each one more doubles the wait, up to five minutes. */
const freeTries = 5;
const longestWaitMs = 300_000;

const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface PasswordStore {
  read(): string | null;
  save(hash: string): Promise<void>;
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

export interface BrowserAccess extends Access {
  /** A new session token for the cookie. */
  openSession(): string;
  isOpen(token: string): boolean;
  closeSession(token: string): void;
  /** Milliseconds until another password may be tried from this address, 0 = now. */
  waitFor(address: string): number;
  noteFailure(address: string): void;
  noteSuccess(address: string): void;
  onSessionClosed(listener: (token: string) => void): void;
}

export function createAccess(passwords: PasswordStore, now: () => number, onChange: () => void): BrowserAccess {
  const links = new Map<string, number>();
  const sessions = new Map<string, number>();
  const failures = new Map<string, { count: number; until: number }>();
  const closed: ((token: string) => void)[] = [];

  const forgetOld = (map: Map<string, number>): void => {
    for (const [key, expiresAt] of map) if (expiresAt <= now()) map.delete(key);
  };

  return {
    passwordSet: () => passwords.read() !== null,
    async setPassword(password) {
      await passwords.save(await passwords.hash(password));
      onChange();
    },
    async checkPassword(password) {
      const hash = passwords.read();
      return hash !== null && passwords.verify(password, hash);
    },
    link() {
      forgetOld(links);
      const token = randomBytes(24).toString('base64url');
      const expiresAt = now() + linkMs;
      links.set(fingerprint(token), expiresAt);
      return { path: `/?link=${token}`, expiresAt };
    },
    useLink(token) {
      forgetOld(links);
      return links.delete(fingerprint(token));
    },
    openSession() {
      forgetOld(sessions);
      // The oldest session goes when there are too many; a map remembers the order.
      for (const key of sessions.keys()) {
        if (sessions.size < maxSessions) break;
        sessions.delete(key);
      }
      const token = randomBytes(32).toString('base64url');
      sessions.set(fingerprint(token), now() + sessionMs);
      return token;
    },
    isOpen(token) {
      forgetOld(sessions);
      return token !== '' && sessions.has(fingerprint(token));
    },
    closeSession(token) {
      sessions.delete(fingerprint(token));
      for (const listener of closed) listener(token);
    },
    waitFor: (address) => Math.max(0, (failures.get(address)?.until ?? 0) - now()),
    noteFailure(address) {
      if (failures.size > 10_000) failures.clear();
      const count = (failures.get(address)?.count ?? 0) + 1;
      const wait = count < freeTries ? 0 : Math.min(longestWaitMs, 1000 * 2 ** (count - freeTries));
      failures.set(address, { count, until: now() + wait });
    },
    noteSuccess(address) {
      failures.delete(address);
    },
    onSessionClosed(listener) {
      closed.push(listener);
    },
  };
}
