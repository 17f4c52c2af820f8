// A small SMTP server that does what the test wants at the points where the test wants it: what no real server can be made to do.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export type Word = 'GREETING' | 'EHLO' | 'HELO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'MESSAGE' | 'RSET' | 'QUIT';
/** A reply (CRLF is added), or what to do instead. */
export type Behaviour = string | ((socket: Socket, line: string) => void);

export interface ScriptedServer {
  readonly port: number;
  /** Commands as they came, `(message)` for a whole one. */
  readonly lines: readonly string[];
  /** Messages as they came, dots still doubled, without the final one. */
  readonly messages: readonly string[];
  /** Connections that were opened. */
  readonly connections: () => number;
  close(): Promise<void>;
}

const usual: Record<Word, Behaviour> = {
  GREETING: '220 odd.test ESMTP', EHLO: '250-odd.test\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 DSN', HELO: '250 odd.test', STARTTLS: '502 5.5.1 no', AUTH: '504 5.5.4 no',
  MAIL: '250 2.1.0 ok', RCPT: '250 2.1.5 ok', DATA: '354 go', MESSAGE: '250 2.0.0 kept', RSET: '250 2.0.0 ok', QUIT: '221 2.0.0 bye',
};

export async function scriptedServer(script: Partial<Record<Word, Behaviour>> = {}): Promise<ScriptedServer> {
  const lines: string[] = [];
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer((socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let held = '';
    let inMessage = false;
    const act = (word: Word, line: string): void => {
      const behaviour = script[word] ?? usual[word];
      if (typeof behaviour === 'function') behaviour(socket, line);
      else socket.write(`${behaviour}\r\n`);
      if (word === 'DATA' && typeof behaviour === 'string' && behaviour.startsWith('354')) inMessage = true;
      if (word === 'QUIT') socket.end();
    };
    act('GREETING', '');
    socket.on('data', (bytes: Buffer) => {
      held += bytes.toString('latin1');
      for (;;) {
        const end = held.indexOf(inMessage ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const text = held.slice(0, end);
        held = held.slice(end + (inMessage ? 5 : 2));
        lines.push(inMessage ? '(message)' : text);
        if (inMessage) messages.push(text);
        const word = inMessage ? 'MESSAGE' : (/^[A-Z]+/.exec(text)?.[0] ?? '') as Word;
        inMessage = false;
        act(word, text);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, lines, messages, connections: () => opened,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
