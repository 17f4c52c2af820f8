// Rows of the course that are about change: every setting here takes effect at once, on a running server, for real clients.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../core/contract/records.ts';
import { choosePorts, freshData, merpatiCli, removeData, startMerpati, type Merpati } from '../helpers/merpati.ts';
import { run } from '../helpers/run.ts';

let server: Merpati;
const set = async (...words: string[]): Promise<string> => (await server.cli('settings', 'set', ...words)).all;
const swaks = (to: string, ...args: string[]) => run('swaks', ['--server', `127.0.0.1:${server.ports.smtp}`, '--helo', 'pc', '--from', 'dina@majuterus.lan', '--to', to, ...args]);
const list = (user: string, host = '127.0.0.1') => run('curl', ['-sS', '--max-time', '10', '-u', user, `pop3://${host}:${server.ports.pop3}/`]);
const uidl = (user: string) => run('curl', ['-sS', '--max-time', '10', '-u', user, '-X', 'UIDL', `pop3://127.0.0.1:${server.ports.pop3}/`]);
const fetch1 = async (user: string): Promise<string> => (await run('curl', ['-sS', '-u', user, `pop3://127.0.0.1:${server.ports.pop3}/1`])).out;
const sha = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

async function change(address: string, value: object): Promise<{ code: number; all: string }> {
  const { id, revision, domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments } = await server.call<Account>('accounts.find', { address });
  const input = { id, revision, value: { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments, ...value } };
  return await server.cli('call', 'accounts.change', JSON.stringify(input));
}

beforeAll(async () => {
  const data = await freshData();
  const ports = await choosePorts(data, ['domain.name=majuterus.lan', 'accounts.welcomeMessage=false']);
  for (const name of ['dina', 'kurnia', 'arsip']) await merpatiCli(data, 'accounts', 'add', `${name}@majuterus.lan`, '--password', `rahasia-${name}`);
  server = await startMerpati(data, ports);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeData(server.data);
});

test('S2.7 bound to the Domain IP only, other addresses are closed at once, and open again', async () => {
  expect((await list('dina@majuterus.lan:rahasia-dina', '127.0.0.3')).code).toBe(0);
  expect(await set('domain.ip=127.0.0.1', 'domain.bindToIp=true')).toContain('Saved.');
  expect((await list('dina@majuterus.lan:rahasia-dina', '127.0.0.3')).code).toBe(7);
  expect((await list('dina@majuterus.lan:rahasia-dina')).code).toBe(0);
  await set('domain.bindToIp=false');
  expect((await list('dina@majuterus.lan:rahasia-dina', '127.0.0.3')).code).toBe(0);
});

test('S2.6 an IP that is not here is saved with a warning', async () => {
  expect(await set('domain.ip=203.0.113.7')).toContain('203.0.113.7 is not an address of this computer');
  await set('domain.ip=');
});

test('a port that is taken turns one server red with the cure; the rest goes on, and it recovers', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await set('domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.submission=${taken}`)).toMatch(/in use by another program\. Stop that program or choose another port/);
  expect((await server.cli('status')).out).toMatch(/submission +failed/);
  expect((await swaks('kurnia@majuterus.lan')).all).toContain('queued as');
  await new Promise((resolve) => other.close(resolve));
  await server.call('servers.retry');
  expect((await server.cli('status')).out).toMatch(/submission +active/);
  await set('domain.bindToIp=false', 'domain.ip=', `ports.submission=${server.ports.submission}`);
});

test('S2.17, S2.18 POP access and password change at once', async () => {
  await change('kurnia@majuterus.lan', { allowPopImap: false });
  expect((await list('kurnia@majuterus.lan:rahasia-kurnia')).code).toBe(67);
  expect((await swaks('kurnia@majuterus.lan')).all).toContain('queued as');
  await change('kurnia@majuterus.lan', { allowPopImap: true, password: 'rahasia-baru' });
  expect((await list('kurnia@majuterus.lan:rahasia-kurnia')).code).toBe(67);
  expect((await list('kurnia@majuterus.lan:rahasia-baru')).code).toBe(0);
  const auth = await swaks('dina@majuterus.lan', '--from', 'kurnia@majuterus.lan', '--auth', 'PLAIN', '--auth-user', 'kurnia@majuterus.lan', '--auth-password', 'rahasia-baru');
  expect(auth.all).toContain('235');
});

test('S2.21, S2.22 moving the directory and changing the format keep bytes and UIDLs; Python opens the Maildir and the mbox', async () => {
  await server.cli('accounts', 'add', 'pindah@majuterus.lan', '--password', 'rahasia-pindah');
  for (const subject of ['satu', 'dua']) await swaks('pindah@majuterus.lan', '--h-Subject', subject, '--body', 'From here\r\n.dot');
  const before = { uidl: (await uidl('pindah@majuterus.lan:rahasia-pindah')).out, first: sha(await fetch1('pindah@majuterus.lan:rahasia-pindah')) };
  const home = await mkdtemp(join(tmpdir(), 'merpati-moved-'));
  for (const [storageFormat, reader] of [['maildir', 'Maildir'], ['mbox', 'mbox'], ['msg', '']] as const) {
    const directory = join(home, storageFormat);
    const moved = await change('pindah@majuterus.lan', { storageFormat, directory });
    expect(moved.code, moved.all).toBe(0);
    expect({ uidl: (await uidl('pindah@majuterus.lan:rahasia-pindah')).out, first: sha(await fetch1('pindah@majuterus.lan:rahasia-pindah')) }).toEqual(before);
    const names = (await readdir(directory, { recursive: true })).map(String);
    if (reader !== '') {
      const where = reader === 'mbox' ? join(directory, names.find((name) => !name.startsWith('Files')) ?? '') : directory;
      const python = await run('python3', ['-c', `import mailbox; print(sorted(m['Subject'] for m in mailbox.${reader}(${JSON.stringify(where)}, create=False)))`]);
      expect(python.all.trim()).toBe("['dua', 'satu']");
    } else {
      expect(names.filter((name) => name.endsWith('.msg'))).toHaveLength(2);
    }
  }
  const refused = await change('pindah@majuterus.lan', { directory: join(server.data, 'Incoming') });
  expect(refused.code).toBe(1);
  expect((await server.call<Account>('accounts.find', { address: 'pindah@majuterus.lan' })).directory).toBe(join(home, 'msg'));
}, 120_000);

