// Waiting until a server greets on a port of the loopback address.
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

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
