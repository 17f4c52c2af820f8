// Memory and idle connections: done once per system on a fresh instance of 50 accounts, not in the rounds.
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from './load.ts';
import { memoryOf, type Running } from './system.ts';

export interface Occupancy {
  /** Bytes, proportional set size of all its processes. */
  readonly idle: number;
  readonly idleProcesses: number;
  readonly load: number;
  readonly loadProcesses: number;
  /** Connections asked for, greeted, still open after a few seconds, and memory then. */
  readonly asked: number;
  readonly greeted: number;
  readonly open: number;
  readonly held: number;
}

export const occupancyAccounts = 50;

/** @param connections idle ones to open, half of them SMTP, half POP3 */
export async function occupancy(load: Load, system: Running, messages: number, connections: number): Promise<Occupancy> {
  const accounts = occupancyAccounts;
  await load.smtp(system.smtpPort, { messages: accounts, accounts, run: 'occupancy' });
  await load.pop3(system.pop3Port, { work: 'check', expect: 1, accounts });
  await delay(5000);
  const idle = memoryOf(system.pids);

  let most = idle;
  const state = { done: false };
  const work = Promise.all([
    load.smtp(system.smtpPort, { connections: 50, messages, accounts, run: 'occupancy-load' }),
    load.pop3(system.pop3Port, { work: 'short', clients: 10, sessions: messages / 10, accounts }),
  ]).finally(() => {
    state.done = true;
  });
  while (!state.done) {
    const sample = memoryOf(system.pids);
    if (sample.bytes > most.bytes) most = sample;
    await delay(250);
  }
  await work;

  const half = Math.floor(connections / 2);
  const smtp = await load.hold('smtp', system.smtpPort, half, 15);
  const pop3 = await load.hold('pop3', system.pop3Port, half, 15);
  await delay(3000);
  const held = memoryOf(system.pids);
  const open = await smtp.release() + await pop3.release();
  return {
    idle: idle.bytes, idleProcesses: idle.processes, load: most.bytes, loadProcesses: most.processes,
    asked: half * 2, greeted: smtp.greeted + pop3.greeted, open, held: held.bytes,
  };
}
