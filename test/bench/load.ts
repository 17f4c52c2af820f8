// The two load generators of load/, compiled once per run and called with options. They end with an error at the first reply that
// is not the expected one, and so does the bench.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Seconds of the monotonic clock, which is the same in both programs. */
export interface Sent { readonly accepted: number; readonly firstMail: number; readonly lastAccepted: number }
export interface Read {
  readonly sessions: number; readonly fetched: number; readonly octets: number; readonly asked: number;
  readonly start: number; readonly end: number; readonly stat: number; readonly uidl: number;
}
export interface Held {
  readonly greeted: number;
  /** Lets go; resolves with how many were still open. */
  release(): Promise<number>;
}
export type Options = Readonly<Record<string, string | number>>;

export interface Load {
  smtp(port: number, options: Options): Promise<Sent>;
  pop3(port: number, options: Options): Promise<Read>;
  /** Opens idle connections and keeps them. */
  hold(kind: 'smtp' | 'pop3', port: number, connections: number, waitSeconds: number): Promise<Held>;
}

const call = promisify(execFile);
const asArguments = (options: Options) => Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** Compiles them into `directory`; needs gcc. */
export function buildLoad(directory: string): Load {
  const sources = join(import.meta.dirname, 'load');
  const program = (name: string) => join(directory, `${name}-load`);
  for (const name of ['smtp', 'pop3']) {
    execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program(name), join(sources, `${name}.c`), join(sources, 'loop.c')], { stdio: 'inherit' });
  }
  const run = async (name: string, port: number, options: Options) => {
    const { stdout } = await call(program(name), ['--port', String(port), ...asArguments(options)], { timeout: 600_000 });
    return JSON.parse(stdout) as unknown;
  };
  return {
    smtp: async (port, options) => await run('smtp', port, options) as Sent,
    pop3: async (port, options) => await run('pop3', port, options) as Read,
    async hold(kind, port, connections, waitSeconds) {
      const option = kind === 'smtp' ? { hold: 1, connections } : { work: 'hold', clients: connections };
      const child = spawn(program(kind), ['--port', String(port), ...asArguments({ ...option, wait: waitSeconds })], { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const next = async () => {
        const line = await lines.next();
        if (line.done === true) throw new Error(`${kind} load ended early.`);
        return JSON.parse(line.value) as { greeted?: number; open?: number };
      };
      const { greeted = 0 } = await next();
      return {
        greeted,
        async release() {
          child.stdin.end();
          const { open = 0 } = await next();
          await ended;
          return open;
        },
      };
    },
  };
}
