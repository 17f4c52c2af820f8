// `npm run test:crash`: the crash test in long form. Ends with "N passed, N failed"; a failed run keeps its data folder to look into.
//
//     npm run test:crash -- [--kills 60] [--seed N]
import { parseArgs } from 'node:util';
import { prepare } from './kill-rounds.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '60' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const say = (text: string) => void process.stdout.write(`${text}\n`);

say(`Crash test: ${values.kills} kills, seed ${seed}`);
const crash = await prepare(seed);
const back: number[] = [];
let passed = 0;
let failed = 0;
for (let round = 1; round <= Number(values.kills); round++) {
  const { faults, backAfterMs, accepted, deleted, changes } = await crash.round();
  back.push(backAfterMs);
  if (faults.length === 0) passed += 1;
  else failed += 1;
  say(`kill ${String(round).padStart(3)}  ${faults.length === 0 ? 'good' : 'BAD '}  ${String(accepted).padStart(5)} accepted  ${String(deleted).padStart(5)} deleted  ${String(changes.made).padStart(3)} accounts moved or converted, ${changes.refused} refused  back after ${backAfterMs.toFixed(0)} ms`);
  for (const fault of faults.slice(0, 10)) say(`          ${fault}`);
  if (faults.length > 10) say(`          and ${faults.length - 10} more`);
}
await crash.finish(failed > 0);
back.sort((a, b) => a - b);
say(`Back in service: ${back[Math.floor(back.length / 2)]?.toFixed(0) ?? '-'} ms in the middle, ${back.at(-1)?.toFixed(0) ?? '-'} ms at most (the aim is 2000).`);
if (failed > 0) say(`The data folder is kept: ${crash.dataDirectory}`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
