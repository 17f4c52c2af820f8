// One POP3 session, without socket, clock or chance: bytes in by `receive`, one event out by `nextEvent`, and nothing more
// until the driver has decided the last one. Pipelining, STLS and slow backends are settled by that one rule.
// RFC 1939, 2449, 2595, 3206, 5034, 6856. Driven by net/pop3/connection.ts; the states are in state.ts.
import { capabilities } from './capabilities.ts';
import { parseCommand, type Command } from './command.ts';
import { refusal, reply, type EndReason, type LogOnRefusal, type Pop3Event, type ResponseCode } from './event.ts';
import { LineReader } from './line-reader.ts';
import { Listing, type ListedMessage } from './listing.ts';
import { maskAnswer, maskLine } from './mask.ts';
import { readPlain } from './plain.ts';
import { isAllowed, phaseAfter, type Happening, type Phase } from './state.ts';
import { answerTransaction, inAll } from './transaction.ts';

export interface SessionFacts {
  /** Our name in the greeting: printable ASCII without spaces. */
  readonly host: string;
  /** RFC 1939 §7 APOP: unique for each greeting, `<...@...>`. */
  readonly timestamp: string;
  readonly encrypted: boolean;
  /** Whether names and passwords may be sent on this connection as it is. */
  readonly mayLogOn: boolean;
}

/** Commands that cannot be understood or do not belong here, and refused logons: more of them end the session. */
const maxMistakes = 20;

type Decision = 'log-on' | 'tls' | 'message' | 'update';

export class Pop3ServerSession {
  readonly timestamp: string;
  private readonly reader = new LineReader();
  private phase: Phase = 'authorization';
  private endReason: EndReason = 'client-gone';
  private awaiting: Decision | null = null;
  private queued: Pop3Event | null;
  private clientIsGone = false;
  private encrypted: boolean;
  private mayLogOn: boolean;
  private mistakes = 0;
  /** From USER, until the next PASS. */
  private name: string | null = null;
  private listing = new Listing([]);

  constructor(facts: SessionFacts) {
    this.timestamp = facts.timestamp;
    this.encrypted = facts.encrypted;
    this.mayLogOn = facts.mayLogOn;
    this.queued = reply(null, `+OK ${facts.host} POP3 server ready ${facts.timestamp}`);
  }

  /** To be called when `nextEvent` said 'need-bytes': what is received at other times is kept, and that is the driver's to bound. */
  receive(bytes: Buffer): void {
    if (this.phase !== 'ended' && this.awaiting !== 'tls') this.reader.push(bytes);
  }

  /** The client will send nothing more. What it has sent is still answered. */
  receiveEnd(): void {
    this.clientIsGone = true;
  }

  nextEvent(): Pop3Event {
    if (this.awaiting !== null) throw new Error(`A POP3 session waits for a decision: ${this.awaiting}`);
    if (this.queued !== null) {
      const event = this.queued;
      this.queued = null;
      return event;
    }
    if (this.phase === 'ended') return { kind: 'close', reason: this.endReason };
    switch (this.reader.next()) {
      case 'line':
        return this.phase === 'exchange' ? this.answerExchange(this.reader.line) : this.answerLine(this.reader.line);
      case 'too-long':
        if (this.phase === 'exchange') this.move('answered');
        return this.mistake('(a line that is too long)', 'Line too long');
      case 'endless':
        this.end('mistakes');
        return reply('(a line without end)', refusal('Line too long, closing the connection'));
      case 'need-bytes':
        if (!this.clientIsGone) return { kind: 'need-bytes' };
        this.end('client-gone');
        return this.nextEvent();
    }
  }

  /** Decides 'log-on' and 'log-on-apop'. The messages stay as they are for the whole session (RFC 1939 §4). */
  loggedOn(messages: readonly ListedMessage[]): void {
    this.decided('log-on');
    this.move('logged-on');
    this.listing = new Listing(messages);
    this.queued = reply(null, `+OK Welcome, ${inAll(this.listing)}`);
  }

  /** Decides 'log-on' and 'log-on-apop'. */
  logOnRefused({ code, text, disconnect }: LogOnRefusal): void {
    this.decided('log-on');
    this.mistakes += 1;
    if (disconnect || this.mistakes >= maxMistakes) this.end('refused');
    this.queued = reply(null, refusal(text, code));
  }

  /** Decides 'start-tls': the handshake is done. RFC 2595 §4: what was said before does not count any more. */
  tlsStarted(mayLogOn: boolean): void {
    this.decided('tls');
    this.move('tls-started');
    this.encrypted = true;
    this.mayLogOn = mayLogOn;
    this.name = null;
  }

  /** Decides 'start-tls', when nothing was sent: it goes on in clear text. */
  tlsRefused(text: string): void {
    this.decided('tls');
    this.queued = reply(null, refusal(text, 'SYS/TEMP'));
  }

  /** Decides 'message'. */
  messageSent(): void {
    this.decided('message');
  }

  /** Decides 'message', when nothing of the answer was sent. */
  messageFailed(text: string): void {
    this.decided('message');
    this.queued = reply(null, refusal(text, 'SYS/TEMP'));
  }

