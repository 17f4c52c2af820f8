// The command line as people and scripts use it: passwords that no other user sees, pipes that end, nothing running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choosePorts, freshData, merpatiCli, program, removeData, startMerpati, type Merpati } from '../helpers/merpati.ts';

let server: Merpati;
beforeAll(async () => {
  const data = await freshData();
  server = await startMerpati(data, await choosePorts(data, ['domain.name=majuterus.lan']), ['--console-port', '0']);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeData(server.data);
});

interface Outcome { readonly code: number | null; readonly out: string; readonly err: string }

/** `merpati ...` with this on standard input. */
async function withInput(input: string, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args, '--data', server.data]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  child.stdin.end(input);
  const [code] = await once(child, 'close') as [number | null];
  return { code, out, err };
}

const signIn = async (password: string): Promise<number> => {
  const base = new URL(server.consoleLink).origin;
  return (await fetch(`${base}/session`, { method: 'POST', body: JSON.stringify({ password }), headers: { 'content-type': 'application/json', origin: base } })).status;
};

test('--password - takes the first line of standard input', async () => {
  expect(await withInput('sandi dari masukan\nnot this\n', 'console', 'password', '--password', '-')).toEqual({ code: 0, out: 'The console password is set.\n', err: '' });
  expect(await signIn('sandi dari masukan')).toBe(204);
  expect(await withInput('sandi-dina-panjang\r\n', 'accounts', 'add', 'dina@majuterus.lan', '--password', '-')).toMatchObject({ code: 0, out: expect.stringContaining('(as given)') as string });
  expect(await withInput('', 'accounts', 'password', 'dina@majuterus.lan', '--password', '-')).toEqual({ code: 2, out: '', err: 'Nothing came on standard input.\n' });
});

test('without a terminal --password alone says what to do', async () => {
  for (const args of [['console', 'password'], ['accounts', 'password', 'dina@majuterus.lan', '--password'], ['accounts', 'add', '--password', '--name', 'X', 'x@majuterus.lan']]) {
    expect(await withInput('', ...args)).toMatchObject({ code: 2, err: expect.stringContaining('--password -') as string });
  }
});

/** Types the lines, each when the program asks; prints what the terminal showed. */
const typist = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[3], sys.argv[3:])
shown, prompts, lines = b'', 0, [line.encode() + b'\\r' for line in sys.argv[1:3]]
while True:
    try: chunk = os.read(terminal, 4096)
    except OSError: break
    if not chunk: break
    shown += chunk
    while lines and shown.count(b': ') > prompts:
        prompts += 1
        os.write(terminal, lines.pop(0))
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

async function typed(first: string, second: string, ...args: string[]): Promise<Outcome> {
  const script = join(server.data, 'typist.py');
  await writeFile(script, typist);
  const child = spawn('python3', [script, first, second, process.execPath, program, ...args, '--data', server.data]);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  const [code] = await once(child, 'close') as [number | null];
  return { code, out, err: '' };
}

test.runIf(process.platform === 'linux')('on a terminal it is asked for twice and never shown', async () => {
  const good = await typed('sandi konsolx\u007f baru', 'sandi konsol baru', 'console', 'password');
  expect(good.out).toBe('Password: \r\nThe same again: \r\nThe console password is set.\r\n');
  expect(good.code).toBe(0);
  expect(await signIn('sandi konsol baru')).toBe(204);
  const different = await typed('sandi konsol lain', 'sandi konsol lian', 'accounts', 'password', 'dina@majuterus.lan', '--password');
  expect(different).toMatchObject({ code: 2, out: expect.stringContaining('The two passwords are not the same.') as string });
});

test('link prints where to go', async () => {
  const { code, out } = await server.cli('link');
  expect(code).toBe(0);
  expect(new URL(out.trim()).origin).toBe(new URL(server.consoleLink).origin);
  expect((await fetch(out.trim())).status).toBe(200);
});

test('without a running server logs and link say so', async () => {
  const data = await freshData();
  for (const args of [['logs', '-f'], ['logs'], ['link']]) {
    const { code, all } = await merpatiCli(data, ...args);
    expect([code, all]).toEqual([1, expect.stringContaining('No server is running on this data folder.')]);
  }
  await removeData(data);
});

test('a reader that goes away ends logs -f quietly, and so does the end of the server', async () => {
  const piped = spawn('sh', ['-c', `"$0" "$1" logs -f --data "$2" | head -n 1; :`, process.execPath, program, server.data]);
  let err = '';
  piped.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const closed = once(piped, 'close');
  await once(piped.stdout, 'data');
  // The first line that has no reader is what tells it.
  await server.cli('settings', 'set', 'timers.maxHops=31');
  await closed;
  expect(err).toBe('');

  const data = await freshData();
  const other = await startMerpati(data, await choosePorts(data));
  const following = spawn(process.execPath, [program, 'logs', '-f', '--data', data]);
  let said = '';
  following.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  await once(following.stdout, 'data');
  const ended = once(following, 'close');
  await other.stop();
  expect((await ended)[0]).toBe(1);
  expect(said).toBe('The server has stopped.\n');
  await removeData(data);
});
