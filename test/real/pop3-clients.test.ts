// The POP3 server as mail clients that nobody here wrote see it: curl, fetchmail, Python's poplib, getmail and mutt.
// Mailboxes are in memory; the store behind the same server is read by the same programs in lan-mail.test.ts.
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPop3Server, type Pop3Server } from '../../core/net/pop3/server.ts';
import type { TlsMaterial } from '../../core/net/tls/material.ts';
import { makeCertificate } from '../core/net/pop3/fixture.ts';
import { createMemoryBackend, type MemoryBackend } from '../core/net/pop3/memory-backend.ts';
import { run } from '../helpers/run.ts';

let certificate: TlsMaterial;
let directory: string;
let certificateFile: string;
let backend: MemoryBackend;
let clear: Pop3Server;
let secure: Pop3Server;
let port: number;
let sslPort: number;

const header = (subject: string) => `From: Budi <budi@contoh.id>\r\nTo: dina@majuterus.com\r\nSubject: ${subject}\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <${subject}@contoh.id>\r\n\r\n`;
/** Lines with dots in every place, octets of every kind but those that end lines, and a long line. */
const everything = Buffer.from(`${header('semua')}.\r\n..\r\n.x\r\n \r\n\r\n${Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).filter((letter) => !'\r\n'.includes(letter)).join('')}\r\n${'y'.repeat(1500)}\r\n..\r\n`, 'latin1');

beforeAll(async () => {
  certificate = makeCertificate();
  directory = await mkdtemp(join(tmpdir(), 'pop3-clients-'));
  certificateFile = join(directory, 'root.pem');
  await writeFile(certificateFile, certificate.ca);
});
afterAll(async () => { await rm(directory, { recursive: true, force: true }); });

beforeEach(async () => {
  backend = createMemoryBackend();
  backend.addAccount('dina', 'secret', [`${header('satu')}Halo\r\n`, `${header('dua')}.titik\r\nakhir\r\n`, `${header('tiga')}\r\n`, everything]);
  backend.addAccount('dína', 'rahasia é', [`${header('lima')}x\r\n`]);
  const parts = { backend, tls: () => certificate, options: () => ({ greetingName: () => 'mail.majuterus.com', inactiveMs: 600_000, latencyMs: 0 }) };
  clear = createPop3Server({ name: 'pop3', ...parts });
  secure = createPop3Server({ name: 'pop3s', ...parts });
  [port = 0, sslPort = 0] = (await Promise.all([clear.listen(['127.0.0.1'], 0), secure.listen(['127.0.0.1'], 0)])).map(([result]) => result?.port ?? 0);
  return async () => { await Promise.all([clear.close(), secure.close()]); };
});

const subjects = () => backend.accounts.get('dina')?.messages.map(({ content }) => /Subject: (\S+)/.exec(content.toString('latin1'))?.[1]);
const outcomes = () => backend.recorded.map(({ outcome }) => outcome);
const said = () => backend.recorded.map(({ lines }) => lines.filter((line) => line.startsWith('C: ')).map((line) => line.slice(3)));

describe('curl', () => {
  const curl = (path: string, ...args: string[]) => run('curl', ['-sS', '--max-time', '20', '-u', 'dina:secret', ...args, path]);

  test('lists, reads to the octet, and deletes', async () => {
    expect((await curl(`pop3://127.0.0.1:${port}/`)).out).toBe(`1 ${header('satu').length + 6}\r\n2 ${header('dua').length + 15}\r\n3 ${header('tiga').length + 2}\r\n4 ${everything.length}\r\n`);
    expect((await curl(`pop3://127.0.0.1:${port}/4`)).out).toBe(everything.toString('latin1'));
    expect((await curl(`pop3://127.0.0.1:${port}/2`)).out).toBe(`${header('dua')}.titik\r\nakhir\r\n`);
    expect((await curl(`pop3://127.0.0.1:${port}/`, '-X', 'UIDL')).out).toBe('1 uid-1\r\n2 uid-2\r\n3 uid-3\r\n4 uid-4\r\n');
    expect((await curl(`pop3://127.0.0.1:${port}/`, '-X', 'TOP 2 1')).out).toBe(`${header('dua')}.titik\r\n`);
    expect((await curl(`pop3://127.0.0.1:${port}/3`, '-I', '-X', 'DELE')).code).toBe(0);
    await backend.ended(6);
    expect(subjects()).toEqual(['satu', 'dua', 'semua']);
    expect(outcomes()).toEqual(Array.from({ length: 6 }, () => 'successful'));
  });

  test('logs on by APOP, and finds no mechanism that is not offered', async () => {
    expect((await curl(`pop3://127.0.0.1:${port}/1`, '--login-options', 'AUTH=+APOP')).out).toContain('Subject: satu');
    expect((await curl(`pop3://127.0.0.1:${port}/1`, '--login-options', 'AUTH=+LOGIN')).code).not.toBe(0);
    expect(said()[0]).toContain('APOP dina ******');
  });

  test('turns to TLS where passwords are not taken in clear text, and uses the SSL port', async () => {
    backend.behaviour.mayLogOn = ({ tls }) => tls;
    // curl has APOP for this case, which shows no password.
    expect((await curl(`pop3://127.0.0.1:${port}/1`, '--login-options', 'AUTH=PLAIN')).code).toBe(67);
    expect((await curl(`pop3://127.0.0.1:${port}/1`, '--ssl-reqd', '--cacert', certificateFile)).out).toContain('Halo');
    expect((await curl(`pop3s://127.0.0.1:${sslPort}/1`, '--cacert', certificateFile)).out).toContain('Halo');
    expect((await curl(`pop3s://127.0.0.1:${sslPort}/1`)).code).toBe(60);
  });

  test('hears that the password is wrong', async () => {
    expect((await run('curl', ['-sS', '-u', 'dina:salah', `pop3://127.0.0.1:${port}/`])).code).toBe(67);
    expect(JSON.stringify(backend.recorded)).not.toContain('salah');
  });
});

