// One question to one DNS server: over UDP, and over TCP when the answer does not fit (RFC 7766 §5). Each question has a socket and
// so a port of its own, and a number from the system's source of chance: a forged answer has to guess both (RFC 5452 §9).
// Called by servers.ts.
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { readAnswer, writeQuestion, type Finding, type Question, type Reading } from './message.ts';
import type { DnsProblem } from './types.ts';

export interface Server {
  readonly address: string;
  readonly port: number;
}
export type Exchanged = Finding | { readonly kind: 'problem'; readonly problem: DnsProblem };
type Settled = Exchanged | { readonly kind: 'truncated' };

/** @param ms for UDP and TCP together */
export async function exchange(question: Question, server: Server, ms: number): Promise<Exchanged> {
  const started = performance.now();
  const overUdp = await askUdp(question, server, ms);
  if (overUdp.kind !== 'truncated') return overUdp;
  const overTcp = await askTcp(question, server, Math.max(1, ms - (performance.now() - started)));
  return overTcp.kind === 'truncated' ? { kind: 'problem', problem: 'server-failure' } : overTcp;
}

function askUdp(question: Question, server: Server, ms: number): Promise<Settled> {
  const { id, octets } = writeQuestion(question);
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    const settle = (result: Settled): void => {
      clearTimeout(timer);
      socket.removeAllListeners('message').removeAllListeners('error').on('error', () => undefined);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => settle({ kind: 'problem', problem: 'timeout' }), ms);
    socket.on('error', (error) => settle({ kind: 'problem', problem: problemOf(error) }));
    socket.on('message', (message) => {
      const reading = readAnswer(message, id, question);
      if (reading.kind !== 'not-ours') settle(reading);
    });
    // Connected: only the server's own packets come in, and that nobody listens there is heard at once.
    socket.connect(server.port, server.address, () => socket.send(octets));
  });
}

function askTcp(question: Question, server: Server, ms: number): Promise<Settled> {
  const { id, octets } = writeQuestion(question);
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port });
    let held = Buffer.alloc(0);
    const settle = (result: Settled): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => undefined).destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle({ kind: 'problem', problem: 'timeout' }), ms);
    socket.on('error', (error) => settle({ kind: 'problem', problem: problemOf(error) }));
    socket.on('close', () => settle({ kind: 'problem', problem: 'server-failure' }));
    socket.on('connect', () => {
      const length = Buffer.alloc(2); // RFC 1035 §4.2.2: two octets of length before each message
      length.writeUInt16BE(octets.length);
      socket.write(Buffer.concat([length, octets]));
    });
    socket.on('data', (piece) => {
      held = Buffer.concat([held, piece]);
      if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return;
      settle(onlyAnswer(readAnswer(held.subarray(2, 2 + held.readUInt16BE(0)), id, question)));
    });
  });
}

/** On a connection of our own there is nobody else whose answer it could be. */
function onlyAnswer(reading: Reading): Settled {
  return reading.kind === 'not-ours' ? { kind: 'problem', problem: 'server-failure' } : reading;
}

/** Every other error says that no packet gets there: no route, nobody listening, forbidden by a firewall. */
function problemOf(error: Error): DnsProblem {
  return 'code' in error && error.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}
