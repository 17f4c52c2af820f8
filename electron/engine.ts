// The engine's process (Electron's utilityProcess): the same engine as `merpati serve`, told what to do by main over parentPort.
import { startEngine, type Engine } from '../core/host/engine.ts';
import { installLastResort } from '../core/host/last-resort.ts';
import { KeyRequests } from './key-requests.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';
import type { MessagePortMain } from 'electron';

const main = process.parentPort;
const keys = new KeyRequests((message) => main.postMessage(message));
let engine: Engine | null = null;

function say(message: FromEngine): void {
  main.postMessage(message);
}

async function start({ dataDirectory, language, pageDirectory, keys: wanted }: ToEngine & { kind: 'start' }): Promise<void> {
  try {
    const started = await startEngine({
      dataDirectory, host: 'desktop', listen: true, defaultLanguage: language, pageDirectory,
      ...(wanted === 'none' ? {} : { wrapKey: wanted === 'wrap' ? keys : { unwrap: (bytes) => keys.unwrap(bytes) } }),
      onShutDown: () => say({ kind: 'shut-down' }),
    });
    engine = started;
    installLastResort((text, level) => started.note(text, level), () => started.close());
    say({ kind: 'running' });
  } catch (error) {
    say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    // Not process.exit: what was said just now must still get out.
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 200);
  }
}

async function stop(): Promise<void> {
  try {
    await engine?.close();
    process.exit(0);
  } catch (error) {
    console.error('The engine did not stop in order:', error);
    process.exit(1);
  }
}

function serve(port: MessagePortMain | undefined): void {
  if (port === undefined || engine === null) return;
  engine.servePort(port);
  port.start();
}

main.on('message', ({ data, ports }: { data: ToEngine; ports: MessagePortMain[] }) => {
  switch (data.kind) {
    case 'start':
      void start(data);
      break;
    case 'port':
      serve(ports[0]);
      break;
    case 'note':
      engine?.note(data.text, data.level);
      break;
    case 'power':
      engine?.note(data.state === 'suspend' ? 'This computer goes to sleep' : 'This computer is awake again', 'info');
      break;
    case 'key':
      keys.settle(data.id, data.bytes);
      break;
    case 'key-failed':
      keys.fail(data.id, data.reason);
      break;
    case 'stop':
      void stop();
      break;
  }
});
