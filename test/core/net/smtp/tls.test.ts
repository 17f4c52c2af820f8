// STARTTLS (RFC 3207) and TLS from the first byte.
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { loadOrCreateCertificates } from '../../../../core/net/tls/certificates.ts';
import { createSmtpServer } from '../../../../core/net/smtp/server.ts';
import { MemoryBackend } from './memory-backend.ts';
import { Client, connectTo, recordOf, startServer, stopServers, testMaterial } from './harness.ts';

afterEach(stopServers);

const secret = Buffer.from('\0bob\0rahasia').toString('base64');

async function overTls(client: Client): Promise<Client> {
  client.socket.removeAllListeners('data');
  const socket = connectTls({ socket: client.socket, ca: (await testMaterial()).ca, servername: 'mail.example.test' });
  await once(socket, 'secureConnect');
  return new Client(socket);
}

async function connectSmtps(port: number): Promise<Client> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: (await testMaterial()).ca, servername: 'mail.example.test' });
  const client = new Client(socket);
  await once(socket, 'secureConnect');
  return client;
}

describe('STARTTLS', () => {
  test('after it everything begins anew, and logging on is offered', async () => {
    const running = await startServer();
    const plain = await connectTo(running);
    await plain.ask('EHLO before');
    await plain.ask('MAIL FROM:<>');
    expect(await plain.ask('STARTTLS')).toBe('220 2.0.0 Ready to start TLS');
    const record = recordOf(running, plain);
    const client = await overTls(plain);
    expect(await client.ask('MAIL FROM:<>')).toBe('503 5.5.1 Error: send HELO/EHLO first');
    const hello = await client.ask('EHLO after');
    expect(hello).toContain('AUTH PLAIN LOGIN');
    expect(hello).not.toContain('STARTTLS');
    expect(await client.ask('STARTTLS')).toBe('503 5.5.1 Error: TLS already active');
    expect(await client.ask(`AUTH PLAIN ${secret}`)).toBe('235 2.7.0 Authentication successful');
    expect(await client.ask('RCPT TO:<bob@example.test>')).toBe('503 5.5.1 Send MAIL first');
    client.send('MAIL FROM:<bob@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\ntext\r\n.\r\nQUIT\r\n');
    client.socket.end(); // half-closed, and still answered
    expect(await client.rest()).toMatch(/queued as m1\r\n221 2\.0\.0 Bye\r\n$/);
    await record.ended;
    expect(running.backend.messages[0]!.session).toMatchObject({ tls: true, helo: 'after', esmtp: true, login: { address: 'bob@example.test' } });
    expect(record.facts).toMatchObject({ tls: true, account: 'bob@example.test' });
    expect(record.outcome).toBe('successful');
  });

  test('a logon in clear text is forgotten', async () => {
    const running = await startServer();
    running.backend.mayLogOnWhere = () => true;
    const plain = await connectTo(running);
    await plain.ask('EHLO before');
    expect(await plain.ask(`AUTH PLAIN ${secret}`)).toBe('235 2.7.0 Authentication successful');
    await plain.ask('STARTTLS');
    const client = await overTls(plain);
    client.send('EHLO after\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n.\r\nQUIT\r\n');
    await client.rest();
    expect(running.backend.messages[0]!.session).toMatchObject({ login: null });
  });

  test.each([1, 3, 250])('%i commands that came with it in clear text are dropped (CVE-2011-0411)', async (commands) => {
    const running = await startServer();
    const plain = await connectTo(running);
    await plain.ask('EHLO before');
    plain.send(`STARTTLS\r\n${'NOOP\r\n'.repeat(commands - 1)}MAIL FROM:<evil@example.test>\r\nRCP`);
    expect(await plain.reply()).toBe('220 2.0.0 Ready to start TLS');
    const record = recordOf(running, plain);
    const client = await overTls(plain);
    expect(await client.ask('EHLO after')).toMatch(/^250-mail\.example\.test/);
    expect(await client.ask('RCPT TO:<bob@example.test>')).toBe('503 5.5.1 Send MAIL first');
    expect(record.lines.filter((line) => /NOOP|evil/.test(line))).toEqual([]);
    client.socket.destroy();
  });

  test('no handshake: the session ends, and nothing is said in clear text any more', async () => {
    const running = await startServer('smtp', { inactiveMs: 100 });
    for (const bytes of ['', 'NOOP\r\nNOOP\r\n', Buffer.from([22, 3, 1])]) {
      const client = await connectTo(running);
      expect(await client.ask('STARTTLS')).toBe('220 2.0.0 Ready to start TLS');
      const record = recordOf(running, client);
      if (bytes !== '') client.send(bytes);
      const heard = await client.rest();
      expect(heard).not.toMatch(/250|421|500/); // a TLS alert may be
      client.socket.destroy();
      await record.ended;
      expect(record.outcome).toBe('terminated');
    }
    expect(running.failures).toEqual([]);
  });

  test('Disconnect in the middle of a handshake', async () => {
    const running = await startServer();
    const client = await connectTo(running);
    await client.ask('STARTTLS');
    const record = recordOf(running, client);
    record.opening.disconnect('administrator');
    await client.rest();
    client.socket.destroy();
    await record.ended;
    expect(record).toMatchObject({ outcome: 'terminated', reason: 'Disconnected by the administrator' });
  });
});

