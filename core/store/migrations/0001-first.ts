// The first schema. Ids of domains and accounts are never used again; domain 1 is the primary one.
// A message's id is its folder's id times 2^32 plus its UID, so that a folder's messages lie together in UID order.
import type { Migration } from './migration.ts';

export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE engine_values (name TEXT PRIMARY KEY, secret INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE history (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL,
      subject TEXT NOT NULL, action TEXT NOT NULL, changes TEXT NOT NULL
    );
    CREATE TABLE domains (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, ip TEXT NOT NULL, bind_to_ip INTEGER NOT NULL, revision INTEGER NOT NULL
    );
    -- The primary domain is written with id 1 when it gets its name.
    INSERT INTO sqlite_sequence (name, seq) VALUES ('domains', 1);
    CREATE TABLE accounts (
      id INTEGER PRIMARY KEY AUTOINCREMENT, domain_id INTEGER NOT NULL REFERENCES domains, mailbox TEXT NOT NULL, mailbox_lower TEXT NOT NULL,
      full_name TEXT NOT NULL, enabled INTEGER NOT NULL, allow_pop_imap INTEGER NOT NULL, password_hash TEXT NOT NULL,
      apop INTEGER NOT NULL, apop_secret BLOB, notes TEXT NOT NULL, directory TEXT NOT NULL, storage_format TEXT NOT NULL,
      extract_attachments INTEGER NOT NULL, last_access_at INTEGER, created_at INTEGER NOT NULL, revision INTEGER NOT NULL,
      UNIQUE (domain_id, mailbox_lower)
    );
    -- domain_id 0: a bare name, valid in every domain.
    CREATE TABLE aliases (
      id INTEGER PRIMARY KEY AUTOINCREMENT, local TEXT NOT NULL, domain_id INTEGER NOT NULL, account_id INTEGER NOT NULL REFERENCES accounts,
      UNIQUE (local, domain_id)
    );
    CREATE INDEX aliases_of_account ON aliases (account_id);
    CREATE TABLE folders (
      id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL, name TEXT NOT NULL,
      uid_validity INTEGER NOT NULL, uid_next INTEGER NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL,
      UNIQUE (account_id, name)
    );
    -- missing: its file is gone; hidden until it comes back.
    CREATE TABLE messages (
      id INTEGER PRIMARY KEY, guid TEXT NOT NULL, octets INTEGER NOT NULL, received_at INTEGER NOT NULL,
      flags INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0
    );
    -- Messages accepted whose bytes are not yet safe in their final places. bytes NULL: they are in Incoming/<guid>.msg.
    -- holders: JSON array of message ids, 0 for the queue.
    CREATE TABLE bodies (
      id INTEGER PRIMARY KEY, guid TEXT NOT NULL, octets INTEGER NOT NULL, received_at INTEGER NOT NULL, holders TEXT NOT NULL, bytes BLOB
    );
    CREATE TABLE queue_messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, guid TEXT NOT NULL, reverse_path TEXT NOT NULL, subject TEXT NOT NULL,
      octets INTEGER NOT NULL, queued_at INTEGER NOT NULL, envid TEXT, ret TEXT, smtp_utf8 INTEGER NOT NULL
    );
    CREATE INDEX queue_messages_in_order ON queue_messages (queue, id);
    CREATE INDEX queue_messages_of_guid ON queue_messages (guid);
    CREATE TABLE queue_recipients (
      id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL REFERENCES queue_messages ON DELETE CASCADE,
      address TEXT NOT NULL, notify TEXT, orcpt TEXT, reason TEXT NOT NULL
    );
    CREATE INDEX queue_recipients_of_message ON queue_recipients (message_id);
    -- Removed messages whose files may still be there, so that a sweep does not take them for new ones. account_id 0: the queue.
    CREATE TABLE removed (account_id INTEGER NOT NULL, guid TEXT NOT NULL, PRIMARY KEY (account_id, guid)) WITHOUT ROWID;
    -- Mail of removed accounts that is to be deleted.
    CREATE TABLE leftovers (directory TEXT NOT NULL, storage_format TEXT NOT NULL, PRIMARY KEY (directory, storage_format)) WITHOUT ROWID;
    -- A mailbox on its way to another directory or format. switched 0: the old place counts; 1: the new one does, the old is being cleared.
    CREATE TABLE moves (
      account_id INTEGER PRIMARY KEY, old_directory TEXT NOT NULL, old_format TEXT NOT NULL,
      new_directory TEXT NOT NULL, new_format TEXT NOT NULL, switched INTEGER NOT NULL
    );
  `,
};
