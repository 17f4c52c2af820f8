// The store as the rest of Merpati sees it: facts in SQLite, message bytes in files, both or neither.
// Everything that returns a promise has happened durably when it resolves; reads are synchronous and see every committed change.
// Errors: StoreError with a `code` that the console can show (see errors.ts); anything else is a bug or a broken disk.
import type {
  Account, AccountInput, AccountQuery, Alias, AliasInput, Domain, DomainInput, HistoryEntry, QueueItem, QueueQuery, QueueState, ReasonRecord, SmartHost,
  SmartHostInput, TraceEntry, TraceEvent, TraceQuery,
} from '../contract/records.ts';
import type { SettingChanges, SettingName, Settings } from '../contract/settings.ts';

/** Who made a change, for the history. */
export interface Actor {
  readonly who: string;
  readonly from: string;
}

/** What the engine keeps in memory to decide quickly; replaced as a whole by every change, never changed in place. */
export interface Directory {
  readonly primary: Domain | null;
  /** By lower-case name. */
  readonly domains: ReadonlyMap<string, Domain>;
  /** Domain whose IP is this local address, if there is exactly one. */
  domainByIp(localAddress: string): Domain | null;
  /** By lower-case `mailbox@domain`. */
  accountByAddress(address: string): DirectoryAccount | null;
  accountById(id: number): DirectoryAccount | null;
  /** Target address of an alias for this lower-case address: full alias first, then a bare one. */
  aliasFor(address: string): string | null;
  /** Where mail for postmaster goes: the setting, else the first account; null while there is none. */
  readonly postmaster: DirectoryAccount | null;
}
export interface DirectoryAccount {
  readonly id: number;
  readonly address: string;
  readonly mailbox: string;
  readonly domainId: number;
  readonly fullName: string;
  readonly enabled: boolean;
  readonly allowPopImap: boolean;
  /** As stored by hashPassword, '' = no password: nobody can log on. */
  readonly passwordHash: string;
  readonly apop: boolean;
  readonly extractAttachments: boolean;
  /** Absolute. */
  readonly path: string;
}

export interface Store {
  readonly dataDirectory: string;
  readonly settings: {
    /** Secret settings are '' in `values`. */
    read(): { readonly values: Settings; readonly secretsSet: readonly SettingName[]; readonly revision: number };
    /** What a secret setting holds, '' if nothing: for whoever logs on with it, never for an answer. */
    secret(name: SettingName): string;
    /** Throws StoreError 'conflict'. Renames the primary domain when `domain.name` changes. */
    save(changes: SettingChanges, revision: number, actor: Actor): Promise<number>;
  };
  /** Small values of the engine itself (certificate, counters), by name; `secret` ones are encrypted with the machine key. */
  readonly values: {
    read(name: string): string | null;
    save(name: string, value: string, options?: { secret?: boolean }): Promise<void>;
  };
  readonly domains: {
    list(): readonly Domain[];
    add(input: DomainInput, actor: Actor): Promise<Domain>;
    change(id: number, revision: number, input: DomainInput, actor: Actor): Promise<Domain>;
    remove(id: number, actor: Actor): Promise<void>;
  };
  readonly accounts: {
    list(query: AccountQuery): { readonly total: number; readonly matching: number; readonly accounts: readonly Account[] };
    get(id: number): Account | null;
    /** `passwordHash` from hashPassword; `apopSecret` readable, encrypted before it is stored. */
    add(input: AccountInput, secrets: AccountSecrets, actor: Actor): Promise<Account>;
    /** A changed directory moves the mail, a changed storage format converts it: UIDLs, dates and flags stay. All or nothing. */
    change(id: number, revision: number, input: AccountInput, secrets: AccountSecrets, actor: Actor): Promise<Account>;
    remove(ids: readonly number[], mail: 'keep' | 'delete', actor: Actor): Promise<number>;
    suggest(fullName: string, domainId: number, mailbox?: string): { readonly mailbox: string; readonly directory: string };
    apopSecret(id: number): string | null;
    touch(id: number, accessedAt: number): void;
  };
  readonly aliases: {
    list(): readonly Alias[];
    add(input: AliasInput, actor: Actor): Promise<Alias>;
    change(id: number, input: AliasInput, actor: Actor): Promise<Alias>;
    remove(id: number, actor: Actor): Promise<void>;
  };
  directory(): Directory;
  readonly incoming: Incoming;
  readonly mailboxes: Mailboxes;
  readonly smartHosts: {
    list(): readonly SmartHost[];
    add(input: SmartHostInput, actor: Actor): Promise<SmartHost>;
    change(id: number, revision: number, input: SmartHostInput, actor: Actor): Promise<SmartHost>;
    remove(id: number, actor: Actor): Promise<void>;
    /** '' if there is none. */
    password(id: number): string;
  };
  readonly queues: Queues;
  readonly trace: Trace;
  readonly history: { list(before: number | null, limit: number): readonly HistoryEntry[] };
  /** Told after every committed change; `incoming` deliveries included. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Free bytes on the disk of the data folder, measured at most once a second. */
  freeBytes(): Promise<number>;
  close(): Promise<void>;
}
export type StoreChange = { readonly topic: 'settings' | 'domains' | 'accounts' | 'aliases' | 'queues' | 'history' | 'smart-hosts' } | { readonly topic: 'mail'; readonly accountId: number };
export interface AccountSecrets {
  readonly passwordHash?: string;
  readonly apopSecret?: string;
}

