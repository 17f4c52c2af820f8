// One SMTP connection: smtp-server's SMTPConnection, corrected at its edges. server.ts makes one for every admitted socket.
// The library keeps what it does well: the socket and TLS, choosing the handler, EHLO and the AUTH exchange. What each correction
// is about stands on top of the files beside this one; docs/quirks.md lists them all.
import type { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPServerAuthentication, SMTPServerAuthenticationResponse } from 'smtp-server';
import type { Login, Reply, SmtpBackend, SmtpSession } from '../backend.ts';
import { maxErrors } from '../limits.ts';
import { checkResponse, logOn } from './auth.ts';
import { lineReplies, type LineProblem } from './command-lines.ts';
import { libraryCommands, ownHandlers, withoutArgument } from './commands.ts';
import { replies, type Conversation, type Handler, type Transaction } from './conversation.ts';
import { ConnectionLife } from './life.ts';
import { ReplyWriter } from './reply-writer.ts';
import { EdgeStream, type Receiver } from './stream.ts';
import { transcriptLine } from './transcript.ts';

export class EdgeConnection extends ConnectionLife implements Conversation {
  transaction: Transaction | null = null;
  private readonly writer = new ReplyWriter();
  private login: Login | null = null;
  private esmtp = false;
  /** AUTH is left out of the present EHLO answer. */
  private hidesAuth = false;
  private authTried = false;
  /** The enhanced code of a reply that the library sends for us. */
  private nextEnhanced: string | null = null;
  private known: SmtpSession | null = null;

  get backend(): SmtpBackend {
    return this.own.backend;
  }

  /** Made once and kept until one of them changes: every command asks. */
  facts(): SmtpSession {
    const { server, ends, record } = this.own;
    return this.known ??= { ...ends, server, tls: this.secure, helo: this.helo, esmtp: this.esmtp, login: this.login, sessionId: record.id };
  }

  private get helo(): string {
    return this.hostNameAppearsAs === false ? '' : this.hostNameAppearsAs;
  }

  // ---- Lines in

  override _createParser(): EdgeStream {
    const stream = new EdgeStream({
      arrived: (octets) => {
        this.arrived(octets);
        this.record.traffic(this.octetsIn, this.writer.octets);
      },
      command: (line, done) => this._onCommand(line, done),
      refusedLine: (problem, done) => this.refusedLine(problem, done),
      expectsCredentials: () => this._nextHandler !== false,
      ended: () => this.close(),
    });
    stream.on('error', (error) => this._onError(error));
    return stream;
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const line = command.toString();
    const inExchange = this._nextHandler !== false;
    this.record.received(transcriptLine(line, inExchange ? 'exchange' : this.authTried ? 'refused' : null));
    this.authTried ||= /^\s*AUTH/i.test(line);
    const done = (): void => this.afterCommand(callback);
    const refusal = inExchange ? checkResponse(line.trim()) : null;
    if (refusal !== null) {
      this._nextHandler = false;
      this.reply(refusal);
      done();
      return;
    }
    const text = line.trimEnd(); // RFC 5321 §4.1.1: white space at the end is tolerated
    const verb = verbOf(text);
    const own = ownHandlers.get(verb);
    // The library's way to a handler takes longer than most handlers: it asks what holds for every client that has said EHLO.
    if (own !== undefined && this.helo !== '' && !inExchange && !this._upgrading) {
      this._handlerPending = true;
      this.run(own, verb, text, () => {
        this._handlerPending = false;
        this._whenWritable(done);
      });
      return;
    }
    this._unrecognizedCommands = 0; // counted with all other errors
    super._onCommand(Buffer.from(text), done);
  }

  private refusedLine(problem: LineProblem, done: () => void): void {
    this.record.received('(a line that cannot be read)');
    this._nextHandler = false; // RFC 4954 §4: such a line ends an exchange
    this.reply(lineReplies[problem]);
    this.afterCommand(done);
  }

  private afterCommand(callback: (() => void) | undefined): void {
    this.restartPatience();
    if (this.writer.errors > maxErrors) this.end(421, '4.7.0', 'Too many errors');
    else if (this.leaving === 'after-message' && !this.isReceiving) this.leave();
    else if (this.leaving === 'after-reply') this.close();
    if (callback === undefined) return;
    if (this.limits.latencyMs > 0 && !this._closing) setTimeout(callback, this.limits.latencyMs).unref();
    else callback();
  }