describe('fetchmail', () => {
  async function fetchmail(options: string, ...args: string[]) {
    const file = join(directory, 'fetchmailrc');
    const delivered = join(directory, 'delivered');
    await rm(delivered, { force: true });
    await writeFile(file, `poll 127.0.0.1 protocol pop3 ${options}\n  mda "cat >> ${delivered}"\n`);
    await chmod(file, 0o600);
    const outcome = await run('fetchmail', ['-f', file, '--nodetach', '--nosyslog', '--idfile', join(directory, 'fetchids'), '--pidfile', join(directory, 'fetchmail.pid'), ...args]);
    const mail = await readFile(delivered, 'latin1').catch(() => '');
    return { ...outcome, subjects: [...mail.matchAll(/^Subject: (\S+)/gm)].map(([, subject]) => subject) };
  }
  const login = () => `port ${port}\n  username "dina" password "secret"`;

  test('keeps: with --uidl it fetches each message once', async () => {
    await rm(join(directory, 'fetchids'), { force: true });
    const once = await fetchmail(`uidl ${login()} keep sslproto ''`);
    expect(once.subjects, once.all).toEqual(['satu', 'dua', 'tiga', 'semua']);
    expect(subjects()).toEqual(['satu', 'dua', 'tiga', 'semua']);
    const again = await fetchmail(`uidl ${login()} keep sslproto ''`);
    expect([again.code, again.subjects]).toEqual([1, []]);
    expect(outcomes()).toEqual(['successful', 'successful']);
  });

  test('takes them away', async () => {
    const outcome = await fetchmail(`${login()} nokeep fetchall sslproto ''`);
    expect([outcome.code, outcome.subjects], outcome.all).toEqual([0, ['satu', 'dua', 'tiga', 'semua']]);
    expect(subjects()).toEqual([]);
  });

  test('by STLS with the certificate checked, and on the SSL port', async () => {
    backend.behaviour.mayLogOn = ({ tls }) => tls;
    const stls = await fetchmail(`${login()} keep fetchall sslproto 'TLS1.2+' sslcertck sslcertfile ${certificateFile} sslcommonname localhost`);
    expect([stls.code, stls.subjects.length], stls.all).toEqual([0, 4]);
    const ssl = await fetchmail(`port ${sslPort}\n  username "dina" password "secret" keep fetchall ssl sslcertck sslcertfile ${certificateFile} sslcommonname localhost`);
    expect([ssl.code, ssl.subjects.length], ssl.all).toEqual([0, 4]);
    expect(backend.recorded.map(({ facts, opening }) => facts['tls'] === true || opening.tls)).toEqual([true, true]);
  });

  test('by APOP', async () => {
    const outcome = await fetchmail(`port ${port} auth any\n  username "dina" password "secret" keep fetchall sslproto ''`, '--protocol', 'apop');
    expect([outcome.code, outcome.subjects.length], outcome.all).toEqual([0, 4]);
    expect(said()[0]).toContain('APOP dina ******');
  });
});

