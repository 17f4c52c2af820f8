// The two ends of an accepted connection, as sessions and decisions see them. Called once by every server for each connection,
// before anything else: a socket that is already gone has no addresses any more.
import type { Socket } from 'node:net';
import type { Ends } from './session.ts';

/** An address as people write it: IPv4-mapped IPv6 (`::ffff:192.168.0.5`, RFC 4291 §2.5.5.2) is shown as IPv4, a zone (`%eth0`) is dropped. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}

/** The ends of a connection, or null when the peer is gone already. */
export function endsOf(socket: Socket): Ends | null {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localAddress === undefined || localPort === undefined) return null;
  return { remoteAddress: plainAddress(remoteAddress), remotePort, localAddress: plainAddress(localAddress), localPort };
}
