// `npm run merpati -- ...`: the command line in a clone. Builds when something changed, then runs dist/merpati.js.
import { join } from 'node:path';
import { engineEnvironment, engineOptions, installPackages, pinnedNode, root, run } from './bootstrap.mjs';

installPackages();
const node = pinnedNode();
run(node, ['scripts/build.ts', '--quiet']);
process.exit(run(node, [...engineOptions, join(root, 'dist', 'merpati.js'), ...process.argv.slice(2)], { cwd: process.cwd(), env: engineEnvironment, allowFailure: true }));