  /** Decides 'update'. RFC 1939 §6: if something could not be removed, QUIT is answered with -ERR, and the session ends all the same. */
  updated(outcome: 'ok' | 'failed'): void {
    this.decided('update');
    this.move('updated');
    this.endReason = outcome === 'ok' ? 'quit' : 'update-failed';
    this.queued = reply(null, outcome === 'ok' ? '+OK Bye' : refusal('The messages could not be deleted, please try again later', 'SYS/TEMP'));
  }

  private answerLine(line: string): Pop3Event {
    const heard = maskLine(line);
    const command = parseCommand(line);
    if (command.verb === null) return this.mistake(heard, command.problem);
    if (!isAllowed(command.verb, this.phase)) {
      return this.mistake(heard, this.phase === 'transaction' ? 'You are logged on already' : 'Please log on first');
    }
    return this.answer(command, heard);
  }

  private answer(command: Command, heard: string): Pop3Event {
    switch (command.verb) {
      case 'CAPA':
        return reply(heard, '+OK', [capabilities({ mayLogOn: this.mayLogOn, encrypted: this.encrypted })]);
      case 'UTF8':
        // RFC 6856 §2.1: messages, names and passwords pass as they are with or without it.
        return reply(heard, '+OK UTF-8 it is');
      case 'STLS':
        return this.startTls(heard);
      case 'USER':
        if (!this.mayLogOn) return this.needsEncryption(heard);
        this.name = command.name;
        // RFC 1939 §7 USER: the same answer whether or not there is such a mailbox.
        return reply(heard, '+OK');
      case 'PASS':
        return this.pass(command.password, heard);
      case 'APOP':
        return this.awaitDecision('log-on', { kind: 'log-on-apop', heard, user: command.name, digest: command.digest });
      case 'AUTH':
        return this.auth(command.mechanism, command.response, heard);
      case 'QUIT':
        return this.quit(heard);
      default:
        return this.transaction(answerTransaction(command, this.listing, heard));
    }
  }

  private transaction(event: Pop3Event): Pop3Event {
    return event.kind === 'message' ? this.awaitDecision('message', event) : event;
  }

  private startTls(heard: string): Pop3Event {
    if (this.encrypted) return reply(heard, refusal('This connection is encrypted already'));
    // RFC 2595 §4 and the lesson of CVE-2011-0411: what came with STLS in clear text is not a command of the client under TLS.
    this.reader.clear();
    return this.awaitDecision('tls', { kind: 'start-tls', heard, line: '+OK Begin TLS now' });
  }

  private pass(password: string, heard: string): Pop3Event {
    if (!this.mayLogOn) return this.needsEncryption(heard);
    const user = this.name;
    if (user === null) return this.mistake(heard, 'Please say USER first');
    this.name = null;
    return this.awaitDecision('log-on', { kind: 'log-on', heard, user, password });
  }

  private auth(mechanism: string, response: string | null, heard: string): Pop3Event {
    if (!this.mayLogOn) return this.needsEncryption(heard);
    if (mechanism !== 'PLAIN') return this.mistake(heard, 'That mechanism is not offered here; PLAIN is');
    if (response !== null) return this.plain(response, heard);
    this.move('asked');
    return reply(heard, '+ ');
  }

  private answerExchange(line: string): Pop3Event {
    this.move('answered');
    const heard = maskAnswer(line);
    // RFC 5034 §4: the client gives up.
    return line === '*' ? reply(heard, refusal('As you wish')) : this.plain(line, heard);
  }

  private plain(response: string, heard: string): Pop3Event {
    const credentials = readPlain(response);
    if ('problem' in credentials) return this.mistake(heard, credentials.problem);
    return this.awaitDecision('log-on', { kind: 'log-on', heard, user: credentials.user, password: credentials.password });
  }

  private quit(heard: string): Pop3Event {
    const wasLoggedOn = this.phase === 'transaction';
    this.move('quit');
    this.endReason = 'quit';
    return wasLoggedOn ? this.awaitDecision('update', { kind: 'update', heard, indexes: this.listing.deletedIndexes() }) : reply(heard, '+OK Bye');
  }

  private needsEncryption(heard: string): Pop3Event {
    return this.mistake(heard, 'Encryption is required: switch on STARTTLS, or SSL/TLS on its own port, in your mail program', 'AUTH');
  }

  private mistake(heard: string, problem: string, code?: ResponseCode): Pop3Event {
    this.mistakes += 1;
    if (this.mistakes < maxMistakes) return reply(heard, refusal(problem, code));
    this.end('mistakes');
    return reply(heard, refusal('Too many mistakes, closing the connection'));
  }

  private awaitDecision(decision: Decision, event: Pop3Event): Pop3Event {
    this.awaiting = decision;
    return event;
  }

  private decided(decision: Decision): void {
    if (this.awaiting !== decision) throw new Error(`A POP3 session does not wait for '${decision}'`);
    this.awaiting = null;
  }

  private end(reason: EndReason): void {
    this.move('cut-off');
    this.endReason = reason;
    this.reader.clear();
  }

  private move(happening: Happening): void {
    this.phase = phaseAfter(this.phase, happening);
  }
}
