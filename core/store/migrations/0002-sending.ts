// Sending: an item of a queue is a message at one destination, with its schedule; smart hosts; totals of the queues kept by triggers.
import { splitQueue } from '../queue/split.ts';
import type { Migration } from './migration.ts';

export const sending: Migration = {
  version: 2,
  sql: `
    -- destination: lower-case domain in A-labels or an address literal, '' in the bad queue. via: a host of the administrator's choice.
    -- next_try_at NULL: not by itself. previous_queue: where a held item came from.
    ALTER TABLE queue_messages ADD COLUMN destination TEXT NOT NULL DEFAULT '';
    ALTER TABLE queue_messages ADD COLUMN via TEXT NOT NULL DEFAULT '';
    ALTER TABLE queue_messages ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE queue_messages ADD COLUMN first_tried_at INTEGER;
    ALTER TABLE queue_messages ADD COLUMN tried_at INTEGER;
    ALTER TABLE queue_messages ADD COLUMN next_try_at INTEGER;
    ALTER TABLE queue_messages ADD COLUMN informed_at INTEGER;
    ALTER TABLE queue_messages ADD COLUMN host TEXT NOT NULL DEFAULT '';
    ALTER TABLE queue_messages ADD COLUMN eight_bit INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE queue_messages ADD COLUMN previous_queue TEXT NOT NULL DEFAULT '';
    DROP INDEX queue_messages_in_order;
    CREATE INDEX queue_messages_in_order ON queue_messages (queue, queued_at);
    CREATE INDEX queue_messages_due ON queue_messages (queue, next_try_at);
    -- All that due() and take() ask, so that neither looks into the rows.
    CREATE INDEX queue_messages_grouped ON queue_messages (destination, reverse_path, via, id, queue, next_try_at);

    -- reason: JSON {code, params, text} or NULL. An id belongs to its item and is never used again in it.
    ALTER TABLE queue_recipients RENAME TO queue_recipients_1;
    CREATE TABLE queue_recipients (
      message_id INTEGER NOT NULL REFERENCES queue_messages ON DELETE CASCADE, id INTEGER NOT NULL,
      address TEXT NOT NULL, notify TEXT, orcpt TEXT, reason TEXT,
      PRIMARY KEY (message_id, id)
    ) WITHOUT ROWID;
    INSERT INTO queue_recipients (message_id, id, address, notify, orcpt, reason) SELECT message_id, id, address, notify, orcpt, reason FROM queue_recipients_1;
    DROP TABLE queue_recipients_1;

    CREATE TABLE queue_totals (queue TEXT PRIMARY KEY, messages INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO queue_totals (queue, messages, bytes)
      SELECT column1, (SELECT count(*) FROM queue_messages WHERE queue = column1), (SELECT coalesce(sum(octets), 0) FROM queue_messages WHERE queue = column1)
      FROM (VALUES ('remote'), ('retry'), ('holding'), ('bad'));
    CREATE TRIGGER queue_messages_in AFTER INSERT ON queue_messages BEGIN
      UPDATE queue_totals SET messages = messages + 1, bytes = bytes + new.octets WHERE queue = new.queue;
    END;
    CREATE TRIGGER queue_messages_out AFTER DELETE ON queue_messages BEGIN
      UPDATE queue_totals SET messages = messages - 1, bytes = bytes - old.octets WHERE queue = old.queue;
    END;
    CREATE TRIGGER queue_messages_over AFTER UPDATE OF queue ON queue_messages WHEN old.queue <> new.queue BEGIN
      UPDATE queue_totals SET messages = messages - 1, bytes = bytes - old.octets WHERE queue = old.queue;
      UPDATE queue_totals SET messages = messages + 1, bytes = bytes + new.octets WHERE queue = new.queue;
    END;

    -- match: a domain in A-labels, with a leading dot for its subdomains; of kind account it is account_id, whose address may change.
    CREATE TABLE smart_hosts (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, match TEXT NOT NULL, account_id INTEGER NOT NULL, host TEXT NOT NULL, tls TEXT NOT NULL,
      verify INTEGER NOT NULL, user TEXT NOT NULL, password BLOB, method TEXT NOT NULL, enabled INTEGER NOT NULL, revision INTEGER NOT NULL,
      UNIQUE (kind, match, account_id)
    );
    CREATE TRIGGER smart_hosts_of_account AFTER DELETE ON accounts BEGIN
      DELETE FROM smart_hosts WHERE kind = 'account' AND account_id = old.id;
    END;
  `,
  after: splitQueue,
};
