// The isolated world of a page: ipcRenderer and contextBridge for the preload, whose text stands before this one as a function. Reports
// key presses that the page did not take.
import { decode, encode } from './codec.ts';
import { Bridge } from './page-bridge.ts';
import { bindingName, receiverName, type FromPage, type ToPage } from './page-messages.ts';
import { strictModule } from './strict-module.ts';

interface Globals {
  readonly standinPreload: (require: (name: string) => unknown, module: { exports: object }, exports: object, process: object) => void;
  readonly standinPlatform: string;
  readonly [bindingName]: (text: string) => void;
  [receiverName]: (message: ToPage) => void;
}
type Listener = (event: object, ...args: unknown[]) => void;

const here = globalThis as unknown as Globals;
const say = (message: FromPage): void => here[bindingName](JSON.stringify(message));

const listeners = new Map<string, Listener[]>();
const replies = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
const ports = new Map<number, MessagePort>();
let lastInvoke = 0;

const ipcRenderer: object = strictModule('ipcRenderer', {
  on(channel: string, listener: Listener) {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    return ipcRenderer;
  },
  send: (channel: string, ...args: unknown[]) => say({ op: 'send', channel, args: encode(args) }),
  invoke: (channel: string, ...args: unknown[]) => new Promise((resolve, reject) => {
    const id = (lastInvoke += 1);
    replies.set(id, { resolve, reject });
    say({ op: 'invoke', id, channel, args: encode(args) });
  }),
});

/** A port that came from main: one end for the preload, the other one relays. */
function arrive(id: number): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.set(id, port1);
  port1.onmessage = (event) => say({ op: 'port', id, data: encode(event.data) });
  port1.addEventListener('close', () => {
    if (ports.delete(id)) say({ op: 'close', id });
  });
  return port2;
}

here[receiverName] = (message) => {
  switch (message.op) {
    case 'message': {
      const event = { sender: ipcRenderer, ports: message.ports.map(arrive) };
      for (const listener of listeners.get(message.channel) ?? []) listener(event, ...(decode(message.args) as unknown[]));
      break;
    }
    case 'reply':
      replies.get(message.id)?.resolve(decode(message.value));
      replies.delete(message.id);
      break;
    case 'refuse':
      replies.get(message.id)?.reject(new Error(message.message));
      replies.delete(message.id);
      break;
    case 'port':
      ports.get(message.id)?.postMessage(decode(message.data));
      break;
    case 'close': {
      const port = ports.get(message.id);
      ports.delete(message.id);
      port?.close();
      break;
    }
  }
};

if (window.top === window) {
  const bridge = new Bridge('preload');
  const electron = strictModule('electron (preload)', {
    ipcRenderer, contextBridge: strictModule('contextBridge', { exposeInMainWorld: (key: string, api: unknown) => bridge.expose(key, api) }),
  });
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`module not found: ${name} (a sandboxed preload has electron only)`);
    return electron;
  };
  const process = strictModule('process (preload)', { platform: here.standinPlatform, sandboxed: true, contextIsolated: true, type: 'renderer' });
  const module = { exports: {} };
  try {
    here.standinPreload(require, module, module.exports, process);
  } catch (error) {
    say({ op: 'preload-failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  window.addEventListener('keydown', (event) => {
    const { key, code, ctrlKey: ctrl, altKey: alt, shiftKey: shift, metaKey: meta } = event;
    // After every listener of the page: what it took is not an accelerator any more.
    setTimeout(() => {
      if (!event.defaultPrevented) say({ op: 'key', key, code, ctrl, alt, shift, meta });
    });
  });
  window.addEventListener('contextmenu', (event) => {
    const at = event.target;
    const isEditable = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || (at instanceof HTMLElement && at.isContentEditable);
    setTimeout(() => {
      if (!event.defaultPrevented) say({ op: 'context-menu', isEditable });
    });
  });
}
