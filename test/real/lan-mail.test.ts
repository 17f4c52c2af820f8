// Part II of the course by programs nobody here wrote: domain, two accounts, mail between them, from an empty data folder.
// The server is the built one, set up by its own command line; swaks sends, curl, fetchmail and Python's poplib read.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choosePorts, freshData, merpatiCli, removeData, startMerpati, type Merpati } from '../helpers/merpati.ts';
import { run } from '../helpers/run.ts';

let server: Merpati;
const swaks = (...args: string[]) => run('swaks', ['--server', `127.0.0.1:${server.ports.smtp}`, '--helo', 'pc-dina', ...args]);
const pop = (user: string, path = '', ...args: string[]) => run('curl', ['-sS', '--max-time', '10', '-u', user, `pop3://127.0.0.1:${server.ports.pop3}/${path}`, ...args]);

beforeAll(async () => {
  const data = await freshData();
  const ports = await choosePorts(data, ['domain.name=majuterus.com', 'accounts.welcomeMessage=false']);
  await merpatiCli(data, 'domains', 'add', 'sales.majuterus.com', '--ip', '127.0.0.2');
  await merpatiCli(data, 'accounts', 'add', 'dina@majuterus.com', '--name', 'Dina Maharani', '--password', 'rahasia-dina');
  await merpatiCli(data, 'accounts', 'add', 'KKumalawati@sales.majuterus.com', '--name', 'Kurnia Kumalawati', '--password', 'rahasia-kurnia');
  server = await startMerpati(data, ports);
}, 60_000);
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await removeData(server.data);
});

test('dina writes to Kurnia, whatever the case of the address, and curl reads it', async () => {
  const sent = await swaks('--from', 'dina@majuterus.com', '--to', 'kkumalawati@SALES.majuterus.com', '--h-Subject', 'Rapat besok', '--body', 'Jam sembilan.\r\n.\r\n..titik');
  expect(sent.all).toContain('queued as');
  const list = await pop('KKumalawati@sales.majuterus.com:rahasia-kurnia');
  expect(list.out).toMatch(/^1 \d+\r\n$/);
  const message = await pop('KKumalawati@sales.majuterus.com:rahasia-kurnia', '1');
  expect(message.out).toContain('Subject: Rapat besok');
  expect(message.out).toContain('Jam sembilan.\r\n.\r\n..titik');
  expect(message.out.match(/^Received:/gm)).toHaveLength(1);
  expect(message.out).toMatch(/^Received: from pc-dina \(\[?127\.0\.0\.1\]?\)[\s\S]{0,200}for <kkumalawati@sales\.majuterus\.com>/im);
  expect(Number(list.out.split(' ')[1])).toBe(message.out.length);
});

test('Kurnia answers; the mailbox name alone is enough where the address of the connection says which domain', async () => {
  const sent = await swaks('--from', 'KKumalawati@sales.majuterus.com', '--to', 'dina@majuterus.com', '--auth', 'PLAIN', '--auth-user', 'kkumalawati@sales.majuterus.com', '--auth-password', 'rahasia-kurnia', '--tls');
  expect(sent.all).toContain('queued as');
  expect((await pop('dina:rahasia-dina')).out).toMatch(/^1 \d+/);
  const other = await run('curl', ['-sS', '-u', 'kkumalawati:rahasia-kurnia', `pop3://127.0.0.2:${server.ports.pop3}/`]);
  expect(other.out).toMatch(/^1 \d+/);
});

test('nobody becomes an open relay, and a user who logged on may write to the world: it waits in the remote queue', async () => {
  expect((await swaks('--from', 'dina@majuterus.com', '--to', 'orang@contoh.id')).all).toMatch(/5\d\d 5\.7\.1/);
  expect((await swaks('--from', 'x@contoh.id', '--to', 'orang%contoh.id@majuterus.com')).all).toMatch(/55\d 5\./);
  const allowed = await swaks('--from', 'dina@majuterus.com', '--to', 'orang@contoh.id', '--auth', 'LOGIN', '--auth-user', 'dina@majuterus.com', '--auth-password', 'rahasia-dina', '--h-Subject', 'Ke dunia luar');
  expect(allowed.all).toContain('queued as');
  const queue = await server.call<{ total: number; items: { from: string; to: string[]; subject: string }[] }>('queues.messages', { queue: 'remote' });
  expect(queue.items).toMatchObject([{ from: 'dina@majuterus.com', to: ['orang@contoh.id'], subject: 'Ke dunia luar' }]);
});

test('a wrong password is refused and never written anywhere', async () => {
  expect((await pop('dina@majuterus.com:salah-sekali-123')).code).toBe(67);
  const folder = join(server.data, 'Logs');
  await server.cli('logs');
  const logs = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')));
  const everything = logs.join('') + server.output();
  for (const secret of ['salah-sekali-123', 'rahasia-dina', 'rahasia-kurnia', Buffer.from('\0dina@majuterus.com\0rahasia-dina').toString('base64')]) expect(everything).not.toContain(secret);
});

