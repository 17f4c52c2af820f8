// The socket of one POP3 connection: bytes in and out, TLS, the orderly end, and when something last moved. It knows nothing of
// POP3. Used by connection.ts.
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { acceptTls } from './accept-tls.ts';
import { Output } from './output.ts';

export interface WireEvents {
  onBytes(bytes: Buffer): void;
  /** The client has closed its side, and may still read. */
  onEnd(): void;
  /** Once: the connection is gone. `problem` is what the system says, '' when it was closed in order. */
  onClose(problem: string): void;
}

export class Wire {
  readonly output: Output;
  octetsIn = 0;
  /** When bytes last came, or left after the peer had kept them waiting. */
  activeAt: number;
  /** `ending`: all is said, the peer's close is awaited. */
  phase: 'open' | 'ending' | 'gone' = 'open';
  private socket: Socket;
  private readonly events: WireEvents;
  private readonly now: () => number;
  private problem = '';

  constructor(socket: Socket, events: WireEvents, now: () => number) {
    this.socket = socket;
    this.events = events;
    this.now = now;
    this.output = new Output(socket);
    this.activeAt = now();
  }

  /** Begins to read. */
  open(): void {
    this.socket.on('error', this.onError).on('close', this.onClose).on('drain', this.onDrain).on('data', this.onData).on('end', this.onEnd);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    if (this.phase !== 'gone') this.socket.resume();
  }

  touch(): void {
    this.activeAt = this.now();
  }

  /** Stops reading, and forgets what was received and not handed on. */
  dropInput(): void {
    this.socket.off('data', this.onData).off('end', this.onEnd).pause();
    while (this.socket.read() !== null);
  }

  /** Null when the handshake is done and reading has begun; otherwise the connection is gone, and this is why. */
  async secure(context: SecureContext): Promise<Error | null> {
    const raw = this.socket;
    if (raw.destroyed) return this.notSecured(new Error('the client went away before the TLS handshake'));
    // From here on the socket below has nothing to say: its end is that of the one above it. Errors of it are told by both.
    raw.off('close', this.onClose).off('drain', this.onDrain);
    const { socket, secured } = acceptTls(raw, context);
    this.socket = socket;
    this.output.moveTo(socket);
    const problem = await secured ?? (socket.destroyed ? new Error('the client went away after the TLS handshake') : null);
    this.touch();
    if (problem !== null) return this.notSecured(problem);
    this.open();
    return null;
  }

  private notSecured(problem: Error): Error {
    this.problem = `TLS could not be started: ${tlsProblem(problem)}`;
    this.onClose();
    return problem;
  }

  /** What was said leaves, then our side closes; what still comes is thrown away. */
  end(): void {
    this.phase = 'ending';
    this.touch();
    void this.output.flush();
    this.socket.end();
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  get hasUnsent(): boolean {
    return this.socket.writableLength > 0;
  }

  private readonly onData = (bytes: Buffer): void => {
    this.octetsIn += bytes.length;
    if (this.phase !== 'open') return;
    this.touch();
    this.events.onBytes(bytes);
  };

  private readonly onEnd = (): void => {
    if (this.phase === 'open') this.events.onEnd();
  };

  private readonly onDrain = (): void => {
    this.touch();
    this.output.onRoom();
  };

  private readonly onError = (error: NodeJS.ErrnoException): void => {
    this.problem = `Connection lost (${error.code ?? error.message})`;
  };

  private readonly onClose = (): void => {
    if (this.phase === 'gone') return;
    this.phase = 'gone';
    this.output.onRoom();
    this.events.onClose(this.problem);
  };
}

/** OpenSSL's own words for it ("tlsv1 alert unknown ca": the client does not trust our certificate), without its file names. */
function tlsProblem(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
