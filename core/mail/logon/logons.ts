// Logons of mail clients, for SMTP AUTH and POP3: who is it, is the password right, may this account do that here.
// Every failure answers the same words after the same work, whether the user exists or not. Built by create-mail.ts.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Directory, DirectoryAccount } from '../../store/store.ts';
import { reason } from '../describe.ts';
import type { Reason } from '../describe.ts';
import type { Policy } from '../policy.ts';
import type { Connection, MailEvent } from '../types.ts';
import { createWorkQueue } from '../work-queue.ts';
import { unmatchableHash, verifyPassword } from './password-hash.ts';
import { createPasswordCache } from './password-cache.ts';
import { createThrottle } from './throttle.ts';
import type { BlockedAddress } from './throttle.ts';
import { accountByUserName } from './user-name.ts';

export type LogonResult = { readonly kind: 'ok'; readonly account: DirectoryAccount } | { readonly kind: 'refused'; readonly reason: Reason; readonly disconnect: boolean };
export type LogonConnection = Connection & { readonly server: 'smtp' | 'submission' | 'smtps' | 'pop3' | 'pop3s' };

export interface LogonsOptions {
  readonly policy: () => Policy;
  readonly apopSecret: (accountId: number) => string | null;
  readonly now: () => number;
  /** Resolves after so many milliseconds: how a failure is answered late. */
  readonly wait: (ms: number) => Promise<void>;
  readonly tell: (event: MailEvent) => void;
}

export interface Logons {
  /** Whether a readable password may cross this connection. */
  mayLogOn(connection: LogonConnection): boolean;
  logOn(user: string, password: string, connection: LogonConnection): Promise<LogonResult>;
  /** RFC 1939 §7. `digest`: 32 lower-case hex digits. */
  logOnApop(user: string, timestamp: string, digest: string, connection: LogonConnection): Promise<LogonResult>;
  blocked(): readonly BlockedAddress[];
  unblock(address: string): void;
}

const hashesAtATime = 2;
const maxWaitingHashes = 400;
const maxDelayed = 1000;

export function createLogons(options: LogonsOptions): Logons {
  const { policy, now, tell } = options;
  const throttle = createThrottle(now);
  const cache = createPasswordCache(now);
  const hashing = createWorkQueue(hashesAtATime, maxWaitingHashes);
  const noHash = unmatchableHash();
  let delayed = 0;

  function find(user: string, connection: LogonConnection): DirectoryAccount | null {
    const directory: Directory = policy().directory;
    return accountByUserName(user, directory, connection.localAddress);
  }

  function mayLogOn(connection: LogonConnection): boolean {
    if (connection.tls) return true;
    const current = policy();
    switch (current.settings['security.plainLogon']) {
      case 'always': return true;
      case 'never': return false;
      case 'lan': return current.isLan(connection.remoteAddress);
    }
  }

  /** Asks the throttle; a refusal costs nothing, so that a blocked address cannot keep us busy. */
  function turnedAway(user: string, connection: LogonConnection): LogonResult | null {
    const admission = throttle.ask(connection.remoteAddress, user);
    switch (admission.kind) {
      case 'go': return null;
      case 'blocked': return refused(reason('login.blocked', { minutes: Math.max(1, Math.ceil((admission.until - now()) / 60_000)) }), true);
      case 'wait': return refused(reason('login.wait', { seconds: Math.max(1, Math.ceil((admission.until - now()) / 1000)) }), false);
    }
  }

  async function judge(user: string, connection: LogonConnection, account: DirectoryAccount | null, isRight: () => Promise<boolean>): Promise<LogonResult> {
    const job = hashing.run(async (): Promise<{ result: LogonResult; delayMs: number }> => {
      // Asked again now that it is our turn: guesses sent side by side are judged one after the other.
      const away = turnedAway(user, connection);
      if (away !== null) return { result: away, delayMs: 0 };
      if (!(await isRight()) || account === null) return fail(user, connection);
      throttle.succeeded(connection.remoteAddress, user);
      return { result: permit(account, connection), delayMs: 0 };
    });
    if (job === null) return refused(reason('login.busy'), false);
    const { result, delayMs } = await job;
    await hold(delayMs);
    return result;
  }

  function fail(user: string, connection: LogonConnection): { result: LogonResult; delayMs: number } {
    const { delayMs, blocked } = throttle.failed(connection.remoteAddress, user);
    const why = reason('login.failed');
    tell({ kind: 'logon-failed', sessionId: connection.sessionId, server: connection.server, remoteAddress: connection.remoteAddress, user: user.slice(0, 200), reason: why });
    if (blocked !== null) tell({ kind: 'address-blocked', remoteAddress: blocked.address, failures: blocked.failures, until: blocked.until });
    return { result: refused(why, blocked !== null), delayMs };
  }

  /** The password was right: only now may the peer learn more about the account. */
  function permit(account: DirectoryAccount, connection: LogonConnection): LogonResult {
    const isPop = connection.server === 'pop3' || connection.server === 'pop3s';
    const why = !account.enabled ? reason('login.disabled') : isPop && !account.allowPopImap ? reason('login.no-clients') : null;
    if (why === null) {
      tell({ kind: 'logged-on', sessionId: connection.sessionId, server: connection.server, remoteAddress: connection.remoteAddress, address: account.address });
      return { kind: 'ok', account };
    }
    tell({ kind: 'logon-failed', sessionId: connection.sessionId, server: connection.server, remoteAddress: connection.remoteAddress, user: account.address, reason: why });
    return refused(why, false);
  }

  async function hold(delayMs: number): Promise<void> {
    if (delayMs === 0 || delayed >= maxDelayed) return;
    delayed += 1;
    await options.wait(delayMs).finally(() => { delayed -= 1; });
  }

  return {
    mayLogOn,
    async logOn(user, password, connection) {
      if (!mayLogOn(connection)) return refused(reason('login.needs-tls'), false);
      const away = turnedAway(user, connection);
      if (away !== null) return away;
      const account = find(user, connection);
      const stored = account === null || account.passwordHash === '' ? noHash : account.passwordHash;
      if (account !== null && cache.knows(account.id, password, stored)) {
        throttle.succeeded(connection.remoteAddress, user);
        return permit(account, connection);
      }
      return judge(user, connection, account, async () => {
        const right = await verifyPassword(password, stored);
        if (right && account !== null) cache.remember(account.id, password, stored);
        return right;
      });
    },
    async logOnApop(user, timestamp, digest, connection) {
      const away = turnedAway(user, connection);
      if (away !== null) return away;
      const account = find(user, connection);
      const secret = account?.apop === true ? options.apopSecret(account.id) : null;
      return judge(user, connection, account, () => Promise.resolve(isApopDigest(digest, timestamp, secret)));
    },
    blocked: () => throttle.blocked(),
    unblock: (address) => throttle.unblock(address),
  };
}

function isApopDigest(digest: string, timestamp: string, secret: string | null): boolean {
  const expected = createHash('md5').update(`${timestamp}${secret ?? standInSecret}`, 'utf8').digest();
  const given = Buffer.from(digest, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected) && secret !== null;
}
/** Hashed when there is no secret, so that the work is the same. */
const standInSecret = '0'.repeat(32);

function refused(why: Reason, disconnect: boolean): LogonResult {
  return { kind: 'refused', reason: why, disconnect };
}
