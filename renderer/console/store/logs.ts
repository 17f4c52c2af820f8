// The log lines of each channel, the newest some thousands, followed over reconnects without gaps or repeats.
// Arrays are replaced at most once per batch; the views take them by channel.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Channel, LogLine } from '../../../core/contract/records.ts';
import type { Api } from '../connection.ts';

/** Channels with a tab: those whose servers exist. */
export const shownChannels = ['system', 'routing', 'smtp-in', 'smtp-out', 'pop3'] as const satisfies readonly Channel[];
export type ShownChannel = (typeof shownChannels)[number];

export const keptLines = 20_000;

export interface Logs {
  readonly lines: Readonly<Record<ShownChannel, readonly LogLine[]>>;
  /** Sequence of the newest line, to go on after it. */
  readonly last: number;
}

const noLines: Logs['lines'] = { system: [], routing: [], 'smtp-in': [], 'smtp-out': [], pop3: [] };

export function createLogs(): StoreApi<Logs> {
  return createStore<Logs>(() => ({ lines: noLines, last: 0 }));
}

export const isShown = (channel: Channel): channel is ShownChannel => (shownChannels as readonly Channel[]).includes(channel);

/** Adds a batch; the oldest lines go when there are too many. */
export function addLines(state: Logs, batch: readonly LogLine[]): Logs {
  const fresh = new Map<ShownChannel, LogLine[]>();
  let { last } = state;
  for (const line of batch) {
    last = Math.max(last, line.sequence);
    if (!isShown(line.channel)) continue;
    const list = fresh.get(line.channel);
    if (list === undefined) fresh.set(line.channel, [line]);
    else list.push(line);
  }
  if (fresh.size === 0) return { ...state, last };
  const lines = { ...state.lines };
  for (const [channel, added] of fresh) lines[channel] = [...lines[channel], ...added].slice(-keptLines);
  return { lines, last };
}

/** @param fresh the engine was started anew: its sequence begins again, and what is here belongs to an earlier run */
export async function followLogs(logs: StoreApi<Logs>, api: Api, closed: AbortSignal, fresh: boolean): Promise<void> {
  if (fresh) logs.setState({ last: 0 });
  for await (const { lines } of await api.logs.follow({ after: logs.getState().last }, { signal: closed })) {
    if (closed.aborted) return;
    if (lines.length > 0) logs.setState((state) => addLines(state, lines), true);
  }
}

export function clearChannel(logs: StoreApi<Logs>, channel: ShownChannel): void {
  logs.setState((state) => ({ lines: { ...state.lines, [channel]: [] } }));
}
