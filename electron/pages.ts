// The pages of the shell under a scheme of their own, merpati://: the console from dist/renderer, the lock window from dist/electron.
// No file:// anywhere, so that a page can read no other file, and each answer carries the headers that keep the page to itself.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { pageFile, types } from './page-files.ts';

export const consoleUrl = 'merpati://console/index.html';
export const lockUrl = 'merpati://shell/lock.html';

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // The page changes with the program, never by itself; it lies on this disk.
  'cache-control': 'no-store',
} as const;
const policies = {
  console: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  shell: "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** Before the app is ready: Chromium learns of schemes only then. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'merpati', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** @param dist the folder with `renderer` and `electron` */
export function servePages(dist: string): void {
  protocol.handle('merpati', async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = request.method === 'GET' ? pageFile(dist, host, pathname) : null;
    if (file === null || (host !== 'console' && host !== 'shell')) return missing();
    try {
      const body = await readFile(file);
      return new Response(new Uint8Array(body), { headers: { ...commonHeaders, 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policies[host] } });
    } catch {
      return missing();
    }
  });
}

function missing(): Response {
  return new Response('There is no such page.', { status: 404, headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': policies.shell } });
}
