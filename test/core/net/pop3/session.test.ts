// A POP3 session over a real socket: what the client sees, what the record holds, and when messages are deleted.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createHarness, gate } from './harness.ts';

const harness = createHarness();

describe('a session', () => {
  test('is recorded, secrets masked, with its octets', async () => {
    const dial = await harness.start();
    expect(await dial.line()).toMatch(/^\+OK mail\.example\.test POP3 server ready <[0-9a-f]{24}\.[0-9a-z]+@mail\.example\.test>$/);
    dial.send('USER dina\r\nPASS secret\r\nRETR 2\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 20 octets\r\nSubject: b\r\n\r\n..two\r\n.\r\n+OK Bye\r\n');
    dial.socket.end();
    await harness.fixture.backend.ended(1);
    const [recorded] = harness.fixture.backend.recorded;
    expect(recorded).toMatchObject({ bytesIn: 11 + 13 + 8 + 6, outcome: 'successful', facts: { account: 'dina', state: 'transaction' }, opening: { server: 'pop3', tls: false, remoteAddress: '127.0.0.1', localPort: harness.fixture.port } });
    expect(recorded?.lines.slice(1)).toEqual(['C: USER dina', 'S: +OK', 'C: PASS ******', 'S: +OK Welcome, 3 messages (60 octets)', 'C: RETR 2', 'S: +OK 20 octets', 'C: QUIT', 'S: +OK Bye']);
    expect([harness.dina().opened, harness.dina().released]).toEqual([1, 1]);
  });

  test('holds the mailbox alone', async () => {
    const [first, second] = [await harness.start(), await harness.client()];
    expect(await first.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await second.logOn()).toBe('-ERR [IN-USE] Another session has this mailbox open');
    first.send('QUIT\r\n');
    expect(await first.line()).toBe('+OK Bye');
    // The maildrop is free as soon as the answer to QUIT is there.
    second.send('USER dina\r\nPASS secret\r\n');
    expect(await second.lines(2)).toEqual(['+OK', '+OK Welcome, 3 messages (60 octets)']);
  });

  test('by APOP uses the timestamp of its greeting', async () => {
    const dial = await harness.start();
    const [timestamp = ''] = /<.*>/.exec(await dial.line()) ?? [];
    expect(await dial.ask(`APOP dina ${createHash('md5').update(`${timestamp}secret`).digest('hex')}`)).toBe('+OK Welcome, 3 messages (60 octets)');
  });

  test('survives a backend that fails', async () => {
    const dial = await harness.start();
    harness.fixture.backend.behaviour.beforeLogOn = () => Promise.reject(new Error('database is locked'));
    expect(await dial.logOn()).toBe('-ERR [SYS/TEMP] The mailbox cannot be opened at the moment, please try again later');
    harness.fixture.backend.behaviour.beforeLogOn = () => Promise.resolve();
    dial.send('USER dina\r\nPASS secret\r\n');
    expect(await dial.lines(2)).toEqual(['+OK', '+OK Welcome, 3 messages (60 octets)']);
    harness.fixture.backend.behaviour.read = () => Promise.reject(new Error('ENOENT'));
    expect(await dial.ask('RETR 1')).toBe('-ERR [SYS/TEMP] The message cannot be read at the moment');
    expect(await dial.ask('TOP 1 1')).toBe('-ERR [SYS/TEMP] The message cannot be read at the moment');
    expect(await dial.ask('STAT')).toBe('+OK 3 60');
    expect(harness.fixture.backend.recorded[0]?.lines).toContain('-- The mailbox could not be opened: database is locked');
  });

  test('with a pause between commands answers all the same', async () => {
    const dial = await harness.start();
    harness.fixture.options.latencyMs = 1;
    const paused = await harness.client();
    await paused.line();
    paused.send('USER dina\r\nPASS secret\r\nSTAT\r\nQUIT\r\n');
    expect(await paused.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 3 60\r\n+OK Bye\r\n');
    dial.socket.destroy();
  });
});

describe('deleting', () => {
  test('takes effect before QUIT is answered', async () => {
    const dial = await harness.start();
    const removal = gate();
    harness.fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nDELE 3\r\nQUIT\r\n');
    expect(await dial.lines(2)).toEqual(['+OK Message 1 will be deleted at QUIT', '+OK Message 3 will be deleted at QUIT']);
    await harness.meanwhile();
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([3, 0]);
    removal.pass();
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    expect(harness.dina().messages.map(({ uidl }) => uidl)).toEqual(['uid-2']);
    expect(harness.dina().released).toBe(1);
  });

  test('that fails is told, and nothing is said to be gone', async () => {
    const dial = await harness.start();
    harness.fixture.backend.behaviour.beforeRemove = () => Promise.reject(new Error('disk I/O error'));
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK Message 1 will be deleted at QUIT\r\n-ERR [SYS/TEMP] The messages could not be deleted, please try again later\r\n');
    dial.socket.end();
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: The messages could not be deleted');
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([3, 1]);
  });

  test('does not happen when the client leaves without QUIT', async () => {
    const dial = await harness.start();
    await dial.logOn();
    expect(await dial.ask('DELE 1')).toContain('+OK');
    dial.socket.end();
    expect(await dial.rest()).toBe('');
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: The client left without QUIT, nothing was deleted');
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([3, 1]);
  });

  test('is finished, and the maildrop released after it, when the client vanishes during QUIT', async () => {
    const dial = await harness.start();
    const removal = gate();
    harness.fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    await dial.line();
    dial.socket.resetAndDestroy();
    await harness.meanwhile();
    expect(harness.dina().released).toBe(0);
    removal.pass();
    await harness.fixture.server.close();
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([2, 1]);
  });
});
