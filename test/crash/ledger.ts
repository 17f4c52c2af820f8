// What must be true of the mail, whatever was killed when: written by the clients as they hear the server's answers, and compared with
// what POP3 shows afterwards.
//
//   unfinished  the end of the text was not sent yet        -> nowhere
//   open        sent, no answer heard                       -> with every recipient once, or with none
//   accepted    250 heard                                   -> with every recipient exactly once
//   refused     4xx or 5xx heard, or open and found nowhere -> nowhere, for ever
//   and for a copy: `leaving` QUIT sent, no answer heard    -> either; `gone` +OK to QUIT heard -> never again
import { createHash } from 'node:crypto';

type State = 'unfinished' | 'open' | 'accepted' | 'refused';
type Copy = 'due' | 'leaving' | 'gone';

interface Entry {
  readonly hash: string;
  readonly octets: number;
  readonly copies: Map<string, Copy>;
  state: State;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const idOf = (message: Buffer): string => /^X-Crash-Id: (\S+)\r?$/m.exec(message.subarray(0, 8192).toString('latin1'))?.[1] ?? '?';

export class Ledger {
  readonly faults: string[] = [];
  private readonly entries = new Map<string, Entry>();
  /** `account id` -> UIDL, and `account UIDL` -> id: both for ever. */
  private readonly uidls = new Map<string, string>();
  private readonly ids = new Map<string, string>();
  accepted = 0;
  deleted = 0;

  sending(id: string, recipients: readonly string[], text: Buffer): void {
    this.entries.set(id, { hash: hashOf(text), octets: text.length, copies: new Map(recipients.map((name) => [name, 'due'])), state: 'unfinished' });
  }

  ending(id: string): void {
    this.entry(id).state = 'open';
  }

  answered(id: string, reply: string): void {
    this.entry(id).state = reply.startsWith('250') ? 'accepted' : 'refused';
    if (reply.startsWith('250')) this.accepted += 1;
  }

  /** A copy was read in full; returns its id. */
  see(account: string, uidl: string, message: Buffer): string {
    const id = idOf(message);
    const entry = this.entries.get(id);
    const copy = entry?.copies.get(account);
    const what = `message ${id} of ${account}`;
    if (entry === undefined || copy === undefined) {
      this.faults.push(`${what} was never sent there:\n${message.subarray(0, 300).toString('latin1')}`);
      return id;
    }
    if (entry.state === 'unfinished' || entry.state === 'refused') this.faults.push(`${what} is there, but was ${entry.state}`);
    if (copy === 'gone') this.faults.push(`${what} came back after a finished session deleted it`);
    // Trace headers of the server stand before our text; the text itself is to the byte what was sent.
    if (hashOf(message.subarray(message.length - entry.octets)) !== entry.hash) this.faults.push(`${what} has changed (${message.length} octets, ${entry.octets} were sent)`);
    const known = this.uidls.get(`${account} ${id}`);
    if (known !== undefined && known !== uidl) this.faults.push(`${what} had UIDL ${known} and has ${uidl}`);
    const other = this.ids.get(`${account} ${uidl}`);
    if (other !== undefined && other !== id) this.faults.push(`UIDL ${uidl} of ${account} was ${other} and is ${id}`);
    this.uidls.set(`${account} ${id}`, uidl);
    this.ids.set(`${account} ${uidl}`, id);
    return id;
  }

  leaving(account: string, ids: readonly string[]): void {
    for (const id of ids) this.entries.get(id)?.copies.set(account, 'leaving');
  }

  gone(account: string, ids: readonly string[]): void {
    for (const id of ids) this.entries.get(id)?.copies.set(account, 'gone');
    this.deleted += ids.length;
  }

  /** Everything there is, read in one go after a restart: judges it, and settles what was open. */
  settle(found: ReadonlyMap<string, readonly string[]>): void {
    for (const [account, ids] of found) {
      for (const id of new Set(ids)) {
        const times = ids.filter((one) => one === id).length;
        if (times > 1) this.faults.push(`message ${id} of ${account} is there ${times} times`);
      }
    }
    const present = new Map([...found].map(([account, ids]) => [account, new Set(ids)]));
    for (const [id, entry] of this.entries) {
      const isThere = (account: string) => present.get(account)?.has(id) === true;
      if (entry.state === 'open') this.settleOpen(id, entry, isThere);
      for (const [account, copy] of entry.copies) {
        if (copy === 'leaving') entry.copies.set(account, isThere(account) ? 'due' : 'gone');
        if (entry.copies.get(account) !== 'due' || entry.state !== 'accepted' || isThere(account)) continue;
        this.faults.push(`message ${id} of ${account} was accepted and is lost`);
        entry.copies.set(account, 'gone'); // said once
      }
      if (entry.state === 'refused' || [...entry.copies.values()].every((copy) => copy === 'gone')) entry.state = 'refused';
    }
  }

  /** All recipients or none; a copy that a reader has deleted meanwhile proves that it was there. */
  private settleOpen(id: string, entry: Entry, isThere: (account: string) => boolean): void {
    const arrived = [...entry.copies].filter(([account, copy]) => isThere(account) || copy !== 'due');
    if (arrived.length !== 0 && arrived.length !== entry.copies.size) {
      this.faults.push(`message ${id} without an answer reached ${arrived.map(([name]) => name).join(', ')} but not all of ${[...entry.copies.keys()].join(', ')}`);
      for (const [account, copy] of entry.copies) if (copy === 'due' && !isThere(account)) entry.copies.set(account, 'gone');
    }
    entry.state = arrived.length === 0 ? 'refused' : 'accepted';
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new Error(`Message ${id} is not in the ledger.`);
    return entry;
  }
}
