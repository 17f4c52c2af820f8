// mail/ on the real store: what SMTP hands in is what POP3 hands out, byte for byte; logons, locks, extraction, queues.
// The types of the servers' backends are checked here too.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountInput, queueQuery } from '../../../core/contract/records.ts';
import { createMail } from '../../../core/mail/create-mail.ts';
import type { Mail } from '../../../core/mail/create-mail.ts';
import { replyReason } from '../../../core/mail/describe-reply.ts';
import { hashPassword } from '../../../core/mail/logon/password-hash.ts';
import type { Envelope, Maildrop, MailEvent, MessageSink, PopConnection, PopOpening, SmtpConnection } from '../../../core/mail/types.ts';
import type { Pop3Backend } from '../../../core/net/pop3/backend.ts';
import type { SmtpBackend } from '../../../core/net/smtp/backend.ts';
import { openStore } from '../../../core/store/open.ts';
import type { Store } from '../../../core/store/store.ts';
import { mailbox } from './world.ts';

const actor = { who: 'test', from: 'here' };
const smtp: SmtpConnection = { server: 'smtp', remoteAddress: '192.168.0.7', localAddress: '127.0.0.1', tls: false, sessionId: 1, helo: 'pc1', esmtp: true, login: null };
const pop: PopConnection = { server: 'pop3', remoteAddress: '192.168.0.7', localAddress: '127.0.0.1', tls: false, sessionId: 2 };
let directory = '';
let store: Store;
let mail: Mail;
let events: MailEvent[] = [];
let at = Date.UTC(2003, 2, 3, 2, 0, 0);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'merpati-mail-'));
  events = [];
  at = Date.UTC(2003, 2, 3, 2, 0, 0);
  store = await openStore({ dataDirectory: directory, now: () => at, log: () => undefined });
  mail = createMail({ store, settings: () => store.settings.read().values, now: () => at, hostName: () => 'kantor.lan', language: () => 'en', wait: () => Promise.resolve(), log: (event) => events.push(event) });
  await store.settings.save({ 'domain.name': 'kantor.lan' }, store.settings.read().revision, actor);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function account(name: string, more: Record<string, unknown> = {}): Promise<number> {
  const input = accountInput.parse({ domainId: store.directory().primary!.id, mailbox: name, ...more });
  const added = await store.accounts.add(input, { passwordHash: await hashPassword('rahasia'), ...(input.apop ? { apopSecret: 'rahasia' } : {}) }, actor);
  return added.id;
}

