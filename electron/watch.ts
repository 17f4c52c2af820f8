// What the tray shows, kept up to date over main's own port to the engine: the same contract that the console uses.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { MessagePortMain } from 'electron';
import type { Contract } from '../core/contract/contract.ts';
import type { Settings } from '../core/contract/settings.ts';
import type { ServerName } from '../core/contract/records.ts';

export type Api = ContractRouterClient<Contract>;

/** The engine as the tray shows it. */
export interface Facts {
  readonly settings: Settings;
  readonly local: number;
  readonly remote: number;
  readonly bad: number;
  readonly failed: readonly ServerName[];
}

export function clientOver(port: MessagePortMain): Api {
  const api: Api = createORPCClient(new RPCLink({ port }));
  port.start();
  return api;
}

/** Tells the facts now and whenever they may have changed, until the port closes. */
export async function watchFacts(api: Api, tell: (facts: Facts) => void): Promise<void> {
  for await (const { topics } of await api.system.events({})) {
    // The first, empty batch says that the line is open.
    if (topics.length === 0 || topics.some((topic) => topic === 'settings' || topic === 'queues' || topic === 'servers')) tell(await readFacts(api));
  }
}

async function readFacts(api: Api): Promise<Facts> {
  const [{ values }, queues, servers] = await Promise.all([api.settings.get({}), api.queues.list({}), api.servers.list({})]);
  const count = (...names: readonly string[]): number => queues.filter(({ name }) => names.includes(name)).reduce((sum, { messages }) => sum + messages, 0);
  return {
    settings: values, local: count('local'), remote: count('remote', 'retry'), bad: count('bad'),
    failed: servers.filter(({ state }) => state === 'failed').map(({ name }) => name),
  };
}
