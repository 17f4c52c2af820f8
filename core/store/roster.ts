// The accounts in memory: what decisions and reading mail need of them, by id. Loaded at the start, kept up to date by accounts.ts.
import { resolve } from 'node:path';
import type { StorageFormat } from '../contract/records.ts';
import type { Place } from './hand/tasks.ts';
import type { Db } from './sqlite.ts';

export interface RosterAccount {
  readonly id: number;
  readonly domainId: number;
  readonly mailbox: string;
  readonly fullName: string;
  readonly enabled: boolean;
  readonly allowPopImap: boolean;
  readonly passwordHash: string;
  readonly apop: boolean;
  readonly extractAttachments: boolean;
  readonly directory: string;
  readonly format: StorageFormat;
  /** Its INBOX. */
  readonly folderId: number;
}

interface Row {
  readonly id: number; readonly domainId: number; readonly mailbox: string; readonly fullName: string; readonly enabled: number;
  readonly allowPopImap: number; readonly passwordHash: string; readonly apop: number; readonly extractAttachments: number;
  readonly directory: string; readonly format: StorageFormat; readonly folderId: number;
}

const columns = `
  SELECT a.id, a.domain_id AS domainId, a.mailbox, a.full_name AS fullName, a.enabled, a.allow_pop_imap AS allowPopImap,
    a.password_hash AS passwordHash, a.apop, a.extract_attachments AS extractAttachments, a.directory, a.storage_format AS format, f.id AS folderId
  FROM accounts a JOIN folders f ON f.account_id = a.id AND f.name = 'INBOX'`;

export class Roster {
  private readonly dataDirectory: string;
  private readonly accounts = new Map<number, RosterAccount>();
  private readonly folders = new Map<number, number>();
  private readonly one;

  constructor(db: Db, dataDirectory: string) {
    this.dataDirectory = dataDirectory;
    this.one = db.prepare<[number], Row>(`${columns} WHERE a.id = ?`);
    for (const row of db.prepare<[], Row>(`${columns} ORDER BY a.id`).iterate()) this.put(row);
  }

  get(id: number): RosterAccount | null {
    return this.accounts.get(id) ?? null;
  }

  /** In the order in which they were made. */
  all(): IterableIterator<RosterAccount> {
    return this.accounts.values();
  }

  accountOfFolder(folderId: number): number | null {
    return this.folders.get(folderId) ?? null;
  }

  /** Reads one account anew, after its rows were committed. */
  refresh(id: number): void {
    const row = this.one.get(id);
    if (row === undefined) this.drop(id);
    else this.put(row);
  }

  drop(id: number): void {
    const account = this.accounts.get(id);
    if (account !== undefined) this.folders.delete(account.folderId);
    this.accounts.delete(id);
  }

  pathOf(account: Pick<RosterAccount, 'directory'>): string {
    return resolve(this.dataDirectory, account.directory);
  }

  placeOf(account: RosterAccount): Place {
    return { directory: this.pathOf(account), format: account.format };
  }

  private put(row: Row): void {
    this.accounts.set(row.id, {
      ...row, enabled: row.enabled === 1, allowPopImap: row.allowPopImap === 1, apop: row.apop === 1, extractAttachments: row.extractAttachments === 1,
    });
    this.folders.set(row.folderId, row.id);
  }
}