test("Python's poplib finds every command as the RFC has it", async () => {
  const outcome = await run('python3', [join(import.meta.dirname, 'pop3-poplib.py'), String(port), String(sslPort), certificateFile]);
  expect(outcome.code, outcome.all).toBe(0);
  const total = 4;
  const octets = [header('satu').length + 6, header('dua').length + 15, header('tiga').length + 2, everything.length];
  const sum = octets.reduce((all, one) => all + one, 0);
  const welcome = (count: number, size: number) => `+OK Welcome, ${count} messages (${size} octets)`;
  const capabilities = ['AUTH-RESP-CODE', 'EXPIRE', 'IMPLEMENTATION', 'PIPELINING', 'RESP-CODES', 'SASL', 'TOP', 'UIDL', 'USER', 'UTF8'];
  expect(JSON.parse(outcome.out)).toEqual({
    'capa': [...capabilities, 'STLS'].sort(), 'utf8': '+OK UTF-8 it is', 'user': '+OK', 'pass': welcome(total, sum),
    'stat': [total, sum], 'list': octets.map((size, index) => `${index + 1} ${size}`), 'list 2': `+OK 2 ${octets[1]}`,
    'uidl': ['1 uid-1', '2 uid-2', '3 uid-3', '4 uid-4'], 'uidl 1': '+OK 1 uid-1',
    'top': `${header('dua')}.titik`.split('\r\n'), 'retr': `${header('dua')}.titik\r\nakhir`.split('\r\n'), 'retr octets': octets[1],
    'all octets': createHash('sha256').update(everything).digest('hex'),
    'noop': '+OK', 'dele': '+OK Message 1 will be deleted at QUIT', 'stat after dele': [total - 1, sum - (octets[0] ?? 0)], 'rset': `+OK ${total} messages (${sum} octets)`,
    'stat after rset': [total, sum], 'retr 9': "b'-ERR There is no such message'", 'quit': '+OK Bye',
    'apop': welcome(total - 1, sum - (octets[2] ?? 0)), 'stat later': [total - 1, sum - (octets[2] ?? 0)],
    'stls': '+OK Begin TLS now', 'capa tls': capabilities, 'pass tls': welcome(total - 1, sum - (octets[2] ?? 0)),
    'utf8 name': `+OK Welcome, 1 message (${header('lima').length + 3} octets)`,
  });
  await backend.ended(4);
  expect(subjects()).toEqual(['satu', 'dua', 'semua']);
  expect(backend.accounts.get('dína')?.messages).toHaveLength(1);
});

test('getmail fetches and deletes', async () => {
  const configuration = join(directory, 'getmailrc');
  const taken = join(directory, 'getmail-taken');
  await writeFile(configuration, `[retriever]\ntype = SimplePOP3Retriever\nserver = 127.0.0.1\nport = ${port}\nusername = dina\npassword = secret\n`
    + `[destination]\ntype = MDA_external\npath = /usr/bin/tee\narguments = ("-a", "${taken}")\nallow_root_commands = true\n[options]\ndelete = true\nread_all = true\n`);
  const outcome = await run('getmail', [`--getmaildir=${directory}`, `--rcfile=${configuration}`]);
  expect(outcome.all).toContain(`4 messages (${header('satu').length + 6 + header('dua').length + 15 + header('tiga').length + 2 + everything.length} bytes) retrieved`);
  const mail = await readFile(taken, 'latin1');
  expect([...mail.matchAll(/^Subject: (\S+)/gm)].map(([, subject]) => subject)).toEqual(['satu', 'dua', 'tiga', 'semua']);
  expect(mail).toContain('\n.titik\nakhir\n');
  expect(subjects()).toEqual([]);
});

test('mutt shows the mailbox, reads a message, and deletes it', async () => {
  const configuration = join(directory, 'muttrc');
  const taken = join(directory, 'mutt-taken');
  await writeFile(configuration, `set folder=${directory}\nset ssl_starttls=no\nset ssl_force_tls=no\nset pop_user=dina\nset pop_pass=secret\nset pop_delete=yes\n`
    + `set copy=no\nset confirmappend=no\nset confirmcreate=no\nset move=no\nset delete=yes\nset quit=yes\nset wait_key=no\nset sort=mailbox-order\n`
    + `push "2<enter><delete-message><save-message>${taken}<enter><quit>"\n`); // deleting 2 moves on to 3
  // A screen of its own is what `script` gives it.
  const mutt = `mutt -n -F ${configuration} -f pop://dina@127.0.0.1:${port}`;
  const outcome = await run('script', ['-qec', mutt, '/dev/null'], { env: { ...process.env, TERM: 'vt100', HOME: directory }, timeoutMs: 20_000 });
  expect(outcome.all).toContain('2 kept, 2 deleted');
  expect(await readFile(taken, 'latin1')).toContain('Subject: tiga');
  await backend.ended(1);
  expect([outcomes(), subjects()]).toEqual([['successful'], ['satu', 'semua']]);
});
