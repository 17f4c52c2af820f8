// Logons: hashes, cache, throttle, user names. Real scrypt; the clock is ours.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../core/contract/settings.ts';
import type { Settings } from '../../../core/contract/settings.ts';
import { createLogons } from '../../../core/mail/logon/logons.ts';
import type { LogonConnection, LogonResult, Logons } from '../../../core/mail/logon/logons.ts';
import { createPasswordCache } from '../../../core/mail/logon/password-cache.ts';
import { hashPassword, unmatchableHash, verifyPassword } from '../../../core/mail/logon/password-hash.ts';
import { createThrottle, usualLimits } from '../../../core/mail/logon/throttle.ts';
import { accountByUserName } from '../../../core/mail/logon/user-name.ts';
import { createWorkQueue } from '../../../core/mail/work-queue.ts';
import { createPolicy } from '../../../core/mail/policy.ts';
import type { MailEvent } from '../../../core/mail/types.ts';
import { directoryOf, majuTerus } from './world.ts';

describe('password hashes', () => {
  test('match their password and no other, and never look alike', async () => {
    const [one, other] = await Promise.all([hashPassword('rahasia'), hashPassword('rahasia')]);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(await Promise.all([verifyPassword('rahasia', one), verifyPassword('rahasia', other), verifyPassword('Rahasia', one), verifyPassword('', one)])).toEqual([true, true, false, false]);
  });
  test('a password composed in another way is the same password', async () => {
    expect(await verifyPassword('jo\u0308rg', await hashPassword('j\u00f6rg'))).toBe(true);
  });
  test('other parameters are read from the stored text; absurd ones are not worked on', async () => {
    // Made with Python: hashlib.scrypt(b'rahasia', salt=b'0123456789abcdef', n=1024, r=8, p=1, dklen=32)
    const stored = '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$t8NjaO2XfiO7lNtSMJ6wCMIDHmWjdq44h1eV97-XQXA';
    expect(await verifyPassword('rahasia', stored)).toBe(true);
    for (const bad of ['', 'rahasia', stored.replace('ln=10', 'ln=30'), stored.replace('r=8', 'r=99'), stored.replace('p=1', 'p=0'), `${stored}x`]) expect(await verifyPassword('rahasia', bad)).toBe(false);
  });
});

test('the cache forgets after ten minutes and when the stored hash changes', () => {
  let now = 0;
  const cache = createPasswordCache(() => now);
  cache.remember(1, 'rahasia', 'hash');
  expect([cache.knows(1, 'rahasia', 'hash'), cache.knows(1, 'rahasia', 'new'), cache.knows(2, 'rahasia', 'hash'), cache.knows(1, 'Rahasia', 'hash')]).toEqual([true, false, false, false]);
  now = 10 * 60_000;
  expect(cache.knows(1, 'rahasia', 'hash')).toBe(false);
});

test('the cache keeps the newest ten thousand', () => {
  const cache = createPasswordCache(() => 0);
  for (let id = 0; id <= 10_000; id += 1) cache.remember(id, 'p', 'h');
  expect([cache.knows(0, 'p', 'h'), cache.knows(1, 'p', 'h'), cache.knows(10_000, 'p', 'h')]).toEqual([false, true, true]);
});

test('the work queue runs a few, lets some wait and turns the rest away', async () => {
  const queue = createWorkQueue(2, 3);
  const finish: (() => void)[] = [];
  const started: number[] = [];
  const jobs = [0, 1, 2, 3, 4, 5].map((id) => queue.run(() => new Promise<number>((resolve) => {
    started.push(id);
    finish.push(() => resolve(id));
  })));
  expect(started).toEqual([0, 1]);
  expect(jobs[5]).toBeNull();
  for (let done = 0; done < 5; done += 1) {
    finish[done]!();
    expect(await jobs[done]).toBe(done);
  }
  expect(started).toEqual([0, 1, 2, 3, 4]);
  await expect(queue.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await queue.run(() => Promise.resolve(7))).toBe(7);
});

