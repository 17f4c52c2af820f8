// The queues: mail for elsewhere (remote, retry), held (holding), kept for the administrator (bad). Local delivery is done when a
// message is accepted, so the local queue is always empty. The parts are in queue/; who sends is in mail/ (docs/adr/0003).
import type { Settings } from '../contract/settings.ts';
import type { Accepting } from './accepting.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import type { Place } from './hand/tasks.ts';
import type { History } from './history.ts';
import type { MessageReader } from './message-reader.ts';
import { makeActions } from './queue/actions.ts';
import { makeChangeRecipient } from './queue/change-recipient.ts';
import { makeDue } from './queue/due.ts';
import { makePages } from './queue/pages.ts';
import type { QueueTable } from './queue/queue-table.ts';
import { readPart } from './queue/read-part.ts';
import { makeSettle } from './queue/settlement.ts';
import type { Remover } from './remover.ts';
import type { Db } from './sqlite.ts';
import type { Queues, StoreChange } from './store.ts';

export interface QueuesParts {
  readonly db: Db;
  readonly table: QueueTable;
  readonly committer: Committer;
  readonly accepting: Accepting;
  readonly reader: MessageReader;
  readonly remover: Remover;
  readonly history: History;
  readonly settings: () => Settings;
  readonly place: Place;
  readonly emit: (change: StoreChange) => void;
}

export function makeQueues(parts: QueuesParts): Queues {
  const { db, table, reader } = parts;
  const content: Queues['content'] = ({ messageId, octets, queuedAt }) => reader.read({ guid: messageId, octets, receivedAt: queuedAt }, () => parts.place);
  return {
    ...makePages(parts),
    ...makeDue(db, table),
    ...makeActions(parts),
    settle: makeSettle(parts),
    changeRecipient: makeChangeRecipient({ ...parts, content }),
    content,
    async read(id, offset, limit): Promise<{ bytes: Buffer; truncated: boolean }> {
      const item = table.get(id);
      if (item === null) throw new StoreError('not-found', 'This message is not in the queue any more.');
      const bytes = await readPart(content(item), offset, limit);
      return { bytes, truncated: offset + bytes.length < item.octets };
    },
  };
}
