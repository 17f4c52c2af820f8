// The real thing for tests: the built engine (`merpati serve`) as a process of its own, on a data folder of its own and free ports,
// set up by its own command line.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { run, type Outcome } from './run.ts';

export const program = join(import.meta.dirname, '..', '..', 'dist', 'merpati.js');

export interface Ports {
  readonly smtp: number;
  readonly submission: number;
  readonly smtps: number;
  readonly pop3: number;
  readonly pop3s: number;
}

export interface Merpati {
  readonly data: string;
  readonly ports: Ports;
  readonly process: ChildProcess;
  /** The one-time sign-in link, '' without a console. */
  readonly consoleLink: string;
  /** Everything it printed so far. */
  output(): string;
  /** `merpati ...` on this data folder. */
  cli(...args: string[]): Promise<Outcome>;
  /** A procedure of the contract, by the command line. */
  call<T = unknown>(procedure: string, input?: unknown): Promise<T>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
  kill(): Promise<void>;
}

export const merpatiCli = (data: string, ...args: string[]): Promise<Outcome> => run(process.execPath, [program, ...args, '--data', data]);

export async function freshData(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'merpati-test-'));
}

/** Free ports, and no DNS server but those of the test: nothing may be asked of the world. */
export async function choosePorts(data: string, more: readonly string[] = []): Promise<Ports> {
  const [smtp = 0, submission = 0, smtps = 0, pop3 = 0, pop3s = 0] = await freePorts(5);
  const ports = { smtp, submission, smtps, pop3, pop3s };
  const { code, all } = await merpatiCli(data, 'settings', 'set', 'dns.useSystem=false', 'dns.useHostsFile=false', ...Object.entries(ports).map(([name, port]) => `ports.${name}=${port}`), ...more);
  if (code !== 0) throw new Error(all);
  return ports;
}

/** @param args further words for `merpati serve`, such as --console-port 0 */
export async function startMerpati(data: string, ports: Ports, args: readonly string[] = []): Promise<Merpati> {
  const child = spawn(process.execPath, ['--max-semi-space-size=4', '--enable-source-maps', program, 'serve', '--data', data, ...args], { env: { ...process.env, UV_THREADPOOL_SIZE: '16' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  await new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Merpati is running')) resolve();
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    void exited.then((code) => reject(new Error(`merpati serve ended with ${code}:\n${output}`)));
  });
  const cli = (...words: string[]): Promise<Outcome> => merpatiCli(data, ...words);
  return {
    data, ports, process: child, cli, output: () => output,
    consoleLink: /Sign in once with this link[^:]*: (\S+)/.exec(output)?.[1] ?? '',
    async call(procedure, input = {}) {
      const { code, out, all } = await cli('call', procedure, JSON.stringify(input));
      if (code !== 0) throw new Error(all);
      return JSON.parse(out) as never;
    },
    async stop() {
      child.kill('SIGTERM');
      return await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export async function removeData(data: string): Promise<void> {
  await rm(data, { recursive: true, force: true });
}
