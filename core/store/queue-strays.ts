// Message files of the queues that no row speaks of: the database was lost and rebuilt, or files were restored from a backup. To whom they
// were to go nobody knows any more, so they go into the bad queue, where the administrator finds them. Called once by open.ts.
import { open, readdir } from 'node:fs/promises';
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { codeOf, reason } from './failures.ts';
import { guidOfMsg, msgFile } from './files/names.ts';
import { untried, type NewItem, type QueueTable } from './queue/queue-table.ts';
import { recipientsLost } from './queue/split.ts';
import type { Db, Log } from './sqlite.ts';
import type { StoreChange } from './store.ts';

const batch = 100;
const headerBytes = 64 << 10;

export interface StraysParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly table: QueueTable;
  readonly directory: string;
  readonly log: Log;
  readonly emit: (change: StoreChange) => void;
}

export async function adoptStrays({ db, committer, table, directory, log, emit }: StraysParts): Promise<void> {
  // A message that is being removed, or accepted at this moment, has a row too.
  const known = db.prepare<[string, string, string], number>(`
    SELECT 1 FROM queue_messages WHERE guid = ? UNION ALL SELECT 1 FROM removed WHERE account_id = 0 AND guid = ? UNION ALL SELECT 1 FROM bodies WHERE guid = ? LIMIT 1`).pluck();
  const isStray = (guid: string): boolean => known.get(guid, guid, guid) === undefined;
  let adopted = 0;
  try {
    const strays = (await readdir(directory)).map(guidOfMsg).filter((guid) => guid !== null).filter(isStray);
    for (let from = 0; from < strays.length; from += batch) {
      const items: NewItem[] = [];
      for (const guid of strays.slice(from, from + batch)) {
        const item = await itemOf(directory, guid);
        if (item !== null) items.push(item);
      }
      adopted += await committer.run(() => {
        const missing = items.filter(({ messageId }) => isStray(messageId));
        for (const item of missing) table.add(item, [{ address: '', notify: null, orcpt: null, reason: why }]);
        return missing.length;
      }, { committed: () => { table.version += 1; } });
    }
  } catch (error) {
    if (codeOf(error) !== 'store.closed') log('error', sentence('say.store.queue-strays-failed', { directory, cause: reason(error) }));
  }
  if (adopted === 0) return;
  log('warning', sentence('say.store.queue-strays', { count: adopted, directory }));
  emit({ topic: 'queues' });
}

const why = JSON.stringify(recipientsLost);

/** Null: it is gone meanwhile, or cannot be read. */
async function itemOf(directory: string, guid: string): Promise<NewItem | null> {
  try {
    const handle = await open(msgFile(directory, guid));
    try {
      const { size, mtimeMs } = await handle.stat();
      const start = Buffer.alloc(Math.min(size, headerBytes));
      await handle.read(start, 0, start.length, 0);
      const header = start.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? '';
      return {
        queue: 'bad', messageId: guid, reversePath: /^Return-Path:\s*<([^>\r\n]*)>/im.exec(header)?.[1] ?? '', subject: /^Subject:[ \t]*([^\r\n]*)/im.exec(header)?.[1]?.slice(0, 500) ?? '',
        octets: size, queuedAt: Math.floor(mtimeMs), envid: null, ret: null, smtpUtf8: 0, eightBit: 1, destination: '', ...untried, nextTryAt: null,
      };
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
