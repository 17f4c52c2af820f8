// The life of a connection: greeting, limits, slow and silent peers, broken connections, Disconnect, the end of the server.
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectTo, recordOf, startServer, stopServers, type Client } from './harness.ts';

afterEach(stopServers);

const inMessage = async (client: Client): Promise<void> => {
  for (const line of ['EHLO client', 'MAIL FROM:<>', 'RCPT TO:<bob@example.test>', 'DATA']) await client.ask(line);
};

describe('the greeting', () => {
  test('a client that has sent before it is greeted is turned away', async () => {
    const { port, backend } = await startServer();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    // In a thread of its own, so that its bytes are here before our event loop gets to accept it.
    const worker = new Worker(`
      const { workerData: { port, flag }, parentPort } = require('node:worker_threads');
      let heard = '';
      const socket = require('node:net').connect(port, '127.0.0.1', () => socket.write('EHLO bot\\r\\n', () => { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); }));
      socket.on('data', (data) => { heard += data; }).on('close', () => parentPort.postMessage(heard)).on('error', () => undefined);
    `, { eval: true, workerData: { port, flag } });
    await once(worker, 'online');
    Atomics.wait(flag, 0, 0, 10_000);
    const [heard] = await once(worker, 'message') as [string];
    expect(heard).toBe('554 5.5.0 The greeting comes first: wait for it before sending\r\n');
    expect(backend.kept[0]!.lines).toEqual([`S: ${heard.trimEnd()}`]);
    await worker.terminate();
  });

  test('a connection that is not admitted hears why, and nothing else', async () => {
    const { port, backend } = await startServer();
    backend.refuseConnections = 'Server too busy, try again later';
    const client = await connectTo({ port }, { greeting: false });
    expect(await client.rest()).toBe('421 4.3.2 mail.example.test Server too busy, try again later\r\n');
    expect(backend.kept).toEqual([]);
  });
});

describe('patience', () => {
  test('a silent client is sent away', async () => {
    const running = await startServer('smtp', { inactiveMs: 50 });
    const client = await connectTo(running);
    expect(await client.rest()).toBe('421 4.4.2 Nothing heard for too long\r\n');
    client.socket.destroy();
    await recordOf(running, client).ended;
    expect(recordOf(running, client)).toMatchObject({ outcome: 'terminated', reason: 'Nothing heard for too long' });
  });

  test('a byte now and then does not hold a session', async () => {
    const running = await startServer('smtp', { inactiveMs: 200 });
    const client = await connectTo(running);
    const drip = setInterval(() => client.send('x'), 10);
    expect(await client.rest()).toBe('421 4.4.2 Nothing heard for too long\r\n');
    clearInterval(drip);
    client.socket.destroy();
  });

  test('a message that only drips in is given up', async () => {
    const running = await startServer('smtp', { inactiveMs: 1000 });
    const client = await connectTo(running);
    await inMessage(client);
    const drip = setInterval(() => client.send('x'), 20);
    expect(await client.rest()).toBe('421 4.4.2 Nothing heard for too long\r\n');
    clearInterval(drip);
    client.socket.destroy();
    await recordOf(running, client).ended;
    expect([running.backend.aborted, running.backend.messages.length]).toEqual([1, 0]);
    expect(recordOf(running, client).lines).toContain('* The message did not come to its end and is not kept');
  });

  test('a long message that keeps coming is not', async () => {
    const running = await startServer('smtp', { inactiveMs: 700 });
    const client = await connectTo(running);
    await inMessage(client);
    for (let index = 0; index < 100; index += 1) {
      client.send('0123456789\r\n'.repeat(100));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await client.ask('.')).toBe('250 2.0.0 Message accepted, queued as m1');
    client.socket.destroy();
  });

  test('who waits for us is not sent away', async () => {
    const running = await startServer('submission', { inactiveMs: 60 });
    const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
    running.backend.mayLogOnWhere = () => true;
    running.backend.beforeLogOn = slowly;
    running.backend.beforeFinish = slowly;
    const client = await connectTo(running);
    client.send('EHLO client\r\nAUTH PLAIN AGJvYgByYWhhc2lh\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n.\r\nQUIT\r\n');
    const heard = await client.rest();
    expect(heard).toContain('235 2.7.0');
    expect(heard).toContain('\r\n250 2.0.0 Message accepted, queued as m1\r\n221 2.0.0 Bye\r\n');
    client.socket.destroy();
  });

  test('a latency keeps the next command waiting', async () => {
    const running = await startServer('smtp', { latencyMs: 200 });
    const client = await connectTo(running);
    client.send('NOOP\r\nNOOP\r\n');
    await client.reply();
    expect(recordOf(running, client).lines.filter((line) => line === 'C: NOOP')).toHaveLength(1);
    await client.reply();
    client.socket.destroy();
  });
});

