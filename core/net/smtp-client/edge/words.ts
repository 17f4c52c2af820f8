// Words for the transcript: what protects a connection, and what the server said. Called by connection.ts.
import type { TLSSocket } from 'node:tls';

/** `proved`: the certificate is good for this host, whether or not that was asked for. */
export function protectionOf(socket: TLSSocket, host: string): { readonly proved: boolean; readonly text: string } {
  const trust = socket.authorized ? `the certificate of ${host} is good` : `the certificate does not prove to be ${host} (${String(socket.authorizationError)})`;
  return { proved: socket.authorized, text: `Encrypted with ${socket.getProtocol() ?? 'TLS'}, ${socket.getCipher().name}; ${trust}` };
}

/** The library hands lines over with one character for each octet. */
export function decoded(raw: string): string {
  if (!/[\x80-\xff]/.test(raw)) return raw;
  const text = Buffer.from(raw, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? raw : text;
}
