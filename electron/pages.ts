// The pages of the shell under a scheme of their own, merpati://: the console from dist/renderer, the lock window from dist/electron.
// No file:// anywhere, so that a page can read no other file, and each answer carries the headers that keep the page to itself.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

export const consoleUrl = 'merpati://console/index.html';
export const lockUrl = 'merpati://shell/lock.html';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.json': 'application/json',
};
const lockFiles: ReadonlySet<string> = new Set(['/lock.html', '/lock.css']);

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

/** The file of a URL, or null if there is none that a page may have. */
export function pageFile(dist: string, host: string, pathname: string): string | null {
  if (host === 'shell') return lockFiles.has(pathname) ? join(dist, 'electron', pathname) : null;
  if (host !== 'console') return null;
  let path: string;
  try {
    path = decodeURIComponent(pathname === '/' ? '/index.html' : pathname);
  } catch {
    return null;
  }
  const folder = join(dist, 'renderer');
  const file = normalize(join(folder, path));
  return file.startsWith(folder + sep) && !path.includes('\0') && extname(file) in types ? file : null;
}

function missing(): Response {
  return new Response('There is no such page.', { status: 404, headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': policies.shell } });
}
