// A TCP connection read by lines and by dot-ended messages: just enough of a client for SMTP and POP3. It knows no server of ours.
import { connect } from 'node:net';

/** The server is gone, in the middle of something. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface LineSocket {
  /** The next line, without CR LF. */
  readLine(): Promise<string>;
  /** All up to a line with a single dot, dots unstuffed (RFC 1939 §3). */
  readMessage(): Promise<Buffer>;
  write(bytes: string | Buffer): Promise<void>;
  /** At once, without a word. */
  drop(): void;
}

/** A server that says nothing for so long has failed, not ended. */
const patienceMs = 30_000;
const endOfMessage = Buffer.from('\r\n.\r\n');

export async function dial(port: number): Promise<LineSocket> {
  const socket = connect(port, '127.0.0.1');
  let buffer = Buffer.alloc(16 * 1024);
  let used = 0;
  let ended = false;
  let silent = false;
  let lastSaid = '';
  let wake = (): void => undefined;
  const end = () => {
    ended = true;
    wake();
  };
  socket.setTimeout(patienceMs, () => {
    silent = true;
    socket.destroy();
  });
  socket.on('close', end).on('end', end).on('error', end);
  socket.on('data', (chunk) => {
    if (used + chunk.length > buffer.length) {
      const larger = Buffer.alloc((used + chunk.length) * 2);
      buffer.copy(larger, 0, 0, used);
      buffer = larger;
    }
    chunk.copy(buffer, used);
    used += chunk.length;
    wake();
  });
  const take = (length: number, skip: number): Buffer => {
    const taken = Buffer.from(buffer.subarray(0, length));
    buffer.copyWithin(0, length + skip, used);
    used -= length + skip;
    return taken;
  };
  /** Position of `mark`, when it has come. */
  const find = async (mark: string | Buffer): Promise<number> => {
    for (let from = 0; ;) {
      const at = buffer.subarray(0, used).indexOf(mark, from);
      if (at >= 0) return at;
      if (silent) throw new Error(`The server on port ${port} has said nothing for ${patienceMs / 1000} s after: ${lastSaid}`);
      if (ended) throw new ConnectionLost('The connection ended.');
      from = Math.max(0, used - mark.length);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('close', () => reject(new ConnectionLost(`Nobody answers on port ${port}.`)));
  });
  return {
    readLine: async () => take(await find('\r\n'), 2).toString('latin1'),
    async readMessage() {
      // An empty message is its end alone; the CR LF before it belongs to the reply.
      await find('\r\n');
      if (buffer.subarray(0, 3).equals(endOfMessage.subarray(2))) return take(0, 3);
      return unstuffed(take(await find(endOfMessage) + 2, 3));
    },
    write: (bytes) => new Promise((resolve, reject) => {
      lastSaid = (typeof bytes === 'string' ? bytes : bytes.toString('latin1', 0, 80)).trim();
      socket.write(bytes, (error) => (error ? reject(new ConnectionLost(error.message)) : resolve()));
    }),
    drop: () => void socket.destroy(),
  };
}

function unstuffed(text: Buffer): Buffer {
  if (text[0] !== 0x2e && !text.includes('\n.')) return text;
  return Buffer.from(text.toString('latin1').replace(/^\./gm, ''), 'latin1');
}
