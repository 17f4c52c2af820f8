// The POP3 servers: one for the port that begins in clear text and offers STLS, one for the port that begins with TLS (RFC 8314 §3.3).
// Made by host/, which listens and stops as the settings say. Sessions in progress outlive stopListening.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { domainToASCII } from 'node:url';
import { endsOf } from '../ends.ts';
import { listenOn, type Listening, type ListenResult } from '../listener.ts';
import { createTlsContext, type TlsMaterial } from '../tls/material.ts';
import type { Pop3Backend, Pop3Options } from './backend.ts';
import { Pop3Connection } from './connection.ts';
import type { ConnectionParts } from './connection-parts.ts';
import { problemOf } from './remarks.ts';
import type { TimeLimits } from './time-limits.ts';

export interface Pop3ServerParts {
  readonly name: 'pop3' | 'pop3s';
  readonly backend: Pop3Backend;
  /** Read afresh: for every connection, and at every look at the time limits. */
  readonly options: () => Pop3Options;
  /** Read at the first use of TLS, and by updateTls. */
  readonly tls: () => TlsMaterial;
  /** A connection could not be accepted (too many open files, for instance); the server goes on. */
  readonly onError?: (error: Error) => void;
  /** Other time limits than the usual ones. */
  readonly limits?: Partial<Omit<TimeLimits, 'inactive'>>;
  /** The `<...>` of each greeting: in the form of a msg-id, never the same twice, not to be guessed (RFC 1939 §7 APOP). */
  readonly timestamp?: (host: string) => string;
}

export interface Pop3Server {
  /** Opens the port on these addresses ('' is all), in place of what was open before. */
  listen(addresses: readonly string[], port: number): Promise<readonly ListenResult[]>;
  stopListening(): void;
  /** Uses the present certificate for connections to come. Throws when it cannot be used; the old one stays then. */
  updateTls(): void;
  /** Stops listening, asks the sessions to leave, and resolves when all are gone. May be called twice. */
  close(): Promise<void>;
}

/** A client has 10 minutes to log on even when it keeps talking (RFC 1939 §3 for those that do not). */
const usualLimits = { logOn: 600_000, handshake: 60_000, linger: 5000 };
/** How long sessions may take to leave at `close`. */
const closeMs = 3000;
/** How long a refused caller may take to read why. */
const refusalMs = 2000;

export function createPop3Server(parts: Pop3ServerParts): Pop3Server {
  const connections = new Set<Pop3Connection>();
  const limits = { ...usualLimits, ...parts.limits };
  let listening: Listening | null = null;
  let context: SecureContext | null = null;
  let whenEmpty: (() => void) | null = null;
  let closing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  const shared: Omit<ConnectionParts, 'onGone'> = {
    server: parts.name,
    backend: parts.backend,
    secureContext: () => (context ??= createTlsContext(parts.tls())),
    timestamp: parts.timestamp ?? newTimestamp,
    now: () => performance.now(),
  };

  function accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    try {
      admit(socket);
    } catch (error) {
      // A mistake of ours, on one connection: the others go on.
      socket.destroy();
      parts.onError?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function admit(socket: Socket): void {
    const options = parts.options();
    const ends = endsOf(socket);
    if (ends === null) {
      socket.destroy();
      return;
    }
    const host = asciiName(options.greetingName(ends.localAddress));
    let connection: Pop3Connection | null = null;
    const admission = parts.backend.sessions.admit({ ...ends, server: parts.name, tls: parts.name === 'pop3s', disconnect: (reason) => connection?.disconnect(reason) });
    if (admission.kind === 'refused') {
      refuse(socket, parts.name, admission.text);
      return;
    }
    try {
      const made: Pop3Connection = new Pop3Connection(socket, ends, admission.record, { host, latencyMs: options.latencyMs }, { ...shared, onGone: () => gone(made) });
      connection = made;
      connections.add(made);
      made.start();
    } catch (error) {
      admission.record.end('terminated', problemOf(error));
      throw error;
    }
    timer ??= setTimeout(checkTimes, checkEvery(options.inactiveMs));
  }

  function gone(connection: Pop3Connection): void {
    connections.delete(connection);
    if (connections.size === 0) whenEmpty?.();
  }

  function checkTimes(): void {
    const inactive = parts.options().inactiveMs;
    const now = performance.now();
    for (const connection of connections) connection.checkTime(now, { ...limits, inactive });
    timer = connections.size === 0 ? null : setTimeout(checkTimes, checkEvery(inactive));
  }

  const checkEvery = (inactive: number): number => Math.max(20, Math.min(1000, ...[inactive, limits.logOn, limits.handshake, limits.linger].map((limit) => limit / 4)));

  async function close(): Promise<void> {
    listening?.close();
    for (const connection of connections) connection.disconnect('shutdown');
    if (connections.size > 0) {
      const impatience = setTimeout(() => { for (const connection of connections) connection.destroy(); }, closeMs);
      await new Promise<void>((resolve) => { whenEmpty = resolve; });
      clearTimeout(impatience);
    }
    if (timer !== null) clearTimeout(timer);
  }

  return {
    async listen(addresses, port) {
      listening?.close();
      listening = await listenOn({ addresses, port, onConnection: accept, onError: (error) => parts.onError?.(error) });
      return listening.results;
    },
    stopListening: () => listening?.close(),
    updateTls: () => { context = createTlsContext(parts.tls()); },
    close: () => (closing ??= close()),
  };
}

/** RFC 2449 §6.4: a greeting may be -ERR. On the TLS port there is no word before the handshake, and none is worth that work. */
function refuse(socket: Socket, name: 'pop3' | 'pop3s', text: string): void {
  if (name === 'pop3s') {
    socket.destroy();
    return;
  }
  socket.end(`-ERR [SYS/TEMP] ${text.replaceAll(/[^\x20-\x7e]+/g, '?')}\r\n`, 'latin1');
  socket.resume();
  const impatience = setTimeout(() => socket.destroy(), refusalMs);
  socket.once('close', () => clearTimeout(impatience));
}

function newTimestamp(host: string): string {
  return `<${randomBytes(12).toString('hex')}.${Date.now().toString(36)}@${host}>`;
}

/** The name in greeting and timestamp: ASCII without spaces or angle brackets, whatever the settings say. */
function asciiName(name: string): string {
  if (/^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(name)) return name;
  return domainToASCII(name) || 'localhost';
}
