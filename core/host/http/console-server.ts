// The console in a browser: the page, signing in (cookie), and the contract over a WebSocket at /rpc.
// Loopback speaks HTTP; any other address speaks HTTPS with the server's own certificate.
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { RPCHandler } from '@orpc/server/ws';
import { Hono } from 'hono';
import { getCookie, setCookie, deleteCookie } from 'hono/cookie';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { sentence, type Remark } from '../../contract/sentences.ts';
import type { Caller } from '../rpc/base.ts';
import { serveConnection } from '../rpc/serve-connection.ts';
import type { BrowserAccess } from './access.ts';
import { loadPage, pageHeaders } from './static-files.ts';

export interface ConsoleServerOptions {
  readonly address: string;
  readonly port: number;
  readonly pageDirectory: string;
  readonly access: BrowserAccess;
  readonly handler: RPCHandler<Caller>;
  /** Given: HTTPS. */
  readonly tls: { readonly key: string; readonly cert: string } | null;
  now(): number;
  note(remark: Remark): void;
}
export interface ConsoleServer {
  readonly url: string;
  readonly port: number;
  /** Another certificate, for connections from now on. */
  useCertificate(tls: NonNullable<ConsoleServerOptions['tls']>): void;
  close(): Promise<void>;
}

type Env = { Bindings: { incoming: { socket: { remoteAddress?: string } } } };
const signIn = z.union([z.strictObject({ password: z.string().max(1000) }), z.strictObject({ link: z.string().max(200) })]);
const maxBodyBytes = 10_000;
const maxMessageBytes = 8 * 1024 * 1024;
/** A browser opens a handful; strangers may not take the memory or the open files of the mail servers. */
const maxConnections = 500;
const headersMs = 20_000;
const requestMs = 60_000;
const goodbyeMs = 2000;

export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const { access, handler } = options;
  const secure = options.tls !== null;
  const cookieName = secure ? '__Host-merpati' : 'merpati';
  const page = await loadPage(options.pageDirectory);
  const app = new Hono<Env>();
  const cookie = { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const;

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(pageHeaders)) context.header(name, value);
  });
  app.get('/session', (context) => {
    context.header('cache-control', 'no-store');
    return context.json({ signedIn: access.sessionOf(getCookie(context, cookieName) ?? '') !== null, passwordSet: access.passwordSet() });
  });
  app.post('/session', async (context) => {
    if (!sameOrigin(context.req.header('origin'), context.req.header('host'))) return context.body(null, 403);
    const address = context.env.incoming.socket.remoteAddress ?? '';
    const wait = access.waitFor(address);
    if (wait > 0) return context.json({ retryAfterSeconds: Math.ceil(wait / 1000) }, 429);
    if (Number(context.req.header('content-length') ?? maxBodyBytes + 1) > maxBodyBytes) return context.body(null, 413);
    const parsed = signIn.safeParse(await context.req.json().catch(() => null));
    if (!parsed.success) return context.body(null, 400);
    // Counted before it is judged: guesses sent side by side would else all be judged before the first one counts.
    access.noteFailure(address);
    const good = 'link' in parsed.data ? access.useLink(parsed.data.link) : await access.checkPassword(parsed.data.password);
    if (!good) {
      options.note(sentence('say.console.refused', { address }));
      return context.json({ retryAfterSeconds: Math.ceil(access.waitFor(address) / 1000) }, 401);
    }
    access.noteSuccess(address);
    options.note(sentence('say.console.signed-in', { address }));
    setCookie(context, cookieName, access.openSession(), cookie);
    return context.body(null, 204);
  });
  app.delete('/session', async (context) => {
    if (!sameOrigin(context.req.header('origin'), context.req.header('host'))) return context.body(null, 403);
    await access.closeSession(getCookie(context, cookieName) ?? '');
    deleteCookie(context, cookieName, { path: '/', secure });
    return context.body(null, 204);
  });
  app.get('*', (context) => {
    const file = page.get(context.req.path);
    if (file === undefined) return context.text(page.size === 0 ? 'The console page is not built: run npm run build.' : 'Not found', 404);
    context.header('content-type', file.type);
    context.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    return context.body(new Uint8Array(file.body));
  });

  const listener = getRequestListener((request, env) => app.fetch(request, env));
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => void listener(request, response);
  const secureServer = options.tls === null ? null : createHttpsServer({ ...options.tls, minVersion: 'TLSv1.2' }, onRequest);
  const server: Server = secureServer ?? createHttpServer(onRequest);
  server.maxConnections = maxConnections;
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const open = new Map<WebSocket, string>();

  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const session = access.sessionOf(cookieValue(request.headers.cookie, cookieName));
    if (request.url !== '/rpc' || !sameOrigin(request.headers.origin, request.headers.host) || session === null) {
      // From here on the socket is ours alone: an error that nobody hears would end the program, and who never hangs up would stay.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    const from = request.socket.remoteAddress ?? '';
    sockets.handleUpgrade(request, socket, head, (connection) => {
      open.set(connection, session.id);
      const over = setTimeout(() => signOut(connection), session.expiresAt - options.now());
      connection.on('close', () => {
        clearTimeout(over);
        open.delete(connection);
      });
      serveConnection(handler, connection, { transport: 'browser', who: 'administrator', from, session: session.id });
    });
  });
  access.onSessionClosed((id) => {
    for (const [connection, of] of open) if (of === id) signOut(connection);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(whyNotOpen(error, options))));
    server.listen(options.port, options.address, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => options.note(sentence('say.console.failed', { cause: error.message })));
      resolve();
    });
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  const shownHost = options.address.includes(':') ? `[${options.address}]` : options.address;
  return {
    url: `${secure ? 'https' : 'http'}://${shownHost}:${port}`,
    port,
    useCertificate: (tls) => secureServer?.setSecureContext({ key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2' }),
    async close() {
      for (const connection of open.keys()) connection.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Nothing that it still says is heard; if it does not hang up, it is cut off. */
function signOut(connection: WebSocket): void {
  connection.removeAllListeners('message');
  connection.close(4401, 'signed out');
  const cut = setTimeout(() => connection.terminate(), goodbyeMs);
  connection.once('close', () => clearTimeout(cut));
}

/** A page of another site must not speak with the user's cookie. */
function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined) return false;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function cookieValue(header: string | undefined, name: string): string {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return '';
}

function whyNotOpen(error: NodeJS.ErrnoException, { address, port }: ConsoleServerOptions): string {
  switch (error.code) {
    case 'EADDRINUSE': return `The console cannot be opened: port ${port} of ${address} is in use by another program. Choose another port with --console-port.`;
    case 'EADDRNOTAVAIL': return `The console cannot be opened: this computer has no address ${address}. Choose another one with --console-address.`;
    case 'EACCES': return `The console cannot be opened: port ${port} may not be used without special permission. Choose a port from 1024 on with --console-port.`;
    default: return `The console cannot be opened on port ${port} of ${address}: ${error.message}`;
  }
}
