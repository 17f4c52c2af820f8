// Which file a URL of merpati:// means, if a page may have it at all. Pure; pages.ts reads and answers.
import { extname, join, normalize, sep } from 'node:path';

export const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.json': 'application/json',
};
const lockFiles: ReadonlySet<string> = new Set(['/lock.html', '/lock.css']);

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
