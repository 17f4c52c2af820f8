// The contract on a local socket in the data folder, for the command line: only who may read the folder gets in.
// It is a WebSocket over a Unix domain socket (or a named pipe on Windows), so that one transport serves browser and command line.
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { Caller } from './rpc/base.ts';
import { serveConnection } from './rpc/serve-connection.ts';

/** Unix socket paths end at about 100 bytes; a longer data folder gets one in the temporary folder, in a folder of its own. */
const longestPath = 100;

export function localSocketPath(dataDirectory: string): string {
  const folder = resolve(dataDirectory);
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\merpati-${hash}`;
  const path = join(folder, 'control.sock');
  return Buffer.byteLength(path) <= longestPath ? path : join(tmpdir(), `merpati-${userInfo().username}-${hash}`, 'control.sock');
}

export interface LocalSocket {
  close(): Promise<void>;
}

/** The lock on the data folder is held by now, so a socket left there belongs to nobody. */
export async function serveLocalSocket(dataDirectory: string, handler: RPCHandler<Caller>): Promise<LocalSocket> {
  const path = localSocketPath(dataDirectory);
  if (process.platform !== 'win32') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await requireOwnSocketFolder(dataDirectory);
    await unlink(path).catch(() => undefined);
  }
  const server = createServer((_request, response) => {
    response.writeHead(426).end();
  });
  const sockets = new WebSocketServer({ server, maxPayload: 8 * 1024 * 1024 });
  // It repeats what its HTTP server says; unheard, that would end the program.
  sockets.on('error', () => undefined);
  sockets.on('connection', (connection) => {
    serveConnection(handler, connection, { transport: 'local', who: userInfo().username, from: 'command line' });
  });
  const before = process.umask(0o077);
  try {
    await new Promise<void>((done, fail) => {
      server.once('error', (error) => fail(new Error(`The socket for the command line, ${path}, could not be opened (${error.message}). Remove what is there under that name.`)));
      server.listen(path, () => done());
    });
  } finally {
    process.umask(before);
  }
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return {
    async close() {
      for (const connection of sockets.clients) connection.terminate();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/**
 * A socket in the temporary folder must lie in a folder that is ours alone: anybody may have made one of that name before us, and put
 * a socket of his own there to hear the passwords that the command line sends.
 */
export async function requireOwnSocketFolder(dataDirectory: string): Promise<void> {
  const folder = dirname(localSocketPath(dataDirectory));
  if (process.platform === 'win32' || folder === resolve(dataDirectory)) return;
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${folder} is not a folder of yours alone. Remove it, or use a data folder with a shorter path.`);
  }
}
