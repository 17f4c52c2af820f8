// The console's door, by real sockets: who is not let in costs nothing and breaks nothing.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { RPCHandler } from '@orpc/server/ws';
import { os } from '@orpc/server';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createAccess, type BrowserAccess } from '../../../core/host/http/access.ts';
import { startConsoleServer, type ConsoleServer } from '../../../core/host/http/console-server.ts';
import { inTurn, type Caller } from '../../../core/host/rpc/base.ts';
import { serveConnection } from '../../../core/host/rpc/serve-connection.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Door { readonly server: ConsoleServer; readonly access: BrowserAccess; readonly verified: string[]; readonly release: () => void }

/** Passwords are judged when `release` is called. */
async function openDoor(now = Date.now): Promise<Door> {
  const verified: string[] = [];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => { release = resolve; });
  const access = createAccess({
    read: () => 'secret', save: () => Promise.resolve(), hash: (password) => Promise.resolve(password),
    async verify(password, hash) {
      verified.push(password);
      await released;
      return password === hash;
    },
  }, { read: () => null, save: () => Promise.resolve() }, now, () => undefined);
  const server = await startConsoleServer({ address: '127.0.0.1', port: 0, pageDirectory: 'nowhere', access, handler: new RPCHandler<Caller>({}), tls: null, now, note: () => undefined });
  return { server, access, verified, release };
}

async function refusedUpgrade(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(`GET /rpc HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 401 /);
  return socket;
}

test('a caller without a session who breaks the connection off does not end the program', async () => {
  const { server } = await openDoor();
  closers.push(() => server.close());
  for (let time = 0; time < 20; time += 1) {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${'x'.repeat(100)}`);
    socket.resetAndDestroy();
  }
  (await refusedUpgrade(server.port)).resetAndDestroy();
  expect((await fetch(`${server.url}/session`)).status).toBe(200);
});

test('a refused caller who does not hang up is not kept, so that the server can close', async () => {
  const { server } = await openDoor();
  const held = await refusedUpgrade(server.port);
  await server.close();
  held.destroy();
});

test('guesses sent side by side count as if they came one after the other', async () => {
  const { server, verified, release } = await openDoor();
  closers.push(() => server.close());
  const guess = async (password: string): Promise<number> => (await fetch(`${server.url}/session`, {
    method: 'POST', headers: { origin: server.url, 'content-type': 'application/json' }, body: JSON.stringify({ password }),
  })).status;
  const guesses = Array.from({ length: 20 }, (_, turn) => guess(`guess ${turn}`));
  await Promise.race(guesses);
  release();
  const answers = await Promise.all(guesses);
  expect(verified.length).toBe(5);
  expect(answers.filter((status) => status === 429)).toHaveLength(15);
});

test('a stream waits for the other side instead of piling up in memory', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => sockets.close());
  await once(sockets, 'listening');
  const address = sockets.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  let most = 0;
  sockets.on('connection', (connection) => {
    const router = {
      flood: os.handler(async function* () {
        for (let part = 0; part < 100; part += 1) {
          most = Math.max(most, connection.bufferedAmount);
          yield await Promise.resolve('x'.repeat(1_000_000));
        }
      }),
    };
    serveConnection(new RPCHandler<Caller>(router), connection, { transport: 'browser', who: 'administrator', from: '127.0.0.1' });
  });
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  await once(client, 'open');
  let parts = 0;
  const done = new Promise<void>((resolve) => client.on('message', (message: Buffer) => {
    if (message.length > 1_000_000) parts += 1;
    if (parts === 100) resolve();
  }));
  client.send('{"i":1,"p":{"u":"/flood","b":{"json":{}}}}');
  await done;
  client.terminate();
  expect(most).toBeLessThan(3_000_000);
});

test('who answers no ping is let go', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => sockets.close());
  await once(sockets, 'listening');
  const address = sockets.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const closed = new Promise<void>((resolve) => sockets.on('connection', (connection) => {
    connection.on('close', () => resolve());
    serveConnection(new RPCHandler<Caller>({}), connection, { transport: 'browser', who: 'administrator', from: '127.0.0.1' }, 20);
  }));
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`, { autoPong: false });
  client.on('error', () => undefined);
  await closed;
});

/** The WebSocket of a browser that has signed in. */
async function enter({ server, access }: Door): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/rpc`, { headers: { origin: server.url, cookie: `merpati=${access.openSession()}` } });
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  return { socket, closed };
}

