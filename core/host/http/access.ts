// Who may open the console in a browser: a console password, one-time links for this computer, and sessions in a cookie.
// Sessions outlive a restart of the engine: the data folder keeps their fingerprints (never the tokens), with the password that they
// belong to; another password ends them.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
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

/** Where sessions are kept over a restart. */
export interface SessionStore {
  read(): string | null;
  save(sessions: string): Promise<void>;
}

/** `id` is a fingerprint: it can be compared and stored, and opens nothing. */
export interface BrowserSession {
  readonly id: string;
  readonly expiresAt: number;
}

export interface BrowserAccess extends Access {
  /** A new session token for the cookie. */
  openSession(): string;
  /** Null: there is no such session, or not any more. */
  sessionOf(token: string): BrowserSession | null;
  /** It is over when this resolves, for a restarted engine too. */
  closeSession(token: string): Promise<void>;
  /** Milliseconds until another password may be tried from this address, 0 = now. */
  waitFor(address: string): number;
  noteFailure(address: string): void;
  noteSuccess(address: string): void;
  onSessionClosed(listener: (id: string) => void): void;
}

const kept = z.object({ password: z.string(), sessions: z.array(z.tuple([z.string(), z.number()])).max(maxSessions) });

export function createAccess(passwords: PasswordStore, store: SessionStore, now: () => number, onChange: () => void): BrowserAccess {
  const links = new Map<string, number>();
  const sessions = new Map<string, number>(restored());
  const failures = new Map<string, { count: number; until: number }>();
  const closed: ((id: string) => void)[] = [];

  function passwordMark(): string {
    return fingerprint(passwords.read() ?? '');
  }
  function restored(): readonly (readonly [string, number])[] {
    const found = kept.safeParse(readJson(store.read()));
    return found.success && found.data.password === passwordMark() ? found.data.sessions : [];
  }
  async function keep(): Promise<void> {
    await store.save(JSON.stringify({ password: passwordMark(), sessions: [...sessions] }));
  }

  const forgetOld = (map: Map<string, number>): void => {
    for (const [key, expiresAt] of map) if (expiresAt <= now()) map.delete(key);
  };

  return {
    passwordSet: () => passwords.read() !== null,
    async setPassword(password, session) {
      await passwords.save(await passwords.hash(password));
      // Who knew the old one only is let in no more, and is put out.
      const over = [...sessions.keys()].filter((id) => id !== session);
      for (const id of over) sessions.delete(id);
      for (const id of over) for (const listener of closed) listener(id);
      onChange();
      await keep();
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
      // One that cannot be kept is good until the engine ends.
      keep().catch(() => undefined);
      return token;
    },
    sessionOf(token) {
      forgetOld(sessions);
      const id = fingerprint(token);
      const expiresAt = sessions.get(id);
      return expiresAt === undefined ? null : { id, expiresAt };
    },
    async closeSession(token) {
      const id = fingerprint(token);
      if (!sessions.delete(id)) return;
      for (const listener of closed) listener(id);
      await keep();
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

function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
