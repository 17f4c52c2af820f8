// Every usual way to misuse a mail server as a relay, tried on the wire against the SMTP server, the decisions and the store together.
// Whatever was answered: at the end nothing waits for another server. Loopback counts as outside here, unless a test says otherwise.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accountInput, queueQuery } from '../../../core/contract/records.ts';
import type { SettingChanges } from '../../../core/contract/settings.ts';
import { createMail } from '../../../core/mail/create-mail.ts';
import { hashPassword } from '../../../core/mail/logon/password-hash.ts';
import { createSmtpServer, type SmtpServer } from '../../../core/net/smtp/server.ts';
import { openStore } from '../../../core/store/open.ts';
import type { Store } from '../../../core/store/store.ts';
import { Client, testMaterial } from '../net/smtp/harness.ts';
import { MemoryBackend } from '../net/smtp/memory-backend.ts';

const actor = { who: 'test', from: 'here' };
const directory = mkdtempSync(join(tmpdir(), 'merpati-relay-'));
const servers: SmtpServer[] = [];
const clients: Client[] = [];
const ports: Record<string, number> = {};
let store: Store;

beforeAll(async () => {
  store = await openStore({ dataDirectory: directory, now: Date.now, log: () => undefined });
  await save({ 'domain.name': 'kantor.lan', 'limits.messagesPerHour': 0, 'limits.recipientsPerHour': 0 });
  const input = accountInput.parse({ domainId: store.directory().primary!.id, mailbox: 'dina' });
  await store.accounts.add(input, { passwordHash: await hashPassword('rahasia') }, actor);
  const mail = createMail({ store, settings: () => store.settings.read().values, now: Date.now, hostName: () => 'kantor.lan', language: () => 'en', wait: () => Promise.resolve(), log: () => undefined });
  const tls = await testMaterial();
  for (const [key, name, address] of [['smtp', 'smtp', '127.0.0.1'], ['submission', 'submission', '127.0.0.1'], ['mapped', 'smtp', '::']] as const) {
    const server = createSmtpServer({
      name, backend: { ...mail.smtp, sessions: new MemoryBackend().sessions }, tls: () => tls, graceMs: 400, log: () => undefined,
      options: () => ({ greetingName: () => 'kantor.lan', maxMessageBytes: 1_000_000, maxRecipients: 100, inactiveMs: 20_000, latencyMs: 0 }),
    });
    servers.push(server);
    const [result] = await server.listen([address], 0);
    if (result?.listening === true) ports[key] = result.port;
  }
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  expect(store.queues.messages(queueQuery.parse({ queue: 'remote' })).items).toEqual([]);
  await save(outside);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const outside: SettingChanges = { 'security.lanAddresses': [], 'security.relayAddresses': [], 'security.plainLogon': 'always' };
async function save(changes: SettingChanges): Promise<void> {
  await store.settings.save({ ...outside, ...changes }, store.settings.read().revision, actor);
}

async function session(port = ports['smtp']!, host = '127.0.0.1'): Promise<Client> {
  const client = new Client(connect({ port, host }));
  clients.push(client);
  await once(client.socket, 'connect');
  await client.reply();
  await client.ask('EHLO mail.far.example');
  return client;
}
/** What is said to the recipient; a sender that is refused is said first. */
async function ask(client: Client, from: string, to: string): Promise<string> {
  await client.ask('RSET');
  const sender = await client.ask(`MAIL FROM:<${from}>`);
  return sender.startsWith('250') ? client.ask(`RCPT TO:<${to}>`) : sender;
}

const elsewhere = [
  'v@far.example', 'V@FAR.EXAMPLE', 'v@[203.0.113.1]', 'v@[IPv6:2001:db8::1]', '@kantor.lan:v@far.example', '@kantor.lan,@other.example:v@far.example', '@[127.0.0.1]:v@far.example',
  '"v@kantor.lan"@far.example', '"v"@far.example', '"v w"@far.example', 'v%kantor.lan@far.example', 'kantor.lan!v@far.example', 'dina@kantor.lan.far.example', 'dina@xkantor.lan', 'dina@sub.kantor.lan',
  'postmaster@far.example', 'dina@localhost', 'dina@[IPv6:::ffff:203.0.113.1]',
];
const names = [
  'v%far.example@kantor.lan', 'V%FAR.EXAMPLE@KANTOR.LAN', 'far.example!v@kantor.lan', '"v@far.example"@kantor.lan', '"v%far.example"@kantor.lan', '"<v@far.example>"@kantor.lan', '"@far.example:v"@kantor.lan',
  '@far.example:nobody@kantor.lan', 'v%far.example@[127.0.0.1]', '"v@far.example"@[127.0.0.1]', 'user@[127.0.0.1]', 'v%far.example@[IPv6:::1]', '"dina@kantor.lan"@kantor.lan', 'v@far.example%kantor.lan@kantor.lan',
];
const malformed = ['v@far.example@kantor.lan', 'v@far.example.', 'dina@kantor.lan.', 'v@far.example,w@far.example', '@kantor.lan:', '@:v@far.example', 'v@127.0.0.1', 'v@[far.example]', 'v@far.example\\@kantor.lan'];
const senders = ['', 'x@far.example', 'postmaster@far.example', 'x@other.example'];

describe.each<[string, SettingChanges]>([['from outside', {}], ['on the LAN', { 'security.lanAddresses': ['127.0.0.0/8'] }]])('without logon, %s', (_, where) => {
  test.each(elsewhere)('RCPT TO:<%s> is refused, whoever the sender', async (to) => {
    await save(where);
    const client = await session();
    for (const from of senders) expect(await ask(client, from, to)).toMatch(/^550 5\.7\.1 .*log on first/);
  });

  test.each(names)('RCPT TO:<%s> is the name of a mailbox here, and there is none', async (to) => {
    await save(where);
    const client = await session();
    for (const from of senders) expect(await ask(client, from, to)).toMatch(/^(550 5\.1\.1 There is no mailbox|501 5\.1\.3|553 5\.1\.3)/);
  });

  test.each(malformed)('RCPT TO:<%s> is no address', async (to) => {
    await save(where);
    const client = await session();
    expect(await ask(client, 'x@far.example', to)).toMatch(/^5(01|53|55) 5\.(1\.3|5\.\d)/);
  });

  test('the sender gives no right: not one that looks local, not the null sender, not the postmaster', async () => {
    await save(where);
    const client = await session();
    for (const from of ['dina@kantor.lan', 'DINA@Kantor.LAN', '"dina"@kantor.lan', 'postmaster@kantor.lan', 'dina@[127.0.0.1]', '@kantor.lan:dina@kantor.lan', '@far.example:dina@kantor.lan', 'nobody@kantor.lan', '', 'dina%kantor.lan@far.example']) {
      expect(await ask(client, from, 'v@far.example')).toMatch(/^5[35]0 5\.(7\.[01]|1\.8) /);
    }
  });
});

describe('what gives no right', () => {
  test('a logon that failed', async () => {
    const client = await session();
    expect(await client.ask(`AUTH PLAIN ${Buffer.from('\0dina@kantor.lan\0salah').toString('base64')}`)).toMatch(/^535 5\.7\.8/);
    expect(await ask(client, 'dina@kantor.lan', 'v@far.example')).toMatch(/^530 5\.7\.0/);
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^550 5\.7\.1/);
  });

  test('a logon broken off, one for somebody else, and one of another session', async () => {
    const client = await session();
    expect(await client.ask('AUTH LOGIN')).toMatch(/^334/);
    expect(await client.ask('*')).toMatch(/^501/);
    expect(await client.ask(`AUTH PLAIN ${Buffer.from('postmaster@kantor.lan\0dina@kantor.lan\0rahasia').toString('base64')}`)).toMatch(/^535/);
    expect(await ask(client, '', 'v@far.example')).toMatch(/^550 5\.7\.1/);
    const owner = await session();
    expect(await owner.ask(`AUTH PLAIN ${Buffer.from('\0dina@kantor.lan\0rahasia').toString('base64')}`)).toMatch(/^235/);
    expect(await ask(owner, 'dina@kantor.lan', 'v@far.example')).toMatch(/^250/);
    expect(await ask(client, '', 'v@far.example')).toMatch(/^550 5\.7\.1/);
  });

  test('who has logged on sends in no other name', async () => {
    const client = await session();
    await client.ask(`AUTH PLAIN ${Buffer.from('\0dina@kantor.lan\0rahasia').toString('base64')}`);
    for (const from of ['x@far.example', 'nobody@kantor.lan', '"dina@kantor.lan"@far.example', 'dina@far.example', 'dina%far.example@kantor.lan']) expect(await ask(client, from, 'v@far.example')).toMatch(/^553 5\.7\.1/);
  });

  test('port 587 without logon: nobody gets as far as a recipient', async () => {
    await save({ 'security.lanAddresses': ['127.0.0.0/8'] });
    const client = await session(ports['submission']);
    for (const from of ['', 'x@far.example', 'dina@kantor.lan']) {
      expect(await ask(client, from, 'v@far.example')).toMatch(/^530 5\.7\.0/);
      expect(await client.ask('RCPT TO:<v@far.example>')).toMatch(/^503/);
    }
    expect(await client.ask('DATA')).toMatch(/^503/);
  });

  test('HELO with our own name, parameters, and MAIL AUTH=', async () => {
    const client = await session();
    await client.ask('HELO kantor.lan');
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^550 5\.7\.1/);
    await client.ask('RSET');
    await client.ask('MAIL FROM:<x@far.example> AUTH=dina@kantor.lan');
    expect(await client.ask('RCPT TO:<v@far.example> ORCPT=rfc822;dina@kantor.lan')).toMatch(/^550 5\.7\.1/);
  });

  test('a recipient here takes no stranger along', async () => {
    const client = await session();
    expect(await ask(client, 'x@far.example', 'dina@kantor.lan')).toMatch(/^250/);
    expect(await client.ask('RCPT TO:<v@far.example>')).toMatch(/^550 5\.7\.1/);
    expect(await client.ask('DATA')).toMatch(/^354/);
    expect(await client.ask('Subject: x\r\nTo: v@far.example\r\nBcc: w@far.example\r\n\r\nx\r\n.')).toMatch(/^250/);
  });
});

