// `npm run test:crash`: the crash test in long form. Ends with "N passed, N failed"; failed rounds keep their data folder to look into.
// Where root allows it, power cuts follow the kills.
//
//     npm run test:crash -- [--kills 60] [--cuts 15] [--seed N]
import { parseArgs } from 'node:util';
import { prepare, type CrashTest } from './kill-rounds.ts';
import { openPowerDisk } from './power-disk.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '60' }, cuts: { type: 'string', default: '15' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const total = { passed: 0, failed: 0 };
const back: number[] = [];
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function rounds(what: string, count: number, crash: CrashTest): Promise<void> {
  let failed = 0;
  for (let round = 1; round <= count; round++) {
    const outcome = await crash.round().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (outcome instanceof Error) {
      say(`${what} ${String(round).padStart(3)}  BAD   it could not go on: ${outcome.message}`);
      failed += count - round + 1; // those that could not be done any more
      break;
    }
    const { faults, backAfterMs, accepted, deleted, changes } = outcome;
    back.push(backAfterMs);
    if (faults.length > 0) failed += 1;
    say(`${what} ${String(round).padStart(3)}  ${faults.length === 0 ? 'good' : 'BAD '}  ${String(accepted).padStart(5)} accepted  ${String(deleted).padStart(5)} deleted  ${String(changes.made).padStart(3)} accounts moved or converted, ${changes.refused} refused  back after ${backAfterMs.toFixed(0)} ms`);
    for (const fault of faults.slice(0, 10)) say(`          ${fault}`);
    if (faults.length > 10) say(`          and ${faults.length - 10} more`);
  }
  total.failed += failed;
  total.passed += count - failed;
  await crash.finish(failed > 0);
  if (failed > 0) say(`The data folder is kept: ${crash.dataDirectory}`);
}

say(`Crash test, seed ${seed}`);
await rounds('kill', Number(values.kills), await prepare(seed));
const disk = Number(values.cuts) > 0 ? openPowerDisk() : null;
if (disk === null) say('No power cuts: they take root and a loop device.');
else {
  const before = total.failed;
  await rounds('cut ', Number(values.cuts), await prepare(seed + 1, disk));
  if (total.failed === before) disk.release();
}
back.sort((a, b) => a - b);
say(`Back in service: ${back[Math.floor(back.length / 2)]?.toFixed(0) ?? '-'} ms in the middle, ${back.at(-1)?.toFixed(0) ?? '-'} ms at most (the aim is 2000).`);
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
