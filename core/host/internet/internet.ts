// Internet mail as the console and the command line see it: what waits, what an administrator does with it, why a message goes where
// it goes, DNS, and the Test buttons. Joins mail/outbound with net/ and store/; engine.ts makes one.
import type { ExplainedRoute, QueueItem, QueueName } from '../../contract/records.ts';
import type { Actor } from '../../store/store.ts';
import type { CacheEntry, ServerState } from '../../net/dns/types.ts';
import type { Check } from '../checks/report.ts';
import type { DnsInput, SmartHostInput } from './checks.ts';

export interface Internet {
  /** Messages on their way at this moment, by queue. */
  sending(): ReadonlyMap<QueueName, number>;
  /** An item with what only the sender knows. */
  asShown(item: QueueItem): QueueItem;
  retry(ids: readonly number[], actor: Actor): Promise<number>;
  hold(ids: readonly number[], actor: Actor): Promise<number>;
  release(ids: readonly number[], actor: Actor): Promise<number>;
  reroute(ids: readonly number[], host: string, actor: Actor): Promise<number>;
  remove(ids: readonly number[], actor: Actor): Promise<number>;
  giveBack(ids: readonly number[], actor: Actor): Promise<number>;
  changeRecipient(id: number, recipientId: number, address: string, actor: Actor): Promise<void>;
  /** Makes what waits due and sends it. @returns how many messages */
  processNow(): Promise<number>;
  explain(question: { readonly sender: string; readonly recipients: readonly string[]; readonly queueItem?: number | undefined }): Promise<ExplainedRoute[]>;
  readonly dns: {
    servers(): readonly ServerState[];
    cache(): Promise<readonly CacheEntry[]>;
    clearCache(): void;
  };
  readonly checks: {
    smartHost(input: SmartHostInput): Check;
    dns(input: DnsInput): Check;
    port25(host: string): Check;
    domain(): Check;
  };
}
