// The reading side of a connection: smtp-server's SMTPStream with the line rules of RFC 5321 in place of its own.
// It hands out one command line at a time and nothing more until that one is decided; while a message is received its bytes
// go to the receiver, and no more are read until the receiver has room. Made by edge/connection.ts.
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { CommandLines, type LineProblem } from './command-lines.ts';
import { MessageLines } from './message-lines.ts';
import { maxAuthLineOctets, maxCommandLineOctets } from '../limits.ts';

export interface StreamListener {
  /** Octets have come in, before anything is done with them. */
  arrived(octets: number): void;
  command(line: Buffer, done: () => void): void;
  refusedLine(problem: LineProblem, done: () => void): void;
  /** Whether the next line is part of an AUTH exchange and may be long. */
  expectsCredentials(): boolean;
  /** The client has ended its writing side, and every command before that is answered. */
  ended(): void;
}

/** Where the bytes of a message go. */
export interface Receiver {
  /** False: wait for drained() before the next call. */
  content(bytes: Buffer): boolean;
  drained(): Promise<void>;
  /** The final dot has come; `done` when the answer is sent. */
  complete(done: () => void): void;
  /** The connection ends before the final dot. May be called at any time, and twice. */
  abort(): void;
  /** Whether the client waits for us, and not we for the client. */
  readonly isBusy: boolean;
}

type Done = (error?: Error | null) => void;

/** After so many commands in a row other connections have their turn. */
const commandsPerTurn = 100;

export class EdgeStream extends SMTPStream {
  private readonly listener: StreamListener;
  private readonly lines = new CommandLines();
  private message = new MessageLines();
  private receiver: Receiver | null = null;

  constructor(listener: StreamListener) {
    super();
    this.listener = listener;
  }

  /** What comes after the present command is a message. */
  receive(receiver: Receiver): void {
    this.message = new MessageLines();
    this.receiver = receiver;
  }

  get isReceiving(): boolean {
    return this.receiver !== null;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', next: Done): void {
    if (this.isClosed) {
      next();
      return;
    }
    this.listener.arrived(chunk.length);
    if (this.receiver !== null) {
      this.feed(this.receiver, chunk, next);
      return;
    }
    this.lines.push(chunk);
    this.pump(next);
  }

  /** Called by the library at the end of the input. A line without its CR LF is no command and is not run. */
  override _flushData(): void {
    if (!this.isClosed) this.listener.ended();
  }

  /** Runs the lines that are complete, one after the other; a command may be answered at once or later. */
  private pump(done: Done): void {
    let running = false;
    let pending = false;
    const takePending = (): boolean => {
      const was = pending;
      pending = false;
      return was;
    };
    const step = (): void => {
      pending = true;
      if (running) return;
      running = true;
      for (let commands = 0; takePending(); commands += 1) {
        if (commands === commandsPerTurn) {
          setImmediate(step);
          break;
        }
        if (!this.runNext(done, step)) return;
      }
      running = false;
    };
    step();
  }

  /** False: no line is left in what has come so far. */
  private runNext(done: Done, step: () => void): boolean {
    if (this.isClosed) {
      done();
      return false;
    }
    if (this.receiver !== null) {
      this.feed(this.receiver, this.lines.takeRest(), done);
      return false;
    }
    const line = this.lines.next((start) => this.limit(start));
    if (line === null) {
      done();
      return false;
    }
    if (line.kind === 'line') this.listener.command(line.bytes, step);
    else this.listener.refusedLine(line.problem, step);
    return true;
  }

  private limit(start: Buffer): number {
    const beginsLikeAuth = ((start[0] ?? 0) | 0x20) === 0x61; // "a" or "A": few commands do
    const isAuth = this.listener.expectsCredentials() || (beginsLikeAuth && start.toString('latin1', 0, 5).toUpperCase() === 'AUTH ');
    return isAuth ? maxAuthLineOctets : maxCommandLineOctets;
  }

  private feed(receiver: Receiver, chunk: Buffer, done: Done): void {
    const { content, end } = this.message.decode(chunk);
    const hasRoom = content === null || receiver.content(content);
    if (end >= 0) {
      this.receiver = null;
      receiver.complete(() => {
        this.lines.push(chunk.subarray(end));
        this.pump(done);
      });
    } else if (hasRoom) done();
    else void receiver.drained().then(() => done(), () => done());
  }
}