function envelope(from: string, to: readonly string[]): Envelope {
  return {
    mail: { reversePath: from === '' ? null : mailbox(from), size: null, body: '8BITMIME', smtpUtf8: false, ret: 'HDRS', envid: 'e1' },
    recipients: to.map((path) => ({ forwardPath: mailbox(path), notify: ['FAILURE'], orcpt: `rfc822;${path}` })),
  };
}
async function send(session: SmtpConnection, from: string, to: readonly string[], message: Buffer): Promise<string> {
  const whole = envelope(from, to);
  expect(mail.smtp.sender(whole.mail, session)).toEqual({ kind: 'ok' });
  for (const rcpt of whole.recipients) expect(mail.smtp.recipient(rcpt, whole, session)).toEqual({ kind: 'ok' });
  const sink = mail.smtp.message(whole, session) as MessageSink;
  for (let start = 0; start < message.length; start += 50_000) if (!sink.write(message.subarray(start, start + 50_000))) await sink.drained();
  const result = await sink.finish();
  if (result.kind === 'refused') throw new Error(`${result.reply.code} ${result.reply.text}`);
  return result.id;
}
async function open(user: string, password = 'rahasia'): Promise<PopOpening> {
  return mail.pop3.logOn(user, password, pop);
}
async function maildrop(user: string): Promise<Maildrop> {
  const opening = await open(user);
  if (opening.kind === 'refused') throw new Error(opening.text);
  return opening.maildrop;
}
async function readAll(drop: Maildrop, index: number): Promise<Buffer> {
  const read = await drop.read(index);
  if (Buffer.isBuffer(read)) return read;
  const pieces: Buffer[] = [];
  for await (const piece of read) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('fits the servers', () => {
  const smtpBackend: Omit<SmtpBackend, 'sessions'> = mail.smtp;
  const popBackend: Omit<Pop3Backend, 'sessions'> = mail.pop3;
  expect([typeof smtpBackend.message, typeof popBackend.logOn]).toEqual(['function', 'function']);
});

test.each([200, 20_000, 100_000, 3_000_000])('a message of %i bytes to two people is read by both as it was sent', async (size) => {
  await account('dina');
  await account('sari');
  const body = Buffer.from(Array.from({ length: Math.floor(size / 50) }, (_, index) => `${String(index).padStart(10, '0')} \x80\xff ${'x'.repeat(34)}\r\n`).join(''), 'latin1');
  const message = Buffer.concat([Buffer.from('Date: x\r\nMessage-ID: <y>\r\nSubject: Rapat\r\n\r\n'), body]);
  const id = await send(smtp, 'a@far.example', ['Dina@Kantor.LAN', 'sari@[127.0.0.1]'], message);
  const copies = [];
  for (const user of ['dina', 'sari@kantor.lan']) {
    const drop = await maildrop(user);
    expect(drop.messages.map(({ uidl }) => uidl)).toEqual([id]);
    const bytes = await readAll(drop, 0);
    expect(bytes.length).toBe(drop.messages[0]!.octets);
    copies.push(bytes);
    drop.release();
  }
  expect(copies[0]!.equals(copies[1]!)).toBe(true);
  expect(copies[0]!.subarray(-message.length).equals(message)).toBe(true);
  expect(copies[0]!.subarray(0, -message.length).toString()).toMatch(/^Return-Path: <a@far\.example>\r\nReceived: from pc1 \(\[192\.168\.0\.7\]\)\r\n\tby kantor\.lan with ESMTP id [a-z0-9]{20,32}; Mon, 3 Mar 2003 [\d:]{8} [+-]\d{4}\r\n$/);
  expect(mail.counters()).toMatchObject({ received: 1, delivered: 2, fetched: 2, bytesReceived: message.length });
});

test('one session holds a mailbox; removing is for good; the last access is remembered', async () => {
  const id = await account('dina');
  await send(smtp, '', ['dina@kantor.lan'], Buffer.from('Subject: 1\r\n\r\n'));
  await send(smtp, '', ['dina@kantor.lan'], Buffer.from('Subject: 2\r\n\r\n'));
  const drop = await maildrop('dina');
  expect(await open('dina')).toMatchObject({ kind: 'refused', code: 'IN-USE', disconnect: false });
  await drop.remove([0]);
  drop.release();
  const again = await maildrop('dina');
  expect((await readAll(again, 0)).toString()).toMatch(/\r\nSubject: 2\r\n\r\n$/);
  expect(again.messages).toHaveLength(1);
  again.release();
  expect(store.accounts.get(id)!.lastAccessAt).toBe(at);
});

test('logons: wrong, blocked, not allowed, changed password, APOP', async () => {
  const id = await account('dina', { apop: true, password: 'rahasia' });
  await account('web', { allowPopImap: false });
  expect(await open('dina', 'salah')).toEqual({ kind: 'refused', code: 'AUTH', text: 'The user name or the password is wrong.', disconnect: false });
  expect(await open('web')).toMatchObject({ code: 'AUTH', text: 'This account may not be read with mail programs. Ask the administrator to allow POP3 for it.' });
  expect(await mail.smtp.logOn({ method: 'PLAIN', user: 'web', password: 'rahasia' }, smtp)).toMatchObject({ kind: 'ok', login: { address: 'web@kantor.lan' } });
  expect(await mail.smtp.logOn({ method: 'LOGIN', user: 'web', password: 'salah' }, smtp)).toMatchObject({ kind: 'refused', reply: { code: 535, enhanced: '5.7.8' }, disconnect: false });
  (await maildrop('dina')).release();
  const { createHash } = await import('node:crypto');
  const apop = await mail.pop3.logOnApop('dina', '<1@kantor.lan>', createHash('md5').update('<1@kantor.lan>rahasia').digest('hex'), pop);
  expect(apop.kind).toBe('ok');
  if (apop.kind === 'ok') apop.maildrop.release();
  const present = store.accounts.get(id)!;
  await store.accounts.change(id, present.revision, accountInput.parse({ ...present, apop: false }), { passwordHash: await hashPassword('baru') }, actor);
  expect((await open('dina')).kind).toBe('refused');
  const changed = await open('dina', 'baru');
  expect(changed.kind).toBe('ok');
  if (changed.kind === 'ok') changed.maildrop.release();
  for (let attempt = 0; attempt < 20; attempt += 1) await mail.pop3.logOn(`nobody${attempt}`, 'x', pop);
  expect(await open('dina', 'baru')).toMatchObject({ code: 'SYS/TEMP', text: 'Too many failed logons from your address. Try again in 10 minutes.', disconnect: true });
  expect(mail.logons.blocked()).toMatchObject([{ address: '192.168.0.7' }]);
  mail.logons.unblock('192.168.0.7');
  expect((await open('dina', 'baru')).kind).toBe('ok');
  expect(mail.counters().failedLogons).toBe(21);
});

test('mail for elsewhere waits in the remote queue, unknown mail in the bad one; the same message is delivered here', async () => {
  await account('dina');
  await store.settings.save({ 'unknown.refuse': false, 'unknown.toBad': true }, store.settings.read().revision, actor);
  const logon = await mail.smtp.logOn({ method: 'PLAIN', user: 'dina@kantor.lan', password: 'rahasia' }, smtp);
  if (logon.kind !== 'ok') throw new Error('logon');
  const id = await send({ ...smtp, login: logon.login }, 'dina@kantor.lan', ['dina@kantor.lan', 'b@far.example', 'nobody@kantor.lan'], Buffer.from('Subject: Keluar\r\n\r\nIsi\r\n'));
  const queues = store.queues.list().filter(({ messages }) => messages > 0).map(({ name, messages }) => [name, messages]);
  expect(queues).toEqual([['remote', 1], ['bad', 1]]);
  expect(store.queues.messages(queueQuery.parse({ queue: 'remote' })).items).toMatchObject([{ messageId: id, from: 'dina@kantor.lan', to: ['b@far.example'], subject: 'Keluar', destination: 'far.example', reason: { code: 'remote.waiting', text: 'Waiting to be sent to another server.' } }]);
  expect(store.queues.messages(queueQuery.parse({ queue: 'bad' })).items).toMatchObject([{ messageId: id, to: ['nobody@kantor.lan'], reason: { code: 'bad.unknown', text: 'There is no mailbox nobody@kantor.lan; the message was kept for the administrator.' } }]);
  const drop = await maildrop('dina');
  const copy = (await readAll(drop, 0)).toString();
  expect(copy).toMatch(/^Return-Path: <dina@kantor\.lan>\r\nReceived: [^]* with ESMTPA id /);
  expect(copy).toMatch(new RegExp(`\r\nSubject: Keluar\r\nDate: Mon, 3 Mar 2003 [^\r]*\r\nMessage-ID: <${id}@kantor\\.lan>\r\n\r\nIsi\r\n$`));
  drop.release();
});

test('a recipient given up leaves the queue, and his sender finds the report in the mailbox, with what he wrote', async () => {
  await account('dina');
  const logon = await mail.smtp.logOn({ method: 'PLAIN', user: 'dina', password: 'rahasia' }, smtp);
  if (logon.kind !== 'ok') throw new Error('logon');
  const id = await send({ ...smtp, login: logon.login }, 'dina@kantor.lan', ['dina@kantor.lan', 'b@far.example'], Buffer.from('Subject: Keluar\r\n\r\nIsi surat\r\n'));
  const [item] = store.queues.messages(queueQuery.parse({ queue: 'remote' })).items;
  const message = store.queues.message(item!.id)!;
  const reply = { code: 550, enhanced: '5.1.1', text: 'User unknown' };
  const [recipient] = message.recipients;
  const reports = await mail.reporter.failed(message, [{ ...recipient!, recipientId: recipient!.id, reply, host: 'mx.far.example', reason: replyReason('mx.far.example', reply), at }]);
  const rest = { queue: 'retry', nextTryAt: at, attempts: 1, firstTriedAt: at, triedAt: at, informedAt: null, host: '', reasons: new Map() } as const;
  await store.queues.settle([{ id: message.id, done: [recipient!.id], toBad: [], rest }], reports);
  expect(store.queues.message(item!.id)).toBeNull();
  const drop = await maildrop('dina');
  expect(drop.messages).toHaveLength(2);
  const report = (await readAll(drop, drop.messages[0]!.uidl === id ? 1 : 0)).toString();
  expect(report).toMatch(/^Return-Path: <>\r\n[^]*Subject: Not delivered: Keluar\r\n[^]*Original-Envelope-Id: e1\r\n[^]*Original-Recipient: rfc822; b@far\.example\r\n[^]*Subject: Keluar\r\n/);
  // RET=HDRS, as it was asked for.
  expect(report).not.toContain('Isi surat');
  drop.release();
});

test('extraction: files beside the mail of who wants it, the untouched message for the others', async () => {
  const id = await account('dina', { extractAttachments: true });
  await account('sari');
  const message = Buffer.from(['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'Halo', '--b', 'Content-Type: application/pdf; name="../x.pdf"', 'Content-Transfer-Encoding: base64', '', 'aGFsbw==', '--b--', ''].join('\r\n'));
  const sent = await send(smtp, 'a@far.example', ['dina@kantor.lan', 'sari@kantor.lan'], message);
  const files = join(store.directory().accountById(id)!.path, 'Files');
  expect(readdirSync(files)).toEqual(['x.pdf']);
  expect(readFileSync(join(files, 'x.pdf'), 'utf8')).toBe('halo');
  const [hers, his] = [await maildrop('dina'), await maildrop('sari')];
  expect((await readAll(his, 0)).subarray(-message.length).equals(message)).toBe(true);
  const text = (await readAll(hers, 0)).toString();
  expect(text).toMatch(/^Return-Path: <a@far\.example>\r\nReceived: [^]*\r\n\r\nHalo\r\n--b\r\nContent-Type: text\/plain[^]*x\.pdf \(4 bytes\)\r\n\r\n--b--\r\n$/);
  expect(hers.messages[0]!.octets).toBe(Buffer.byteLength(text));
  expect([his.messages[0]!.uidl, hers.messages[0]!.uidl === sent]).toEqual([sent, false]);
  expect(events).toContainEqual({ kind: 'attachments-extracted', id: sent, address: 'dina@kantor.lan', files: ['x.pdf'] });
  hers.release();
  his.release();
});

test('the account goes away before the commit: the whole is refused for now, and extracted files go', async () => {
  const id = await account('dina', { extractAttachments: true });
  const { path } = store.directory().accountById(id)!;
  const whole = envelope('', ['dina@kantor.lan']);
  const sink = mail.smtp.message(whole, smtp) as MessageSink;
  sink.write(Buffer.from('MIME-Version: 1.0\r\nContent-Type: application/pdf; name=x.pdf\r\n\r\nhalo'));
  const finishing = sink.finish();
  await store.accounts.remove([id], 'keep', actor);
  const result = await finishing;
  if (result.kind === 'refused') expect(result.reply).toMatchObject({ code: 451, enhanced: '4.3.0' });
  const left = readdirSync(path, { recursive: true }).filter((name) => String(name).endsWith('x.pdf'));
  expect(left).toHaveLength(result.kind === 'ok' ? 1 : 0);
});

test('the welcome message lies in the new mailbox', async () => {
  const id = await account('dina', { fullName: 'Dina' });
  await mail.welcome(id);
  const drop = await maildrop('dina');
  expect((await readAll(drop, 0)).toString()).toMatch(/^Return-Path: <>\r\n[^]*\r\nSubject: Welcome to your new mailbox\r\n[^]*Hello Dina,/);
  drop.release();
  await mail.welcome(9999);
});

test('a route is explained as it would be taken', async () => {
  await account('dina');
  await store.aliases.add({ alias: 'info', target: 'dina@kantor.lan' }, actor);
  const route = mail.explain(mailbox('INFO@kantor.lan'), smtp);
  expect(route).toMatchObject({ reason: null, destinations: [{ recipient: 'INFO@kantor.lan', kind: 'local', address: 'dina@kantor.lan', reason: null }] });
  expect(route.steps.map(({ kind }) => kind)).toEqual(['domain-local', 'alias', 'account']);
  expect(JSON.stringify(route)).not.toContain('scrypt');
  expect(mail.explain(mailbox('a@far.example'), smtp)).toMatchObject({ destinations: [], reason: { code: 'relay.denied' } });
});
