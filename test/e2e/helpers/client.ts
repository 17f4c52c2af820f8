// The contract over the local socket of a running engine's data folder, as the command line has it: to prepare, and to check.
import { once } from 'node:events';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../../core/contract/contract.ts';

export type Client = ContractRouterClient<Contract>;

export interface LocalClient {
  readonly client: Client;
  readonly close: () => void;
}

export async function connectLocally(dataDirectory: string): Promise<LocalClient> {
  const socket = new WebSocket(`ws+unix:${join(dataDirectory, 'control.sock')}:/`);
  await once(socket, 'open');
  return { client: createORPCClient<Client>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })), close: () => { socket.close(); } };
}
