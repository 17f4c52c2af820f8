// The messages of one queue by page (pages.ts), as the queue window filters and sorts them.
import type { QueueItem, QueueQuery } from '../../../core/contract/records.ts';
import type { Api } from '../connection.ts';
import { createPages, type PageStore } from './pages.ts';

type QueueFilter = Pick<QueueQuery, 'queue' | 'search' | 'sort' | 'descending'>;
type QueuePageStore = PageStore<QueueItem, QueueFilter>;

export function createQueuePages(api: () => Api, filter: QueueFilter): QueuePageStore {
  return createPages<QueueItem, QueueFilter>(async (wanted, offset, limit) => {
    const { total, matching, items } = await api().queues.messages({ ...wanted, offset, limit });
    return { total, matching, rows: items };
  }, filter);
}
