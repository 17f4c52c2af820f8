// Runs an Electron program on the stand-in: `node test/standin/run.ts FOLDER [WORDS ...]`. Its main is imported as it was built.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { app } from './app.ts';
import { Chromium } from './cdp.ts';
import type { FromRun, ToRun } from './control.ts';
import { resolveElectron } from './hooks.ts';
import { killUtilities, utilityMetrics } from './utility-process.ts';
import { closeWindows, useChromium } from './window.ts';

const folder = resolve(process.argv[2] ?? '.');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; productName?: string; version: string; main: string };
const say = (message: FromRun): void => void process.send?.(message);
// As Electron has it: program, folder, the words.
process.argv.splice(1, 2, folder);

const chromium = new Chromium();
useChromium(chromium);
app.prepare(folder, manifest, {
  closeWindows,
  metrics: () => [{ pid: process.pid, type: 'Browser', name: '', serviceName: '' }, ...utilityMetrics()],
  async end() {
    killUtilities();
    await chromium.close();
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
process.on('disconnect', () => app.exit(1));
process.on('uncaughtException', (error) => {
  console.error(error);
  app.exit(70);
});

process.on('message', (message: ToRun) => void evaluate(message));
async function evaluate({ id, source, argument }: ToRun): Promise<void> {
  try {
    const electron = await import('./electron.ts');
    const run = runInThisContext(`(${source})`) as (electron: object, argument: unknown) => unknown;
    const value = await run(electron, argument);
    say({ kind: 'value', id, value: value === undefined ? undefined : structuredClone(value) });
  } catch (error) {
    say({ kind: 'error', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

resolveElectron('electron.ts');
await import(pathToFileURL(join(folder, manifest.main)).href);
const endpoint = await chromium.endpoint;
app.finish();
say({ kind: 'up', endpoint });
