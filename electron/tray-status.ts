// Which icon the tray shows and what it says when pointed at. Pure; tray.ts draws it.
import type { EngineState } from './engine-process.ts';
import type { Texts } from './texts.ts';
import type { Facts } from './watch.ts';

export type TrayIcon = 'idle' | 'mail' | 'problem';

export interface TrayStatus {
  readonly icon: TrayIcon;
  readonly locked: boolean;
  readonly tooltip: string;
}

export interface ShellState {
  readonly engine: EngineState;
  /** Why the engine did not start. */
  readonly reason: string;
  readonly facts: Facts | null;
  readonly locked: boolean;
}

/** Windows shows no more. */
const longestTooltip = 127;

/** Red: something does not work. Blue: mail waits to go out or in. Otherwise at rest. */
export function trayStatus({ engine, reason, facts, locked }: ShellState, texts: Texts): TrayStatus {
  const problem = engine === 'stopped' || (facts !== null && facts.failed.length > 0);
  const waiting = facts !== null && facts.local + facts.remote > 0;
  const lines = [facts === null ? texts('tray.noDomain') : queuesLine(facts, texts)];
  if (engine === 'starting') lines.push(texts('tray.engineStarting'));
  if (engine === 'stopped') lines.push(reason === '' ? texts('tray.engineStopped') : texts('tray.engineFailed', { reason }));
  else if (facts !== null && facts.failed.length > 0) lines.push(texts('status.failed', { servers: facts.failed.map((name) => texts(`server.${name}`)).join(', ') }));
  if (locked) lines.push(texts('tray.locked'));
  return { icon: problem ? 'problem' : waiting ? 'mail' : 'idle', locked, tooltip: lines.join('\n').slice(0, longestTooltip) };
}

function queuesLine({ settings, remote, bad }: Facts, texts: Texts): string {
  return texts('tray.queues', { domain: settings['domain.name'] || texts('tray.noDomain'), remoteQueue: texts('queue.remote'), remote, badQueue: texts('queue.bad'), bad });
}
