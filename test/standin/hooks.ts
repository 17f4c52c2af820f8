// `import ... from 'electron'` means the stand-in, in main and in the utility process.
import { registerHooks } from 'node:module';

/** @param file what to give, beside this one */
export function resolveElectron(file: 'electron.ts' | 'electron-utility.ts'): void {
  const url = new URL(file, import.meta.url).href;
  registerHooks({ resolve: (specifier, context, next) => (specifier === 'electron' ? { url, format: 'module-typescript', shortCircuit: true } : next(specifier, context)) });
}