describe('TLS from the first byte', () => {
  test('greets over TLS, offers AUTH and no STARTTLS', async () => {
    const running = await startServer('smtps');
    const client = await connectSmtps(running.port);
    expect(await client.reply()).toBe('220 mail.example.test ESMTP');
    const hello = await client.ask('EHLO client');
    expect(hello).toContain('AUTH PLAIN LOGIN');
    expect(hello).not.toContain('STARTTLS');
    client.send(`AUTH PLAIN ${secret}\r\nMAIL FROM:<bob@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n${'text\r\n'.repeat(50_000)}.\r\nQUIT\r\n`);
    expect(await client.rest()).toMatch(/queued as m1\r\n221 2\.0\.0 Bye\r\n$/);
    expect(running.backend.messages[0]!.content.length).toBe(300_000);
    expect(running.backend.messages[0]!.session).toMatchObject({ server: 'smtps', tls: true, login: { address: 'bob@example.test' } });
  });

  test('a client that speaks in clear text, or not at all, is closed; the next one is served', async () => {
    const running = await startServer('smtps', { inactiveMs: 100 });
    for (const text of ['EHLO client\r\n', '']) {
      const socket = connectTcp(running.port, '127.0.0.1');
      const client = new Client(socket);
      await once(socket, 'connect');
      if (text !== '') client.send(text);
      expect(await client.rest()).not.toContain('220');
      socket.destroy();
    }
    await Promise.all(running.backend.kept.map(async (record) => await record.ended));
    const client = await connectSmtps(running.port);
    expect(await client.reply()).toBe('220 mail.example.test ESMTP');
    client.socket.destroy();
  });

  test('a connection that is not admitted is closed', async () => {
    const running = await startServer('smtps');
    running.backend.refuseConnections = 'Server too busy';
    const client = new Client(connectTcp(running.port, '127.0.0.1'));
    expect(await client.rest()).toBe('');
    expect(running.backend.kept).toEqual([]);
  });
});

test('a changed certificate is used by the next handshake, STARTTLS of open sessions included', async () => {
  const load = async (name: string) => (await loadOrCreateCertificates({ storage: { read: () => null, save: () => Promise.resolve() }, names: [name], now: Date.now() })).material;
  let material = await load('old.example.test');
  const server = createSmtpServer({
    name: 'smtp', backend: new MemoryBackend(), tls: () => material, log: () => undefined, graceMs: 100,
    options: () => ({ greetingName: () => 'x', maxMessageBytes: 1000, maxRecipients: 100, inactiveMs: 10_000, latencyMs: 0 }),
  });
  const [result] = await server.listen(['127.0.0.1'], 0);
  const nameSeen = async (client: Client): Promise<string | undefined> => {
    await client.ask('STARTTLS');
    client.socket.removeAllListeners('data');
    const socket: TLSSocket = connectTls({ socket: client.socket, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const name = socket.getPeerCertificate().subjectaltname;
    socket.destroy();
    return name;
  };
  const [one, other] = [await connectTo(result!), await connectTo(result!)];
  expect(await nameSeen(one)).toBe('DNS:old.example.test');
  material = await load('new.example.test');
  server.updateTls();
  expect(await nameSeen(other)).toBe('DNS:new.example.test');
  await server.close();
});
