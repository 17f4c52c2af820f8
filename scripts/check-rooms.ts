// Who may import whom: runs dependency-cruiser with .dependency-cruiser.cjs. With a TypeScript it cannot use, that tool looks at
// nothing and is content: so a run that saw too few modules fails.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const fewestModules = 40;

export function checkRooms(): boolean {
  const rooms = ['core', 'electron', 'renderer'].filter((room) => existsSync(room));
  const { stdout } = spawnSync(process.execPath, [join('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...rooms], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  const result = JSON.parse(stdout) as { modules: unknown[]; summary: { violations: { from: string; to: string; rule: { name: string } }[] } };
  for (const { from, to, rule } of result.summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
  if (result.modules.length < fewestModules) console.error(`Only ${result.modules.length} modules were looked at: the check does not work.`);
  return result.summary.violations.length === 0 && result.modules.length >= fewestModules;
}

if (process.argv[1]?.endsWith('check-rooms.ts') === true) process.exit(checkRooms() ? 0 : 1);
