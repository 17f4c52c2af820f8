// The sender on the real store, against servers in memory: what leaves, over how many connections, and what becomes of each recipient.
import { expect, test } from 'vitest';
import { makeWorld } from './world.ts';

test('a message goes to the first mail server of its domain and leaves the queue', async () => {
  const world = await makeWorld();
  world.resolver.domain('contoh.id', '198.51.100.1', '198.51.100.2');
  world.internet.servers.set('198.51.100.1', {});
  const id = await world.queue(['budi@contoh.id', 'sari@contoh.id']);
  world.sender.start();
  await world.until(() => world.count('sent') === 1);
  expect(world.internet.taken).toEqual([{ address: '198.51.100.1', connection: 1, from: 'dina@kantor.lan', to: ['budi@contoh.id', 'sari@contoh.id'], text: 'Subject: to budi@contoh.id sari@contoh.id\r\n\r\nText.\r\n', octets: 52 }]);
  expect(world.items()).toEqual([]);
  expect(world.events).toMatchObject([{ kind: 'sent', id, recipients: ['budi@contoh.id', 'sari@contoh.id'], host: 'mx1.contoh.id', address: '198.51.100.1', reply: '250 2.0.0 OK', sessionId: 1 }]);
});
