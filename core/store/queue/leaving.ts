// What leaves the queues in one transaction: when the last item of a message goes, nobody in the queues wants its bytes any more.
import type { Remover } from '../remover.ts';
import type { WaitingBody } from '../waiting-mail.ts';
import type { ItemRow, QueueTable } from './queue-table.ts';

export class Leaving {
  private readonly table: QueueTable;
  private readonly remover: Remover;
  private readonly guids: string[] = [];
  private readonly bodies: WaitingBody[] = [];

  /** One for each transaction. */
  constructor(table: QueueTable, remover: Remover) {
    this.table = table;
    this.remover = remover;
  }

  /** Inside the transaction. */
  remove(item: Pick<ItemRow, 'id' | 'messageId'>): void {
    if (this.table.remove(item)) this.remover.letGo(0, item.messageId, this.guids, this.bodies);
  }

  /** Inside the transaction: the item goes if it has no recipient left. @returns whether it went */
  removeIfDone(item: Pick<ItemRow, 'id' | 'messageId'>): boolean {
    if (this.table.hasRecipients(item.id)) return false;
    this.remove(item);
    return true;
  }

  /** At COMMIT. */
  committed(): void {
    this.table.version += 1;
    this.remover.forget({ accountId: 0, count: 0, guids: this.guids, bodies: this.bodies });
  }

  /** When it is durable, and not before. */
  clean(): void {
    this.remover.clean({ accountId: 0, count: 0, guids: this.guids, bodies: this.bodies });
  }
}
