// utilityProcess.fork: a Node child that is told who its parent is. Its death closes the ports that it had.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { app } from './app.ts';
import { Transferred, type MessagePortMain } from './ports.ts';
import { strictModule } from './strict-module.ts';
import { checkOptions, strictEmitter } from './strict.ts';
import type { UtilityMessage } from './utility-messages.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly serviceName?: string;
  readonly execArgv?: readonly string[];
}

/** Chromium reads the words as its own switches; of those only this one reaches V8. */
function flagsOfV8(switches: readonly string[]): string[] {
  return switches.flatMap((word) => /^--js-flags=(.*)$/.exec(word)?.[1]?.split(' ') ?? []);
}

const running = new Set<UtilityProcess>();
const ProcessBase = strictEmitter('UtilityProcess', ['spawn', 'exit', 'message', 'error']);

class UtilityProcess extends ProcessBase {
  readonly serviceName: string;
  readonly #child: ChildProcess;
  readonly #ports: Transferred;
  #gone = false;

  constructor(entry: string, args: readonly string[], { env = process.env, serviceName = 'Node Utility Process', execArgv = [] }: ForkOptions) {
    super();
    this.serviceName = serviceName;
    const child = fork(fileURLToPath(new URL('./utility-entry.ts', import.meta.url)), [entry, ...args], { env, serialization: 'advanced', execArgv: ['--enable-source-maps', ...flagsOfV8(execArgv)] });
    this.#child = child;
    const send = (message: UtilityMessage): void => {
      if (child.connected) child.send(message, () => undefined);
    };
    this.#ports = new Transferred((id, data) => send({ kind: 'port', id, data }), (id) => send({ kind: 'close', id }));
    child.on('spawn', () => this.emit('spawn'));
    child.on('message', (message: UtilityMessage) => {
      if (message.kind === 'message') this.emit('message', message.data);
      else if (message.kind === 'port') this.#ports.received(message.id, message.data);
      else this.#ports.closed(message.id);
    });
    child.on('exit', (code, signal) => {
      this.#gone = true;
      running.delete(this);
      this.#ports.closeAll();
      this.emit('exit', signal === null ? (code ?? 0) : 1);
    });
    running.add(this);
  }

  get pid(): number | undefined {
    return this.#gone ? undefined : this.#child.pid;
  }

  get stdout(): null {
    return null;
  }

  get stderr(): null {
    return null;
  }

  postMessage(data: unknown, transfer: readonly MessagePortMain[] = []): void {
    if (this.#gone || !this.#child.connected) return;
    const { ids, open } = this.#ports.take(transfer);
    this.#child.send({ kind: 'message', data: structuredClone(data), ports: ids } satisfies UtilityMessage, () => undefined);
    open();
  }

  kill(): boolean {
    return !this.#gone && this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = strictModule('utilityProcess', {
  fork(entry: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
    if (!app.isReady()) throw new Error('stand-in: utilityProcess cannot be created before the app is ready');
    checkOptions('utilityProcess.fork', options, ['env', 'serviceName', 'execArgv']);
    return new UtilityProcess(entry, args, options);
  },
});

/** For app.getAppMetrics(). */
export function utilityMetrics(): { pid: number; type: string; name: string; serviceName: string }[] {
  return [...running].map((one) => ({ pid: one.pid ?? 0, type: 'Utility', name: one.serviceName, serviceName: 'node.mojom.NodeService' }));
}

export function killUtilities(): void {
  for (const one of running) one.kill();
}
