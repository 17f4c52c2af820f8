// 250 means on disk, seen from outside: the system calls of the real process, in their order, while it takes messages.
//
// A small message is committed with its bytes to the database's log; its file is written afterwards, and synced before the database lets
// go of the bytes. A large one is a file from the start. So before the 250 after DATA is written to the socket,
//   small: the bytes have been written to the log of the database, and the log has been synced since;
//   large: its file, then the directory that names it, then the log have been synced.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const sizes = { small: 4000, large: 2_000_000 };

describe.skipIf(!canTrace)('what is synced before a 250', () => {
  const data = mkdtempSync(join(tmpdir(), 'merpati-order-'));
  const messages = formats.flatMap((format) => (['small', 'large'] as const).map((size) => ({ format, size, mark: `<${size}-for-${format}>` })));
  let calls: SystemCall[] = [];
  /** The 250 after the text, per message. */
  let replies: SystemCall[] = [];

  beforeAll(async () => {
    await build({ quiet: true });
    const [smtp = 0, pop3 = 0] = await freePorts(2);
    await merpati(data, ['settings', 'set', 'domain.name=order.test', 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtp}`, `ports.pop3=${pop3}`, 'servers.submission=false', 'servers.smtps=false', 'servers.pop3s=false', 'accounts.welcomeMessage=false'], entries.built);
    for (const format of formats) await merpati(data, ['accounts', 'add', `${format}@order.test`, '--password', 'secret', '--format', format], entries.built);
    const log = join(data, 'strace.log');
    // -D: node stays our child, strace is the one that stands aside. -s: a whole page of the log is written down.
    const trace = ['strace', '-D', '-f', '-yy', '-s', '5000', '-o', log, '-e', 'trace=openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,writev,pwrite64,pwritev'];
    const engine = await serve(data, { entry: entries.built, under: trace });
    for (const { format, size, mark } of messages) {
      const text = join(data, 'message.txt');
      writeFileSync(text, `From: someone@example.org\r\nSubject: ${mark}\r\n\r\n${`${mark}\r\n`.repeat(sizes[size] / mark.length)}`);
      const sent = await run('curl', ['-sS', `smtp://127.0.0.1:${smtp}/order.example`, '--mail-from', 'someone@example.org', '--mail-rcpt', `${format}@order.test`, '-T', text]);
      expect(sent.code, sent.all).toBe(0);
    }
    await engine.stop();
    calls = systemCalls(readFileSync(log, 'latin1'));
    replies = repliesAfterData(calls);
  }, 90_000);
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  /** A sync of one of these paths that began after one moment and was done before another. */
  const synced = (paths: readonly string[], after: number, before: number): SystemCall | undefined => calls.find((call) => isSync(call) && paths.includes(pathOf(call)) && call.begins > after && call.ends < before);

  test.each(messages)('$size message, $format', ({ size, mark }) => {
    expect(replies).toHaveLength(messages.length);
    const reply = replies[messages.findIndex((one) => one.mark === mark)]!;
    const databaseLog = join(data, 'merpati.db-wal');
    if (size === 'small') {
      const written = calls.filter((call) => isWrite(call) && pathOf(call) === databaseLog && call.text.includes(mark));
      expect(written, 'its bytes are written to the log of the database').not.toEqual([]);
      expect(synced([databaseLog], written[0]!.ends, reply.begins), 'the log is synced').toBeDefined();
      return;
    }
    const firstWrite = calls.find((call) => isWrite(call) && call.text.includes(mark) && pathOf(call).startsWith(data) && pathOf(call) !== databaseLog);
    expect(firstWrite, 'it is written to a file').toBeDefined();
    const file = pathOf(firstWrite!);
    const created = calls.find((call) => call.name === 'openat' && call.text.includes('O_CREAT') && stringsOf(call)[0] === file);
    const lastWrite = calls.findLast((call) => isWrite(call) && pathOf(call) === file && call.ends < reply.begins);
    const fileSync = synced([file], lastWrite!.ends, reply.begins);
    expect(fileSync, `${file} is synced after its last write`).toBeDefined();
    expect(synced([dirname(file)], created!.ends, reply.begins), 'the directory is synced').toBeDefined();
    expect(synced([databaseLog], fileSync!.ends, reply.begins), 'the log is synced after the file').toBeDefined();
  });

  test.each(messages)('$size message, $format: its file in the mailbox and the names of it are synced', ({ mark }) => {
    const file = fileWith(join(data, 'Users'), mark);
    const named = calls.filter((call) => call.succeeded && givesName(call, file));
    expect(named, 'something gives the file its name').not.toEqual([]);
    expect(synced(namesOf(calls, file), -1, Infinity), 'the file').toBeDefined();
    expect(synced([dirname(file)], named[0]!.ends, Infinity), 'its directory').toBeDefined();
  });
});

const isSync = ({ name, succeeded }: SystemCall): boolean => (name === 'fsync' || name === 'fdatasync') && succeeded;
const isWrite = ({ name }: SystemCall): boolean => /^p?writev?(64)?$/.test(name);

function repliesAfterData(calls: readonly SystemCall[]): SystemCall[] {
  const said = calls.filter((call) => isWrite(call) && call.text.includes('<TCP:'));
  return said.filter((call, index) => /"250[ -]/.test(call.text) && /"354[ -]/.test(said[index - 1]?.text ?? ''));
}

function fileWith(directory: string, mark: string): string {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && readFileSync(path, 'latin1').includes(`Subject: ${mark}`)) return path;
  }
  throw new Error(`No file holds "${mark}".`);
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
