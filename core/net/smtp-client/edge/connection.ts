// One SMTP connection: nodemailer's SMTPConnection, corrected at its edges. The library keeps greeting, EHLO and HELO, STARTTLS, what
// the server offers, logging on, cutting replies out of the stream, and their limits. Here: commands whose replies come one by one
// (an envelope there knows only its refusals), the transcript, time for each answer, and how it ended. Made by client.ts.
import type { Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { HopAddress, Timeouts, Transcript } from '../types.ts';
import { LibraryConnection, type LibraryError } from './library.ts';
import { shownCommand, withoutSecrets } from './secrets.ts';
import { decoded, protectionOf } from './words.ts';

export interface EdgeInput {
  /** Connected. */
  readonly socket: Socket;
  readonly to: HopAddress;
  readonly timeouts: Timeouts;
  readonly record: Transcript;
  /** How TLS is set up; what is proved is decided here. */
  readonly tls: ConnectionOptions;
}
export type Step = 'greeting' | 'ehlo' | 'tls' | 'logon' | 'open';
/** Why it went. */
export interface Ending {
  readonly cause: string;
  readonly text: string;
  /** The server's last words, if it refused. */
  readonly reply: string | null;
}

/** A reply of more than this has no sense; what one server may make us hold. */
const maxReplyOctets = 65_536;
/** nodemailer's limit for all of connecting: each step has its own limit here. */
const noLimit = 2_147_483_647;
const goodbyeMs = 5000;

export class EdgeConnection extends LibraryConnection {
  step: Step = 'greeting';
  ending: Ending | null = null;
  private readonly own: EdgeInput;
  private readonly waiting: ((text: string | null) => void)[] = [];
  private wakeWriter: (() => void) | null = null;
  private patience: NodeJS.Timeout | null = null;
  private patienceMs = 0;
  private octetsIn = 0;
  private octetsOut = 0;
  private greeted = false;
  private leaving = false;

  constructor(input: EdgeInput) {
    const { to, timeouts } = input;
    super({
      connection: input.socket, host: to.host, port: to.port, name: to.helo, secure: to.tls === 'tls',
      ignoreTLS: to.tls === 'none', requireTLS: to.tls === 'starttls', opportunisticTLS: to.tls === 'opportunistic', tls: input.tls,
      connectionTimeout: noLimit, greetingTimeout: timeouts.greetingMs, socketTimeout: Math.max(timeouts.dataMs, timeouts.greetingMs),
      socketCloseTimeout: goodbyeMs, maxResponseSize: maxReplyOctets, logger: false,
    });
    this.own = input;
    this.on('error', (error) => this.ended(error));
    this.on('end', () => this.gone());
  }

  /** Greeting, EHLO, TLS. Null: it is open; else `ending` says why not. */
  open(): Promise<Ending | null> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.beImpatient(0);
        if (this.ending === null) this.step = 'open';
        resolve(this.ending);
      };
      this.on('end', settle);
      this.connect((error) => {
        if (error !== undefined) this.ended(error);
        settle();
      });
    });
  }

  /** The words that the server offers, as EHLO lists them. */
  offers(word: string): boolean {
    return this._supportedExtensions.includes(word);
  }

  get isBroken(): boolean {
    const socket = this._socket;
    return this._destroyed || !socket || socket.destroyed || !socket.writable;
  }

  /** Several commands in one packet; their replies in order. Null: the connection went before this one. */
  commands(lines: readonly string[], ms: number): Promise<string | null>[] {
    if (this.isBroken || !this._socket) return lines.map(() => Promise.resolve(null));
    const replies = lines.map(() => this.nextReply());
    this.beImpatient(ms);
    for (const line of lines) this.own.record.sent(line);
    this.put(`${lines.join('\r\n')}\r\n`);
    return replies;
  }

  command(line: string, ms: number): Promise<string | null> {
    return this.commands([line], ms)[0] ?? Promise.resolve(null);
  }

  /** The reply that comes next, whenever: no limit until beImpatient. */
  nextReply(): Promise<string | null> {
    if (this._destroyed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this._responseActions.push((text) => {
        this.waiting.shift();
        resolve(text);
      });
    });
  }

  /** So much time for the next reply, and for each one after it. 0: no limit. */
  beImpatient(ms: number): void {
    if (this.patience !== null) clearTimeout(this.patience);
    this.patienceMs = ms;
    this.patience = ms === 0 || this._destroyed ? null : setTimeout(() => this.fail('ETIMEDOUT', `No answer within ${Math.round(ms / 1000)} seconds.`), ms);
  }

  /** Bytes of a message. False: wait for room() before the next ones. @param flushed called when the system has taken them all */
  put(bytes: Buffer | string, flushed?: () => void): boolean {
    if (this.isBroken || !this._socket) return false;
    this.octetsOut += typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    return this._socket.write(bytes, (error) => {
      if (!error) flushed?.();
    });
  }

  /** Resolves when more can be written, or never will be. */
  room(): Promise<void> {
    const socket = this._socket;
    if (this.isBroken || !socket) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('drain', resolve);
      this.wakeWriter = resolve;
    });
  }

  reportTraffic(): void {
    this.own.record.traffic(this.octetsIn, this.octetsOut);
  }

  fail(cause: string, text: string): void {
    this._onError(new Error(text), cause, false, 'CONN');
  }

  /** At once, without a word: a message that is not whole must not be ended. */
  drop(cause: string, text: string): void {
    this.ending ??= { cause, text, reply: null };
    const socket = this._socket;
    this.close();
    if (socket) socket.destroy();
  }

  /** @param failure why nothing was sent over it; null: all is well */
  async leave(failure: Ending | null): Promise<void> {
    if (this.isBroken) return;
    this.leaving = true;
    this.ending ??= failure;
    await this.command('QUIT', Math.min(goodbyeMs, this.own.timeouts.greetingMs));
    this.close();
  }

  // ---- What the library calls

  override _onData(chunk: Buffer): void {
    this.octetsIn += chunk.length;
    super._onData(chunk);
  }

  /** As the library's, but without a turn of the event loop for each reply, and with the transcript. */
  override _processResponse(): void {
    for (;;) {
      const raw = this._responseQueue.shift();
      if (raw === undefined || this._destroyed) return;
      if (raw.trim() === '') continue;
      const text = withoutSecrets(decoded(raw), this.own.to.logon);
      this.lastServerResponse = text;
      for (const line of text.split('\n')) this.own.record.received(line);
      const action = this._responseActions.shift();
      const isLast = /^421(?:[ -]|$)/.test(text); // RFC 5321 §3.8: may come at any time; the server closes
      if (action === undefined) {
        if (isLast) this.serverLeaves(text);
        else this._onError(new Error('The server says something that nobody asked.'), 'EPROTOCOL', text, 'CONN');
        return;
      }
      action.call(this, text);
      if (this._responseActions.length > 0 || this.step === 'logon') this.beImpatient(this.patienceMs);
      else if (this.step === 'open') this.beImpatient(0);
      if (isLast) {
        this.serverLeaves(text);
        return;
      }
    }
  }

  override _sendCommand(line: string): void {
    if (this.isBroken) return;
    this.own.record.sent(shownCommand(line, this.step === 'logon'));
    this.put(`${line}\r\n`);
  }

  override _actionGreeting(text: string): void {
    if (text.startsWith('220')) {
      this.greeted = true;
      this.step = 'ehlo';
      this.beImpatient(this.own.timeouts.greetingMs);
    }
    super._actionGreeting(text);
  }

  override _actionEHLO(text: string): void {
    const { to, record } = this.own;
    if (!this.secure && (to.tls === 'opportunistic' || to.tls === 'starttls') && /^2/.test(text) && !/^250[ -]STARTTLS\b/im.test(text)) {
      record.note(to.tls === 'starttls' ? 'The server offers no STARTTLS, which is required here' : 'The server offers no STARTTLS: the connection stays unencrypted', 'warning');
    }
    super._actionEHLO(text);
  }

  override _upgradeConnection(done: (error: Error | null | undefined, secured?: boolean) => void): void {
    const before = this.step;
    this.step = 'tls';
    this.beImpatient(0); // the library has a limit for this step
    super._upgradeConnection((error, secured) => {
      if (!error) {
        this.step = before;
        if (this.greeted) this.beImpatient(this.own.timeouts.greetingMs);
        const protection = protectionOf(this._socket as TLSSocket, this.own.to.host); // the library has just put it there
        this.own.record.update({ tls: true });
        this.own.record.note(protection.text, protection.proved ? 'info' : 'warning');
      }
      done(error, secured);
    });
  }

  override _destroy(): void {
    super._destroy();
    this.beImpatient(0);
    for (const resolve of this.waiting.splice(0)) resolve(null);
    this.wakeWriter?.();
  }

  // ---- How it ends

  private serverLeaves(text: string): void {
    this.ending ??= { cause: '421', text: 'The server closed the connection.', reply: text };
    this._onServerClosing(text);
  }

  private ended(error: LibraryError): void {
    if (error.code === 'ETLS') this.step = 'tls'; // STARTTLS was refused
    this.ending ??= { cause: error.originalCode ?? error.code ?? 'ECONNECTION', text: error.message, reply: error.response ?? null };
  }

  private gone(): void {
    if (!this.leaving) this.ending ??= { cause: 'ECONNECTION', text: 'The server closed the connection.', reply: null };
    this.reportTraffic();
    const { record } = this.own;
    if (this.ending === null) record.end('successful');
    else record.end('terminated', this.ending.text);
  }
}
