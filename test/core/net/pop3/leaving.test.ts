// How sessions end otherwise than by QUIT: the client goes away in every state, or is sent away. The maildrop is released once.
import { describe, expect, test } from 'vitest';
import { createHarness, endless, gate } from './harness.ts';

const harness = createHarness();

describe('a client that goes away', () => {
  test('half, still gets its answers', async () => {
    const dial = await harness.start();
    dial.socket.end('USER dina\r\nPASS secret\r\nRETR 1\r\nNOOP\r\nSTA');
    expect(await dial.rest()).toMatch(/\+OK\r\n\+OK Welcome, 3 messages \(60 octets\)\r\n\+OK 19 octets\r\nSubject: a\r\n\r\none\r\n\.\r\n\+OK\r\n$/);
  });

  test('while it is being logged on, leaves the mailbox free', async () => {
    const dial = await harness.start();
    const logOn = gate();
    harness.fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    dial.socket.resetAndDestroy();
    await harness.meanwhile();
    logOn.pass();
    await harness.fixture.server.close();
    expect([harness.dina().opened, harness.dina().released]).toEqual([1, 1]);
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
    const dial = await harness.start();
    let pulled = 0;
    harness.dina().messages.push({ uidl: 'big', octets: 64_000_000, content: () => endless((octets) => { pulled += octets; }) });
    dial.send(text);
    await dial.lines(answers);
    dial.socket.resetAndDestroy();
    await harness.fixture.backend.ended(1);
    await harness.fixture.server.close();
    // What nobody will get is not read to its end.
    expect(pulled).toBeLessThan(40_000_000);
    expect(harness.dina().opened).toBe(harness.dina().released);
    expect(harness.dina().messages.length).toBe(4);
  });
});

describe('disconnecting', () => {
  const disconnect = (reason: 'administrator' | 'shutdown' = 'administrator') => harness.fixture.backend.recorded[0]?.opening.disconnect(reason);

  test('an idle session hears why, and nothing is deleted', async () => {
    const dial = await harness.start();
    await dial.logOn();
    await dial.ask('DELE 1');
    disconnect();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The administrator has closed this connection\r\n');
    dial.socket.end();
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: Disconnected by the administrator');
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([3, 1]);
  });

  test('a session that is logging on hears why, and its maildrop is released when it comes', async () => {
    const dial = await harness.start();
    const logOn = gate();
    harness.fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    dial.send('NOOP\r\n');
    await harness.meanwhile();
    disconnect();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The administrator has closed this connection\r\n');
    dial.socket.end();
    // Its end is seen, although the backend has not answered yet.
    await harness.fixture.backend.ended(1);
    logOn.pass();
    await harness.fixture.server.close();
    expect([harness.dina().opened, harness.dina().released]).toEqual([1, 1]);
  });

  test('in the middle of a message puts no words into it', async () => {
    const dial = await harness.start();
    harness.dina().messages.push({ uidl: 'big', octets: 64_000_000, content: () => endless() });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\n');
    await harness.meanwhile();
    disconnect();
    dial.socket.resume();
    expect(await dial.rest()).not.toContain('-ERR');
    await harness.fixture.backend.ended(1);
    expect(harness.dina().released).toBe(1);
  });

  test('during QUIT waits for the messages to be deleted', async () => {
    const dial = await harness.start();
    const removal = gate();
    harness.fixture.backend.behaviour.beforeRemove = () => removal.opened;
    await dial.logOn();
    dial.send('DELE 1\r\nQUIT\r\n');
    await dial.line();
    disconnect();
    removal.pass();
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    expect(harness.dina().messages.length).toBe(2);
  });

  test('closing the server tells everybody, waits, and may be done twice', async () => {
    const dial = await harness.start();
    await dial.logOn();
    const closing = harness.fixture.server.close();
    expect(await dial.rest()).toBe('-ERR [SYS/TEMP] The server is shutting down\r\n');
    dial.socket.end();
    await Promise.all([closing, harness.fixture.server.close()]);
    expect(harness.dina().released).toBe(1);
    await expect(harness.client()).rejects.toThrow('ECONNREFUSED');
  });
});
