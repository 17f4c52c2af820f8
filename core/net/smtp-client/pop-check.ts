// "Host requires a POP check first": looks into the mailbox at the provider and leaves, so that sending is allowed from this address
// for a while. Called by client.ts for the sender and the Test button.
import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { apopCommand, challengeIn, passCommand, plainCommand, userCommand, type PopCommand } from '../../protocol/pop3/client-commands.ts';
import { PopReplies, type PopReply } from '../../protocol/pop3/client-replies.ts';
import { dial } from './tcp.ts';
import type { ConnectFailure, PopCheck, Timeouts, Transcript } from './types.ts';

export interface PopCheckInput {
  readonly to: PopCheck;
  readonly addresses: readonly string[];
  readonly timeouts: Timeouts;
  readonly record: Transcript;
  readonly signal: AbortSignal;
  readonly tls: ConnectionOptions;
}

class PopFailure extends Error {
  /** As in ConnectFailure. */
  readonly word: string;
  readonly local: boolean;
  constructor(word: string, text: string, local = false) {
    super(text);
    this.word = word;
    this.local = local;
  }
}

/** One address after the other until one can be reached; what the server then says is final. */
export async function popCheck(input: PopCheckInput): Promise<ConnectFailure | null> {
  const { to, addresses, timeouts, record, signal } = input;
  const port = to.port ?? (to.tls === 'tls' ? 995 : 110);
  let failure = new PopFailure('ENOTFOUND', `The POP server ${to.host} has no address.`);
  for (const address of addresses) {
    const dialed = await dial({ address, port, sourceAddress: '', ms: timeouts.connectMs, signal });
    if (dialed.kind === 'failed') {
      failure = new PopFailure(dialed.cause, dialed.text, dialed.local);
      record.note(dialed.text, 'warning');
      continue;
    }
    record.note(`Connected to the POP server ${to.host} [${address}]:${port}`);
    const line = new PopLine(dialed.socket, input);
    try {
      await logOnAndLeave(line, to, record);
      record.note('The POP check went well');
      return null;
    } catch (error) {
      failure = error instanceof PopFailure ? error : new PopFailure('EPROTOCOL', String(error));
      break;
    } finally {
      line.close();
    }
  }
  record.note(failure.message, 'error');
  return { stage: 'pop', reply: null, cause: failure.word, text: failure.message, local: failure.local };
}

async function logOnAndLeave(line: PopLine, to: PopCheck, record: Transcript): Promise<void> {
  if (to.tls === 'tls') await line.encrypt();
  const greeting = await line.reply('line');
  if (!greeting.ok) throw new PopFailure(greeting.code === '' ? 'EPROTOCOL' : greeting.code, `The POP server refused the connection: ${greeting.text}`);
  if (to.tls === 'starttls' || to.tls === 'opportunistic') await startTls(line, to, record);
  const challenge = line.encrypted ? null : challengeIn(greeting.text);
  if (challenge !== null) await line.must(apopCommand(to.user, to.password, challenge));
  else {
    if (!line.encrypted) record.note('The password goes over an unencrypted connection', 'warning');
    await line.must(userCommand(to.user));
    await line.must(passCommand(to.password));
  }
  await line.ask(plainCommand('QUIT')).catch(() => undefined); // we were in: that is all that counts
}

async function startTls(line: PopLine, to: PopCheck, record: Transcript): Promise<void> {
  const capabilities = await line.ask(plainCommand('CAPA'), 'lines');
  const offered = capabilities.ok && capabilities.lines.some((word) => /^STLS$/i.test(word.trim()));
  if (offered && (await line.ask(plainCommand('STLS'))).ok) {
    await line.encrypt();
    return;
  }
  if (to.tls === 'starttls') throw new PopFailure('ETLS', 'The POP server offers no STLS, which is required here.');
  record.note('The POP server offers no STLS: the connection stays unencrypted', 'warning');
}

/** The connection: one command, one reply. */
class PopLine {
  encrypted = false;
  private socket: Socket;
  private readonly input: PopCheckInput;
  private readonly replies = new PopReplies();
  private problem: PopFailure | null = null;
  private wake: (() => void) | null = null;
  private readonly onAbort = (): void => this.stop(new PopFailure('ABORTED', 'The connection was ended here.'));

  constructor(socket: Socket, input: PopCheckInput) {
    this.input = input;
    this.socket = socket;
    input.signal.addEventListener('abort', this.onAbort, { once: true });
    this.listen();
  }

  async must(command: PopCommand | null): Promise<void> {
    if (command === null) throw new PopFailure('EINVAL', 'The user name or password has characters that cannot be sent.');
    const reply = await this.ask(command);
    if (!reply.ok) throw new PopFailure(reply.code === '' || reply.code === 'AUTH' ? 'EAUTH' : reply.code, `The POP server refused the logon: ${reply.text}`);
  }

  async ask(command: PopCommand, shape: 'line' | 'lines' = 'line'): Promise<PopReply> {
    this.input.record.sent(command.shown);
    this.socket.write(`${command.line}\r\n`);
    return await this.reply(shape);
  }

  async reply(shape: 'line' | 'lines'): Promise<PopReply> {
    const { greetingMs } = this.input.timeouts;
    const timer = setTimeout(() => this.stop(new PopFailure('ETIMEDOUT', `No answer of the POP server within ${Math.round(greetingMs / 1000)} seconds.`)), greetingMs);
    try {
      for (;;) {
        const reply = this.replies.next(shape);
        if (reply === 'nonsense') throw new PopFailure('EPROTOCOL', "The server's answer is no answer of POP3.");
        if (reply !== 'need-bytes') {
          this.show(reply);
          return reply;
        }
        if (this.problem !== null) throw this.problem;
        await new Promise<void>((resolve) => { this.wake = resolve; });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** From here on TLS. What came before is forgotten. */
  async encrypt(): Promise<void> {
    const { to, tls, timeouts, record } = this.input;
    this.replies.forget();
    this.socket.removeAllListeners('data').removeAllListeners('close');
    const timer = setTimeout(() => this.stop(new PopFailure('ETIMEDOUT', 'No TLS within the time allowed.')), timeouts.greetingMs);
    const secured = connectTls({ ...tls, socket: this.socket, host: to.host, ...(/^[\d.]+$|:/.test(to.host) ? {} : { servername: to.host }) });
    this.socket = secured;
    this.listen();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      secured.once('secureConnect', resolve);
    });
    clearTimeout(timer);
    if (this.problem !== null) throw this.problem;
    this.encrypted = true;
    record.note(`Encrypted with ${secured.getProtocol() ?? 'TLS'}`);
  }

  close(): void {
    this.input.signal.removeEventListener('abort', this.onAbort);
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.on('data', (bytes: Buffer) => {
      this.replies.receive(bytes);
      this.wake?.();
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.stop(new PopFailure(error.code ?? 'ESOCKET', `The connection to the POP server broke: ${error.message}`)));
    this.socket.on('close', () => this.stop(new PopFailure('ECONNECTION', 'The POP server closed the connection.')));
  }

  private stop(problem: PopFailure): void {
    this.problem ??= problem;
    this.socket.destroy();
    this.wake?.();
  }

  private show(reply: PopReply): void {
    const { record } = this.input;
    const code = reply.code === '' ? '' : `[${reply.code}] `;
    record.received(`${reply.ok ? '+OK' : '-ERR'} ${code}${reply.text.replaceAll(this.input.to.password, '******')}`.trim());
    for (const line of reply.lines) record.received(line);
  }
}