/** Messages on their way in. */
export interface Incoming {
  /** A new empty file beside the others that are coming in; nothing refers to it until commit. */
  create(): IncomingFile;
  /**
   * Takes responsibility: every file fsynced, every row of every part committed in one transaction, or nothing.
   * Commits that are asked for in the same moment share one fsync of the log.
   */
  commit(parts: readonly AcceptedPart[]): Promise<void>;
}
/** Bytes of one message with CRLF line ends, its trace header first. A small message stays in memory until sealed. */
export interface IncomingFile {
  /** Unique for ever, [a-z0-9]{20,32}: the message id in logs and queues, and the UIDL of every local copy. */
  readonly id: string;
  readonly octets: number;
  /** False: wait for drained(). Throws nothing; a failed write (disk full) shows in drained() and commit(). */
  write(chunk: Buffer): boolean;
  drained(): Promise<void>;
  /** Whole content, for who must look into it (attachments); only before commit. */
  content(): Promise<Buffer>;
  discard(): Promise<void>;
}
export interface AcceptedPart {
  readonly file: IncomingFile;
  readonly receivedAt: number;
  /** '' = null reverse-path. */
  readonly reversePath: string;
  readonly subject: string;
  readonly envid: string | null;
  readonly ret: string | null;
  readonly smtpUtf8: boolean;
  /** RFC 6152: declared with BODY=8BITMIME, or found to hold octets above 127. */
  readonly eightBit: boolean;
  /** Accounts that get a copy, each at most once. */
  readonly local: readonly number[];
  /**
   * Recipients elsewhere (queue 'remote'), or kept for the administrator (queue 'bad'). The store makes one item of all recipients that
   * share queue and destination.
   */
  readonly queued: readonly QueuedRecipient[];
}
export interface QueuedRecipient {
  readonly queue: 'remote' | 'bad';
  readonly address: string;
  /** Lower-case domain in A-labels, or an address literal; '' for bad. */
  readonly destination: string;
  readonly notify: string | null;
  readonly orcpt: string | null;
  readonly reason: ReasonRecord;
}

/** Mail for elsewhere and mail kept for the administrator. Who sends leases in memory: one process owns the data folder (docs/adr/0003). */
export interface Queues {
  /** `frozen` from the settings; `sending` is 0 here, the sender of mail/ knows it. */
  list(): readonly QueueState[];
  /** `sending` is false here. */
  messages(query: QueueQuery): { readonly total: number; readonly matching: number; readonly items: readonly QueueItem[] };
  get(id: number): QueueItem | null;
  read(id: number, offset: number, limit: number): Promise<{ readonly bytes: Buffer; readonly truncated: boolean }>;

  /** Groups with something due in the queues named, oldest first. Cheap with 50,000 items. */
  due(now: number, queues: readonly SendingQueue[]): readonly DueGroup[];
  /** When the next item that is not due yet becomes due; null: none. */
  nextDueAt(now: number, queues: readonly SendingQueue[]): number | null;
  /** Items of a group that are due, with ids above `after`, in order of id. */
  take(group: Pick<DueGroup, 'destination' | 'reversePath' | 'via'>, now: number, queues: readonly SendingQueue[], after: number, limit: number): readonly QueuedMessage[];
  /** Null: it is gone. For "Explain this route" and the administrator's actions. */
  message(id: number): QueuedMessage | null;
  /** The bytes of an item, Return-Path of a copy that stays here included. Throws StoreError 'not-found' as the mailboxes do. */
  content(message: Pick<QueuedMessage, 'messageId' | 'octets' | 'queuedAt'>): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
  /**
   * Records what became of items that were tried, and accepts the reports about them, in one transaction: never a failed recipient without
   * his report, never a report twice. An item that is gone meanwhile is passed over. Durable when it resolves.
   */
  settle(outcomes: readonly QueueOutcome[], reports: readonly AcceptedPart[]): Promise<void>;