describe('addresses', () => {
  test('a literal of this computer is the postmaster and who lives here, nobody else', async () => {
    const client = await session();
    for (const to of ['postmaster@[127.0.0.1]', 'Postmaster', 'dina@[127.0.0.1]']) expect(await ask(client, 'x@far.example', to)).toMatch(/^250/);
    expect(await ask(client, 'x@far.example', 'nobody@[127.0.0.1]')).toMatch(/^550 5\.1\.1/);
    expect(await ask(client, 'x@far.example', 'postmaster@[203.0.113.1]')).toMatch(/^550 5\.7\.1/);
  });

  test('an IPv4 address in IPv6 clothes is the same address, no more and no less', async () => {
    if (ports['mapped'] === undefined) return;
    await save({ 'security.relayAddresses': ['::/96', '10.0.0.0/8', '2001:db8::/32'] });
    const client = await session(ports['mapped'], '::ffff:127.0.0.1');
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^550 5\.7\.1/);
    await save({ 'security.relayAddresses': ['127.0.0.1'] });
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^250/);
  });

  test('a listed address may, its neighbour may not; with a logon the world is open', async () => {
    await save({ 'security.relayAddresses': ['127.0.0.1/32'] });
    const client = await session();
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^250/);
    await save({ 'security.relayAddresses': ['127.0.0.0/32', '127.0.0.2'] });
    expect(await ask(client, 'x@far.example', 'v@far.example')).toMatch(/^550 5\.7\.1/);
    await client.ask('RSET');
    await client.ask(`AUTH PLAIN ${Buffer.from('\0dina@kantor.lan\0rahasia').toString('base64')}`);
    expect(await ask(client, 'dina@kantor.lan', '@kantor.lan:v@far.example')).toMatch(/^250/);
  });
});
