// Sending method 1 of the course: everything for elsewhere goes to a smart host (rows S3.19-S3.26), a real Postfix in every mood:
// with logon and encryption, wrong password, down, refusing for now and for good, dropping the line; and what the user is told.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../helpers/certificate.ts';
import { mailbox, reasonOf, send, sender, startSender, until, waiting } from '../helpers/internet.ts';
import { removeData, type Merpati } from '../helpers/merpati.ts';
import { startPostfix, type Postfix } from '../helpers/postfix.ts';

let server: Merpati;
const open: Postfix[] = [];
const set = async (...words: string[]): Promise<void> => {
  const { code, all } = await server.cli('settings', 'set', ...words);
  expect(all).toContain('Saved');
  expect(code).toBe(0);
};
const smartHost = async (input: Parameters<typeof startPostfix>[0]): Promise<Postfix> => {
  const postfix = await startPostfix(input);
  open.push(postfix);
  return postfix;
};

beforeAll(async () => {
  server = await startSender(['delivery.mode=smart-host']);
}, 60_000);
afterEach(async () => {
  for (const item of await waiting(server)) await server.cli('queue', 'remove', String(item.id));
  for (const postfix of open.splice(0)) await postfix.stop();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await removeData(server.data);
});

test('all Internet mail goes to the smart host, with the sender and the HELO domain that were set', async () => {
  const postfix = await smartHost({});
  await set(`delivery.smartHost=127.0.0.1:${postfix.port}`);
  expect((await send(server, ['orang@contoh.id', 'lain@example.org'], '--h-Subject', 'Ke dunia luar', '--body', 'satu\r\n.\r\n..dua')).all).toContain('queued as');
  const messages = await postfix.delivered(2);
  expect(messages.map(({ recipient }) => recipient).toSorted()).toEqual(['lain@example.org', 'orang@contoh.id']);
  for (const message of messages) {
    expect(message.sender).toBe(sender.address);
    expect(message.text).toContain('satu\n.\n..dua');
    // One by Postfix, one by us, and no trace of the copy that stayed.
    expect(message.text.match(/^Received:/gm)).toHaveLength(2);
    expect(message.text.match(/^Return-Path:/gm)).toHaveLength(1);
    expect(message.text).toMatch(/Received: from mail\.majuterus\.com/);
  }
  await until(() => waiting(server), (items) => items.length === 0);
}, 60_000);

test('logon and STARTTLS: the right password sends, a wrong one waits with the reason and costs nobody his mail', async () => {
  const certificate = makeCertificate(join(server.data, 'certificate'), ['localhost']);
  const postfix = await smartHost({ users: { 'dina@isp.test': 'sandi-isp' }, tls: { keyFile: certificate.keyFile, certificateFile: certificate.certificateFile, required: true } });
  await set(`delivery.smartHost=127.0.0.1:${postfix.port}`, 'delivery.smartHostTls=starttls', 'delivery.smartHostVerify=false', 'delivery.smartHostLogon=true', 'delivery.smartHostUser=dina@isp.test', 'delivery.smartHostPassword=salah');
  await send(server, ['orang@contoh.id'], '--h-Subject', 'Dengan sandi');
  const item = await reasonOf(server, 'host.logon');
  expect(item.attempts).toBe(1);
  expect(item.nextTryAt).toBeGreaterThan(item.triedAt ?? 0);
  expect(postfix.messages()).toEqual([]);
  // The administrator corrects it: that is enough, without a restart and without "process now".
  await set('delivery.smartHostPassword=sandi-isp');
  const [message] = await postfix.delivered(1);
  expect(message?.text).toMatch(/ESMTPSA/);
  const settings = await server.call<{ values: Record<string, unknown>; secretsSet: string[] }>('settings.get');
  expect(settings.values['delivery.smartHostPassword']).toBe('');
  expect(settings.secretsSet).toContain('delivery.smartHostPassword');
  await set('delivery.smartHostTls=opportunistic', 'delivery.smartHostLogon=false', 'delivery.smartHostPassword=');
}, 90_000);

test('a smart host that is down: the mail waits with the reason, and leaves once when it is back', async () => {
  const first = await smartHost({});
  const { port } = first;
  await first.stop();
  await set(`delivery.smartHost=127.0.0.1:${port}`);
  await send(server, ['orang@contoh.id'], '--h-Subject', 'Sabar');
  const item = await reasonOf(server, 'host.refused');
  expect(item).toMatchObject({ queue: 'remote', destination: 'contoh.id', sending: false });
  const back = await smartHost({ port });
  await server.cli('queue', 'process');
  await back.delivered(1);
  await until(() => waiting(server), (items) => items.length === 0);
  expect(back.messages()).toHaveLength(1);
}, 90_000);

