// The first file of a utility process: gives it process.parentPort, then runs the program's own entry.
import { pathToFileURL } from 'node:url';
import { resolveElectron } from './hooks.ts';
import { MessageChannelMain, Transferred, type MessagePortMain } from './ports.ts';
import { strictEmitter } from './strict.ts';
import type { UtilityMessage } from './utility-messages.ts';

const send = (message: UtilityMessage): void => void process.send?.(message);
const transferred = new Transferred((id, data) => send({ kind: 'port', id, data }), (id) => send({ kind: 'close', id }));

const PortBase = strictEmitter('process.parentPort', ['message']);
class ParentPort extends PortBase {
  #waiting: unknown[] | null = [];

  override on(event: string, listener: (...args: unknown[]) => void): this {
    super.on(event, listener);
    // Messages wait until somebody listens.
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const message of waiting ?? []) setImmediate(() => this.emit('message', message));
    return this;
  }

  postMessage(data: unknown): void {
    send({ kind: 'message', data: structuredClone(data), ports: [] });
  }

  hear(message: unknown): void {
    if (this.#waiting === null) this.emit('message', message);
    else this.#waiting.push(message);
  }
}

const parentPort = new ParentPort();
Object.defineProperty(process, 'parentPort', { value: parentPort });

/** A port that came: one end for the program, the other one tied to its number. Both sides count alike, as ports come in order. */
function arrive(theirs: number): MessagePortMain {
  const { port1, port2 } = new MessageChannelMain();
  const { ids, open } = transferred.take([port2]);
  const [ours = 0] = ids;
  if (ours !== theirs) throw new Error('stand-in: port numbers differ');
  open();
  return port1;
}

process.on('message', (message: UtilityMessage) => {
  if (message.kind === 'message') parentPort.hear({ data: message.data, ports: message.ports.map(arrive) });
  else if (message.kind === 'port') transferred.received(message.id, message.data);
  else transferred.closed(message.id);
});
// Without main there is no reason to live.
process.on('disconnect', () => process.exit(0));

const [, , entry = ''] = process.argv;
process.argv.splice(1, 2, entry);
resolveElectron('electron-utility.ts');
await import(pathToFileURL(entry).href);
