// A DNS server of the test that answers whatever the test says, over UDP and TCP: what dnsmasq cannot be made to do.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { decode, encode, type Answer, type Packet } from 'dns-packet';

export interface Said {
  readonly rcode?: number;
  readonly flags?: number;
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  /** Octets instead of a message, after which the true answer may follow. */
  readonly before?: (id: number) => Buffer;
}
/** 'silence': no answer at all. */
export type Script = (question: { name: string; type: string }, over: 'udp' | 'tcp') => Said | 'silence';

export interface NameServer {
  readonly address: string;
  readonly port: number;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function nameServer(script: Script, address = '127.0.0.1', port = 0): Promise<NameServer> {
  const asked: string[] = [];
  const answer = (octets: Buffer, over: 'udp' | 'tcp'): Buffer[] => {
    const packet = decode(octets);
    const [question] = packet.questions ?? [];
    if (question === undefined) return [];
    asked.push(`${over} ${question.type} ${question.name}`);
    const said = script(question, over);
    if (said === 'silence') return [];
    const reply: Packet = { type: 'response', id: packet.id ?? 0, flags: 0x0180 | (said.flags ?? 0) | (said.rcode ?? 0), questions: [question], answers: said.answers ?? [], authorities: said.authorities ?? [] };
    return [...(said.before === undefined ? [] : [said.before(packet.id ?? 0)]), encode(reply)];
  };
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (octets) => {
      for (const message of answer(octets.subarray(2), 'tcp')) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.write(length);
        socket.write(message);
      }
    });
  });
  tcp.listen(port, address);
  await once(tcp, 'listening');
  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  udp.on('message', (octets, from) => {
    for (const message of answer(octets, 'udp')) udp.send(message, from.port, from.address);
  });
  udp.bind((tcp.address() as AddressInfo).port, address);
  await once(udp, 'listening');
  return {
    address, port: udp.address().port, asked,
    async close() {
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

export const mx = (name: string, exchange: string, preference: number, ttl = 300): Answer => ({ type: 'MX', name, ttl, data: { exchange, preference } });
export const a = (name: string, data: string, ttl = 300): Answer => ({ type: 'A', name, ttl, data });
export const soa = (name: string, ttl: number, minimum: number): Answer => ({ type: 'SOA', name, ttl, data: { mname: 'ns.test', rname: 'root.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum } });
