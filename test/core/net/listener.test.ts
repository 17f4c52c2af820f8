import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { describeListenError, listenOn, type Listening } from '../../../core/net/listener.ts';
import { endsOf, plainAddress } from '../../../core/net/ends.ts';

const open: { close(): unknown }[] = [];
afterEach(() => { for (const item of open.splice(0)) item.close(); });

async function listen(addresses: readonly string[], port = 0, onConnection: (socket: Socket) => void = (socket) => socket.end()): Promise<Listening> {
  const listening = await listenOn({ addresses, port, onConnection, onError: (error) => { throw error; } });
  open.push(listening);
  return listening;
}

async function talk(port: number, host: string): Promise<string> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => { text += part; });
  await once(socket, 'end');
  socket.destroy();
  return text;
}

test('every address: IPv4 and IPv6 callers are both taken, and IPv4 is shown as IPv4', async () => {
  const { results } = await listen([''], 0, (socket) => { socket.end(endsOf(socket)?.remoteAddress ?? ''); });
  expect(results).toEqual([{ address: '', port: expect.any(Number) as number, listening: true, problem: '', problemCode: '' }]);
  const port = results[0]!.port;
  expect(await talk(port, '127.0.0.1')).toBe('127.0.0.1');
  expect(await talk(port, '::1')).toBe('::1');
});

test('one address only: another address of this computer is not answered', async () => {
  const port = (await listen(['127.0.0.2'])).results[0]!.port;
  expect(await talk(port, '127.0.0.2')).toBe('');
  await expect(talk(port, '127.0.0.1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('an address that is taken, or not there, does not stop the others', async () => {
  const other = createServer().listen(0, '127.0.0.2');
  open.push(other);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { results } = await listen(['127.0.0.2', '127.0.0.3', '192.0.2.1', 'kantor'], port);
  expect(results.map(({ address, listening, problemCode }) => [address, listening, problemCode])).toEqual([
    ['127.0.0.2', false, 'EADDRINUSE'], ['127.0.0.3', true, ''], ['192.0.2.1', false, 'EADDRNOTAVAIL'], ['kantor', false, 'EINVAL'],
  ]);
  expect(results[0]!.problem).toBe(`Port ${port} of 127.0.0.2 is in use by another program. Stop that program or choose another port in Setup > Primary domain > Ports.`);
  expect(await talk(port, '127.0.0.3')).toBe('');
});

test('the port is free as soon as close() returns', async () => {
  const first = await listen(['127.0.0.1']);
  const port = first.results[0]!.port;
  first.close();
  first.close();
  expect((await listen(['127.0.0.1'], port)).results[0]).toMatchObject({ listening: true });
});

test('a peer that has ended its writing side can still be answered', async () => {
  const { results } = await listen(['127.0.0.1'], 0, (socket) => { socket.resume().on('end', () => socket.end('late')); });
  const socket = connect(results[0]!.port, '127.0.0.1').end();
  const [data] = await once(socket, 'data') as [Buffer];
  expect(data.toString()).toBe('late');
});

describe('sentences', () => {
  test.each([
    ['EADDRINUSE', 25, '', 'Port 25 is in use by another program. Stop that program or choose another port in Setup > Primary domain > Ports.'],
    ['EACCES', 25, '', 'Port 25 may not be used without special permission. Give Merpati the right to use low ports (on Linux: CAP_NET_BIND_SERVICE), or choose a port from 1024 on in Setup > Primary domain > Ports.'],
    ['EACCES', 2525, '', 'Port 2525 is kept by the system or held by another program. Stop that program or choose another port in Setup > Primary domain > Ports.'],
    ['EADDRNOTAVAIL', 25, '10.0.0.9', 'This computer has no address 10.0.0.9 at the moment. Connect that network, or correct the address in Setup > Primary domain or Setup > Secondary domains.'],
    ['EWEIRD', 25, '', 'Port 25 could not be opened (EWEIRD). Switch the server off and on again, or choose another port in Setup > Primary domain > Ports.'],
  ])('%s on port %i of "%s"', (code, port, address, sentence) => {
    expect(describeListenError(code, port, address)).toBe(sentence);
  });
});

test.each([['::ffff:10.1.2.3', '10.1.2.3'], ['fe80::1%eth0', 'fe80::1'], ['::1', '::1'], ['10.0.0.1', '10.0.0.1']])('%s is shown as %s', (raw, shown) => {
  expect(plainAddress(raw)).toBe(shown);
});