describe('back-pressure and memory', () => {
  test('no more is read than the sink has room for', async () => {
    const running = await startServer('smtp', { maxMessageBytes: 100_000_000 });
    let open: () => void = () => undefined;
    let waiting: () => void = () => undefined;
    running.backend.beforeDrained = () => new Promise((resolve) => {
      open = resolve;
      waiting();
    });
    const client = await connectTo(running);
    await inMessage(client);
    const record = recordOf(running, client);
    const before = record.bytesIn;
    client.send(Buffer.alloc(4_000_000, 'line of text\r\n'));
    for (let turn = 1; turn <= 10; turn += 1) {
      await new Promise<void>((resolve) => { waiting = resolve; });
      // One chunk is what a read of the socket gives: 64 KiB at most.
      expect(record.bytesIn - before).toBeLessThanOrEqual(turn * 65_536);
      open();
    }
    running.backend.beforeDrained = null;
    open();
    expect(await client.ask('\r\n.')).toBe('250 2.0.0 Message accepted, queued as m1');
    expect(running.backend.messages[0]!.content.length).toBeGreaterThan(4_000_000);
    client.socket.destroy();
  });

  test('a line without end, as a command and in a message, is read and not kept in one piece', async () => {
    const running = await startServer('smtp', { maxMessageBytes: 100_000_000 });
    const client = await connectTo(running);
    const junk = Buffer.alloc(1_000_000, 'x');
    for (let index = 0; index < 10; index += 1) client.send(junk);
    expect(await client.ask('')).toBe('500 5.5.6 Line is too long');
    await inMessage(client);
    for (let index = 0; index < 10; index += 1) client.send(junk);
    expect(await client.ask('\r\n.')).toBe('250 2.0.0 Message accepted, queued as m1');
    expect(running.backend.messages[0]!.content.length).toBe(10_000_002);
    client.socket.destroy();
  });

  test('a client that does not read its replies is not read any more', async () => {
    const running = await startServer('smtp', { inactiveMs: 1500 });
    const client = await connectTo(running);
    client.socket.pause();
    const flood = Buffer.from('HELP\r\n'.repeat(20_000));
    for (let index = 0; index < 200; index += 1) client.send(flood);
    const record = recordOf(running, client);
    await record.ended; // patience runs out: what cannot be written is not read either
    expect(record.bytesIn).toBeLessThan(flood.length * 200);
    client.socket.destroy();
  });

  test('junk gets answers until it is enough', async () => {
    const running = await startServer();
    const client = await connectTo(running);
    client.send(Buffer.from(Array.from({ length: 300_000 }, (_one, index) => (index * 7919) % 256)));
    client.send('\r\n'.repeat(50));
    const heard = await client.rest();
    expect(heard.split('\r\n').filter((line) => /^500 /.test(line))).toHaveLength(21);
    expect(heard).toMatch(/421 4\.7\.0 Too many errors\r\n$/);
    client.socket.destroy();
  });
});

describe('broken connections', () => {
  const states: [string, (client: Client) => Promise<unknown>, number][] = [
    ['after the greeting', () => Promise.resolve(), 0],
    ['in the middle of a command', (client) => { client.send('MAIL FR'); return Promise.resolve(); }, 0],
    ['after MAIL', async (client) => { await client.ask('EHLO client'); await client.ask('MAIL FROM:<>'); }, 0],
    ['while logging on', async (client) => { await client.ask('EHLO client'); await client.ask('AUTH LOGIN'); }, 0],
    ['in a message', async (client) => { await inMessage(client); client.send('some text'); }, 1],
    ['after STARTTLS', async (client) => { await client.ask('STARTTLS'); }, 0],
    ['in a TLS handshake', async (client) => { await client.ask('STARTTLS'); client.send(Buffer.from([22, 3, 1, 2, 0, 1])); }, 0],
  ];

  test.each(states)('reset %s: the session ends, nothing is kept, the next one is served', async (_name, reach, aborted) => {
    const running = await startServer();
    running.backend.mayLogOnWhere = () => true;
    const client = await connectTo(running);
    await reach(client);
    const record = recordOf(running, client);
    client.socket.resetAndDestroy();
    await record.ended;
    expect(record.outcome).toBe('terminated');
    expect([running.backend.aborted, running.backend.messages.length, running.failures]).toEqual([aborted, 0, []]);
    const next = await connectTo(running);
    expect(await next.ask('NOOP')).toBe('250 2.0.0 OK');
    next.socket.destroy();
  });

  test('reset while a message is being put on disk: it is kept, the client never hears of it', async () => {
    const running = await startServer();
    let finish: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      running.backend.beforeFinish = () => new Promise((done) => { finish = done; resolve(); });
    });
    const client = await connectTo(running);
    await inMessage(client);
    client.send('text\r\n.\r\n');
    await started;
    const record = recordOf(running, client);
    client.socket.resetAndDestroy();
    await record.ended;
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect([running.backend.messages.length, running.backend.aborted, running.failures]).toEqual([1, 0, []]);
  });

  test('2,000 connections at once are all greeted', async () => {
    const running = await startServer();
    const clients = await Promise.all(Array.from({ length: 2000 }, async () => await connectTo(running)));
    const answers = await Promise.all(clients.map(async (client) => await client.ask('QUIT')));
    expect(new Set(answers)).toEqual(new Set(['221 2.0.0 Bye']));
    for (const client of clients) client.socket.destroy();
    await Promise.all(running.backend.kept.map(async (record) => await record.ended));
    expect(running.backend.kept.every(({ outcome }) => outcome === 'successful')).toBe(true);
  });
});

