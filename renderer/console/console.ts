// One console: the connection, the stores over it, and how components reach them. Made once by main.tsx, given by context.
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { DesktopApi } from '../../core/contract/desktop.ts';
import type { Api, Connection } from './connection.ts';
import { createDialogs, type DialogStore, type Dialogs } from './store/dialogs.ts';
import { createFacts, followFacts, type Facts } from './store/facts.ts';
import { createLogs, followLogs, type Logs } from './store/logs.ts';
import { createView, type View } from './store/view.ts';
import type { StoreApi } from 'zustand/vanilla';

export interface Console {
  readonly connection: Connection;
  readonly desktop: DesktopApi | null;
  readonly facts: StoreApi<Facts>;
  readonly logs: StoreApi<Logs>;
  readonly view: StoreApi<View>;
  readonly dialogs: DialogStore;
  /** The client; throws NotConnected while there is none. */
  readonly api: () => Api;
}

export function createConsole(connection: Connection, desktop: DesktopApi | null, storage: Pick<Storage, 'getItem' | 'setItem'>): Console {
  const console: Console = {
    connection, desktop, facts: createFacts(), logs: createLogs(), view: createView(storage), dialogs: createDialogs(), api: () => connection.api(),
  };
  connection.state.subscribe((state) => {
    if (state.kind === 'online') void follow(console, state.api, state.closed);
    // Who is connected to a server that cannot be asked is not known; the numbers that only grow stay to be read.
    else console.facts.setState({ sessions: [] });
  });
  const now = connection.state.getState();
  if (now.kind === 'online') void follow(console, now.api, now.closed);
  return console;
}

async function follow({ facts, logs }: Console, api: Api, closed: AbortSignal): Promise<void> {
  const before = facts.getState().info?.startedAt;
  try {
    const { startedAt } = await api.system.info({});
    await Promise.all([followFacts(facts, api, closed), followLogs(logs, api, closed, before !== startedAt)]);
  } catch (error) {
    // The link went while something was under way: the connection reports that and comes back. Anything else is a bug.
    if (!closed.aborted) setTimeout(() => { if (!closed.aborted) throw error; }, 500);
  }
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const found = use(ConsoleContext);
  if (found === null) throw new Error('outside of a console');
  return found;
}

export function useFacts<T>(select: (facts: Facts) => T): T {
  return useStore(useConsole().facts, select);
}

export function useLogs<T>(select: (logs: Logs) => T): T {
  return useStore(useConsole().logs, select);
}

export function useView<T>(select: (view: View) => T): T {
  return useStore(useConsole().view, select);
}

export function useDialogs<T>(select: (dialogs: Dialogs) => T): T {
  return useStore(useConsole().dialogs, select);
}
