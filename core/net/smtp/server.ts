// The SMTP server: receiving (25), submission (587) and submission over TLS (465) are three of these. host/ makes them.
// It admits connections and hands them to smtp-server, corrected by edge/. Several addresses are several ports that share
// everything else; a changed certificate or setting needs no restart.
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerAuthenticationResponse, type SMTPServerSession } from 'smtp-server';
import type { Socket } from 'node:net';
import { asciiDomain } from '../../protocol/domain-name.ts';
import { endsOf } from '../ends.ts';
import { listenOn, type Listening, type ListenResult } from '../listener.ts';
import type { TlsMaterial } from '../tls/material.ts';
import type { SmtpBackend, SmtpOptions, SmtpSession } from './backend.ts';
import { EdgeConnection } from './edge/connection.ts';
import { shutdownFarewellMs, shutdownGraceMs } from './limits.ts';

export interface SmtpServerOptions {
  readonly name: SmtpSession['server'];
  readonly backend: SmtpBackend;
  /** Asked for every connection. */
  readonly options: () => SmtpOptions;
  /** Asked at the start and by updateTls(). */
  readonly tls: () => TlsMaterial;
  /** For the program's log: what the peer is not told. */
  readonly log: (text: string, level: 'warning' | 'error') => void;
  /** How long a message that is on its way may still take when the server stops; 10 seconds if not given. */
  readonly graceMs?: number;
}

export interface SmtpServer {
  /** Opens the port on these addresses ('' = every address) in addition to what is open. Never rejects: what failed is in the results. */
  listen(addresses: readonly string[], port: number): Promise<readonly ListenResult[]>;
  /** Closes all ports; sessions go on. */
  stopListening(): void;
  /** The next handshake uses the certificate as it is now. */
  updateTls(): void;
  /** Closes the ports, asks idle sessions to leave, lets messages on their way come to their end within a bound. May be called twice. */
  close(): Promise<void>;
}

export function createSmtpServer(options: SmtpServerOptions): SmtpServer {
  const library = new EdgeServer(options);
  const graceMs = options.graceMs ?? shutdownGraceMs;
  let ports: Listening[] = [];
  let closing: Promise<void> | null = null;

  const onConnection = (socket: Socket): void => {
    socket.on('error', ignore); // a peer may break off at any time, before and after anybody listens
    try {
      accept(socket);
    } catch (error) {
      fail('A connection could not be served', error);
      socket.destroy();
    }
  };
  const fail = (what: string, error: unknown): void => options.log(`${what}: ${error instanceof Error ? error.message : String(error)}`, 'error');

  const accept = (socket: Socket): void => {
    const ends = endsOf(socket);
    if (ends === null || closing !== null) {
      socket.destroy();
      return;
    }
    let connection: EdgeConnection | null = null;
    const disconnect = (reason: 'administrator' | 'shutdown'): void => connection?.disconnect(reason);
    const admission = options.backend.sessions.admit({ ...ends, server: options.name, tls: options.name === 'smtps', disconnect });
    const limits = options.options();
    if (admission.kind === 'refused') {
      refuse(socket, options.name === 'smtps' ? null : `421 4.3.2 ${asciiDomain(limits.greetingName(ends.localAddress))} ${admission.text}\r\n`);
      return;
    }
    const opened = new EdgeConnection(library, socket, {
      server: options.name, ends, record: admission.record, backend: options.backend, limits, graceMs,
      onFailure: fail,
      onGone: () => library.remove(opened),
    });
    connection = opened;
    library.add(opened);
    opened.init();
  };

  const stopListening = (): void => {
    for (const port of ports) port.close();
    ports = [];
  };

  return {
    listen: async (addresses, port) => {
      const listening = await listenOn({ addresses, port, onConnection, onError: (error) => fail('A connection could not be accepted', error) });
      if (closing === null) ports.push(listening);
      else listening.close();
      return listening.results;
    },
    stopListening,
    updateTls: () => library.updateSecureContext(tlsOptions(options.tls())),
    close: () => closing ??= (async () => {
      stopListening();
      await leave(library.open, graceMs);
    })(),
  };
}

/** Idle sessions have a moment to take their 421, messages the time that a disk and a line need. */
async function leave(connections: ReadonlyMap<unknown, EdgeConnection>, graceMs: number): Promise<void> {
  for (const connection of connections.values()) connection.disconnect('shutdown');
  await waitUntil(() => ![...connections.values()].some((connection) => connection.isReceiving), graceMs);
  await waitUntil(() => connections.size === 0, shutdownFarewellMs);
  for (const connection of connections.values()) connection.destroy();
  await waitUntil(() => connections.size === 0, shutdownFarewellMs); // every session has its last line then
}

async function waitUntil(isTrue: () => boolean, ms: number): Promise<void> {
  for (const deadline = performance.now() + ms; !isTrue() && performance.now() < deadline;) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** RFC 5321 §3.1: a server may refuse at once. Over TLS there is no cheap way to say it (docs/quirks.md). */
function refuse(socket: Socket, text: string | null): void {
  if (text === null) {
    socket.destroy();
    return;
  }
  socket.resume().end(text);
  setTimeout(() => socket.destroy(), shutdownFarewellMs).unref();
}

/** smtp-server with our certificate, our commands and no reverse look-up; its own listener is never opened. */
class EdgeServer extends SMTPServer {
  /** All connections that are not gone yet, by what the library calls their session. */
  readonly open = new Map<object, EdgeConnection>();

  constructor({ name, tls }: SmtpServerOptions) {
    super({
      ...tlsOptions(tls()),
      secure: name === 'smtps', needsUpgrade: name === 'smtps',
      authOptional: true, allowInsecureAuth: true, // edge/auth.ts decides
      authMethods: ['PLAIN', 'LOGIN'],
      name: 'localhost', // each connection has its own; asking the system for one takes time
      hideENHANCEDSTATUSCODES: false, hideDSN: false, disableReverseLookup: true, heloResponse: '%s', logger: false,
      onConnect: (_session, callback) => callback(),
      onSecure: (_socket, _session, callback) => callback(),
    });
  }

  add(connection: EdgeConnection): void {
    this.open.set(connection.session, connection);
    this.connections.add(connection);
  }

  remove(connection: EdgeConnection): void {
    this.open.delete(connection.session);
  }

  override onAuth(auth: SMTPServerAuthentication, session: SMTPServerSession, callback: (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void): void {
    void this.open.get(session)?.judge(auth, callback);
  }
}

/** RFC 8996: the library would still take TLS 1.0. */
function tlsOptions({ key, cert }: TlsMaterial): { key: string; cert: string; minVersion: 'TLSv1.2' } {
  return { key, cert, minVersion: 'TLSv1.2' };
}

function ignore(): void {
  // the socket's 'close' follows and says it all
}
