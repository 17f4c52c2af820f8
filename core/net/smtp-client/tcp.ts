// One TCP connection to one address, or why there is none. Called by client.ts and pop-check.ts.
import { connect, isIP, type Socket } from 'node:net';

export interface TcpTarget {
  readonly address: string;
  readonly port: number;
  /** '' = the system chooses. */
  readonly sourceAddress: string;
  readonly ms: number;
  readonly signal: AbortSignal;
}
export type Dialed = { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'failed'; readonly cause: string; readonly text: string; readonly local: boolean };

/** Codes that say: this computer did not even begin, or has no way out. */
const localCodes = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EINVAL']);

export function dial(target: TcpTarget): Promise<Dialed> {
  if (target.signal.aborted) return Promise.resolve(failed('ABORTED', 'Ended before it began.', false));
  if (isIP(target.address) === 0) return Promise.resolve(failed('EINVAL', `${JSON.stringify(target.address)} is not an IP address.`, false));
  return new Promise((resolve) => {
    const { address, port, sourceAddress } = target;
    // Refused in this very turn: by this computer itself, which found no route (afterwards EHOSTUNREACH may be the word of a router).
    let atOnce = true;
    setImmediate(() => { atOnce = false; });
    const socket = connect({ host: address, port, noDelay: true, ...(sourceAddress === '' ? {} : { localAddress: sourceAddress }) });
    const settle = (result: Dialed): void => {
      clearTimeout(timer);
      target.signal.removeEventListener('abort', onAbort);
      socket.off('connect', onOpen).off('error', onError);
      if (result.kind === 'failed') socket.on('error', () => undefined).destroy();
      resolve(result);
    };
    const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    const onOpen = (): void => settle({ kind: 'open', socket });
    const onAbort = (): void => settle(failed('ABORTED', 'Ended while connecting.', false));
    const onError = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? 'ECONNECTION';
      settle(failed(code, `No connection to ${where}: ${code}.`, localCodes.has(code) || (code === 'EHOSTUNREACH' && atOnce)));
    };
    const timer = setTimeout(() => settle(failed('ETIMEDOUT', `No connection to ${where} within ${Math.round(target.ms / 1000)} seconds.`, false)), target.ms);
    target.signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', onOpen).on('error', onError);
  });
}

function failed(cause: string, text: string, local: boolean): Dialed {
  return { kind: 'failed', cause, text, local };
}
