// A real SMTP server on a loopback port over the backend of arrays, and a client that knows when the server has read its bytes.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createSmtpServer, type SmtpServer } from '../../../../core/net/smtp/server.ts';
import type { SmtpOptions, SmtpSession } from '../../../../core/net/smtp/backend.ts';
import { loadOrCreateCertificates } from '../../../../core/net/tls/certificates.ts';
import type { TlsMaterial } from '../../../../core/net/tls/material.ts';
import { MemoryBackend, type KeptSession } from './memory-backend.ts';

export interface Running {
  readonly server: SmtpServer;
  readonly backend: MemoryBackend;
  readonly port: number;
  readonly failures: string[];
}

let material: Promise<TlsMaterial> | null = null;
export function testMaterial(): Promise<TlsMaterial> {
  material ??= loadOrCreateCertificates({ storage: { read: () => null, save: () => Promise.resolve() }, names: ['mail.example.test'], now: Date.now() }).then((loaded) => loaded.material);
  return material;
}

const running: SmtpServer[] = [];

export async function startServer(name: SmtpSession['server'] = 'smtp', options: Partial<SmtpOptions> = {}, backend = new MemoryBackend()): Promise<Running> {
  const tls = await testMaterial();
  const failures: string[] = [];
  const server = createSmtpServer({
    name, backend, tls: () => tls, graceMs: 400, log: (text) => failures.push(text),
    options: () => ({ greetingName: () => 'mail.example.test', maxMessageBytes: 1_000_000, maxRecipients: 100, inactiveMs: 20_000, latencyMs: 0, ...options }),
  });
  running.push(server);
  const [result] = await server.listen(['127.0.0.1'], 0);
  if (result?.listening !== true) throw new Error(result?.problem);
  return { server, backend, port: result.port, failures };
}

export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** A client that has heard nothing yet. */
export class Client {
  readonly socket: Socket;
  heard = '';
  isOver = false;
  error: NodeJS.ErrnoException | null = null;
  /** Known to the server as the remote port; the socket forgets it when it is closed. */
  port = 0;
  private waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    const wake = (): void => { for (const one of this.waiting.splice(0)) one(); };
    this.port = socket.localPort ?? 0;
    socket.once('connect', () => { this.port = socket.localPort ?? 0; });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => { this.heard += text; wake(); });
    socket.on('error', (error) => { this.error = error; });
    for (const event of ['end', 'close']) socket.on(event, () => { this.isOver = true; wake(); });
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  async until(isTrue: (heard: string) => boolean): Promise<string> {
    while (!isTrue(this.heard)) {
      if (this.isOver) throw new Error(`the connection ended after: ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.heard;
  }

  /** Waits for the last line of a reply that is not heard yet, and forgets it. */
  async reply(): Promise<string> {
    const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/;
    await this.until((heard) => whole.test(heard));
    const reply = whole.exec(this.heard)![0];
    this.heard = this.heard.slice(reply.length);
    return reply.trimEnd();
  }

  async ask(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return await this.reply();
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<string> {
    while (!this.isOver) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.heard;
  }
}

export async function connectTo({ port }: { readonly port: number }, options: { readonly greeting?: boolean } = {}): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const client = new Client(socket);
  await once(socket, 'connect');
  if (options.greeting !== false) await client.reply();
  return client;
}

/** The server's record of a connection. */
export function recordOf({ backend }: Running, client: Client): KeptSession {
  const record = backend.kept.find(({ opening }) => opening.remotePort === client.port);
  if (record === undefined) throw new Error('no such session');
  return record;
}
