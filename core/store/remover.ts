// Takes messages out of a mailbox or the queue: the rows in a transaction of the caller, the files after it, by the housekeeper.
// Word is left in `removed` until a file is gone for certain, so that a sweep after a crash does not bring the message back.
import { unlink } from 'node:fs';
import { incomingFile } from './files/names.ts';
import type { Housekeeper } from './housekeeper.ts';
import type { Db } from './sqlite.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

export interface Removal {
  /** 0: the queue. */
  readonly accountId: number;
  readonly count: number;
  /** Their files may exist. */
  readonly guids: readonly string[];
  /** These waiting bodies have lost this holder. */
  readonly bodies: readonly WaitingBody[];
}

export class Remover {
  private readonly waiting: WaitingMail;
  private readonly housekeeper: Housekeeper;
  private readonly incomingDirectory: string;
  private readonly statements;

  constructor(db: Db, waiting: WaitingMail, housekeeper: Housekeeper, incomingDirectory: string) {
    this.waiting = waiting;
    this.housekeeper = housekeeper;
    this.incomingDirectory = incomingDirectory;
    this.statements = {
      message: db.prepare<[number], { octets: number; missing: number }>('DELETE FROM messages WHERE id = ? RETURNING octets, missing'),
      count: db.prepare<[number, number, number]>('UPDATE folders SET messages = messages - ?, bytes = bytes - ? WHERE id = ?'),
      note: db.prepare<[number, string]>('INSERT OR IGNORE INTO removed (account_id, guid) VALUES (?, ?)'),
      body: db.prepare<[number]>('DELETE FROM bodies WHERE id = ?'),
    };
  }

  /** Inside a transaction. */
  remove(accountId: number, folderId: number, messages: readonly { readonly id: number; readonly uidl: string }[]): Removal {
    const guids: string[] = [];
    const bodies: WaitingBody[] = [];
    let count = 0;
    let bytes = 0;
    let removed = 0;
    for (const { id, uidl } of messages) {
      const row = this.statements.message.get(id);
      if (row === undefined) continue;
      removed += 1;
      if (row.missing === 0) {
        count += 1;
        bytes += row.octets;
      }
      this.letGo(accountId, uidl, guids, bodies);
    }
    if (count > 0) this.statements.count.run(count, bytes, folderId);
    return { accountId, count: removed, guids, bodies };
  }

  /** Inside a transaction: this holder no longer wants the bytes. */
  letGo(accountId: number, guid: string, guids: string[], bodies: WaitingBody[]): void {
    const body = this.waiting.get(guid);
    if (body === null || body.touched) {
      this.statements.note.run(accountId, guid);
      guids.push(guid);
    }
    if (body === null) return;
    if (body.holders.every((holder) => holder === accountId)) this.statements.body.run(body.bodyId);
    bodies.push(body);
  }

  /** At COMMIT: what is kept in memory. */
  forget({ accountId, bodies }: Removal): void {
    for (const body of bodies) {
      body.holders = body.holders.filter((holder) => holder !== accountId);
      if (body.holders.length === 0) this.waiting.drop(body.title.guid);
    }
  }

  /** When it is durable, and not before: the files. */
  clean({ accountId, guids, bodies }: Removal): void {
    for (const guid of guids) this.housekeeper.removed(accountId, guid);
    if (guids.length > 0) this.housekeeper.wake();
    for (const { inFile, holders, title } of bodies) {
      if (inFile && holders.length === 0) unlink(incomingFile(this.incomingDirectory, title.guid), () => undefined);
    }
  }
}
