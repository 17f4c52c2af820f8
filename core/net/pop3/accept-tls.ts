// TLS on the server's side of a connection that is there already: at once on the SSL port, after STLS on the other (RFC 2595 §4).
// Called by connection.ts.
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';

/** A connection on its way to TLS. `secured` resolves to null when the handshake is done, to what went wrong otherwise; it never rejects. */
export interface TlsHandshake {
  readonly socket: TLSSocket;
  readonly secured: Promise<Error | null>;
}

export function acceptTls(raw: Socket, secureContext: SecureContext): TlsHandshake {
  const socket = new TLSSocket(raw, { isServer: true, secureContext });
  const secured = new Promise<Error | null>((resolve) => {
    let cause: Error | null = null;
    // Never taken off again: an 'error' without listener ends the whole process, and one may follow the handshake at once.
    const onError = (error: Error) => { cause ??= error; };
    socket.on('error', onError);
    // A handshake that fails is told by this event only.
    socket.on('_tlsError', onError);
    socket.once('close', () => resolve(cause ?? new Error('the client went away during the TLS handshake')));
    socket.once('secure', () => resolve(null));
  });
  return { socket, secured };
}