  override _getHandler(command: string): ReturnType<SMTPConnection['_getHandler']> {
    const own = ownHandlers.get(command);
    if (own === undefined && !libraryCommands.has(command)) return undefined;
    return (line, done) => {
      const librarys: Handler = (_conversation, _argument, finished) => super._getHandler(command)?.call(this, line, finished);
      this.run(own ?? librarys, command, line.toString(), done);
    };
  }

  private run(handler: Handler, verb: string, line: string, done: () => void): void {
    const argument = line.slice(verb.length).trim();
    try {
      if (argument !== '' && withoutArgument.has(verb)) {
        this.reply({ code: 501, enhanced: '5.5.4', text: `${verb} has no argument` });
        done();
      } else handler(this, argument, done);
    } catch (error) { // handlers call done() last: whatever threw came before it
      this.failed(`${verb} could not be answered`, error);
      this.reply(replies.localError);
      done();
    }
  }

  override _isDisabled(command: string): boolean {
    return command === 'AUTH' && this.hidesAuth;
  }

  // ---- HELO and EHLO

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this._server.options.size = this.limits.maxMessageBytes; // read by the library while it answers
    this.hidesAuth = !this.backend.mayLogOn(this.facts());
    this.greeted(true, () => super.handler_EHLO(command, callback));
    this.hidesAuth = false;
  }

  override handler_HELO(command: Buffer, callback: () => void): void {
    this.greeted(false, () => super.handler_HELO(command, callback));
  }

  /** RFC 5321 §4.1.4: a name that is refused leaves everything as it was. */
  private greeted(esmtp: boolean, answer: () => void): void {
    const { hostNameAppearsAs } = this;
    this.hostNameAppearsAs = false;
    answer();
    if (this.helo !== '') this.esmtp = esmtp;
    else this.hostNameAppearsAs = hostNameAppearsAs;
    this.known = null;
  }

  // ---- Transactions

  override _resetSession(): void {
    super._resetSession();
    this.transaction = null;
  }

  reset(): void {
    this.receiver = null;
    this._resetSession();
    this.record.update({ state: 'command' });
    this.afterCommand(undefined);
  }

  startMessage(receiver: Receiver): void {
    if (!(this._parser instanceof EdgeStream)) return;
    this.receiver = receiver;
    this._parser.receive(receiver);
    this.startPace();
    this.send(354, 'Send the message, end it with a line that is a single dot');
  }

  accepted(): void {
    this.writer.errors = 0;
  }

  failed(what: string, error: unknown): void {
    this.own.onFailure(what, error);
  }

  // ---- Logging on

  exchangeCredentials(argument: string, done: () => void): void {
    super.handler_AUTH(Buffer.from(`AUTH ${argument}`), done);
  }

  /** smtp-server has decoded the credentials and wants to know. */
  async judge(auth: SMTPServerAuthentication, callback: (error: Error | null, response?: SMTPServerAuthenticationResponse) => void): Promise<void> {
    this.record.update({ state: 'logon' });
    const verdict = await logOn(this, auth);
    if (this._closing || this._closed) return;
    this.record.update({ state: 'command' });
    if (verdict.kind === 'ok') {
      this.login = verdict.login;
      this.known = null;
      this.record.update({ account: verdict.login.address });
      callback(null, { user: verdict.login });
      return;
    }
    this.nextEnhanced = verdict.reply.enhanced;
    if (verdict.disconnect) this.leaving = 'after-reply';
    callback(null, { responseCode: verdict.reply.code, message: verdict.reply.text });
  }

  protected override forget(): void {
    this.login = null;
    this.esmtp = false;
    this.known = null;
  }

  // ---- Replies out

  reply({ code, enhanced, text }: Reply): void {
    this.send(code, text, enhanced);
  }

  /** The one place where anything is written; nothing is while a TLS handshake runs. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const enhanced = this.enhancedCode(code, context);
    if (code === 221) this.quit = true;
    if (!this._upgrading) {
      this.writer.write(this._socket, this.record, code, Array.isArray(data) ? data : [data ?? ''], enhanced, this.login !== null);
      this.record.traffic(this.octetsIn, this.writer.octets);
    }
    if (code === 421) this.close();
  }

  protected override flush(): void {
    this.writer.flush();
  }

  private enhancedCode(code: number, context: string | false | undefined): string {
    const given = this.nextEnhanced;
    this.nextEnhanced = null;
    if (given !== null) return given;
    if (typeof context === 'string' && /^[245]\.\d/.test(context)) return context;
    return super._getEnhancedStatusCode(code, context === 'LHLO' ? undefined : context); // LHLO is no greeting here
  }
}

function verbOf(line: string): string {
  const space = line.indexOf(' ');
  return (space < 0 ? line : line.slice(0, space)).toUpperCase();
}
