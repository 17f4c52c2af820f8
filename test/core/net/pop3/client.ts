// A small POP3 client for tests: says exactly what it is told, and reads lines as they come.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export class TestClient {
  socket: Socket;
  /** Whether the other side has closed, or the connection broke. */
  closed = false;
  private received = '';
  private wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.attach();
  }

  /** Resolves when connected; the greeting is not read yet. */
  static connect(port: number, options: { tls?: { ca: string }; paused?: boolean } = {}): Promise<TestClient> {
    return new Promise((resolve, reject) => {
      const socket = options.tls === undefined
        ? connectTcp({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }, () => resolve(new TestClient(socket)))
        : connectTls({ port, host: '127.0.0.1', ca: options.tls.ca, servername: 'localhost' }, () => resolve(new TestClient(socket)));
      socket.once('error', reject);
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** One line without CRLF. Rejects when the connection is closed before. */
  async line(): Promise<string> {
    const end = await this.until(() => this.received.indexOf('\r\n'));
    const line = this.received.slice(0, end);
    this.received = this.received.slice(end + 2);
    return line;
  }

  async lines(count: number): Promise<string[]> {
    const all: string[] = [];
    while (all.length < count) all.push(await this.line());
    return all;
  }

  /** A line, and the lines of a multi-line response up to its end, as they came. */
  async multi(): Promise<string> {
    const first = await this.line();
    if (!first.startsWith('+OK')) return first;
    const end = await this.until(() => (this.received.startsWith('.\r\n') ? 0 : inside(this.received.indexOf('\r\n.\r\n'))));
    const body = this.received.slice(0, end);
    this.received = this.received.slice(end + 3);
    return `${first}\r\n${body}`;
  }

  async ask(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return await this.line();
  }

  async logOn(user = 'dina', password = 'secret'): Promise<string> {
    this.send(`USER ${user}\r\nPASS ${password}\r\n`);
    const [, , welcome = ''] = await this.lines(3);
    return welcome;
  }

  /** All that comes until the connection is closed. */
  async rest(): Promise<string> {
    while (!this.closed) await this.more();
    return this.received;
  }

  /** As after STLS. */
  startTls(ca: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('end');
      const socket = connectTls({ socket: this.socket, ca, servername: 'localhost' }, () => {
        this.socket = socket;
        this.attach();
        resolve();
      });
      socket.once('error', reject);
    });
  }

  private attach(): void {
    this.socket.on('data', (chunk) => { this.received += chunk.toString('latin1'); this.wake?.(); });
    const onClosed = () => { this.closed = true; this.wake?.(); };
    this.socket.on('close', onClosed).on('end', onClosed).on('error', () => undefined);
  }

  private async until(find: () => number): Promise<number> {
    for (let at = find(); ; at = find()) {
      if (at !== -1) return at;
      if (this.closed) throw new Error(`Closed while more was awaited; received: ${this.received}`);
      await this.more();
    }
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => { this.wake = null; resolve(); };
    });
  }
}

const inside = (at: number): number => (at === -1 ? -1 : at + 2);