describe('throttle', () => {
  const setUp = () => {
    const clock = { now: 1_000_000 };
    return { clock, throttle: createThrottle(() => clock.now) };
  };

  test('twenty failures in a row cut an address off, others are not touched, and it opens again', () => {
    const { clock, throttle } = setUp();
    let cut = null;
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      expect(throttle.ask('203.0.113.9', `user${attempt}`)).toEqual({ kind: 'go' });
      cut = throttle.failed('203.0.113.9', `user${attempt}`).blocked;
      expect(cut === null).toBe(attempt < 20);
    }
    const until = clock.now + 10 * 60_000;
    expect(cut).toEqual({ address: '203.0.113.9', until, failures: 20 });
    expect(throttle.ask('203.0.113.9', 'somebody')).toEqual({ kind: 'blocked', until });
    expect(throttle.ask('203.0.113.10', 'user1')).toEqual({ kind: 'go' });
    expect(throttle.blocked()).toEqual([{ address: '203.0.113.9', until, failures: 20 }]);
    clock.now = until;
    expect(throttle.ask('203.0.113.9', 'somebody')).toEqual({ kind: 'go' });
    expect(throttle.blocked()).toEqual([]);
  });

  test('each further cut-off is twice as long, until a quiet day', () => {
    const { clock, throttle } = setUp();
    const cutOff = (): number => {
      for (;;) {
        const { blocked } = throttle.failed('203.0.113.9', String(clock.now % 7));
        if (blocked !== null) return (blocked.until - clock.now) / 60_000;
      }
    };
    const lengths = [];
    for (let round = 0; round < 3; round += 1) {
      lengths.push(cutOff());
      clock.now = throttle.blocked()[0]!.until;
    }
    clock.now += 24 * 3_600_000 + 1;
    expect([...lengths, cutOff()]).toEqual([10, 20, 40, 10]);
  });

  test('a mail program with an old password that asks once a minute is never cut off', () => {
    const { clock, throttle } = setUp();
    for (let minute = 0; minute < 500; minute += 1) {
      expect(throttle.ask('192.168.0.7', 'dina')).toEqual({ kind: 'go' });
      throttle.failed('192.168.0.7', 'dina');
      clock.now += usualLimits.leakMs;
    }
  });

  test('ten failures for one user from one address must wait; the owner elsewhere need not', () => {
    const { clock, throttle } = setUp();
    const delays = [];
    for (let attempt = 0; attempt < 10; attempt += 1) delays.push(throttle.failed('192.168.0.7', 'Dina').delayMs);
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000]);
    expect(throttle.ask('192.168.0.7', 'dina')).toEqual({ kind: 'wait', until: clock.now + 60_000 });
    expect(throttle.ask('192.168.0.7', 'sari')).toEqual({ kind: 'go' });
    expect(throttle.ask('192.168.0.8', 'dina')).toEqual({ kind: 'go' });
    clock.now += 60_000;
    expect(throttle.ask('192.168.0.7', 'dina')).toEqual({ kind: 'go' });
  });

  test('a right password forgives its own user only', () => {
    const { throttle } = setUp();
    for (let attempt = 0; attempt < 19; attempt += 1) {
      throttle.failed('203.0.113.9', `victim${attempt}`);
      throttle.succeeded('203.0.113.9', 'mine');
    }
    expect(throttle.failed('203.0.113.9', 'victim').blocked).not.toBeNull();
  });

  test('the addresses of one IPv6 household count as one, and unblocking works', () => {
    const { throttle } = setUp();
    for (let attempt = 0; attempt < 20; attempt += 1) throttle.failed(`2001:db8:1:2::${attempt}`, 'dina');
    expect(throttle.ask('2001:db8:1:2:ffff::1', 'x').kind).toBe('blocked');
    expect(throttle.ask('2001:db8:1:3::1', 'x').kind).toBe('go');
    expect(throttle.blocked().map((entry) => entry.address)).toEqual(['2001:db8:1:2::/64']);
    throttle.unblock('2001:db8:1:2::/64');
    expect(throttle.ask('2001:db8:1:2::1', 'dina')).toEqual({ kind: 'go' });
  });

  test('a flood of addresses does not grow memory, and the running block stays', () => {
    const { throttle } = setUp();
    for (let attempt = 0; attempt < 20; attempt += 1) throttle.failed('203.0.113.9', 'dina');
    for (let index = 0; index < 30_000; index += 1) throttle.failed(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, 'x');
    expect(throttle.ask('203.0.113.9', 'dina').kind).toBe('blocked');
    expect(throttle.blocked()).toHaveLength(1);
  });
});

