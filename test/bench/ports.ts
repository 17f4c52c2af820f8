// Ports of the loopback address: finding free ones, and waiting until a server greets there.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Free ports, none twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port was given.');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Resolves with the first line a server says; rejects if it has said none in time. */
export async function greeting(port: number, timeoutMs = 30_000): Promise<string> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const line = await firstLine(port, Math.max(1, end - Date.now())).catch(() => null);
    if (line !== null) return line;
    if (Date.now() >= end) throw new Error(`No greeting on port ${port} in ${timeoutMs / 1000} s.`);
    await delay(10);
  }
}

function firstLine(port: number, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timeout')));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n')) return;
      socket.destroy();
      resolve(text.split('\r\n')[0] ?? '');
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
  });
}
