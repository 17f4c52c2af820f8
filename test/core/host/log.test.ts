import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogFiles, printable } from '../../../core/host/log/files.ts';
import { createLog } from '../../../core/host/log/log.ts';
import { logMailEvents } from '../../../core/host/mail-events.ts';
import { logLine } from '../../../core/contract/records.ts';
import { sentence } from '../../../core/contract/sentences.ts';
import { reason } from '../../../core/mail/describe.ts';
import { LogRing, type Block } from '../../../core/host/log/ring.ts';

const noon = new Date(2026, 10, 24, 12, 0, 5).getTime();
const usual = { keepDays: () => 30, now: () => noon, onTrouble: () => undefined };
const block = (channel: Block['channel'], ...text: string[]): Block => ({ channel, session: 7, at: text.map(() => noon), text, level: text.map(() => 'info' as const) });

test('lines of all channels come in the order they were written, and only what is newer', () => {
  const ring = new LogRing(100);
  ring.add(block('smtp-in', 'a', 'b'));
  ring.add(block('pop3', 'c'));
  ring.add(block('smtp-in', 'd'));
  expect(ring.since(0, null, 100).map(({ sequence, text }) => [sequence, text])).toEqual([[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]);
  expect(ring.since(1, new Set(['smtp-in']), 100).map(({ text }) => text)).toEqual(['b', 'd']);
  expect(ring.since(0, null, 2).map(({ text }) => text)).toEqual(['c', 'd']);
  expect(ring.since(4, null, 100)).toEqual([]);
});

test('a channel keeps its newest lines and never drops the newest block', () => {
  const ring = new LogRing(3);
  for (let line = 1; line <= 5000; line += 1) ring.add(block('system', `${line}`));
  ring.add(block('pop3', ...Array.from({ length: 10 }, (_, line) => `p${line}`)));
  expect(ring.since(0, new Set(['system']), 100).map(({ text }) => text)).toEqual(['4998', '4999', '5000']);
  expect(ring.since(0, new Set(['pop3']), 100)).toHaveLength(10);
  expect(ring.last).toBe(5010);
});

test('daily files in the classic format, one a channel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  const log = createLog({ directory: () => folder, keepDays: () => 30, now: () => noon });
  log.line('system', 'Merpati starting');
  log.block(block('smtp-in', '<-- EHLO pc-dina', '--> 250 ok'));
  await log.close();
  expect((await readdir(folder)).sort()).toEqual(['Merpati-2026-11-24-SMTP-(in).log', 'Merpati-2026-11-24-System.log']);
  expect(await readFile(join(folder, 'Merpati-2026-11-24-SMTP-(in).log'), 'utf8')).toBe('Tue 2026-11-24 12:00:05: <-- EHLO pc-dina\r\nTue 2026-11-24 12:00:05: --> 250 ok\r\n');
});

test('files older than the kept days are deleted, other files are not touched', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  for (const name of ['Merpati-2026-10-01-System.log', 'Merpati-2026-11-23-System.log', 'notes.txt']) await writeFile(join(folder, name), 'x');
  const files = createLogFiles({ ...usual, directory: () => folder });
  files.write(block('system', 'x'));
  await files.close();
  expect((await readdir(folder)).sort()).toEqual(['Merpati-2026-11-23-System.log', 'Merpati-2026-11-24-System.log', 'notes.txt']);
});

test('a long day goes on in further files, and the oldest go when the folder has grown too large', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  for (const name of ['Merpati-2026-11-22-System.log', 'Merpati-2026-11-23-System.log', 'notes.txt']) await writeFile(join(folder, name), 'x'.repeat(300));
  const limits = { fileBytes: 400, folderBytes: 1300 };
  const first = createLogFiles({ ...usual, directory: () => folder, limits });
  for (const letter of 'abcd') {
    first.write(block('smtp-in', letter.repeat(250)));
    await first.flush();
  }
  // After a restart it goes on where it was.
  const files = createLogFiles({ ...usual, directory: () => folder, limits });
  files.write(block('pop3', 'x'));
  files.write(block('smtp-in', 'e'));
  await files.close();
  expect((await files.list()).map(({ name }) => name)).toEqual([
    'Merpati-2026-11-24-POP3.log', 'Merpati-2026-11-24-SMTP-(in).log', 'Merpati-2026-11-24-SMTP-(in).2.log', 'Merpati-2026-11-24-SMTP-(in).3.log', 'Merpati-2026-11-24-SMTP-(in).4.log',
  ]);
  expect(await readFile(join(folder, 'Merpati-2026-11-24-SMTP-(in).4.log'), 'utf8')).toMatch(/dddd\r\n.*: e\r\n$/);
  for (let turn = 0; turn < 40; turn += 1) {
    files.write(block('smtp-in', `${turn} `.padEnd(250, 'z')));
    await files.flush();
  }
  const left = await files.list();
  expect(left.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(1300);
  expect(left.map(({ name }) => name)).toContain('Merpati-2026-11-24-SMTP-(in).44.log');
  expect(await readdir(folder)).toContain('notes.txt');
});

