// The administrator of the crash test: over the local socket of the running engine, accounts get another directory or another storage
// format while mail comes in, goes out, and the engine is killed.
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Contract } from '../../core/contract/contract.ts';
import { localSocketPath } from '../../core/host/local-socket.ts';
import type { Random, Whistle } from './clients.ts';

const formats = ['msg', 'maildir', 'mbox'] as const;

export interface Changes {
  made: number;
  refused: number;
}

/** Until the whistle, or until the engine is gone. */
export async function rearrange(dataDirectory: string, changes: Changes, random: Random, whistle: Whistle): Promise<void> {
  const socket = new WebSocket(`ws+unix:${localSocketPath(dataDirectory)}:/`);
  const gone = new Promise<void>((resolve) => {
    socket.on('close', resolve).on('error', () => resolve());
  });
  await Promise.race([once(socket, 'open'), gone]);
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  const work = async (): Promise<void> => {
    while (!whistle.blown && socket.readyState === WebSocket.OPEN) await changeOne(client, changes, random);
  };
  // A call that was under way when the engine died may never be answered.
  await Promise.race([work().catch((error: unknown) => {
    if (socket.readyState === WebSocket.OPEN) throw error;
  }), gone]);
  socket.terminate();
}

async function changeOne(client: ContractRouterClient<Contract>, changes: Changes, random: Random): Promise<void> {
  const { accounts } = await client.accounts.list({ limit: 1000 });
  const account = accounts[Math.floor(random() * accounts.length)];
  if (account === undefined) return;
  const change = random() < 0.5
    ? { directory: `Moved/${account.mailbox}-${Math.floor(random() * 1e9).toString(36)}` }
    : { storageFormat: formats[Math.floor(random() * formats.length)]! };
  try {
    await client.accounts.change({ id: account.id, revision: account.revision, value: { ...account, ...change } });
    changes.made += 1;
  } catch (error) {
    // In use by a POP3 session, or changed by somebody else: both are good answers.
    if (!(error instanceof ORPCError) || !['REFUSED', 'CONFLICT'].includes(String(error.code))) throw error;
    changes.refused += 1;
  }
}