test.each([
  ['dina@majuterus.lan', '192.168.0.9', 'dina@majuterus.lan'],
  ['DINA@MajuTerus.lan', '192.168.0.9', 'dina@majuterus.lan'],
  ['dina%sales.majuterus.lan', '192.168.0.9', 'dina@sales.majuterus.lan'],
  ['dina', '192.168.0.1', 'dina@majuterus.lan'],
  ['dina', '192.168.0.2', 'dina@sales.majuterus.lan'],
  ['dina', '127.0.0.1', 'dina@majuterus.lan'],
  ['sari', '192.168.0.2', undefined],
  ['jörg@münchen.de', '127.0.0.1', 'jörg@xn--mnchen-3ya.de'],
  ['jörg@xn--mnchen-3ya.de', '127.0.0.1', 'jörg@xn--mnchen-3ya.de'],
  ['user%far.example', '192.168.0.1', 'user%far.example@majuterus.lan'],
  ['info', '192.168.0.1', undefined],
  ['', '192.168.0.1', undefined],
  ['@majuterus.lan', '192.168.0.1', undefined],
  ['dina@majuterus.lan\0', '192.168.0.1', undefined],
  ['"dina@majuterus.lan"', '192.168.0.1', undefined],
  ['a'.repeat(300), '192.168.0.1', undefined],
])('user name %s at %s is %s', (user, localAddress, expected) => {
  expect(accountByUserName(user, directoryOf(majuTerus), localAddress)?.address).toBe(expected);
});

