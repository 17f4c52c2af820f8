// ipcMain: listeners and handlers, called for messages of pages.
import { EventEmitter } from 'node:events';
import { strictModule } from './strict-module.ts';

type Handler = (event: object, ...args: unknown[]) => unknown;
const emitter = new EventEmitter();
const handlers = new Map<string, Handler>();

export const ipcMain = strictModule('ipcMain', {
  on: (channel: string, listener: (...args: unknown[]) => void) => void emitter.on(channel, listener),
  once: (channel: string, listener: (...args: unknown[]) => void) => void emitter.once(channel, listener),
  emit: (channel: string, ...args: unknown[]) => emitter.emit(channel, ...args),
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
});

export function receive(channel: string, event: object, args: readonly unknown[]): void {
  emitter.emit(channel, event, ...args);
}

export async function answer(channel: string, event: object, args: readonly unknown[]): Promise<unknown> {
  const handler = handlers.get(channel);
  if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
  return await handler(event, ...args);
}