describe('what fails on our side', () => {
  test('is told to the log and not to the peer, and the session goes on', async () => {
    const running = await startServer();
    running.backend.mayLogOnWhere = () => { throw new Error('settings are gone'); };
    const client = await connectTo(running);
    for (const line of ['EHLO client', 'HELO client', 'MAIL FROM:<alice@broken.test>']) await client.ask(line);
    running.backend.sinkFails = 'finish';
    for (const line of ['MAIL FROM:<>', 'RCPT TO:<bob@example.test>', 'DATA']) await client.ask(line);
    expect(await client.ask('.')).toBe('451 4.3.0 Something went wrong here, try again later');
    expect(running.failures).toEqual([
      'EHLO could not be answered: settings are gone', 'MAIL could not be answered: no such table', 'A message could not be kept: disk failed',
    ]);
    expect(recordOf(running, client).lines.filter((line) => line.startsWith('S: 451'))).toHaveLength(3);
    client.socket.destroy();
  });

  test('before a session begins: the connection is closed, the next one is served', async () => {
    const running = await startServer();
    running.backend.admitFails = true;
    expect(await (await connectTo(running, { greeting: false })).rest()).toBe('');
    running.backend.admitFails = false;
    expect(await (await connectTo(running)).ask('QUIT')).toBe('221 2.0.0 Bye');
    expect(running.failures).toEqual(['A connection could not be served: no memory']);
  });
});

describe('the end', () => {
  test('Disconnect: 421, and a message on its way is not kept', async () => {
    const running = await startServer();
    const [idle, busy] = [await connectTo(running), await connectTo(running)];
    await inMessage(busy);
    busy.send('half a mess');
    for (const client of [idle, busy]) {
      recordOf(running, client).opening.disconnect('administrator');
      expect(await client.rest()).toBe('421 4.3.2 Disconnected by the administrator\r\n');
      client.socket.destroy();
      await recordOf(running, client).ended;
      expect(recordOf(running, client)).toMatchObject({ outcome: 'terminated', reason: 'Disconnected by the administrator' });
    }
    expect(running.backend.aborted).toBe(1);
  });

  test('closing the server: nobody new, idle sessions leave, a message comes to its end', async () => {
    const running = await startServer();
    const [idle, busy] = [await connectTo(running), await connectTo(running)];
    await inMessage(busy);
    const closed = running.server.close();
    expect(await idle.rest()).toBe('421 4.3.2 Server is shutting down, try again later\r\n');
    const late = connect(running.port, '127.0.0.1');
    const [error] = await once(late, 'error') as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    busy.send('text\r\n.\r\nNOOP\r\n');
    expect(await busy.rest()).toBe('250 2.0.0 Message accepted, queued as m1\r\n421 4.3.2 Server is shutting down, try again later\r\n');
    await closed;
    expect(running.backend.kept.map(({ outcome }) => outcome)).toEqual(['terminated', 'terminated']);
    for (const client of [idle, busy]) client.socket.destroy();
  });

  test('closing the server: a message that does not come to its end is waited for so long and no longer', async () => {
    const running = await startServer();
    const client = await connectTo(running);
    await inMessage(client);
    client.send('half a mess');
    await running.server.close();
    expect(await client.rest()).toBe('421 4.3.2 Server is shutting down, try again later\r\n');
    expect([running.backend.messages.length, running.backend.aborted]).toEqual([0, 1]);
    client.socket.destroy();
  });

  test('ports may be closed and opened again while sessions go on', async () => {
    const running = await startServer();
    const client = await connectTo(running);
    running.server.stopListening();
    const results = await running.server.listen(['127.0.0.2', '127.0.0.3'], running.port);
    expect(results.map(({ listening }) => listening)).toEqual([true, true]);
    expect(await client.ask('NOOP')).toBe('250 2.0.0 OK');
    client.socket.destroy();
  });
});