test('the parts of a long day go with their day', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  for (const part of ['', '.2', '.10']) await writeFile(join(folder, `Merpati-2026-10-01-SMTP-(in)${part}.log`), 'x');
  const files = createLogFiles({ ...usual, directory: () => folder });
  files.write(block('system', 'x'));
  await files.close();
  expect(await readdir(folder)).toEqual(['Merpati-2026-11-24-System.log']);
});

test('while its folder cannot be written the log goes to the usual one, and is listed there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  await writeFile(join(folder, 'file'), '');
  const troubles: string[] = [];
  let directory = join(folder, 'file');
  const files = createLogFiles({ ...usual, directory: () => directory, otherwise: join(folder, 'Logs'), onTrouble: ({ text }) => troubles.push(text) });
  files.write(block('system', 'x'));
  await files.flush();
  expect(troubles).toEqual([expect.stringContaining(`They go to ${join(folder, 'Logs')} meanwhile. Choose another folder for log files.`)]);
  expect((await files.list()).map(({ name }) => name)).toEqual(['Merpati-2026-11-24-System.log']);
  expect(await readFile(join(folder, 'Logs', 'Merpati-2026-11-24-System.log'), 'utf8')).toBe('Tue 2026-11-24 12:00:05: x\r\n');
  directory = join(folder, 'other');
  files.write(block('system', 'y'));
  await files.close();
  expect(await readFile(join(folder, 'other', 'Merpati-2026-11-24-System.log'), 'utf8')).toBe('Tue 2026-11-24 12:00:05: y\r\n');
});

test('a folder that cannot be written is told once and stops nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-log-'));
  await writeFile(join(folder, 'file'), '');
  const troubles: string[] = [];
  const files = createLogFiles({ ...usual, directory: () => join(folder, 'file'), onTrouble: ({ text }) => troubles.push(text) });
  files.write(block('system', 'x'));
  await files.flush();
  files.write(block('system', 'y'));
  await files.close();
  expect(troubles).toHaveLength(1);
  expect(troubles[0]).toContain('Mail goes on without them.');
});

test.runIf(process.platform === 'linux')('a folder that can never be made is no endless endeavour', async () => {
  const troubles: string[] = [];
  const files = createLogFiles({ ...usual, directory: () => '/proc/merpati', onTrouble: ({ text }) => troubles.push(text) });
  files.write(block('system', 'x'));
  await files.close();
  expect(troubles[0]).toContain('ENOENT');
});

test('what mail tells of a peer is printable in every channel', () => {
  const folder = join(tmpdir(), 'merpati-log-unused');
  const log = createLog({ directory: () => folder, keepDays: () => 30, now: () => noon });
  logMailEvents(log, () => undefined)({ kind: 'logon-failed', sessionId: 7, server: 'pop3', remoteAddress: '192.0.2.1', user: 'dina\u0085Wed 2018-04-25: forged\u202e', reason: reason('login.failed') });
  const [line] = log.ring.since(0, null, 10);
  expect(line?.text).toContain('dina\\x85Wed 2018-04-25: forged\\x202e');
});

test('a line that the engine composed has its sentence beside it, as printable as the text; what peers said has none', () => {
  const log = createLog({ directory: () => join(tmpdir(), 'merpati-log-unused'), keepDays: () => 30, now: () => noon });
  log.line('system', sentence('say.server.failed', { server: 'SMTP', problem: { key: 'error.listen.EACCES', params: { port: 25, address: 'a\u202eb' }, text: 'Port 25\u202e' } }), 'error');
  log.line('system', 'plain words');
  const [line, plain] = log.ring.since(0, null, 10);
  expect(line).toMatchObject({
    text: 'SMTP server: Port 25\\x202e', key: 'say.server.failed',
    params: { server: 'SMTP', problem: { key: 'error.listen.EACCES', params: { port: 25, address: 'a\\x202eb' }, text: 'Port 25\\x202e' } },
  });
  expect(logLine.parse(line)).toEqual(line);
  expect(plain).not.toHaveProperty('key');
});

test('control characters cannot forge a line', () => {
  expect(printable('MAIL FROM:<a>\r\nWed 2018-04-25 00:00:34: forged\x1b[2J')).toBe('MAIL FROM:<a>\\x0d\\x0aWed 2018-04-25 00:00:34: forged\\x1b[2J');
  expect(printable('dina@majuterus.com\tsurat dari Jogja ✓')).toBe('dina@majuterus.com\tsurat dari Jogja ✓');
});
