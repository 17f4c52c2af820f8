// Rows of accounts: written inside transactions of accounts.ts, listed for the Account Manager.
import type { Account, AccountInput, AccountQuery, StorageFormat } from '../contract/records.ts';
import type { Db } from './sqlite.ts';

interface Row {
  readonly id: number; readonly domainId: number; readonly domainName: string; readonly mailbox: string; readonly fullName: string;
  readonly enabled: number; readonly allowPopImap: number; readonly passwordSet: number; readonly apop: number; readonly notes: string;
  readonly directory: string; readonly storageFormat: StorageFormat; readonly extractAttachments: number; readonly messages: number;
  readonly bytes: number; readonly lastAccessAt: number | null; readonly createdAt: number; readonly revision: number;
}

/** What is written: the input, settled. */
export interface AccountValues extends Omit<AccountInput, 'password'> {
  readonly passwordHash: string;
}

const from = `FROM accounts a JOIN domains d ON d.id = a.domain_id LEFT JOIN folders f ON f.account_id = a.id AND f.name = 'INBOX'`;
const columns = `a.id, a.domain_id AS domainId, d.name AS domainName, a.mailbox, a.full_name AS fullName, a.enabled, a.allow_pop_imap AS allowPopImap,
  a.password_hash <> '' AS passwordSet, a.apop, a.notes, a.directory, a.storage_format AS storageFormat, a.extract_attachments AS extractAttachments,
  f.messages, f.bytes, a.last_access_at AS lastAccessAt, a.created_at AS createdAt, a.revision`;
const matching = `WHERE (@domainId IS NULL OR a.domain_id = @domainId)
  AND (@search = '' OR a.mailbox || '@' || d.name LIKE @search ESCAPE '\\' OR a.full_name LIKE @search ESCAPE '\\' OR a.notes LIKE @search ESCAPE '\\' OR a.directory LIKE @search ESCAPE '\\')`;
const orders: Readonly<Record<AccountQuery['sort'], string>> = {
  domain: 'd.name', mailbox: 'a.mailbox_lower', fullName: 'a.full_name COLLATE NOCASE', directory: 'a.directory COLLATE NOCASE',
  messages: 'f.messages', bytes: 'f.bytes', lastAccessAt: 'a.last_access_at',
};
interface Matching { readonly domainId: number | null; readonly search: string }

export class AccountTable {
  private readonly db: Db;
  private readonly statements;

  constructor(db: Db) {
    this.db = db;
    this.statements = {
      one: db.prepare<[number], Row>(`SELECT ${columns} ${from} WHERE a.id = ?`),
      total: db.prepare<[], number>('SELECT count(*) FROM accounts').pluck(),
      matching: db.prepare<[Matching], number>(`SELECT count(*) ${from} ${matching}`).pluck(),
      taken: db.prepare<[number, string, number], number>('SELECT id FROM accounts WHERE domain_id = ? AND mailbox_lower = ? AND id <> ?').pluck(),
      secrets: db.prepare<[number], { passwordHash: string; apopSecret: Buffer | null }>('SELECT password_hash AS passwordHash, apop_secret AS apopSecret FROM accounts WHERE id = ?'),
      insert: db.prepare<[Record<string, unknown>]>(`
        INSERT INTO accounts (domain_id, mailbox, mailbox_lower, full_name, enabled, allow_pop_imap, password_hash, apop, notes, directory, storage_format, extract_attachments, created_at, revision)
        VALUES (@domainId, @mailbox, @mailboxLower, @fullName, @enabled, @allowPopImap, @passwordHash, @apop, @notes, @directory, @storageFormat, @extractAttachments, @createdAt, 1)`),
      update: db.prepare<[Record<string, unknown>]>(`
        UPDATE accounts SET domain_id = @domainId, mailbox = @mailbox, mailbox_lower = @mailboxLower, full_name = @fullName, enabled = @enabled, allow_pop_imap = @allowPopImap,
          password_hash = @passwordHash, apop = @apop, notes = @notes, directory = @directory, storage_format = @storageFormat,
          extract_attachments = @extractAttachments, revision = revision + 1 WHERE id = @id`),
      insertFolder: db.prepare<[number, number]>("INSERT INTO folders (account_id, name, uid_validity, uid_next, messages, bytes) VALUES (?, 'INBOX', ?, 1, 0, 0)"),
      setApopSecret: db.prepare<[Buffer | null, number]>('UPDATE accounts SET apop_secret = ? WHERE id = ?'),
      remove: db.prepare<[number]>('DELETE FROM accounts WHERE id = ?'),
      removeFolders: db.prepare<[number]>('DELETE FROM folders WHERE account_id = ?'),
      removeAliases: db.prepare<[number]>('DELETE FROM aliases WHERE account_id = ?'),
      removeMessages: db.prepare<[number, number]>('DELETE FROM messages WHERE id BETWEEN ? AND ?'),
      removeNotes: db.prepare<[number]>('DELETE FROM removed WHERE account_id = ?'),
      touch: db.prepare<[number, number]>('UPDATE accounts SET last_access_at = ? WHERE id = ?'),
    };
  }

