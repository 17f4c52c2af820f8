// Reads the POP3 transcripts of test/transcripts: one rule a file, in lines of
//   C: what the client says, ended by CRLF        L: the same, ended by LF alone      B: the same, with no end
//   S: what the server says                       E: the client closes its side
//   T: TLS is negotiated here (after STLS)        ! a condition: no-logon-in-clear, remove-fails, tls
// \xHH is an octet and {x*300} is x 300 times. A line of `S: (closed)` says that the server closes.
// The mailbox is the same everywhere: dina, password `secret`, with the three messages below.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { message, type MemoryMessage } from '../../net/pop3/memory-backend.ts';

export interface Transcript {
  readonly name: string;
  readonly conditions: ReadonlySet<string>;
  /** What the client sends; the second one is sent under TLS. */
  readonly parts: readonly Buffer[];
  readonly clientCloses: boolean;
  readonly answers: string;
  readonly closed: boolean;
}

export const host = 'mail.example.test';
export const timestamp = '<1896.697170952@mail.example.test>';
export const password = 'secret';

/** RFC 1939 §3: a message that does not end with CRLF is sent with one, and counted with it. */
export const messages: readonly MemoryMessage[] = [
  message('Subject: Satu\r\n\r\nHalo Dina\r\n', 'aaa1'),
  message('Subject: Dua\r\n\r\n.\r\n..two\r\n.three\r\nlast\r\n', 'bbb2'),
  { ...message('Subject: Tiga\r\nX-Y: z\r\n\r\n\r\nno end', 'ccc3'), octets: 35 },
];

const directory = join(import.meta.dirname, '../../../transcripts');

export function readTranscripts(): Transcript[] {
  return readdirSync(directory).filter((name) => name.startsWith('pop3-')).sort().map((name) => parse(name, readFileSync(join(directory, name), 'utf8')));
}

function parse(name: string, text: string): Transcript {
  const parts: string[] = [''];
  const conditions = new Set<string>();
  let answers = '';
  let clientCloses = false;
  let closed = false;
  for (const line of text.split('\n')) {
    const rest = line.slice(3);
    const say = (end: string) => { parts.push(`${parts.pop() ?? ''}${expand(rest)}${end}`); };
    if (line.startsWith('C:')) say('\r\n');
    else if (line.startsWith('L:')) say('\n');
    else if (line.startsWith('B:')) say('');
    else if (line === 'T:') parts.push('');
    else if (line === 'E:') clientCloses = true;
    else if (line === 'S: (closed)') closed = true;
    else if (line.startsWith('S:')) answers += `${expand(rest)}\r\n`;
    else if (line.startsWith('! ')) conditions.add(line.slice(2));
    else if (line !== '' && !line.startsWith('#')) throw new Error(`${name}: what is "${line}"?`);
  }
  return { name, conditions, parts: parts.map((part) => Buffer.from(part, 'latin1')), clientCloses, answers, closed };
}

function expand(text: string): string {
  return text
    .replaceAll(/\{(.)\*(\d+)\}/g, (_, letter: string, count: string) => letter.repeat(Number(count)))
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
