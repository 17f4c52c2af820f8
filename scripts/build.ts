// Builds what runs: the console page (vite) and the programs (esbuild) into dist/. Run by `npm run build` and before every start and
// test; does nothing when no source has changed. Several builds may be asked for at once: they take turns.
//
//     node scripts/build.ts [--quiet] [--force]
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build as bundle, type BuildOptions } from 'esbuild';
import { build as buildPage } from 'vite';
import { takeTurns } from './take-turns.ts';

const root = join(import.meta.dirname, '..');
const stampFile = join(root, 'dist', '.built.json');

interface Part {
  readonly name: string;
  readonly sources: readonly string[];
  /** What must be there afterwards; else it is built again whatever the stamp says. */
  readonly result: string;
  run(): Promise<void>;
}

export interface BuildRequest {
  readonly quiet?: boolean;
  /** Build even if nothing has changed. */
  readonly force?: boolean;
}

const common: BuildOptions = {
  absWorkingDir: root, bundle: true, platform: 'node', target: 'node24', legalComments: 'none', logLevel: 'silent',
  // Node keeps the whole map of a running program in memory: places are enough, the sources need not be in it.
  sourcemap: 'linked', sourcesContent: false,
  external: ['electron', 'better-sqlite3'],
};

/** CommonJS packages inside an ES module bundle still say require, __filename and __dirname. */
const banner = [
  `import { createRequire as createRequireOfBundle } from 'node:module';`,
  `const require = createRequireOfBundle(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`,
].join('\n');

async function program(entry: string, outfile: string): Promise<void> {
  await bundle({ ...common, entryPoints: [entry], outfile, format: 'esm', banner: { js: banner } });
}

/** A program that hosts the engine, with the store's second thread beside it. */
async function engine(entry: string, outfile: string): Promise<void> {
  await program(entry, outfile);
  await program('core/store/hand/worker.ts', join(dirname(outfile), 'store-worker.js'));
}

/** A sandboxed preload is one CommonJS file that requires nothing but electron. */
async function preload(entry: string, outfile: string): Promise<void> {
  await bundle({ ...common, entryPoints: [entry], outfile, format: 'cjs', platform: 'browser', target: 'chrome140', sourcemap: false });
}

const parts: readonly Part[] = [
  {
    name: 'console page', sources: ['renderer/**/*', 'core/contract/**/*', 'assets/source/*'], result: 'dist/renderer/index.html',
    run: async () => {
      // Called from a test, vite would build React's development version.
      process.env['NODE_ENV'] = 'production';
      await buildPage({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel: 'error' });
    },
  },
  { name: 'command line', sources: ['core/**/*.ts'], result: 'dist/merpati.js', run: () => engine('core/host/cli/main.ts', 'dist/merpati.js') },
  { name: 'engine process', sources: ['core/**/*', 'electron/**/*'], result: 'dist/electron/engine.js', run: () => engine('electron/engine.ts', 'dist/electron/engine.js') },
  { name: 'shell', sources: ['core/contract/**/*', 'electron/**/*'], result: 'dist/electron/main.js', run: () => program('electron/main.ts', 'dist/electron/main.js') },
  {
    name: 'preloads', sources: ['core/contract/**/*', 'electron/**/*'], result: 'dist/electron/lock.html',
    run: async () => {
      await preload('electron/preload/console.ts', 'dist/electron/preload.cjs');
      await preload('electron/preload/lock.ts', 'dist/electron/lock.cjs');
      for (const file of ['lock.html', 'lock.css']) cpSync(join(root, 'electron', 'pages', file), join(root, 'dist', 'electron', file));
    },
  },
];

function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256');
  const files = globSync([...sources, 'scripts/build.ts', 'package.json', 'package-lock.json'], { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function readStamps(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

/**
 * Everything in dist/, as the sources say.
 *
 * @returns the names of the parts that could not be built; the others are in place
 */
export async function build({ quiet = false, force = false }: BuildRequest = {}): Promise<string[]> {
  mkdirSync(join(root, 'dist'), { recursive: true });
  return await takeTurns(join(root, 'dist', '.building'), async () => {
    const stamps = force ? {} : readStamps();
    const failed: string[] = [];
    for (const part of parts) {
      const wanted = fingerprint(part.sources);
      if (stamps[part.name] === wanted && existsSync(join(root, part.result))) continue;
      const started = performance.now();
      try {
        await part.run();
        stamps[part.name] = wanted;
        writeFileSync(stampFile, JSON.stringify(stamps, null, 1));
        if (!quiet) console.log(`built ${part.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed.push(part.name);
        console.error(`could not build ${part.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failed;
  });
}

if (import.meta.main) {
  const failed = await build({ quiet: process.argv.includes('--quiet'), force: process.argv.includes('--force') });
  process.exit(failed.length === 0 ? 0 : 1);
}