  get(id: number): Account | null {
    const row = this.statements.one.get(id);
    return row === undefined ? null : fromRow(row);
  }

  list(query: AccountQuery): { readonly total: number; readonly matching: number; readonly accounts: readonly Account[] } {
    const text = query.search.trim();
    const parameters = { domainId: query.domainId, search: text === '' ? '' : `%${text.replace(/[\\%_]/g, '\\$&')}%` };
    const direction = query.descending ? 'DESC' : 'ASC';
    const rows = this.db.prepare<[Matching & { limit: number; offset: number }], Row>(`
      SELECT ${columns} ${from} ${matching} ORDER BY ${orders[query.sort]} ${direction}, a.mailbox_lower ${direction}, d.name ${direction} LIMIT @limit OFFSET @offset`);
    return {
      total: this.statements.total.get() ?? 0,
      matching: this.statements.matching.get(parameters) ?? 0,
      accounts: rows.all({ ...parameters, limit: query.limit, offset: query.offset }).map(fromRow),
    };
  }

  /** Another account than `except` that has this mailbox name. */
  isTaken(domainId: number, mailbox: string, except: number): boolean {
    return this.statements.taken.get(domainId, mailbox.toLowerCase(), except) !== undefined;
  }

  secrets(id: number): { readonly passwordHash: string; readonly apopSecret: Buffer | null } | null {
    return this.statements.secrets.get(id) ?? null;
  }

  insert(values: AccountValues, createdAt: number): number {
    const id = Number(this.statements.insert.run({ ...bound(values), createdAt }).lastInsertRowid);
    // RFC 9051 §2.3.1.1 wants a larger value for every new mailbox of a name; seconds are, and fit into its 32 bits.
    this.statements.insertFolder.run(id, Math.max(1, Math.floor(createdAt / 1000) % 2 ** 32));
    return id;
  }

  update(id: number, values: AccountValues): void {
    this.statements.update.run({ ...bound(values), id });
  }

  setApopSecret(id: number, sealed: Buffer | null): void {
    this.statements.setApopSecret.run(sealed, id);
  }

  /** The account, its messages, its aliases. */
  remove(id: number, firstMessage: number, lastMessage: number): void {
    this.statements.removeMessages.run(firstMessage, lastMessage);
    this.statements.removeNotes.run(id);
    this.statements.removeFolders.run(id);
    this.statements.removeAliases.run(id);
    this.statements.remove.run(id);
  }

  touch(id: number, at: number): void {
    this.statements.touch.run(at, id);
  }
}

function bound(values: AccountValues): Record<string, unknown> {
  const { domainId, mailbox, fullName, passwordHash, notes, directory, storageFormat } = values;
  return {
    domainId, mailbox, mailboxLower: mailbox.toLowerCase(), fullName, passwordHash, notes, directory, storageFormat,
    enabled: values.enabled ? 1 : 0, allowPopImap: values.allowPopImap ? 1 : 0, apop: values.apop ? 1 : 0, extractAttachments: values.extractAttachments ? 1 : 0,
  };
}

function fromRow(row: Row): Account {
  return {
    ...row, address: `${row.mailbox}@${row.domainName}`, enabled: row.enabled === 1, allowPopImap: row.allowPopImap === 1,
    passwordSet: row.passwordSet === 1, apop: row.apop === 1, extractAttachments: row.extractAttachments === 1,
  };
}
