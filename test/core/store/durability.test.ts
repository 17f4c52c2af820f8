// That an answer waits for the disk, seen from outside: the system calls of a child process, in their order. A kill cannot show this,
// since what was written survives it; only a power cut would.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addAccount, openWithDomain, tempFolder } from './fixture.ts';

const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;
if (!hasStrace) console.warn('The test of the order of system calls is skipped: it needs strace on Linux.');

interface Call {
  readonly name: string;
  readonly text: string;
  readonly begun: number;
  readonly done: number;
}

/** Calls with the numbers of the lines at which they began and ended; strace cuts a call in two when another thread comes between. */
function readCalls(trace: string): Call[] {
  const open = new Map<string, { text: string; begun: number }>();
  const calls: Call[] = [];
  for (const [line, whole] of trace.split('\n').entries()) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(whole) ?? [];
    const resumed = /^<\.\.\. (\w+) resumed>/.exec(text);
    if (resumed === null && text.endsWith('<unfinished ...>')) open.set(thread, { text, begun: line });
    else if (resumed !== null) {
      const start = open.get(thread);
      if (start !== undefined) calls.push({ name: resumed[1] ?? '', text: start.text, begun: start.begun, done: line });
    } else calls.push({ name: /^\w+/.exec(text)?.[0] ?? '', text, begun: line, done: line });
  }
  return calls.sort((a, b) => a.begun - b.begun);
}

test.skipIf(!hasStrace)('every answer comes after a fsync of the log that began after the last write to it', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  await addAccount(store, 'dina');
  await store.close();
  const trace = join(tempFolder(), 'trace');
  const ran = spawnSync('strace', ['-f', '-y', '-s', '60', '-e', 'trace=pwrite64,write,fdatasync,fsync', '-o', trace, process.execPath, join(import.meta.dirname, 'durability-child.ts'), folder], { encoding: 'utf8', timeout: 60_000 });
  expect(ran.status).toBe(0);
  const calls = readCalls(readFileSync(trace, 'utf8'));
  const answers = calls.filter(({ name, text }) => name === 'write' && text.includes('"accepted '));
  expect(answers).toHaveLength(15);
  let previous = 0;
  for (const answer of answers) {
    const before = calls.filter(({ begun, done }) => begun > previous && done < answer.begun);
    const lastWrite = before.findLast(({ name, text }) => name === 'pwrite64' && text.includes('merpati.db-wal'));
    expect(lastWrite).toBeDefined();
    const sync = before.find(({ name, text, begun }) => name === 'fdatasync' && text.includes('merpati.db-wal') && begun > lastWrite!.done);
    expect([answer.text, sync === undefined ? 'no fsync' : 'synced']).toEqual([answer.text, 'synced']);
    const [, id = '', kind = ''] = /"accepted (\w+) (\w+)/.exec(answer.text) ?? [];
    if (kind === 'large') {
      const file = before.find(({ name, text }) => name === 'fsync' && text.includes(`Incoming/${id}.msg`));
      const names = before.find(({ name, text, begun }) => name === 'fsync' && text.includes('/Incoming>') && begun > (file?.done ?? Infinity));
      expect([file === undefined, names === undefined, (names?.done ?? Infinity) < lastWrite!.begun]).toEqual([false, false, true]);
    }
    previous = answer.done;
  }
});
