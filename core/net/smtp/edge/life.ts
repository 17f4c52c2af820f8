// The life of one connection, from the accepted socket to its last byte: greeting, TLS, patience, the end.
// The lower half of edge/connection.ts, on smtp-server's SMTPConnection. The library waits 100 ms for clients that talk before
// the greeting and asks the DNS who they are; its time-out begins anew with every byte; it drops half-closed clients.
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Socket } from 'node:net';
import { asciiDomain } from '../../../protocol/domain-name.ts';
import type { Ends, SessionRecord } from '../../session.ts';
import type { SmtpBackend, SmtpOptions, SmtpSession } from '../backend.ts';
import { minMessageOctetsPerSecond } from '../limits.ts';
import { maxHandshakeMs, Patience } from './patience.ts';
import type { Receiver } from './stream.ts';

export interface EdgeConnectionOptions {
  readonly server: SmtpSession['server'];
  readonly ends: Ends;
  readonly record: SessionRecord;
  readonly backend: SmtpBackend;
  readonly limits: SmtpOptions;
  /** How long a message may still take when the server stops. */
  readonly graceMs: number;
  /** Something of ours has failed. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** The connection is gone. */
  readonly onGone: () => void;
}

export type LibraryServer = ConstructorParameters<typeof SMTPConnection>[0];

export abstract class ConnectionLife extends SMTPConnection {
  readonly limits: SmtpOptions;
  readonly record: SessionRecord;
  protected readonly own: EdgeConnectionOptions;
  protected receiver: Receiver | null = null;
  protected octetsIn = 0;
  protected leaving: 'after-reply' | 'after-message' | null = null;
  /** Said goodbye by QUIT. */
  protected quit = false;
  private readonly patience = new Patience(() => this._onTimeout());
  /** The TLS socket while its handshake runs on top of the plain one. */
  private topSocket: Socket;
  private octetsAtCheck = 0;
  private reason = '';
  private gone = false;

  constructor(library: LibraryServer, socket: Socket, own: EdgeConnectionOptions) {
    super(library, socket, { id: String(own.record.id), ...own.ends });
    this.own = own;
    this.limits = own.limits;
    this.record = own.record;
    this.topSocket = socket;
    this.name = asciiDomain(own.limits.greetingName(own.ends.localAddress)); // nobody has agreed to SMTPUTF8 yet
  }

  /** RFC 3207 §4.2: what was said in clear text is forgotten. */
  protected abstract forget(): void;
  /** What is written so far leaves now. */
  protected abstract flush(): void;

  get isReceiving(): boolean {
    return this.receiver !== null;
  }

  /**
   * Greets after the event loop has looked once for what the client has sent so far: whoever did not wait for the greeting
   * (RFC 5321 §4.3.1) is found without making the others wait.
   */
  override init(): void {
    this._setListeners(() => setImmediate(() => setImmediate(() => {
      if (!this._closing && !this._closed) this.connectionReady();
    })));
  }

  /** Octets have come in. */
  protected arrived(octets: number): void {
    this.octetsIn += octets;
    if (!this._ready) this.end(554, '5.5.0', 'The greeting comes first: wait for it before sending');
  }

  override upgrade(callback: () => void, secureCallback?: () => void): void {
    this.flush();
    super.upgrade(callback, () => {
      this.forget();
      this.record.update({ tls: true, account: '', from: '', to: [], state: 'command' });
      this.restartPatience();
      secureCallback?.();
    });
  }

  // ---- Patience

  protected restartPatience(): void {
    this.patience.restart(this.limits.inactiveMs);
  }

  /** A message is measured from here on. */
  protected startPace(): void {
    this.octetsAtCheck = this.octetsIn;
    this.restartPatience();
  }

  /** Called by the library for every socket it begins to use, the TLS one before its handshake. */
  override _armTimeout(socket: Socket = this._socket): void {
    this.topSocket = socket;
    this.patience.restart(this._upgrading ? Math.min(maxHandshakeMs, this.limits.inactiveMs) : this.limits.inactiveMs);
  }

  override _onTimeout(): void {
    const octets = this.octetsIn - this.octetsAtCheck;
    this.octetsAtCheck = this.octetsIn;
    const isSending = this.receiver !== null && octets * 1000 >= minMessageOctetsPerSecond * this.limits.inactiveMs;
    const waitsForUs = this._handlerPending || this.receiver?.isBusy === true;
    if (!this._upgrading && (isSending || waitsForUs)) this.restartPatience();
    else this.end(421, '4.4.2', 'Nothing heard for too long');
  }

  // ---- The end

  /** Disconnect in the console, or the server stops: a message on its way may still come to its end then. */
  disconnect(reason: 'administrator' | 'shutdown'): void {
    if (reason === 'administrator') this.end(421, '4.3.2', 'Disconnected by the administrator');
    else if (this.isReceiving) {
      this.leaving = 'after-message';
      setTimeout(() => this.leave(), this.own.graceMs).unref();
    } else this.leave();
  }

  protected leave(): void {
    this.end(421, '4.3.2', 'Server is shutting down, try again later');
  }

  /** The last reply. */
  protected end(code: number, enhanced: string, text: string): void {
    if (this._closing || this._closed) return;
    this.reason = text;
    this.send(code, text, enhanced);
    this.close();
  }

  override close(): void {
    this.abortMessage();
    this.flush();
    // In a handshake nothing can be said; the TLS socket goes first, since it reads from the plain one.
    if (this._upgrading) this.destroy();
    super.close();
  }

  /** Whatever is still open. */
  destroy(): void {
    this.topSocket.destroy();
    this._socket.destroy();
  }

  override _onError(error: Error & { code?: string }): void {
    if (this.reason === '') this.reason = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'Connection broken off by the client' : `Connection failed: ${error.message}`;
    this.close();
  }

  override _onClose(): void {
    super._onClose();
    if (this.gone) return;
    this.gone = true;
    this.patience.stop();
    this.abortMessage();
    if (this.quit) this.record.end('successful');
    else this.record.end('terminated', this.reason === '' ? 'Connection closed by the client without QUIT' : this.reason);
    this.own.onGone();
  }

  private abortMessage(): void {
    if (this.receiver !== null && !this.receiver.isBusy) this.record.note('The message did not come to its end and is not kept', 'warning');
    this.receiver?.abort();
    this.receiver = null;
  }
}