test('one recipient taken, one refused for good, one for now: each has his own fate, and the sender is told in words', async () => {
  const postfix = await smartHost({ refusals: { 'tidak@contoh.id': '550 5.1.1 no such user', 'nanti@contoh.id': '450 4.2.0 mailbox busy' } });
  await set(`delivery.smartHost=127.0.0.1:${postfix.port}`);
  await send(server, ['ada@contoh.id', 'tidak@contoh.id', 'nanti@contoh.id'], '--h-Subject', 'Tiga nasib');
  expect((await postfix.delivered(1))[0]?.recipient).toBe('ada@contoh.id');
  const [item] = await until(() => waiting(server), (items) => items.length === 1 && items[0]?.to.length === 1);
  expect(item?.to).toEqual(['nanti@contoh.id']);
  expect(item?.reason?.params).toMatchObject({ code: 450 });
  const reports = await until(() => mailbox(server, sender.address, sender.password), (messages) => messages.some((text) => text.includes('tidak@contoh.id')));
  const report = reports.find((text) => text.includes('tidak@contoh.id')) ?? '';
  expect(report).toMatch(/^Return-Path: <>/);
  expect(report).toMatch(/Content-Type: multipart\/report;[^\r]*[\s\S]{0,80}report-type="?delivery-status/i);
  expect(report).toMatch(/^Final-Recipient: rfc822; ?tidak@contoh\.id/im);
  expect(report).toMatch(/^Action: failed/im);
  expect(report).toMatch(/^Status: 5\.1\.1/im);
  expect(report).not.toMatch(/^Final-Recipient: rfc822; ?nanti@/im);
}, 90_000);

test('a line that breaks in the middle of the message: nothing is lost, and it is sent again', async () => {
  let connections = 0;
  const rude = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.write('220 rude.test ESMTP\r\n');
    let inData = false;
    socket.on('data', (chunk) => {
      if (inData) {
        socket.destroy();
        return;
      }
      for (const line of chunk.toString('latin1').split('\r\n')) {
        if (/^EHLO/i.test(line)) socket.write('250 rude.test\r\n');
        else if (/^(MAIL|RCPT|RSET)/i.test(line)) socket.write('250 ok\r\n');
        else if (/^DATA/i.test(line)) {
          inData = true;
          socket.write('354 go on\r\n');
        }
      }
    });
  });
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
  const { port } = rude.address() as AddressInfo;
  await set(`delivery.smartHost=127.0.0.1:${port}`);
  await send(server, ['orang@contoh.id'], '--h-Subject', 'Terputus', '--body', 'x'.repeat(20_000));
  const item = await until(() => waiting(server), (items) => (items[0]?.attempts ?? 0) > 0);
  expect(['host.broken', 'host.unsure']).toContain(item[0]?.reason?.code);
  expect(connections).toBeGreaterThan(0);
  await new Promise((resolve) => rude.close(resolve));
  const postfix = await smartHost({ port });
  await server.cli('queue', 'process');
  await postfix.delivered(1);
  await until(() => waiting(server), (items) => items.length === 0);
}, 90_000);

test('mail waits while there is no smart host to send to, and leaves when one is entered', async () => {
  await set('delivery.smartHost=');
  await send(server, ['orang@contoh.id'], '--h-Subject', 'Menunggu');
  await reasonOf(server, 'queue.no-smart-host');
  const postfix = await smartHost({});
  await set(`delivery.smartHost=127.0.0.1:${postfix.port}`);
  await postfix.delivered(1);
}, 60_000);

test('the Test button says in one sentence what is wrong', async () => {
  const postfix = await smartHost({ users: { 'dina@isp.test': 'sandi-isp' } });
  await set(`delivery.smartHost=127.0.0.1:${postfix.port}`, 'delivery.smartHostLogon=true', 'delivery.smartHostUser=dina@isp.test', 'delivery.smartHostPassword=sandi-isp');
  const good = await server.cli('test', 'smarthost', '--sender', sender.address, 'orang@contoh.id');
  expect(good.all).toContain(`would take a message from ${sender.address} to orang@contoh.id`);
  expect(good.all).not.toContain('sandi-isp');
  expect(good.code).toBe(0);
  await set('delivery.smartHostPassword=salah-lagi');
  const bad = await server.cli('test', 'smarthost');
  expect(bad.all).toContain('refused the user name or the password');
  expect(bad.code).toBe(1);
  expect(postfix.messages()).toEqual([]);
}, 90_000);
