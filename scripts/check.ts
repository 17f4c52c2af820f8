// `npm run check`: the one command that tells the truth about the sources: types, rooms, lint, dead code.
// Everything runs, so that one look shows all that is wrong; the exit code is that of the worst.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkRooms } from './check-rooms.ts';

const bin = (name: string, file: string): string => join('node_modules', name, file);
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['types: engine and shell', [bin('typescript', 'bin/tsc'), '-p', '.']],
  ['types: preloads', [bin('typescript', 'bin/tsc'), '-p', 'electron/preload']],
  ['types: console', [bin('typescript', 'bin/tsc'), '-p', 'renderer']],
  ['types: tests', [bin('typescript', 'bin/tsc'), '-p', 'test']],
  ['lint', ['--max-old-space-size=4096', bin('eslint', 'bin/eslint.js'), '.', '--cache', '--cache-location', '.cache/eslint']],
  ['dead code', [bin('knip', 'bin/knip.js'), '--no-progress']],
];

let failed = 0;
for (const [name, args] of checks) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) failed += 1;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
const rooms = checkRooms();
if (!rooms) failed += 1;
console.log(`${rooms ? 'ok    ' : 'FAILED'} rooms`);
process.exit(failed === 0 ? 0 : 1);
