// A Pop3Backend with its mailboxes in memory, for tests of the POP3 server and for the real clients that talk to it.
// It keeps to the interface strictly: a maildrop is held alone, release comes exactly once, octets are those of read.
import { createHash } from 'node:crypto';
import type { Maildrop, Pop3Backend, Pop3Opening, Pop3Session } from '../../../../core/net/pop3/backend.ts';
import type { SessionOpening, SessionRecord, Sessions } from '../../../../core/net/session.ts';

export interface MemoryMessage {
  readonly uidl: string;
  readonly octets: number;
  /** The whole message, or how to make it piece by piece. */
  readonly content: Buffer | (() => AsyncIterable<Buffer>);
}

export interface MemoryAccount {
  readonly password: string;
  messages: MemoryMessage[];
  /** Times that the maildrop was opened and released. */
  opened: number;
  released: number;
}

/** One session as it was recorded. */
export interface Recorded {
  readonly opening: SessionOpening;
  readonly lines: string[];
  facts: Record<string, unknown>;
  bytesIn: number;
  bytesOut: number;
  outcome: string | null;
}

export interface MemoryBackend extends Pop3Backend {
  readonly accounts: Map<string, MemoryAccount>;
  readonly recorded: Recorded[];
  addAccount(address: string, password: string, messages: readonly (string | Buffer)[]): MemoryAccount;
  /** Behaviour that tests change. */
  readonly behaviour: {
    mayLogOn: (session: Pop3Session) => boolean;
    admit: () => string | null;
    beforeLogOn: () => Promise<void>;
    beforeRemove: () => Promise<void>;
    read: ((message: MemoryMessage) => ReturnType<Maildrop['read']>) | null;
  };
  /** Resolves when the first so many sessions have ended, in whatever order. */
  ended(count: number): Promise<void>;
}

export function message(content: string | Buffer, uidl: string): MemoryMessage {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { uidl, octets: bytes.length, content: bytes };
}

export function createMemoryBackend(): MemoryBackend {
  const accounts = new Map<string, MemoryAccount>();
  const recorded: Recorded[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let nextUidl = 1;
  let nextId = 1;
  const locked = new Set<MemoryAccount>();
  const behaviour: MemoryBackend['behaviour'] = {
    mayLogOn: () => true, admit: () => null, beforeLogOn: () => Promise.resolve(), beforeRemove: () => Promise.resolve(), read: null,
  };

  const haveEnded = (count: number) => recorded.length >= count && recorded.slice(0, count).every(({ outcome }) => outcome !== null);
  const onEnd = () => {
    for (const { count, resolve } of waiting) if (haveEnded(count)) resolve();
  };
  const sessions: Sessions = {
    admit(opening) {
      const text = behaviour.admit();
      if (text !== null) return { kind: 'refused', text };
      const id = nextId;
      nextId += 1;
      return { kind: 'admitted', record: recordOf(id, opening, recorded, onEnd) };
    },
  };

  function open(account: MemoryAccount, address: string): Pop3Opening {
    if (locked.has(account)) return { kind: 'refused', code: 'IN-USE', text: 'Another session has this mailbox open', disconnect: false };
    locked.add(account);
    account.opened += 1;
    return { kind: 'ok', address, maildrop: maildropOf(account, behaviour, () => locked.delete(account)) };
  }

  const refused: Pop3Opening = { kind: 'refused', code: 'AUTH', text: 'Wrong name or password', disconnect: false };
  return {
    accounts, recorded, behaviour, sessions,
    addAccount(address, password, contents) {
      const account = { password, opened: 0, released: 0, messages: contents.map((content) => message(content, `uid-${nextUidl++}`)) };
      accounts.set(address, account);
      return account;
    },
    mayLogOn: (session) => behaviour.mayLogOn(session),
    async logOn(user, password) {
      await behaviour.beforeLogOn();
      const account = accounts.get(user);
      return account?.password === password ? open(account, user) : refused;
    },
    async logOnApop(user, timestamp, digest) {
      await behaviour.beforeLogOn();
      const account = accounts.get(user);
      const expected = account && createHash('md5').update(timestamp + account.password).digest('hex');
      return account !== undefined && expected === digest ? open(account, user) : refused;
    },
    ended: (count) => new Promise((resolve) => {
      if (haveEnded(count)) resolve();
      else waiting.push({ count, resolve });
    }),
  };
}

function maildropOf(account: MemoryAccount, behaviour: MemoryBackend['behaviour'], unlock: () => void): Maildrop {
  const messages = [...account.messages];
  let isReleased = false;
  const contentOf = (index: number) => {
    const one = messages[index];
    if (one === undefined || isReleased) throw new Error(`No message ${index} may be read`);
    if (behaviour.read !== null) return behaviour.read(one);
    return typeof one.content === 'function' ? one.content() : one.content;
  };
  return {
    messages,
    read: contentOf,
    async readStart(index, bytes) {
      const content = await contentOf(index);
      return Buffer.isBuffer(content) ? content.subarray(0, bytes) : Buffer.alloc(0);
    },
    async remove(indexes) {
      await behaviour.beforeRemove();
      const gone = new Set(indexes.map((index) => messages[index]));
      account.messages = account.messages.filter((one) => !gone.has(one));
    },
    release() {
      if (isReleased) throw new Error('Released twice');
      isReleased = true;
      account.released += 1;
      unlock();
    },
  };
}

function recordOf(id: number, opening: SessionOpening, all: Recorded[], onEnd: () => void): SessionRecord {
  const one: Recorded = { opening, lines: [], facts: {}, bytesIn: 0, bytesOut: 0, outcome: null };
  all.push(one);
  return {
    id,
    sent: (line) => void one.lines.push(`S: ${line}`),
    received: (line) => void one.lines.push(`C: ${line}`),
    note: (text) => void one.lines.push(`-- ${text}`),
    update(facts) { one.facts = { ...one.facts, ...facts }; },
    traffic(bytesIn, bytesOut) { one.bytesIn = bytesIn; one.bytesOut = bytesOut; },
    end(outcome, reason) {
      if (one.outcome !== null) throw new Error('Ended twice');
      one.outcome = reason === undefined ? outcome : `${outcome}: ${reason}`;
      onEnd();
    },
  };
}
