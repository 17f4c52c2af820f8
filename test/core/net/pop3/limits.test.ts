// Admission, time limits, many connections, and the listening ports of the POP3 server.
import { describe, expect, test } from 'vitest';
import { createHarness } from './harness.ts';

const harness = createHarness();

describe('limits', () => {
  test('a caller that is not admitted hears why', async () => {
    await harness.start();
    harness.fixture.backend.behaviour.admit = () => 'Server too busy, try again later';
    expect(await (await harness.client()).rest()).toBe('-ERR [SYS/TEMP] Server too busy, try again later\r\n');
  });

  test('a backend that throws costs one connection, not the server', async () => {
    const problems: string[] = [];
    await harness.start({ onError: (error) => problems.push(error.message) });
    harness.fixture.backend.behaviour.mayLogOn = () => { throw new Error('no settings'); };
    expect(await (await harness.client()).rest()).toBe('');
    expect([problems, harness.fixture.backend.recorded[1]?.outcome]).toEqual([['no settings'], 'terminated: no settings']);
    harness.fixture.backend.behaviour.mayLogOn = () => true;
    expect(await (await harness.client()).line()).toContain('+OK');
  });

  test('a session in which nothing is said is closed without a word and deletes nothing, and the setting is live', async () => {
    const dial = await harness.start();
    await dial.logOn();
    await dial.ask('DELE 1');
    harness.fixture.options.inactiveMs = 50;
    expect(await dial.rest()).toBe('');
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because nothing was said for too long, nothing was deleted');
    expect([harness.dina().messages.length, harness.dina().released]).toEqual([3, 1]);
  });

  test('a client that talks and does not log on is closed', async () => {
    const dial = await harness.start({ limits: { logOn: 60 } });
    harness.fixture.options.inactiveMs = 60;
    await dial.line();
    while (!dial.closed) {
      dial.send('CAPA\r\n');
      await dial.multi().catch(() => undefined);
    }
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because nobody had logged on in time');
  });

  test('a client that does not close after QUIT is closed', async () => {
    const dial = await harness.start({ limits: { linger: 50 } });
    await dial.line();
    dial.send('QUIT\r\n');
    expect(await dial.rest()).toBe('+OK Bye\r\n');
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('successful');
  });

  test('2,000 idle sessions are held, and the next one is served', async () => {
    const dial = await harness.start();
    const idle = await Promise.all(Array.from({ length: 2000 }, () => harness.client()));
    for (const one of idle) expect(await one.line()).toContain('+OK');
    expect(await dial.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await idle[1999]?.ask('QUIT')).toBe('+OK Bye');
    for (const one of [dial, ...idle]) one.socket.destroy();
    await harness.fixture.backend.ended(2001);
  });
});

describe('listening', () => {
  test('sessions outlive stopListening, and the port can be opened again', async () => {
    const dial = await harness.start();
    await dial.logOn();
    harness.fixture.server.stopListening();
    await expect(harness.client()).rejects.toThrow('ECONNREFUSED');
    expect(await dial.ask('STAT')).toBe('+OK 3 60');
    const [again] = await harness.fixture.server.listen(['127.0.0.1'], harness.fixture.port);
    expect(again).toMatchObject({ listening: true, port: harness.fixture.port });
    expect(await (await harness.client()).line()).toContain('+OK');
  });

  test('a port that is taken is a result with the reason', async () => {
    await harness.start();
    const first = harness.fixture;
    await harness.start();
    const [result] = await harness.fixture.server.listen(['127.0.0.1'], first.port);
    expect(result).toMatchObject({ listening: false, problemCode: 'EADDRINUSE' });
  });
});
