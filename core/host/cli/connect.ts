// How the command line reaches the engine: over the local socket of the data folder when one is running,
// else by starting the same engine without its servers for the time of one command.
import { existsSync } from 'node:fs';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { userInfo } from 'node:os';
import { WebSocket } from 'ws';
import type { Contract } from '../../contract/contract.ts';
import { languageOfEnvironment } from '../../contract/language.ts';
import { StoreError } from '../../store/errors.ts';
import { startEngine } from '../engine.ts';
import { localSocketPath, requireOwnSocketFolder } from '../local-socket.ts';

export type Client = ContractRouterClient<Contract>;

export interface Connection {
  readonly client: Client;
  readonly running: boolean;
  /** Rejects when the running server goes away. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

export async function connect(dataDirectory: string): Promise<Connection> {
  const running = await connectToRunning(dataDirectory);
  if (running !== null) return running;
  try {
    const engine = await startEngine({ dataDirectory, host: 'headless', listen: false, defaultLanguage: languageOfEnvironment(process.env) });
    return {
      client: createRouterClient(engine.router, { context: { transport: 'local', who: userInfo().username, from: 'command line' } }),
      running: false,
      lost: new Promise(() => undefined),
      close: () => engine.close(),
    };
  } catch (error) {
    // It came up (or goes down) just now: its socket answers in a moment.
    if (!(error instanceof StoreError && error.code === 'store.in-use')) throw error;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      const late = await connectToRunning(dataDirectory);
      if (late !== null) return late;
    }
    throw error;
  }
}

async function connectToRunning(dataDirectory: string): Promise<Connection | null> {
  const path = localSocketPath(dataDirectory);
  if (process.platform !== 'win32' && !existsSync(path)) return null;
  await requireOwnSocketFolder(dataDirectory);
  const socket = new WebSocket(`ws+unix:${path}:/`);
  const open = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!open) return null;
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  let closing = false;
  const lost = new Promise<never>((_, reject) => socket.once('close', () => {
    if (!closing) reject(new Error('The server has stopped.'));
  }));
  lost.catch(() => undefined);
  return {
    client,
    running: true,
    lost,
    async close() {
      closing = true;
      socket.close();
      await Promise.resolve();
    },
  };
}
