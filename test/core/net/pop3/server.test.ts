// The POP3 server over real sockets: what a client sees, what the session record holds, and that a maildrop is released once.
import { createHash } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TlsMaterial } from '../../../../core/net/tls/material.ts';
import { TestClient } from './client.ts';
import { makeCertificate, startPop3, type Fixture } from './fixture.ts';

let certificate: TlsMaterial;
let fixture: Fixture;
const open: Fixture[] = [];
const clients: TestClient[] = [];

beforeAll(() => { certificate = makeCertificate(); });
afterEach(async () => {
  for (const one of clients.splice(0)) one.socket.destroy();
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

async function start(parts: Parameters<typeof startPop3>[0] = {}): Promise<TestClient> {
  fixture = await startPop3({ tlsMaterial: certificate, ...parts });
  open.push(fixture);
  fixture.backend.addAccount('dina', 'secret', ['Subject: a\r\n\r\none\r\n', 'Subject: b\r\n\r\n.two\r\n', 'Subject: c\r\n\r\nthree\r\n']);
  return await client();
}

async function client(tls?: TlsMaterial): Promise<TestClient> {
  const made = await TestClient.connect(fixture.port, tls === undefined ? {} : { tls });
  clients.push(made);
  return made;
}
const dina = () => {
  const account = fixture.backend.accounts.get('dina');
  if (account === undefined) throw new Error('no dina');
  return account;
};
const gate = () => {
  let pass = (): void => undefined;
  const opened = new Promise<void>((resolve) => { pass = resolve; });
  return { opened, pass };
};
/** A number of complete exchanges with the server: what it could do meanwhile, it has done. */
async function meanwhile(): Promise<void> {
  const other = await client();
  await other.line();
  for (let count = 0; count < 50; count += 1) await other.ask('CAPA').then(() => other.lines(11));
  other.socket.destroy();
}

describe('a session', () => {
  test('is recorded, secrets masked, with its octets', async () => {
    const dial = await start();
    expect(await dial.line()).toMatch(/^\+OK mail\.example\.test POP3 server ready <[0-9a-f]{24}\.[0-9a-z]+@mail\.example\.test>$/);
    dial.send('USER dina\r\nPASS secret\r\nRETR 2\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 20 octets\r\nSubject: b\r\n\r\n..two\r\n.\r\n+OK Bye\r\n');
    dial.socket.end();
    await fixture.backend.ended(1);
    const [recorded] = fixture.backend.recorded;
    expect(recorded).toMatchObject({ bytesIn: 11 + 13 + 8 + 6, outcome: 'successful', facts: { account: 'dina', state: 'transaction' }, opening: { server: 'pop3', tls: false, remoteAddress: '127.0.0.1', localPort: fixture.port } });
    expect(recorded?.lines.slice(1)).toEqual(['C: USER dina', 'S: +OK', 'C: PASS ******', 'S: +OK Welcome, 3 messages (60 octets)', 'C: RETR 2', 'S: +OK 20 octets', 'C: QUIT', 'S: +OK Bye']);
    expect([dina().opened, dina().released]).toEqual([1, 1]);
  });

  test('holds the mailbox alone', async () => {
    const [first, second] = [await start(), await client()];
    expect(await first.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await second.logOn()).toBe('-ERR [IN-USE] Another session has this mailbox open');
    first.send('QUIT\r\n');
    expect(await first.line()).toBe('+OK Bye');
    // The maildrop is free as soon as the answer to QUIT is there.
    second.send('USER dina\r\nPASS secret\r\n');
    expect(await second.lines(2)).toEqual(['+OK', '+OK Welcome, 3 messages (60 octets)']);
  });

  test('by APOP uses the timestamp of its greeting', async () => {
    const dial = await start();
    const [timestamp = ''] = /<.*>/.exec(await dial.line()) ?? [];
    expect(await dial.ask(`APOP dina ${createHash('md5').update(`${timestamp}secret`).digest('hex')}`)).toBe('+OK Welcome, 3 messages (60 octets)');
  });

  test('survives a backend that fails', async () => {
    const dial = await start();
    fixture.backend.behaviour.beforeLogOn = () => Promise.reject(new Error('database is locked'));
    expect(await dial.logOn()).toBe('-ERR [SYS/TEMP] The mailbox cannot be opened at the moment, please try again later');
    fixture.backend.behaviour.beforeLogOn = () => Promise.resolve();
    dial.send('USER dina\r\nPASS secret\r\n');
    expect(await dial.lines(2)).toEqual(['+OK', '+OK Welcome, 3 messages (60 octets)']);
    fixture.backend.behaviour.read = () => Promise.reject(new Error('ENOENT'));
    expect(await dial.ask('RETR 1')).toBe('-ERR [SYS/TEMP] The message cannot be read at the moment');
    expect(await dial.ask('TOP 1 1')).toBe('-ERR [SYS/TEMP] The message cannot be read at the moment');
    expect(await dial.ask('STAT')).toBe('+OK 3 60');
    expect(fixture.backend.recorded[0]?.lines).toContain('-- The mailbox could not be opened: database is locked');
  });

  test('with a pause between commands answers all the same', async () => {
    const dial = await start();
    fixture.options.latencyMs = 1;
    const paused = await client();
    await paused.line();
    paused.send('USER dina\r\nPASS secret\r\nSTAT\r\nQUIT\r\n');
    expect(await paused.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 3 60\r\n+OK Bye\r\n');
    dial.socket.destroy();
  });
});

describe('deleting', () => {
  test('takes effect before QUIT is answered', async () => {
    const dial = await start();
    const removal = gate();
    fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nDELE 3\r\nQUIT\r\n');
    expect(await dial.lines(2)).toEqual(['+OK Message 1 will be deleted at QUIT', '+OK Message 3 will be deleted at QUIT']);
    await meanwhile();
    expect([dina().messages.length, dina().released]).toEqual([3, 0]);
    removal.pass();
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    expect(dina().messages.map(({ uidl }) => uidl)).toEqual(['uid-2']);
    expect(dina().released).toBe(1);
  });

  test('that fails is told, and nothing is said to be gone', async () => {
    const dial = await start();
    fixture.backend.behaviour.beforeRemove = () => Promise.reject(new Error('disk I/O error'));
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK Message 1 will be deleted at QUIT\r\n-ERR [SYS/TEMP] The messages could not be deleted, please try again later\r\n');
    dial.socket.end();
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: The messages could not be deleted');
    expect([dina().messages.length, dina().released]).toEqual([3, 1]);
  });

  test('does not happen when the client leaves without QUIT', async () => {
    const dial = await start();
    await dial.logOn();
    expect(await dial.ask('DELE 1')).toContain('+OK');
    dial.socket.end();
    expect(await dial.rest()).toBe('');
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: The client left without QUIT, nothing was deleted');
    expect([dina().messages.length, dina().released]).toEqual([3, 1]);
  });

  test('is finished, and the maildrop released after it, when the client vanishes during QUIT', async () => {
    const dial = await start();
    const removal = gate();
    fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    await dial.line();
    dial.socket.resetAndDestroy();
    await meanwhile();
    expect(dina().released).toBe(0);
    removal.pass();
    await fixture.server.close();
    expect([dina().messages.length, dina().released]).toEqual([2, 1]);
  });
});

describe('a client that goes away', () => {
  test('half, still gets its answers', async () => {
    const dial = await start();
    dial.socket.end('USER dina\r\nPASS secret\r\nRETR 1\r\nNOOP\r\nSTA');
    expect(await dial.rest()).toMatch(/\+OK\r\n\+OK Welcome, 3 messages \(60 octets\)\r\n\+OK 19 octets\r\nSubject: a\r\n\r\none\r\n\.\r\n\+OK\r\n$/);
  });

  test('while it is being logged on, leaves the mailbox free', async () => {
    const dial = await start();
    const logOn = gate();
    fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    dial.socket.resetAndDestroy();
    await meanwhile();
    logOn.pass();
    await fixture.server.close();
    expect([dina().opened, dina().released]).toEqual([1, 1]);
  });

  test.each([
    ['at once', '', 0],
    ['after USER', 'USER dina\r\n', 2],
    ['after PASS', 'USER dina\r\nPASS secret\r\n', 3],
    ['in the middle of a line', 'USER dina\r\nPASS secret\r\nLIS', 3],
    ['after DELE', 'USER dina\r\nPASS secret\r\nDELE 1\r\n', 4],
    ['in AUTH', 'AUTH PLAIN\r\n', 2],
    ['after STLS', 'STLS\r\n', 2],
    ['in the middle of a large message', 'USER dina\r\nPASS secret\r\nRETR 4\r\n', 4],
    ['after QUIT', 'USER dina\r\nPASS secret\r\nQUIT\r\n', 4],
  ])('by reset %s, is cleared up after', async (_, text, answers) => {
    const dial = await start();
    dina().messages.push({ uidl: 'big', octets: 64_000_000, content: endless });
    dial.send(text);
    await dial.lines(answers);
    dial.socket.resetAndDestroy();
    await fixture.backend.ended(1);
    await fixture.server.close();
    expect(dina().opened).toBe(dina().released);
    expect(dina().messages.length).toBe(4);
  });
});

async function* endless(): AsyncGenerator<Buffer, void, undefined> {
  const piece = Buffer.from(`${'x'.repeat(78)}\r\n`.repeat(800));
  for (let sent = 0; sent < 64_000_000; sent += piece.length) {
    await Promise.resolve();
    yield piece;
  }
}

describe('back-pressure', () => {
  test('a client that does not read stops the reading of its message, and the rest comes when it reads', async () => {
    const dial = await start();
    let pulled = 0;
    dina().messages.push({ uidl: 'big', octets: 64_000_000, async* content() {
      for await (const piece of endless()) { pulled += piece.length; yield piece; }
    } });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\nSTAT\r\nQUIT\r\n');
    const before = process.memoryUsage();
    let last = -1;
    while (pulled !== last) { last = pulled; await meanwhile(); }
    const after = process.memoryUsage();
    // What the kernel holds for both ends, and a little of ours.
    expect(pulled).toBeLessThan(20_000_000);
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(8_000_000);
    dial.socket.resume();
    const rest = await dial.rest();
    const [first, end] = ['+OK 64000000 octets\r\n', 'x\r\n.\r\n+OK 4 64000060\r\n+OK Bye\r\n'];
    expect([rest.slice(0, first.length), rest.slice(-end.length), rest.length]).toEqual([first, end, first.length + 64_000_000 + end.length - 3]);
  });

  test('a client that asks and does not read is not read from any more', async () => {
    const dial = await start();
    dina().messages.push({ uidl: 'half', octets: 500_000, content: Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(5000)) });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\n'.repeat(20_000));
    let last = -1;
    const answered = () => fixture.backend.recorded[0]?.lines.length ?? 0;
    while (answered() !== last) { last = answered(); await meanwhile(); }
    expect(answered()).toBeLessThan(100);
    dial.socket.destroy();
    await fixture.backend.ended(1);
  });

  test('while a logon is pending, only what fits into buffers is taken from the client', async () => {
    const dial = await start();
    const logOn = gate();
    fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    const before = process.memoryUsage().arrayBuffers;
    const commands = Buffer.from(`NOOP${' '.repeat(114)}\r\n`.repeat(1000));
    for (let sent = 0; sent < 100; sent += 1) dial.send(commands);
    for (let last = -1; last !== dial.socket.writableLength;) { last = dial.socket.writableLength; await meanwhile(); }
    // The client still holds what the server does not take: 12 MB were sent.
    expect(dial.socket.writableLength).toBeGreaterThan(1_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
    logOn.pass();
    dial.send('QUIT\r\n');
    expect(await dial.rest()).toBe(`+OK Welcome, 3 messages (60 octets)\r\n${'+OK\r\n'.repeat(100_000)}+OK Bye\r\n`);
  });
});

describe('disconnecting', () => {
  const disconnect = (reason: 'administrator' | 'shutdown' = 'administrator') => fixture.backend.recorded[0]?.opening.disconnect(reason);

  test('an idle session hears why, and nothing is deleted', async () => {
    const dial = await start();
    await dial.logOn();
    await dial.ask('DELE 1');
    disconnect();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The administrator has closed this connection\r\n');
    dial.socket.end();
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: Disconnected by the administrator');
    expect([dina().messages.length, dina().released]).toEqual([3, 1]);
  });

  test('a session that is logging on hears why, and its maildrop is released when it comes', async () => {
    const dial = await start();
    const logOn = gate();
    fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    disconnect();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The administrator has closed this connection\r\n');
    logOn.pass();
    dial.socket.end();
    await fixture.server.close();
    expect([dina().opened, dina().released]).toEqual([1, 1]);
  });

  test('in the middle of a message puts no words into it', async () => {
    const dial = await start();
    dina().messages.push({ uidl: 'big', octets: 64_000_000, content: endless });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\n');
    await meanwhile();
    disconnect();
    dial.socket.resume();
    expect(await dial.rest()).not.toContain('-ERR');
    await fixture.backend.ended(1);
    expect(dina().released).toBe(1);
  });

  test('during QUIT waits for the messages to be deleted', async () => {
    const dial = await start();
    const removal = gate();
    fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    await dial.line();
    disconnect();
    removal.pass();
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    expect(dina().messages.length).toBe(2);
  });

  test('closing the server tells everybody, waits, and may be done twice', async () => {
    const dial = await start();
    await dial.logOn();
    const closing = fixture.server.close();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The server is shutting down\r\n');
    dial.socket.end();
    await Promise.all([closing, fixture.server.close()]);
    expect(dina().released).toBe(1);
    await expect(client()).rejects.toThrow('ECONNREFUSED');
  });
});

describe('limits', () => {
  test('a caller that is not admitted hears why', async () => {
    await start();
    fixture.backend.behaviour.admit = () => 'Server too busy, try again later';
    expect(await (await client()).rest()).toBe('-ERR [SYS/TEMP] Server too busy, try again later\r\n');
  });

  test('a backend that throws costs one connection, not the server', async () => {
    const problems: string[] = [];
    await start({ onError: (error) => problems.push(error.message) });
    fixture.backend.behaviour.mayLogOn = () => { throw new Error('no settings'); };
    expect(await (await client()).rest()).toBe('');
    expect([problems, fixture.backend.recorded[1]?.outcome]).toEqual([['no settings'], 'terminated: no settings']);
    fixture.backend.behaviour.mayLogOn = () => true;
    expect(await (await client()).line()).toContain('+OK');
  });

  test('a session in which nothing is said is closed without a word and deletes nothing, and the setting is live', async () => {
    const dial = await start();
    await dial.logOn();
    await dial.ask('DELE 1');
    fixture.options.inactiveMs = 50;
    expect(await dial.rest()).toBe('');
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because nothing was said for too long, nothing was deleted');
    expect([dina().messages.length, dina().released]).toEqual([3, 1]);
  });

  test('a client that talks and does not log on is closed', async () => {
    const dial = await start({ limits: { logOn: 60 } });
    fixture.options.inactiveMs = 60;
    await dial.line();
    while (!dial.closed) {
      dial.send('CAPA\r\n');
      await dial.multi().catch(() => undefined);
    }
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because nobody had logged on in time');
  });

  test('a client that does not close after QUIT is closed', async () => {
    const dial = await start({ limits: { linger: 50 } });
    await dial.line();
    dial.send('QUIT\r\n');
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('successful');
  });

  test('2,000 idle sessions are held, and the next one is served', async () => {
    const dial = await start();
    const idle = await Promise.all(Array.from({ length: 2000 }, () => client()));
    for (const one of idle) expect(await one.line()).toContain('+OK');
    expect(await dial.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await idle[1999]?.ask('QUIT')).toBe('+OK Bye');
    for (const one of idle) one.socket.destroy();
    await fixture.backend.ended(2000);
  });
});

describe('a message that breaks off while it is read', () => {
  test('is not ended, so that no client takes it for whole', async () => {
    const dial = await start();
    dina().messages.push({ uidl: 'broken', octets: 200_000, async* content() {
      await Promise.resolve();
      yield Buffer.from('Subject: x\r\n\r\nhalf\r\n');
      throw new Error('EIO');
    } });
    await dial.logOn();
    dial.send('RETR 4\r\n');
    expect(await dial.rest()).not.toContain('\r\n.\r\n');
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: Message 4 could not be read to its end: EIO');
    expect(dina().released).toBe(1);
  });
});

describe('TLS', () => {
  test('after STLS, the rest is encrypted and the record says so', async () => {
    await start();
    fixture.backend.behaviour.mayLogOn = ({ tls }) => tls;
    const dial = await client();
    await dial.line();
    expect(await dial.ask('USER dina')).toBe('-ERR [AUTH] Encryption is required: switch on STARTTLS, or SSL/TLS on its own port, in your mail program');
    expect(await dial.ask('STLS')).toBe('+OK Begin TLS now');
    await dial.startTls(certificate.ca);
    dial.send('USER dina\r\nPASS secret\r\nRETR 1\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 19 octets\r\nSubject: a\r\n\r\none\r\n.\r\n+OK Bye\r\n');
    dial.socket.end();
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[1]).toMatchObject({ outcome: 'successful', facts: { tls: true } });
  });

  test('commands sent in clear text behind STLS are dropped', async () => {
    const dial = await start();
    await dial.line();
    dial.send('STLS\r\nUSER mallory\r\nPASS x\r\n');
    expect(await dial.line()).toBe('+OK Begin TLS now');
    await dial.startTls(certificate.ca);
    expect(await dial.ask('NOOP')).toBe('-ERR Please log on first');
    expect(fixture.backend.recorded[0]?.lines.join()).not.toContain('mallory');
  });

  test('what is no TLS ends the connection with a reason', async () => {
    const dial = await start();
    await dial.line();
    expect(await dial.ask('STLS')).toBe('+OK Begin TLS now');
    dial.send('this is no handshake\r\n');
    await dial.rest();
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toMatch(/^terminated: TLS could not be started: /);
  });

  test('without a certificate, STLS is refused and the session goes on', async () => {
    const dial = await start({ tlsMaterial: { key: '', cert: 'nonsense', ca: '' } });
    await dial.line();
    expect(await dial.ask('STLS')).toBe('-ERR [SYS/TEMP] Encryption is not available at the moment');
    expect(await dial.ask('CAPA')).toBe('+OK');
  });

  test('a handshake that does not come is not waited for', async () => {
    const dial = await start({ limits: { handshake: 50 } });
    await dial.line();
    await dial.ask('STLS');
    await dial.rest();
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because the TLS handshake took too long');
  });

  test('on the SSL port is there from the first octet', async () => {
    await start({ name: 'pop3s' }).then((dial) => dial.socket.destroy());
    const dial = await client(certificate);
    expect(await dial.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await dial.ask('STLS')).toBe('-ERR You are logged on already');
    expect(await dial.ask('QUIT')).toBe('+OK Bye');
  });

  test('on the SSL port, a client that speaks in clear text gets no words, and others are served', async () => {
    const dial = await start({ name: 'pop3s' });
    dial.send('USER dina\r\n');
    expect(await dial.rest()).not.toContain('+OK');
    await fixture.backend.ended(1);
    expect(fixture.backend.recorded[0]?.outcome).toMatch(/^terminated: TLS could not be started: /);
    const other = await client(certificate);
    expect(await other.line()).toContain('+OK mail.example.test');
  });

  test('a new certificate is used by the next connection; one that cannot be used changes nothing', async () => {
    await start({ name: 'pop3s' }).then((dial) => dial.socket.destroy());
    const first = await client(certificate);
    fixture.tls = { key: 'nonsense', cert: 'nonsense', ca: '' };
    expect(() => fixture.server.updateTls()).toThrow();
    await client(certificate);
    const renewed = makeCertificate('renewed');
    fixture.tls = renewed;
    fixture.server.updateTls();
    const next = await client(renewed);
    expect(await next.line()).toContain('+OK');
    expect(await first.line()).toContain('+OK');
    expect(await first.ask('QUIT')).toBe('+OK Bye');
  });
});

describe('listening', () => {
  test('sessions outlive stopListening, and the port can be opened again', async () => {
    const dial = await start();
    await dial.logOn();
    fixture.server.stopListening();
    await expect(client()).rejects.toThrow('ECONNREFUSED');
    expect(await dial.ask('STAT')).toBe('+OK 3 60');
    const [again] = await fixture.server.listen(['127.0.0.1'], fixture.port);
    expect(again).toMatchObject({ listening: true, port: fixture.port });
    expect(await (await client()).line()).toContain('+OK');
  });

  test('a port that is taken is a result with the reason', async () => {
    await start();
    const first = fixture;
    await start();
    const [result] = await fixture.server.listen(['127.0.0.1'], first.port);
    expect(result).toMatchObject({ listening: false, problemCode: 'EADDRINUSE' });
  });
});