  /** Of these: due now; from holding and bad back to remote (an item of bad gets the destinations of its recipients: `destinationOf`). How many were changed. */
  retry(ids: readonly number[], now: number, destinationOf: (address: string) => string, actor: Actor): Promise<number>;
  hold(ids: readonly number[], actor: Actor): Promise<number>;
  release(ids: readonly number[], now: number, actor: Actor): Promise<number>;
  reroute(ids: readonly number[], host: string, now: number, actor: Actor): Promise<number>;
  /** Makes everything in these queues due. */
  hurry(now: number, queues: readonly SendingQueue[]): Promise<number>;
  /** The recipient moves to an item of its new destination, or into a mailbox here. */
  changeRecipient(id: number, recipientId: number, target: { readonly address: string; readonly destination: string } | { readonly address: string; readonly accountId: number }, now: number, actor: Actor): Promise<void>;
  remove(ids: readonly number[], actor: Actor): Promise<number>;
}
export type SendingQueue = 'remote' | 'retry';
/** What shares a way: same destination, same sender (who may have a smart host or an address of his own), same host of the administrator. */
export interface DueGroup {
  readonly destination: string;
  readonly reversePath: string;
  readonly via: string;
  readonly items: number;
  readonly oldestId: number;
}
export interface QueuedMessage {
  readonly id: number;
  readonly queue: 'remote' | 'retry' | 'holding' | 'bad';
  /** The IncomingFile's id. */
  readonly messageId: string;
  readonly octets: number;
  readonly reversePath: string;
  readonly subject: string;
  readonly destination: string;
  readonly via: string;
  readonly queuedAt: number;
  readonly envid: string | null;
  readonly ret: string | null;
  readonly smtpUtf8: boolean;
  readonly eightBit: boolean;
  readonly attempts: number;
  readonly firstTriedAt: number | null;
  /** When the sender was last told that it is late; null: not yet. */
  readonly informedAt: number | null;
  readonly recipients: readonly { readonly id: number; readonly address: string; readonly notify: string | null; readonly orcpt: string | null }[];
}
export interface QueueOutcome {
  readonly id: number;
  /** Recipients that are settled (sent, or given up): they leave. With the last one the item goes. */
  readonly done: readonly number[];
  /** Recipients given up that are also kept in the bad queue. A subset of `done`. */
  readonly toBad: readonly { readonly recipientId: number; readonly reason: ReasonRecord }[];
  /** How those that are left go on. `attempts` and `firstTriedAt` stay what they were when nothing was tried (no line). */
  readonly rest: {
    readonly queue: SendingQueue;
    readonly nextTryAt: number;
    readonly attempts: number;
    readonly firstTriedAt: number | null;
    readonly triedAt: number | null;
    readonly informedAt: number | null;
    readonly host: string;
    /** By recipient id; a recipient without one keeps his. */
    readonly reasons: ReadonlyMap<number, ReasonRecord>;
  };
}

/** What became of every message, for so many days. In a database of its own, written in batches: a crash may lose the last moment of it. */
export interface Trace {
  /** Costs next to nothing: kept in memory until the next batch. */
  note(events: readonly TraceNote[]): void;
  search(query: TraceQuery): Promise<{ readonly entries: readonly TraceEntry[]; readonly more: boolean }>;
  /** Null: not known (any more). */
  get(which: { readonly id: number } | { readonly messageId: string }): Promise<{ readonly entry: TraceEntry; readonly events: readonly TraceEvent[] } | null>;
  /** Forgets what is older. */
  forgetBefore(at: number): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}
/** `message` opens an entry (an accepted message, or a refusal, whose messageId is ''); later events name the message. */
export interface TraceNote {
  readonly messageId: string;
  readonly event: TraceEvent;
  readonly message?: { readonly from: string; readonly to: readonly string[]; readonly subject: string; readonly bytes: number; readonly peer: string };
  /** What it comes to for the recipient of this event, as far as this event tells. */
  readonly state?: 'delivered' | 'sent' | 'waiting' | 'failed' | 'refused' | 'kept' | 'removed';
}

/** Stored mail. The POP3 lock is here: one holder per account. */
export interface Mailboxes {
  /** Null: another session holds it. */
  open(accountId: number): OpenMailbox | null;
}
export interface OpenMailbox {
  readonly messages: readonly { readonly id: number; readonly uidl: string; readonly octets: number; readonly receivedAt: number }[];
  read(index: number): Buffer | Promise<Buffer> | AsyncIterable<Buffer>;
  readStart(index: number, bytes: number): Buffer | Promise<Buffer>;
  remove(indexes: readonly number[]): Promise<void>;
  release(): void;
}
