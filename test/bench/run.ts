// `npm run bench`: the same work on Merpati and on private instances of Postfix + Dovecot of this machine, in turn, several rounds;
// medians and ratios on the terminal and in out/bench.json. README.md says how to read them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.ts';
import { openDisk } from './disk.ts';
import { buildLoad, type Load } from './load.ts';
import { merpati } from './merpati.ts';
import { occupancy, occupancyAccounts, type Occupancy } from './occupancy.ts';
import { postfixDovecot } from './postfix-dovecot.ts';
import { occupancyTable, processorTable, rateTable, type Result } from './report.ts';
import type { Running, System } from './system.ts';
import { smallAccounts, works, type Work } from './works.ts';

const help = `npm run bench -- [options]
  --rounds N      rounds of the rates (3); medians are shown
  --only A,B      only works whose name contains one of these; "memory" is memory and idle connections
  --systems A,B   merpati, tuned, tuned-lmtp, shipped (all that can run here)
  --scale F       so many times the messages and sessions (1): longer runs show what is put off
  --quick         a tenth of the work in one round: to see that everything runs, not to quote
  --lmtp FILE     Dovecot's lmtp program, for tuned-lmtp (/usr/lib/dovecot/lmtp)
  --cpu-prof DIR  a CPU profile of Merpati into DIR
  --connections N idle connections to hold (5000)
  --no-build      run Merpati as it was last built, or from its sources
  --list          the names of the works`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' }, only: { type: 'string' }, systems: { type: 'string' }, quick: { type: 'boolean', default: false }, scale: { type: 'string' }, lmtp: { type: 'string', default: '/usr/lib/dovecot/lmtp' },
    'no-build': { type: 'boolean', default: false }, 'cpu-prof': { type: 'string' }, connections: { type: 'string', default: '5000' }, list: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  },
});
const root = join(import.meta.dirname, '../..');
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const scale = Number(values.scale ?? (values.quick ? 0.1 : 1));
const all = works(scale);
const isWanted = (name: string) => values.only === undefined || values.only.split(',').some((part) => name.includes(part));
const say = (text: string) => void process.stdout.write(`${text}\n`);

if (values.help) say(help);
else if (values.list) say([...all.map(({ name, title }) => `${name.padEnd(16)} ${title}`), 'memory           Memory and idle connections'].join('\n'));
else await bench();

async function bench(): Promise<void> {
  const systems = candidates().filter(({ name }) => values.systems === undefined || values.systems.split(',').includes(name));
  if (!values['no-build'] && systems.some(({ name }) => name === 'merpati')) await build({ quiet: true });
  const busy = loadavg()[0] ?? 0;
  if (busy > 1) say(`Note: this machine is busy (load ${busy.toFixed(1)}): the numbers are provisional.`);
  const disk = openDisk(16);
  try {
    say(`Disk: ${disk.description}. ${cpus().length} processors: ${cpus()[0]?.model ?? ''}.`);
    const load = buildLoad(disk.directory);
    for (const system of systems) say(`${system.name.padEnd(11)} ${system.title}. ${system.durability}.`);
    const wanted = all.filter(({ name }) => isWanted(name));
    const results = wanted.length === 0 ? [] : await inRounds(load, disk.directory, systems, wanted);
    const names = systems.map(({ name }) => name);
    if (wanted.length > 0) say(`\n${rateTable(wanted, names, results)}\n\n${processorTable(wanted, names, results)}`);
    const found = isWanted('memory') ? await occupancies(load, disk.directory, systems) : {};
    if (isWanted('memory')) say(`\n${occupancyTable(found)}`);
    mkdirSync(join(root, 'out'), { recursive: true });
    writeFileSync(join(root, 'out/bench.json'), JSON.stringify({
      at: new Date().toISOString(), disk: disk.description, processors: cpus().length, loadBefore: busy, loadAfter: loadavg()[0], scale, rounds,
      systems: systems.map(({ name, title, durability }) => ({ name, title, durability })), results, occupancy: found,
    }, null, 2));
    say('\nAll figures: out/bench.json');
  } finally {
    await disk.release();
  }
}

function candidates(): System[] {
  const profile = values['cpu-prof'];
  return [
    merpati(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    postfixDovecot('tuned', null),
    ...(existsSync(values.lmtp) ? [postfixDovecot('tuned', values.lmtp)] : []),
    postfixDovecot('shipped', null),
  ];
}

/** All systems stand at once and rest while another one works; each work goes round them before the next begins. */
async function inRounds(load: Load, directory: string, systems: readonly System[], wanted: readonly Work[]): Promise<Result[]> {
  const running: { name: string; system: Running }[] = [];
  const results: Result[] = [];
  try {
    for (const system of systems) running.push({ name: system.name, system: await started(system, directory, smallAccounts + 1 + rounds) });
    for (const { system } of running) await warmUp(load, system);
    for (let round = 0; round < rounds; round++) {
      for (const work of wanted) {
        for (const { name, system } of running) {
          execFileSync('sync', ['-f', directory]); // nobody pays for what another one left to be written
          const measured = await work.run(load, system, round);
          results.push({ work: work.name, system: name, round, ...measured });
          say(`round ${round + 1}  ${work.name.padEnd(15)} ${name.padEnd(11)} ${measured.value.toFixed(0).padStart(7)} ${work.unit}`);
        }
      }
    }
  } finally {
    for (const { system } of running) await system.stop();
  }
  return results;
}

/** Every account has logged in once and every code path has run before anything is timed. */
async function warmUp(load: Load, system: Running): Promise<void> {
  await load.smtp(system.smtpPort, { connections: 10, messages: 1000, run: 'warm-up' });
  await load.pop3(system.pop3Port, { work: 'check', expect: 10 });
  await load.pop3(system.pop3Port, { work: 'short', clients: 10, sessions: 300 });
  await load.pop3(system.pop3Port, { work: 'purge', clients: 4 });
}

async function occupancies(load: Load, directory: string, systems: readonly System[]): Promise<Record<string, Occupancy>> {
  const found: Record<string, Occupancy> = {};
  for (const system of systems) {
    const running = await started(system, directory, occupancyAccounts);
    try {
      found[system.name] = await occupancy(load, running, values.quick ? 1000 : 6000, Number(values.connections));
      say(`memory           ${system.name}`);
    } finally {
      await running.stop();
    }
  }
  return found;
}

async function started(system: System, directory: string, accounts: number): Promise<Running> {
  const own = join(directory, system.name);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  return system.start(own, accounts);
}