test('postmaster is always deliverable, an unknown user never', async () => {
  expect((await swaks('--from', 'dina@majuterus.com', '--to', 'postmaster@majuterus.com')).all).toContain('queued as');
  expect((await swaks('--from', 'dina@majuterus.com', '--to', 'tidak.ada@majuterus.com')).all).toMatch(/550 5\.1\.1/);
});

test('fetchmail keeps, then takes away; Python reads every command', async () => {
  await server.cli('accounts', 'add', 'fm@majuterus.com', '--password', 'rahasia-fm');
  for (const subject of ['satu', 'dua', 'tiga']) await swaks('--from', 'dina@majuterus.com', '--to', 'fm@majuterus.com', '--h-Subject', subject);
  const home = await mkdtemp(join(tmpdir(), 'merpati-fm-'));
  const rc = join(home, 'rc');
  await writeFile(rc, `poll 127.0.0.1 service ${server.ports.pop3} proto pop3 user "fm@majuterus.com" pass "rahasia-fm" mda "cat >> ${home}/mbox" options no sslcertck sslproto ''\n`, { mode: 0o600 });
  const env = { ...process.env, HOME: home, FETCHMAILHOME: home };
  expect((await run('fetchmail', ['-f', rc, '--keep', '--uidl'], { env })).code).toBe(0);
  expect((await pop('fm@majuterus.com:rahasia-fm')).out.split('\r\n')).toHaveLength(4);
  expect((await readFile(join(home, 'mbox'), 'latin1')).match(/^Subject: (satu|dua|tiga)$/gm)).toHaveLength(3);
  const python = await run('python3', ['-c', `
import poplib, ssl
c = poplib.POP3_SSL('127.0.0.1', ${server.ports.pop3s}, context=ssl._create_unverified_context())
c.user('fm@majuterus.com'); c.pass_('rahasia-fm')
n, size = c.stat(); assert n == 3, n
ids = [x.split()[1] for x in c.uidl()[1]]; assert len(set(ids)) == 3
assert sum(len(b'\\r\\n'.join(c.retr(i + 1)[1])) + 2 for i in range(3)) == size
assert b'satu' in b''.join(c.top(1, 0)[1])
c.dele(2); c.rset(); c.noop(); c.dele(1); c.quit()
print('ok')`]);
  expect(python.all).toBe('ok\n');
  const fetched = await run('fetchmail', ['-f', rc, '--fetchall', '--nokeep'], { env });
  expect(fetched.code).toBe(0);
  expect((await pop('fm@majuterus.com:rahasia-fm')).out.trim()).toBe('');
});

test('what the console shows can be scripted: status, client settings, history without secrets', async () => {
  const status = await server.cli('status');
  expect(status.out).toMatch(/smtp +active/);
  expect((await server.cli('accounts', 'client', 'dina@majuterus.com')).out).toContain(`Incoming:  POP3, port ${server.ports.pop3s}, TLS`);
  const history = JSON.stringify(await server.call('settings.history', {}));
  expect(history).toContain('dina@majuterus.com');
  expect(history).not.toContain('rahasia');
});

test('a new account finds a welcome message, in the language of the console', async () => {
  await server.cli('settings', 'set', 'accounts.welcomeMessage=true', 'console.language=id');
  await server.cli('accounts', 'add', 'baru@majuterus.com', '--name', 'Anak Baru', '--password', 'rahasia-baru');
  const message = await pop('baru@majuterus.com:rahasia-baru', '1');
  expect(message.out).toMatch(/^Subject: .*[Ss]elamat/m);
  await server.cli('settings', 'set', 'accounts.welcomeMessage=false');
});

test('attachments survive byte for byte', async () => {
  const home = await mkdtemp(join(tmpdir(), 'merpati-att-'));
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 256));
  await writeFile(join(home, 'foto.bin'), bytes);
  await server.cli('accounts', 'add', 'att@majuterus.com', '--password', 'rahasia-att');
  await swaks('--from', 'dina@majuterus.com', '--to', 'att@majuterus.com', '--attach', `@${join(home, 'foto.bin')}`);
  const check = await run('python3', ['-c', `
import sys, email, hashlib
m = email.message_from_bytes(sys.stdin.buffer.read())
print([hashlib.sha256(p.get_payload(decode=True)).hexdigest() for p in m.walk() if p.get_filename()][0])`], { input: Buffer.from((await pop('att@majuterus.com:rahasia-att', '1')).out, 'latin1') });
  expect(check.out.trim()).toBe(createHash('sha256').update(bytes).digest('hex'));
});