test('a WebSocket ends with its session, twelve hours after signing in', async () => {
  // A clock that is 12 h less a moment behind when the session is opened, and right when the socket comes.
  let behind = 12 * 3_600_000 - 1500;
  const door = await openDoor(() => Date.now() - behind);
  closers.push(() => door.server.close());
  const token = door.access.openSession();
  behind = 0;
  const socket = new WebSocket(`${door.server.url.replace('http', 'ws')}/rpc`, { headers: { origin: door.server.url, cookie: `merpati=${token}` } });
  expect((await once(socket, 'close'))[0]).toBe(4401);
});

test('another password ends every session but the one that changed it, and nothing more is heard from those', async () => {
  const door = await openDoor();
  closers.push(() => door.server.close());
  const [other, another] = [await enter(door), await enter(door)];
  const own = door.access.openSession();
  await door.access.setPassword('new password', door.access.sessionOf(own)?.id);
  expect(await Promise.all([other.closed, another.closed])).toEqual([4401, 4401]);
  expect(door.access.sessionOf(own)).not.toBeNull();
});

test('sessions outlive a restart, but neither their end, nor signing out, nor another password', async () => {
  const kept = new Map<string, string>();
  let at = 1_795_000_000_000;
  const start = (): BrowserAccess => createAccess({
    read: () => kept.get('password') ?? null, hash: (password) => Promise.resolve(password), verify: (password, hash) => Promise.resolve(password === hash),
    save: (hash) => Promise.resolve(void kept.set('password', hash)),
  }, { read: () => kept.get('sessions') ?? null, save: (sessions) => Promise.resolve(void kept.set('sessions', sessions)) }, () => at, () => undefined);
  const first = start();
  const [one, two] = [first.openSession(), first.openSession()];
  expect(kept.get('sessions')).not.toContain(one);
  const second = start();
  expect([one, two].map((token) => second.sessionOf(token) !== null)).toEqual([true, true]);
  await second.closeSession(one);
  const third = start();
  expect([one, two].map((token) => third.sessionOf(token) !== null)).toEqual([false, true]);
  // Set by a program that was killed before it came to the sessions.
  kept.set('password', 'another');
  expect(start().sessionOf(two)).toBeNull();
  kept.delete('password');
  at += 12 * 3_600_000;
  expect(start().sessionOf(two)).toBeNull();
});

test('of a flood of calls a few run at a time, the event loop comes round in between, and all are answered', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => sockets.close());
  await once(sockets, 'listening');
  const address = sockets.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const calls = 2000;
  const most = { inFlight: 0, perTurn: 0, paused: 0 };
  let [inFlight, thisTurn] = [0, 0];
  const router = {
    work: os.$context<Caller>().use(inTurn).handler(async () => {
      inFlight += 1;
      thisTurn += 1;
      most.inFlight = Math.max(most.inFlight, inFlight);
      most.perTurn = Math.max(most.perTurn, thisTurn);
      if (thisTurn === 1) setImmediate(() => { thisTurn = 0; });
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
    }),
  };
  sockets.on('connection', (connection) => {
    const pause = connection.pause.bind(connection);
    connection.pause = () => {
      most.paused += 1;
      pause();
    };
    serveConnection(new RPCHandler<Caller>(router), connection, { transport: 'browser', who: 'administrator', from: '127.0.0.1' });
  });
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  await once(client, 'open');
  let answers = 0;
  const done = new Promise<void>((resolve) => client.on('message', () => {
    answers += 1;
    if (answers === calls) resolve();
  }));
  for (let call = 1; call <= calls; call += 1) client.send(JSON.stringify({ i: String(call), p: { u: '/work', b: { json: {} } } }));
  await done;
  client.terminate();
  expect(most.inFlight).toBeLessThanOrEqual(32);
  expect(most.perTurn).toBeLessThanOrEqual(8);
  expect(most.paused).toBeGreaterThan(0);
});
