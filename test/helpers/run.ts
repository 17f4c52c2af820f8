// Runs a program nobody here wrote (swaks, curl, fetchmail ...) to its end, bounded in time.
import { spawn } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly all: string;
}

export function run(program: string, args: readonly string[], options: { input?: string | Buffer; env?: NodeJS.ProcessEnv; timeoutMs?: number; cwd?: string } = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: options.env ?? process.env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
    const out: Buffer[] = [];
    const all: Buffer[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
    child.stdout.on('data', (chunk: Buffer) => { out.push(chunk); all.push(chunk); });
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, out: Buffer.concat(out).toString('latin1'), all: Buffer.concat(all).toString('latin1') });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
}
