// Rounds of the crash test: load by SMTP and POP3, SIGKILL or a power cut at a random moment, start again on the same data, read
// everything and compare.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../../scripts/build.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { readEverything, readMail, sendMail, type Ground, type Random } from './clients.ts';
import { rearrange, type Changes } from './control.ts';
import { entries, launch, merpati, serve } from './engine-process.ts';
import { Ledger } from './ledger.ts';
import { dial } from './line-socket.ts';
import type { PowerDisk } from './power-disk.ts';

export interface RoundReport {
  readonly faults: readonly string[];
  /** Milliseconds from starting the process until SMTP and POP3 both greet. */
  readonly backAfterMs: number;
  readonly accepted: number;
  readonly deleted: number;
  readonly changes: Changes;
}

export interface CrashTest {
  readonly dataDirectory: string;
  round(): Promise<RoundReport>;
  /** Graceful stop, and the data folder goes if everything was well. */
  finish(keepData: boolean): Promise<void>;
}

const entry = entries.built;
const rosterOf = (formats: readonly string[]) => formats.flatMap((format) => Array.from({ length: 4 }, (_, i) => ({ name: `${format}${i + 1}`, format })));

/**
 * @param seed of everything that is random here but the timing of the machine
 * @param disk with one, every round is a power cut: what was not synced is lost too
 */
export async function prepare(seed: number, disk: PowerDisk | null = null): Promise<CrashTest> {
  if ((await build({ quiet: true })).includes('command line')) throw new Error('Merpati could not be built.');
  const dataDirectory = mkdtempSync(join(disk?.directory ?? tmpdir(), 'merpati-crash-'));
  const [smtpPort = 0, pop3Port = 0] = await freePorts(2);
  await merpati(dataDirectory, ['settings', 'set', 'domain.name=crash.test', 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtpPort}`, `ports.pop3=${pop3Port}`, 'servers.submission=false', 'servers.smtps=false', 'servers.pop3s=false', 'accounts.welcomeMessage=false'], entry);
  const roster = rosterOf(['msg', 'maildir', 'mbox']);
  for (const { name, format } of roster) await merpati(dataDirectory, ['accounts', 'add', `${name}@crash.test`, '--password', 'secret', '--format', format], entry);
  if (disk !== null) execFileSync('sync', ['-f', dataDirectory]); // the rounds are about mail
  const ground: Ground = { smtpPort, pop3Port, domain: 'crash.test', password: 'secret', accounts: roster.map(({ name }) => name) };
  const random = randomFrom(seed);
  const ledger = new Ledger();
  let engine = await serve(dataDirectory, { entry });
  let rounds = 0;
  return {
    dataDirectory,
    async round() {
      rounds += 1;
      const before = { faults: ledger.faults.length, accepted: ledger.accepted, deleted: ledger.deleted };
      const stop = disk === null ? () => engine.kill() : () => disk.cut(engine.pid);
      const changes = await loadAndStop(stop, dataDirectory, ground, ledger, random, rounds);
      if (disk === null && random() < 0.3) await killWhileStarting(dataDirectory, random);
      const started = performance.now();
      engine = await serve(dataDirectory, { entry });
      await Promise.all([greeted(smtpPort), greeted(pop3Port)]);
      const backAfterMs = performance.now() - started;
      const heard = { accepted: ledger.accepted - before.accepted, deleted: ledger.deleted - before.deleted };
      await readEverything(ground, ledger, 20);
      return { faults: ledger.faults.slice(before.faults), backAfterMs, ...heard, changes };
    },
    async finish(keepData) {
      await engine.stop();
      if (!keepData) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** The end comes at a random moment after a random number of messages, so never before there is load. */
async function loadAndStop(stop: () => Promise<void>, dataDirectory: string, ground: Ground, ledger: Ledger, random: Random, round: number): Promise<Changes> {
  const whistle = { blown: false };
  const changes: Changes = { made: 0, refused: 0 };
  const goal = ledger.accepted + 20 + Math.floor(random() * 500);
  const work = [
    ...Array.from({ length: 6 }, (_, i) => sendMail(ground, ledger, `${round}.${i}`, random, whistle)),
    ...Array.from({ length: 3 }, () => readMail(ground, ledger, random, whistle)),
    rearrange(dataDirectory, changes, random, whistle),
  ];
  const killed = (async () => {
    const deadline = Date.now() + 20_000;
    while (ledger.accepted < goal && Date.now() < deadline) await delay(random() * 20);
    await stop();
    whistle.blown = true;
    if (ledger.accepted < goal) ledger.faults.push(`only ${ledger.accepted} of ${goal} messages were accepted in 20 s`);
  })();
  const outcomes = await Promise.allSettled([killed, ...work]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') ledger.faults.push(`a client failed: ${String(outcome.reason)}`);
  return changes;
}

/** Recovery itself is interrupted, once or more. */
async function killWhileStarting(dataDirectory: string, random: Random): Promise<void> {
  do {
    const starting = launch(dataDirectory, { entry });
    await delay(random() * 700);
    await starting.kill();
  } while (random() < 0.3);
}

async function greeted(port: number): Promise<void> {
  const socket = await dial(port);
  await socket.readLine();
  socket.drop();
}

/** mulberry32: small, and good enough to repeat a run. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
