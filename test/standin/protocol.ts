// protocol.handle: schemes of the program's own. Chromium does not know them, so a page gets http://HOST.SCHEME.localhost/ instead (a
// secure context with an origin of its own) and the request is answered here before it leaves.
import { app } from './app.ts';
import { strictModule } from './strict-module.ts';

type Handler = (request: Request) => Response | Promise<Response>;
interface Scheme {
  readonly scheme: string;
  readonly privileges?: Readonly<Record<string, boolean>>;
}

const registered = new Map<string, Readonly<Record<string, boolean>>>();
const handlers = new Map<string, Handler>();

export const protocol = strictModule('protocol', {
  registerSchemesAsPrivileged(schemes: readonly Scheme[]): void {
    if (app.isReady()) throw new Error('stand-in: protocol.registerSchemesAsPrivileged should be called before the app is ready');
    for (const { scheme, privileges = {} } of schemes) registered.set(scheme, privileges);
  },
  handle(scheme: string, handler: Handler): void {
    if (!app.isReady()) throw new Error('stand-in: protocol.handle before the app is ready');
    const { standard = false, secure = false } = registered.get(scheme) ?? {};
    if (!standard || !secure) throw new Error(`stand-in: ${scheme} is only modelled as a standard, secure scheme`);
    handlers.set(scheme, handler);
  },
});

/** As Chromium is to know it. */
export function toPageUrl(url: string): string {
  const { protocol: scheme, host, pathname, search, hash } = new URL(url);
  if (!handlers.has(scheme.slice(0, -1))) throw new Error(`stand-in: ${url}: ERR_UNKNOWN_URL_SCHEME`);
  return `http://${host}.${scheme.slice(0, -1)}.localhost${pathname}${search}${hash}`;
}

/** As the program is to know it. */
export function fromPageUrl(url: string): string {
  const match = /^http:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.localhost(\/.*)?$/.exec(url);
  if (match === null || !handlers.has(match[2] ?? '')) return url;
  return `${match[2] ?? ''}://${match[1] ?? ''}${match[3] ?? '/'}`;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

/** The program's answer to a request, or null if the URL is none of its schemes. */
export async function answerRequest(pageUrl: string, method: string, headers: Readonly<Record<string, string>>): Promise<Answer | null> {
  const url = fromPageUrl(pageUrl);
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return null;
  const response = await handler(new Request(url, { method, headers }));
  return {
    status: response.status,
    headers: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
}
