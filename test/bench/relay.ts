// `npm run bench:relay`: messages of 4 KiB to one destination, through the queue and on to a sink, side by side: Merpati and Postfix, both
// with a smart host that is Postfix's own smtp-sink. `through`: from the first MAIL until the sink has the last one. `backlog`: everything
// waits in the queue (frozen, deferred) and is then let go. README.md says more; queued.ts measures a long queue.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { openDisk } from './disk.ts';
import { greeting } from './greeting.ts';
import { buildLoad, type Load } from './load.ts';
import { merpatiRelay } from './relay-merpati.ts';
import { postfixRelay } from './relay-postfix.ts';
import { memoryOf, processorTimeOf } from './system.ts';

/** A mail system that sends everything to one host. */
export interface Relay {
  readonly smtpPort: number;
  readonly pids: readonly number[];
  /** Takes mail and sends nothing, until `release`. */
  freeze(): Promise<void>;
  release(): Promise<void>;
  stop(): Promise<void>;
}
export interface RelaySystem {
  readonly name: string;
  start(directory: string, sinkPort: number): Promise<Relay>;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' }, messages: { type: 'string', default: '1000' }, connections: { type: 'string', default: '10' },
    systems: { type: 'string' }, 'no-build': { type: 'boolean', default: false }, 'cpu-prof': { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const messages = Number(values.messages);
const connections = Number(values.connections);
const seconds = (): number => Number(process.hrtime.bigint()) / 1e9;

await bench();

async function bench(): Promise<void> {
  const profile = values['cpu-prof'];
  const systems = [merpatiRelay(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]), postfixRelay('tuned'), postfixRelay('shipped')]
    .filter(({ name }) => values.systems === undefined || values.systems.split(',').includes(name));
  if (!values['no-build']) await build({ quiet: true });
  const disk = openDisk(8);
  const found = new Map<string, { through: number[]; backlog: number[]; processorMs: number[]; memory: number }>();
  try {
    const load = buildLoad(disk.directory);
    const [sinkPort = 0] = await freePorts(1);
    for (const system of systems) {
      const directory = join(disk.directory, system.name);
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory);
      const relay = await system.start(directory, sinkPort);
      const figures = { through: [] as number[], backlog: [] as number[], processorMs: [] as number[], memory: 0 };
      try {
        await through(load, relay, sinkPort, 'warm-up');
        for (let round = 0; round < rounds; round += 1) {
          execFileSync('sync', ['-f', directory]);
          const before = processorTimeOf(relay.pids);
          figures.through.push(messages / await through(load, relay, sinkPort, `through-${round}`));
          figures.processorMs.push((processorTimeOf(relay.pids) - before) * 1000 / messages);
          execFileSync('sync', ['-f', directory]);
          figures.backlog.push(messages / await backlog(load, relay, sinkPort, `backlog-${round}`));
          console.log(`round ${round + 1}  ${system.name.padEnd(8)} through ${figures.through.at(-1)?.toFixed(0) ?? ''}/s  backlog ${figures.backlog.at(-1)?.toFixed(0) ?? ''}/s  ${figures.processorMs.at(-1)?.toFixed(2) ?? ''} ms of processor time each`);
        }
        figures.memory = memoryOf(relay.pids).bytes;
        found.set(system.name, figures);
      } finally {
        await relay.stop();
      }
    }
  } finally {
    await disk.release();
  }
  report(found);
}

/** @returns seconds from the first MAIL until the sink has everything */
async function through(load: Load, relay: Relay, sinkPort: number, run: string): Promise<number> {
  const sink = await startSink(sinkPort);
  const sent = await load.smtp(relay.smtpPort, { connections, messages, run, domain: 'far.example' });
  return await sink.full() - sent.firstMail;
}

/** @returns seconds from the release until the sink has everything */
async function backlog(load: Load, relay: Relay, sinkPort: number, run: string): Promise<number> {
  await relay.freeze();
  await load.smtp(relay.smtpPort, { connections, messages, run, domain: 'far.example' });
  const sink = await startSink(sinkPort);
  const start = seconds();
  await relay.release();
  return await sink.full() - start;
}

/** Postfix's smtp-sink, which ends when it has got so many messages. */
async function startSink(port: number): Promise<{ full(): Promise<number> }> {
  const child = spawn('smtp-sink', ['-u', 'nobody', '-M', String(messages), `127.0.0.1:${port}`, '256'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit').then(seconds);
  await greeting(port);
  return { full: () => ended };
}

function report(found: ReadonlyMap<string, { through: number[]; backlog: number[]; processorMs: number[]; memory: number }>): void {
  const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
  const own = found.get('merpati');
  for (const [name, figures] of found) {
    const ratio = (key: 'through' | 'backlog'): string => (own === undefined || name === 'merpati' ? '' : ` (x ${(median(own[key]) / median(figures[key])).toFixed(2)})`);
    console.log(`${name.padEnd(8)} through ${median(figures.through).toFixed(0)}/s${ratio('through')}, backlog ${median(figures.backlog).toFixed(0)}/s${ratio('backlog')}, ${median(figures.processorMs).toFixed(2)} ms each, ${(figures.memory / 1_048_576).toFixed(0)} MiB`);
  }
}
