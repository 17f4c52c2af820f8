// Questions and answers of DNS as values: dns-packet reads and writes the octets, this says what they mean for us.
// RFC 1035 §4.1, RFC 2308 (how long a "no" is good). Called by exchange.ts.
import { randomInt } from 'node:crypto';
import { decode, encode, RECURSION_DESIRED, type Answer, type DecodedPacket } from 'dns-packet';
import type { DnsProblem, Mx, QuestionType } from './types.ts';

export interface Question {
  readonly name: string;
  readonly type: QuestionType;
}
/** A final answer of a server: records (none: the name or the type is not there) and how long they are good. */
export type Finding =
  | { readonly kind: 'records'; readonly records: readonly Answer[]; readonly ttlSeconds: number }
  | { readonly kind: 'nothing'; readonly problem: 'no-such-domain' | 'no-data'; readonly ttlSeconds: number };
export type Reading = Finding | { readonly kind: 'problem'; readonly problem: DnsProblem } | { readonly kind: 'truncated' } | { readonly kind: 'not-ours' };

/** RFC 2308 §5 has the SOA say how long a negative answer is good; servers that send none get this. */
const negativeSeconds = 60;
const longestNegativeSeconds = 300;
const longestSeconds = 86_400;

export function writeQuestion(question: Question): { readonly id: number; readonly octets: Buffer } {
  const id = randomInt(65_536);
  return { id, octets: encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name: question.name, type: question.type }] }) };
}

/** `not-ours`: something else came to our port; the answer may still come. */
export function readAnswer(octets: Buffer, id: number, question: Question): Reading {
  if (octets.length < 12 || octets.readUInt16BE(0) !== id) return { kind: 'not-ours' };
  const flags = octets.readUInt16BE(2);
  // Looked at first: what was cut off may not be readable. A lie here only makes us ask again over TCP.
  if ((flags & 0x8200) === 0x8200) return { kind: 'truncated' };
  let packet: DecodedPacket;
  try {
    packet = decode(octets);
  } catch {
    return { kind: 'problem', problem: 'server-failure' };
  }
  const asked = packet.questions?.[0];
  if (packet.type !== 'response' || (asked !== undefined && (asked.type !== question.type || asked.name.toLowerCase() !== question.name))) return { kind: 'not-ours' };
  const rcode = flags & 0xf;
  if (rcode === 3) return { kind: 'nothing', problem: 'no-such-domain', ttlSeconds: negativeLifetime(packet) };
  if (rcode === 5) return { kind: 'problem', problem: 'refused' };
  if (rcode !== 0) return { kind: 'problem', problem: 'server-failure' };
  return found(packet, question.type);
}

function found(packet: DecodedPacket, type: QuestionType): Reading {
  const answers = packet.answers ?? [];
  const records = answers.filter((answer) => answer.type === type);
  if (records.length > 0) return { kind: 'records', records, ttlSeconds: Math.min(longestSeconds, ...answers.map(lifetime)) };
  const authorities = packet.authorities ?? [];
  // A server that only points to others has not looked for us: RFC 2308 §2.2 tells the two apart by the SOA.
  const referral = !packet.flag_aa && authorities.some(({ type: of }) => of === 'NS') && !authorities.some(({ type: of }) => of === 'SOA');
  if (referral && answers.length === 0) return { kind: 'problem', problem: 'server-failure' };
  return { kind: 'nothing', problem: 'no-data', ttlSeconds: negativeLifetime(packet) };
}

function lifetime(answer: Answer): number {
  return 'ttl' in answer ? answer.ttl ?? 0 : 0;
}

function negativeLifetime(packet: DecodedPacket): number {
  for (const authority of packet.authorities ?? []) {
    if (authority.type === 'SOA') return Math.min(longestNegativeSeconds, authority.ttl ?? 0, authority.data.minimum ?? 0);
  }
  return negativeSeconds;
}

/** In the order of preference; equals as the server gave them. */
export function mxRecords(records: readonly Answer[]): Mx[] {
  return records.flatMap((record) => record.type === 'MX' ? [{ host: plainName(record.data.exchange), preference: record.data.preference ?? 0 }] : [])
    .sort((one, other) => one.preference - other.preference);
}

export function addressRecords(records: readonly Answer[]): string[] {
  return records.flatMap((record) => record.type === 'A' || record.type === 'AAAA' ? [record.data] : []);
}

/** Each TXT record as one text: RFC 7208 §3.3 and RFC 8461 §3.1 join its strings without space. */
export function textRecords(records: readonly Answer[]): string[] {
  return records.flatMap((record) => {
    if (record.type !== 'TXT') return [];
    const pieces = Array.isArray(record.data) ? record.data : [record.data];
    return [pieces.map((piece) => piece.toString('utf8')).join('')];
  });
}

function plainName(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}