describe('logons', () => {
  const from = (remoteAddress: string, more: Partial<LogonConnection> = {}): LogonConnection => ({ remoteAddress, localAddress: '192.168.0.1', tls: true, sessionId: 1, server: 'pop3', ...more });
  let hash = '';
  beforeAll(async () => { hash = await hashPassword('rahasia'); });

  function setUp(changes: Partial<Settings> = {}): { logons: Logons; events: MailEvent[]; waits: number[]; secrets: Map<number, string> } {
    const directory = directoryOf({
      domains: { 'kantor.lan': '' },
      accounts: [{ address: 'dina@kantor.lan', passwordHash: hash, apop: true }, { address: 'off@kantor.lan', passwordHash: hash, enabled: false }, { address: 'web@kantor.lan', passwordHash: hash, allowPopImap: false }, { address: 'empty@kantor.lan' }],
    });
    const policy = createPolicy({ ...defaultSettings, ...changes }, directory);
    const events: MailEvent[] = [];
    const waits: number[] = [];
    const secrets = new Map([[1, 'tanstaaf']]);
    const logons = createLogons({
      policy: () => policy, apopSecret: (id) => secrets.get(id) ?? null, now: () => 1_000_000, tell: (event) => events.push(event),
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    return { logons, events, waits, secrets };
  }
  const outcome = (result: LogonResult): string => (result.kind === 'ok' ? `ok ${result.account.address}` : result.reason.code);

  test('the right password opens, and what is wrong is said only to who knows it', async () => {
    const { logons, events } = setUp();
    const tries = [['dina', 'rahasia'], ['dina@kantor.lan', 'rahasia'], ['dina', 'salah'], ['nobody', 'rahasia'], ['off', 'salah'], ['off', 'rahasia'], ['web', 'rahasia'], ['empty', ''], ['empty', 'rahasia']] as const;
    const outcomes = [];
    for (const [user, password] of tries) outcomes.push(outcome(await logons.logOn(user, password, from('192.168.0.7'))));
    expect(outcomes).toEqual(['ok dina@kantor.lan', 'ok dina@kantor.lan', 'login.failed', 'login.failed', 'login.failed', 'login.disabled', 'login.no-clients', 'login.failed', 'login.failed']);
    expect(events.map((event) => event.kind)).toEqual(['logged-on', 'logged-on', ...Array.from({ length: 7 }, () => 'logon-failed')]);
    expect(outcome(await logons.logOn('web', 'rahasia', from('192.168.0.7', { server: 'submission' })))).toBe('ok web@kantor.lan');
  });

  test('passwords in clear text: on the LAN, always, never', async () => {
    for (const [plainLogon, lan, wide] of [['lan', true, false], ['always', true, true], ['never', false, false]] as const) {
      const { logons } = setUp({ 'security.plainLogon': plainLogon });
      expect([logons.mayLogOn(from('192.168.0.7', { tls: false })), logons.mayLogOn(from('203.0.113.9', { tls: false })), logons.mayLogOn(from('203.0.113.9'))]).toEqual([lan, wide, true]);
    }
    const { logons } = setUp();
    expect(outcome(await logons.logOn('dina', 'rahasia', from('203.0.113.9', { tls: false })))).toBe('login.needs-tls');
  });

  test('guesses sent side by side are judged one by one: the address is cut off, the owner elsewhere is not', async () => {
    const { logons, events, waits } = setUp();
    const results = await Promise.all(Array.from({ length: 60 }, (_, index) => logons.logOn(index % 2 === 0 ? 'dina' : 'off', `guess${index}`, from('203.0.113.9'))));
    const counts = Map.groupBy(results.map(outcome), (code) => code);
    expect(counts.get('login.failed')!.length).toBeLessThanOrEqual(22);
    expect(results.filter((result) => result.kind === 'refused' && result.disconnect).length).toBeGreaterThan(0);
    expect(events.filter((event) => event.kind === 'address-blocked')).toHaveLength(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5000);
    expect(outcome(await logons.logOn('dina', 'rahasia', from('203.0.113.9')))).toBe('login.blocked');
    expect(outcome(await logons.logOn('dina', 'rahasia', from('198.51.100.4')))).toBe('ok dina@kantor.lan');
    logons.unblock('203.0.113.9');
    expect(outcome(await logons.logOn('dina', 'rahasia', from('203.0.113.9')))).toBe('ok dina@kantor.lan');
  });

  test('a storm of logons is answered "busy" and not kept', async () => {
    const { logons } = setUp();
    const storm = Array.from({ length: 1000 }, (_, index) => logons.logOnApop('dina', '<1@k>', '0'.repeat(32), from(`10.0.${index >> 8}.${index & 255}`)));
    const busy = (await Promise.all(storm)).filter((result) => outcome(result) === 'login.busy');
    expect(busy.length).toBe(1000 - 402);
  });

  test('APOP: the example of RFC 1939 §7, and nothing near it', async () => {
    const { logons, secrets } = setUp();
    const timestamp = '<1896.697170952@dbc.mtview.ca.us>';
    const apop = async (user: string, digest: string): Promise<string> => outcome(await logons.logOnApop(user, timestamp, digest, from('192.168.0.7', { tls: false })));
    expect(await apop('dina', 'c4c9334bac560ecc979e58001b3e22fb')).toBe('ok dina@kantor.lan');
    expect(await apop('dina', 'c4c9334bac560ecc979e58001b3e22fc')).toBe('login.failed');
    expect(await apop('dina', 'c4c9')).toBe('login.failed');
    expect(await apop('web', createHash('md5').update(`${timestamp}tanstaaf`).digest('hex'))).toBe('login.failed');
    // Whoever has no secret must not be open to the digest of the stand-in for it.
    secrets.clear();
    expect(await apop('dina', createHash('md5').update(`${timestamp}${'0'.repeat(32)}`).digest('hex'))).toBe('login.failed');
  });
});

test('a hash that nothing matches has the form of a real one', () => {
  expect(unmatchableHash()).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
});
