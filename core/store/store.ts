// The store as the rest of Merpati sees it: facts in SQLite, message bytes in files, both or neither.
// Everything that returns a promise has happened durably when it resolves; reads are synchronous and see every committed change.
// Errors: StoreError with a `code` that the console can show (see errors.ts); anything else is a bug or a broken disk.
import type {
  Account, AccountInput, AccountQuery, Alias, AliasInput, Domain, DomainInput, HistoryEntry, QueueItem, QueueName, QueueState,
} from '../contract/records.ts';
import type { SettingChanges, Settings } from '../contract/settings.ts';

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
    read(): { readonly values: Settings; readonly revision: number };
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
  readonly queues: {
    list(): readonly QueueState[];
    messages(queue: QueueName, offset: number, limit: number): { readonly total: number; readonly items: readonly QueueItem[] };
    read(id: number, limit: number): Promise<{ readonly bytes: Buffer; readonly truncated: boolean }>;
    remove(ids: readonly number[], actor: Actor): Promise<number>;
  };
  readonly history: { list(before: number | null, limit: number): readonly HistoryEntry[] };
  /** Told after every committed change; `incoming` deliveries included. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Free bytes on the disk of the data folder, measured at most once a second. */
  freeBytes(): Promise<number>;
  close(): Promise<void>;
}
export type StoreChange = { readonly topic: 'settings' | 'domains' | 'accounts' | 'aliases' | 'queues' | 'history' } | { readonly topic: 'mail'; readonly accountId: number };
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
  /** Accounts that get a copy, each at most once. */
  readonly local: readonly number[];
  /** Recipients elsewhere (queue 'remote'), or kept for the administrator (queue 'bad'). */
  readonly queued: readonly { readonly queue: 'remote' | 'bad'; readonly address: string; readonly notify: string | null; readonly orcpt: string | null; readonly reason: string }[];
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
