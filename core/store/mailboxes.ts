// Mailboxes as POP3 sees them: one holder at a time, a list that stands still, reading and removing.
// Lists are remembered and brought up to date by what came after their last message, so that opening is cheap however large they are.
import type { Committer } from './committer.ts';
import { firstId, lastId } from './records/message-id.ts';
import type { MessageReader } from './message-reader.ts';
import type { Place } from './hand/tasks.ts';
import type { Remover } from './remover.ts';
import type { Roster, RosterAccount } from './roster.ts';
import type { Db } from './sqlite.ts';
import type { Mailboxes, OpenMailbox, StoreChange } from './store.ts';
import type { Sweep } from './sweep.ts';

export interface ListedMessage {
  readonly id: number;
  readonly uidl: string;
  readonly octets: number;
  readonly receivedAt: number;
}

/** Messages in all remembered lists together. */
const mostRemembered = 120_000;
/** Removed in one transaction; more take several, so that the event loop is free in between. */
const removeBatch = 500;

export class MailboxLists {
  private readonly lists = new Map<number, readonly ListedMessage[]>();
  private readonly later;
  private remembered = 0;

  constructor(db: Db) {
    this.later = db.prepare<[number, number], ListedMessage>(`
      SELECT id, guid AS uidl, octets, received_at AS receivedAt FROM messages WHERE id BETWEEN ? AND ? AND missing = 0 ORDER BY id`);
  }

  get(folderId: number): readonly ListedMessage[] {
    const known = this.lists.get(folderId);
    const last = known?.at(-1)?.id ?? firstId(folderId) - 1;
    const later = this.later.all(last + 1, lastId(folderId));
    const list = known === undefined ? later : later.length === 0 ? known : [...known, ...later];
    this.remember(folderId, list);
    return list;
  }

  without(folderId: number, ids: ReadonlySet<number>): void {
    const known = this.lists.get(folderId);
    if (known !== undefined) this.remember(folderId, known.filter(({ id }) => !ids.has(id)));
  }

  forget(folderId: number): void {
    this.remembered -= this.lists.get(folderId)?.length ?? 0;
    this.lists.delete(folderId);
  }

  private remember(folderId: number, list: readonly ListedMessage[]): void {
    this.forget(folderId);
    this.lists.set(folderId, list);
    this.remembered += list.length;
    for (const oldest of this.lists.keys()) {
      if (this.remembered <= mostRemembered || oldest === folderId) break;
      this.forget(oldest);
    }
  }
}

export interface MailboxesParts {
  readonly committer: Committer;
  readonly lists: MailboxLists;
  readonly roster: Roster;
  readonly reader: MessageReader;
  readonly remover: Remover;
  readonly sweep: Sweep;
  readonly emit: (change: StoreChange) => void;
}

export function makeMailboxes(parts: MailboxesParts): Mailboxes {
  const held = new Set<number>();
  return {
    open(accountId): OpenMailbox | null {
      const account = parts.roster.get(accountId);
      if (account === null || held.has(accountId)) return null;
      held.add(accountId);
      parts.sweep.opened(accountId);
      try {
        return new HeldMailbox(parts, accountId, account.folderId, () => held.delete(accountId));
      } catch (error) {
        held.delete(accountId);
        throw error;
      }
    },
  };
}

class HeldMailbox implements OpenMailbox {
  readonly messages: readonly ListedMessage[];
  private readonly parts: MailboxesParts;
  private readonly accountId: number;
  private readonly folderId: number;
  private readonly letGo: () => void;
  /** As `place` last found it. */
  private account: RosterAccount | null = null;
  private lastPlace: Place | null = null;

  constructor(parts: MailboxesParts, accountId: number, folderId: number, letGo: () => void) {
    this.parts = parts;
    this.accountId = accountId;
    this.folderId = folderId;
    this.letGo = letGo;
    this.messages = parts.lists.get(folderId);
  }

  read(index: number): Buffer | Promise<Buffer> | AsyncIterable<Buffer> {
    const { uidl, octets, receivedAt } = this.at(index);
    return this.parts.reader.read({ guid: uidl, octets, receivedAt }, this.place);
  }

  readStart(index: number, bytes: number): Buffer | Promise<Buffer> {
    const { uidl, octets, receivedAt } = this.at(index);
    return this.parts.reader.readStart({ guid: uidl, octets, receivedAt }, bytes, this.place);
  }

  async remove(indexes: readonly number[]): Promise<void> {
    const { committer, remover, lists, emit } = this.parts;
    const messages = [...new Set(indexes)].map((index) => this.at(index));
    for (let from = 0; from < messages.length; from += removeBatch) {
      const some = messages.slice(from, from + removeBatch);
      const removal = await committer.run(() => remover.remove(this.accountId, this.folderId, some), {
        committed: (done) => {
          lists.without(this.folderId, new Set(some.map(({ id }) => id)));
          remover.forget(done);
        },
      });
      remover.clean(removal);
    }
    if (messages.length > 0) emit({ topic: 'mail', accountId: this.accountId });
  }

  release(): void {
    this.letGo();
  }

  private readonly place = (): Place | null => {
    const account = this.parts.roster.get(this.accountId);
    // A changed account is another object. Looking at it for every message costs nothing, resolving its path does.
    if (account !== this.account) {
      this.account = account;
      this.lastPlace = account === null ? null : this.parts.roster.placeOf(account);
    }
    return this.lastPlace;
  };

  private at(index: number): ListedMessage {
    const message = this.messages[index];
    if (message === undefined) throw new RangeError(`no message at ${index}`);
    return message;
  }
}
