// The clients of the crash test: senders, readers, and the check that reads everything. Each writes into the ledger what it does and hears,
// and ends when the server is gone or it is told to.
import { ConnectionLost, dial, type LineSocket } from './line-socket.ts';
import type { Ledger } from './ledger.ts';

export interface Ground {
  readonly smtpPort: number;
  readonly pop3Port: number;
  readonly domain: string;
  readonly password: string;
  /** Mailbox names. */
  readonly accounts: readonly string[];
}
export type Random = () => number;
export interface Whistle { blown: boolean }

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** Ends quietly when the server dies; everything else is a failure of the test. */
async function untilLost(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof ConnectionLost)) throw error;
  });
}

async function expectReply(socket: LineSocket, start: string): Promise<string> {
  for (;;) {
    const line = await socket.readLine();
    if (!line.startsWith(start)) throw new Error(`Instead of ${start} the server said: ${line}`);
    if (line[3] !== '-' || start.startsWith('+')) return line;
  }
}

/** Mostly small messages for one, some for ten recipients, now and then one of megabytes; lines that begin with dots in all. */
function compose(id: string, random: Random): Buffer {
  const bytes = random() < 0.02 ? 1_000_000 + random() * 4_000_000 : 200 + random() * 8000;
  const line = `.${id} ${'x'.repeat(Math.floor(random() * 60))}\r\n..\r\n${id} end of a line\r\n`;
  return Buffer.from(`X-Crash-Id: ${id}\r\nDate: Mon, 1 Jun 2026 08:00:00 +0700\r\nFrom: <sender@example.org>\r\nSubject: ${id}\r\nMessage-ID: <${id}@example.org>\r\n\r\n${line.repeat(Math.ceil(bytes / line.length))}`, 'latin1');
}

const stuffed = (text: Buffer): Buffer => Buffer.from(text.toString('latin1').replace(/^\./gm, '..'), 'latin1');

export async function sendMail(ground: Ground, ledger: Ledger, name: string, random: Random, whistle: Whistle): Promise<void> {
  await untilLost(async () => {
    const socket = await dial(ground.smtpPort);
    try {
      await expectReply(socket, '220');
      await socket.write('EHLO crash.example\r\n');
      await expectReply(socket, '250');
      for (let n = 0; !whistle.blown; n++) await sendOne(socket, ground, ledger, `${name}.${n}`, random);
    } finally {
      socket.drop();
    }
  });
}

async function sendOne(socket: LineSocket, ground: Ground, ledger: Ledger, id: string, random: Random): Promise<void> {
  const wanted = random() < 0.1 ? 10 : 1;
  const recipients = new Set<string>();
  while (recipients.size < Math.min(wanted, ground.accounts.length)) recipients.add(pick(random, ground.accounts));
  const text = compose(id, random);
  ledger.sending(id, [...recipients], text);
  await socket.write('MAIL FROM:<sender@example.org>\r\n');
  await expectReply(socket, '250');
  for (const recipient of recipients) {
    await socket.write(`RCPT TO:<${recipient}@${ground.domain}>\r\n`);
    await expectReply(socket, '250');
  }
  await socket.write('DATA\r\n');
  await expectReply(socket, '354');
  await socket.write(stuffed(text));
  ledger.ending(id);
  await socket.write('.\r\n');
  const reply = await socket.readLine();
  ledger.answered(id, reply);
  if (!/^[24]/.test(reply)) throw new Error(`To a good message the server said: ${reply}`);
}

/** Sessions that read some, delete some, and mostly end with QUIT; some just hang up, and then nothing may be deleted. */
export async function readMail(ground: Ground, ledger: Ledger, random: Random, whistle: Whistle): Promise<void> {
  await untilLost(async () => {
    while (!whistle.blown) await readOnce(ground, ledger, random);
  });
}

async function readOnce(ground: Ground, ledger: Ledger, random: Random): Promise<void> {
  const account = pick(random, ground.accounts);
  const socket = await dial(ground.pop3Port);
  try {
    const uidls = await openMailbox(socket, ground, account);
    if (uidls === null) return;
    const marked: string[] = [];
    for (const [number, uidl] of uidls.slice(0, 10)) {
      const id = ledger.see(account, uidl, await retrieve(socket, number));
      if (random() < 0.5) continue;
      await socket.write(`DELE ${number}\r\n`);
      await expectReply(socket, '+OK');
      marked.push(id);
    }
    if (random() < 0.8) await quit(socket, ledger, account, marked);
  } finally {
    socket.drop();
  }
}

/** Reads every mailbox in full and lets the ledger judge; then deletes what is beyond `keep` messages, as a reader would. */
export async function readEverything(ground: Ground, ledger: Ledger, keep: number): Promise<void> {
  const found = new Map<string, string[]>();
  const later: (() => Promise<void>)[] = [];
  for (const account of ground.accounts) {
    const socket = await dial(ground.pop3Port);
    const uidls = await openMailbox(socket, ground, account);
    if (uidls === null) throw new Error(`${account} is in use after a restart.`);
    const ids: string[] = [];
    for (const [number, uidl, octets] of uidls) {
      const message = await retrieve(socket, number);
      if (message.length !== octets) ledger.faults.push(`message ${uidl} of ${account}: LIST says ${octets} octets, RETR sent ${message.length}`);
      ids.push(ledger.see(account, uidl, message));
    }
    found.set(account, ids);
    later.push(async () => {
      const surplus = uidls.slice(0, Math.max(0, uidls.length - keep));
      for (const [number] of surplus) {
        await socket.write(`DELE ${number}\r\n`);
        await expectReply(socket, '+OK');
      }
      await quit(socket, ledger, account, ids.slice(0, surplus.length));
      socket.drop();
    });
  }
  ledger.settle(found);
  for (const prune of later) await prune();
}

/** Number, UIDL and octets of every message; null while another session holds the mailbox. */
async function openMailbox(socket: LineSocket, ground: Ground, account: string): Promise<[number, string, number][] | null> {
  await expectReply(socket, '+OK');
  await socket.write(`USER ${account}@${ground.domain}\r\n`);
  await expectReply(socket, '+OK');
  await socket.write(`PASS ${ground.password}\r\n`);
  const answer = await socket.readLine();
  if (answer.startsWith('-ERR [IN-USE]')) return null;
  if (!answer.startsWith('+OK')) throw new Error(`To PASS the server said: ${answer}`);
  const uidls = await listing(socket, 'UIDL');
  const sizes = await listing(socket, 'LIST');
  return uidls.map(([number, uidl], index) => [Number(number), uidl, Number(sizes[index]?.[1])]);
}

async function listing(socket: LineSocket, command: 'UIDL' | 'LIST'): Promise<[string, string][]> {
  await socket.write(`${command}\r\n`);
  await expectReply(socket, '+OK');
  const lines: [string, string][] = [];
  for (let line = await socket.readLine(); line !== '.'; line = await socket.readLine()) {
    const [number = '', value = ''] = line.split(' ');
    lines.push([number, value]);
  }
  return lines;
}

async function retrieve(socket: LineSocket, number: number): Promise<Buffer> {
  await socket.write(`RETR ${number}\r\n`);
  await expectReply(socket, '+OK');
  return socket.readMessage();
}

async function quit(socket: LineSocket, ledger: Ledger, account: string, marked: readonly string[]): Promise<void> {
  ledger.leaving(account, marked);
  await socket.write('QUIT\r\n');
  await expectReply(socket, '+OK');
  ledger.gone(account, marked);
}
