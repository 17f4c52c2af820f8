// Opens a port on one or several addresses of this computer. Every server (SMTP, POP3, later IMAP and HTTP) listens through it.
// Each address has its own outcome: one that cannot be opened does not stop the others, and its problem is a sentence with the cure.
// No address ('') means every address: `::` takes IPv6 and IPv4 alike (RFC 3493 §5.3), `0.0.0.0` where the system has no IPv6.
import { createServer, isIP, isIPv6, type Server, type Socket } from 'node:net';

/** How one address fared; the same shape as in the console's server state. `port` is the real one when 0 was asked for. */
export interface ListenResult {
  /** As asked for: '' stands for every address. */
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  /** For people, '' when listening. */
  readonly problem: string;
  /** The system's code (EADDRINUSE, EACCES ...), '' when listening. */
  readonly problemCode: string;
}

export interface ListenOptions {
  /** IP addresses, '' for every address. */
  readonly addresses: readonly string[];
  /** 0: any free port, another one for each address. */
  readonly port: number;
  /** A new connection. Its writing side stays open when the peer ends its own (half-closed clients still get their replies). */
  readonly onConnection: (socket: Socket) => void;
  /** Something went wrong while accepting (too many open files, for instance). The port stays open. */
  readonly onError: (error: Error) => void;
}

/** Open ports. */
export interface Listening {
  readonly results: readonly ListenResult[];
  /** Stops accepting. The ports are free when this returns; connections go on. May be called twice. */
  close(): void;
}

/** Callers that wait to be accepted. The system cuts it to its own limit; the usual 511 is too few for a rush. */
const backlog = 4096;

/** Listens on all the addresses. Never rejects: what failed is in the results. */
export async function listenOn(options: ListenOptions): Promise<Listening> {
  const opened = await Promise.all(options.addresses.map(async (address) => await open(address, options)));
  return {
    results: opened.map(({ result }) => result),
    close: () => { for (const { server } of opened) server?.close(); },
  };
}

interface Opened { readonly result: ListenResult; readonly server: Server | null }

async function open(address: string, options: ListenOptions): Promise<Opened> {
  const { port } = options;
  if (address !== '' && isIP(address) === 0) return failed(address, port, 'EINVAL');
  const first = await attempt(address === '' ? '::' : address, options);
  // EAFNOSUPPORT: built without IPv6; EADDRNOTAVAIL on `::`: IPv6 is switched off.
  const withoutIpv6 = address === '' && typeof first === 'string' && (first === 'EAFNOSUPPORT' || first === 'EADDRNOTAVAIL');
  const outcome = withoutIpv6 ? await attempt('0.0.0.0', options) : first;
  if (typeof outcome === 'string') return failed(address, port, outcome);
  const bound = outcome.address();
  const realPort = bound !== null && typeof bound === 'object' ? bound.port : port;
  return { server: outcome, result: { address, port: realPort, listening: true, problem: '', problemCode: '' } };
}

function failed(address: string, port: number, code: string): Opened {
  return { server: null, result: { address, port, listening: false, problem: describeListenError(code, port, address), problemCode: code } };
}

/** A server that listens, or the code of what prevented it. */
function attempt(host: string, { port, onConnection, onError }: ListenOptions): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    const onFailure = (error: NodeJS.ErrnoException) => resolve(error.code ?? 'EUNKNOWN');
    server.once('error', onFailure);
    // An IPv6 address given by name takes IPv6 only; `::` takes both.
    server.listen({ host, port, backlog, ipv6Only: isIPv6(host) && host !== '::' }, () => {
      server.off('error', onFailure);
      server.on('error', onError);
      resolve(server);
    });
  });
}

/** What went wrong and what to do about it, for the console. `address` '' stands for every address. */
export function describeListenError(code: string, port: number, address: string): string {
  const place = address === '' ? `Port ${port}` : `Port ${port} of ${address}`;
  const otherPort = 'choose another port in Setup > Primary domain > Ports.';
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program. Stop that program or ${otherPort}`;
    case 'EACCES':
      return port < 1024
        ? `${place} may not be used without special permission. Give Merpati the right to use low ports (on Linux: CAP_NET_BIND_SERVICE), or choose a port from 1024 on in Setup > Primary domain > Ports.`
        : `${place} is kept by the system or held by another program. Stop that program or ${otherPort}`;
    case 'EADDRNOTAVAIL':
      return `This computer has no address ${address} at the moment. Connect that network, or correct the address in Setup > Primary domain or Setup > Secondary domains.`;
    case 'EINVAL':
      return `${address} cannot be listened on. Enter an IP address of this computer in Setup > Primary domain or Setup > Secondary domains.`;
    case 'EAFNOSUPPORT':
      return `${address === '' ? 'This computer' : address} cannot be used: the system has no support for this kind of address. Enter another address in Setup > Primary domain or Setup > Secondary domains.`;
    case 'EMFILE':
    case 'ENFILE':
      return `${place} could not be opened because too many files are open. Close other programs or raise the limit of open files, then switch the server on again.`;
    default:
      return `${place} could not be opened (${code}). Switch the server off and on again, or ${otherPort}`;
  }
}