test('S2.23 attachments are taken out into Files with safe names, byte for byte, and only where it is switched on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'merpati-attach-'));
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256));
  await writeFile(join(home, 'foto.bin'), bytes);
  await writeFile(join(home, 'catatan.txt'), 'isi\n');
  await server.cli('accounts', 'add', 'files@majuterus.lan', '--password', 'rahasia-files', '--extract');
  const attach = ['--attach-name', '../../x.bin', '--attach', `@${join(home, 'foto.bin')}`, '--attach-name', 'catatan harian.txt', '--attach', `@${join(home, 'catatan.txt')}`];
  await swaks('files@majuterus.lan', ...attach);
  const { directory } = await server.call<Account>('accounts.find', { address: 'files@majuterus.lan' });
  const folder = join(server.data, directory, 'Files');
  const names = (await readdir(folder)).sort();
  expect(names).toHaveLength(2);
  expect(names.every((name) => !/[/\\]/.test(name) && !name.startsWith('.'))).toBe(true);
  expect(Buffer.compare(await readFile(join(folder, names.find((name) => name.endsWith('x.bin')) ?? '')), bytes)).toBe(0);
  const message = await fetch1('files@majuterus.lan:rahasia-files');
  for (const name of names) expect(message).toContain(name);
  expect(message.length).toBeLessThan(10_000);
  await swaks('dina@majuterus.lan', ...attach);
  expect((await list('dina@majuterus.lan:rahasia-dina')).out).toMatch(/ 9\d{4}\r\n/);
});

test('S1.14 a message that has been through too many servers is refused, one less passes with one header more', async () => {
  const hops = (count: number): string => Array.from({ length: count }, (_, index) => `Received: from a${index} by b${index}; Tue, 24 Nov 2026 10:00:00 +0700`).join('\r\n');
  const send = (count: number) => swaks('arsip@majuterus.lan', '--data', `${hops(count)}\r\nSubject: jauh\r\n\r\nisi\r\n.\r\n`);
  expect((await send(60)).all).toMatch(/554 5\.4\.6/);
  expect((await send(49)).all).toContain('queued as');
  expect((await fetch1('arsip@majuterus.lan:rahasia-arsip')).match(/^Received:/gm)).toHaveLength(50);
});

test('the domain can be renamed: new addresses at once, old ones refused, mail stays', async () => {
  const before = (await uidl('arsip@majuterus.lan:rahasia-arsip')).out;
  await set('domain.name=maju.test');
  expect((await uidl('arsip@maju.test:rahasia-arsip')).out).toBe(before);
  expect((await run('swaks', ['--server', `127.0.0.1:${server.ports.smtp}`, '--from', 'dina@maju.test', '--to', 'arsip@majuterus.lan'])).all).toMatch(/550 5\.7\.1|550 5\.1/);
  await set('domain.name=majuterus.lan');
});

test('archive copies and unknown mail follow their settings', async () => {
  await set('archival.addresses=arsip@majuterus.lan', 'archival.markSubject=true', 'unknown.refuse=false', 'unknown.toBad=true');
  await swaks('kurnia@majuterus.lan', '--h-Subject', 'Rapat');
  await swaks('siapa@majuterus.lan', '--h-Subject', 'Nyasar');
  const last = (await list('arsip@majuterus.lan:rahasia-arsip')).out.trim().split('\r\n').length;
  expect((await run('curl', ['-sS', '-u', 'arsip@majuterus.lan:rahasia-arsip', `pop3://127.0.0.1:${server.ports.pop3}/${last - 1}`])).out).toMatch(/^Subject: .*\(Archive Copy\)/m);
  const bad = await server.call<{ items: { to: string[]; subject: string; reason: string }[] }>('queues.messages', { queue: 'bad' });
  expect(bad.items).toMatchObject([{ to: ['siapa@majuterus.lan'], subject: 'Nyasar' }]);
  expect(bad.items[0]?.reason).not.toBe('');
  expect(await set('archival.addresses=orang@contoh.id')).toContain('is no account of this server');
  await set('archival.addresses=', 'archival.markSubject=false', 'unknown.refuse=true', 'unknown.toBad=false');
});

test('a session that is on the line can be watched and ended by the administrator', async () => {
  const idle = run('python3', ['-c', `
import socket
s = socket.create_connection(('127.0.0.1', ${server.ports.smtp})); f = s.makefile('rb')
print(f.readline().decode().strip()); s.sendall(b'EHLO pc-lama\\r\\n')
for line in f: print(line.decode().strip())`]);
  let found: { id: number; peer: string }[] = [];
  while (found.length === 0) found = await server.call<{ id: number; peer: string }[]>('sessions.list');
  await server.call('sessions.disconnect', { id: found[0]?.id });
  expect((await idle).out).toMatch(/421 4\.3\.2/);
  expect(await server.call('sessions.list')).toEqual([]);
});
