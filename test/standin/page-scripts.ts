// The scripts that are injected into a page: bundled once, the preload's text put in for each window.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { buildSync } from 'esbuild';

function bundled(file: string): string {
  const { outputFiles } = buildSync({ entryPoints: [fileURLToPath(new URL(file, import.meta.url))], bundle: true, write: false, format: 'iife', platform: 'browser', target: 'chrome140' });
  return outputFiles[0]?.text ?? '';
}

let parts: { readonly world: string; readonly runtime: string } | null = null;

export function pageScripts(preloadFile: string | undefined): { readonly world: string; readonly isolated: string } {
  parts ??= { world: bundled('./page-world.ts'), runtime: bundled('./page-runtime.ts') };
  if (preloadFile !== undefined && preloadFile.endsWith('.mjs')) throw new Error('stand-in: a sandboxed preload cannot be an ES module');
  const text = preloadFile === undefined ? '' : readFileSync(preloadFile, 'utf8');
  const preload = `function (require, module, exports, process) {${text}\n}`;
  // What is no CommonJS (an import statement) is refused here, as the sandbox would.
  new Script(`(${preload})`, { filename: preloadFile ?? 'no preload' });
  return { world: parts.world, isolated: `globalThis.standinPlatform = ${JSON.stringify(process.platform)};\nglobalThis.standinPreload = ${preload};\n${parts.runtime}` };
}
