// 250 means on disk, seen from outside: the system calls of the real process, in their order, while it takes one message of each storage
// format. Before the 250 after DATA is written to the socket, the message's file, the directory that names it, and the log of the
// database have been synced.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { run } from '../helpers/run.ts';
import { entries, merpati, serve } from './engine-process.ts';
import { pathOf, stringsOf, systemCalls, type SystemCall } from './system-calls.ts';

const canTrace = process.platform === 'linux' && spawnSync('strace', ['-D', '-o', '/dev/null', 'true']).status === 0;
const formats = ['msg', 'maildir', 'mbox'] as const;

describe.skipIf(!canTrace)('what is synced before a 250', () => {
  const data = mkdtempSync(join(tmpdir(), 'merpati-order-'));
  let calls: SystemCall[] = [];

  beforeAll(async () => {
    await build({ quiet: true });
    const [smtp = 0, pop3 = 0] = await freePorts(2);
    await merpati(data, ['settings', 'set', 'domain.name=order.test', 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtp}`, `ports.pop3=${pop3}`, 'servers.submission=false', 'servers.smtps=false', 'servers.pop3s=false'], entries.built);
    for (const format of formats) await merpati(data, ['accounts', 'add', `${format}@order.test`, '--password', 'secret', '--format', format], entries.built);
    const log = join(data, 'strace.log');
    // -D: node stays our child, strace is the one that stands aside.
    const trace = ['strace', '-D', '-f', '-yy', '-s', '200', '-o', log, '-e', 'trace=openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,writev,sendto,sendmsg'];
    const engine = await serve(data, { entry: entries.built, under: trace });
    for (const format of formats) {
      const sent = await run('swaks', ['--server', `127.0.0.1:${smtp}`, '--helo', 'order.example', '--from', 'someone@example.org', '--to', `${format}@order.test`, '--h-Subject', `Order of ${format}`, '--body', 'one line']);
      expect(sent.code, sent.all).toBe(0);
    }
    await engine.stop();
    calls = systemCalls(readFileSync(log, 'latin1'));
  }, 90_000);
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  test.each(formats)('%s: file, directory and database log come first', (format) => {
    const reply = replyAfterData(calls, formats.indexOf(format));
    const file = fileWith(data, `Order of ${format}`);
    const synced = calls.filter(({ name, succeeded, ends }) => (name === 'fsync' || name === 'fdatasync') && succeeded && ends < reply.begins);
    const names = namesOf(calls, file);
    expect(synced.map(pathOf).filter((path) => names.includes(path)), 'the file').not.toEqual([]);
    expect(synced.map(pathOf).filter((path) => path.endsWith('-wal')), 'the log of the database').not.toEqual([]);
    // The name is safe only if the directory is synced after the name has come into it.
    const named = Math.max(...calls.filter((call) => call.succeeded && givesName(call, file)).map(({ ends }) => ends));
    expect(named, 'something gives the file its name').toBeGreaterThan(0);
    expect(synced.filter((call) => pathOf(call) === dirname(file) && call.begins > named), 'the directory').not.toEqual([]);
  });
});

/** The write of the n-th 250 that follows a 354. */
function replyAfterData(calls: readonly SystemCall[], n: number): SystemCall {
  const said = calls.filter(({ name, text }) => /^(write|writev|sendto|sendmsg)$/.test(name) && /TCP/.test(text));
  const replies = said.filter((call, index) => /"250[ -]/.test(call.text) && /"354[ -]/.test(said[index - 1]?.text ?? ''));
  const reply = replies[n];
  if (reply === undefined) throw new Error(`No reply ${n} to a message among ${said.length} writes to sockets.`);
  return reply;
}

function fileWith(data: string, subject: string): string {
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.includes('/Users/') && readFileSync(path, 'latin1').includes(`Subject: ${subject}`)) return path;
  }
  throw new Error(`No file holds "${subject}".`);
}

const isNaming = ({ name }: SystemCall): boolean => /^(rename|link)/.test(name);
const givesName = (call: SystemCall, file: string): boolean => (isNaming(call) ? stringsOf(call).at(-1) === file : call.name === 'openat' && call.text.includes('O_CREAT') && stringsOf(call)[0] === file);

/** Every name the file had, back to its first. */
function namesOf(calls: readonly SystemCall[], file: string): string[] {
  const names = [file];
  for (const call of calls.filter(isNaming).reverse()) {
    const [from = '', to = ''] = stringsOf(call);
    if (names.includes(to)) names.push(from);
  }
  return names;
}
