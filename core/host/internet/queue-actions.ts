// What an administrator does with waiting messages. A message that is on its way at this moment is left alone: what becomes of it is
// decided by the other server, not by us. Every change is followed by a look at what is due now.
import { formatMailbox, parseMailbox } from '../../protocol/address.ts';
import { asciiDomain } from '../../protocol/domain-name.ts';
import { reason } from '../../mail/describe.ts';
import { accountOf, findDomain } from '../../mail/local-address.ts';
import type { Reporter } from '../../mail/outbound/ports.ts';
import type { MailEvent } from '../../mail/types.ts';
import type { Actor, QueuedMessage, Store } from '../../store/store.ts';
import { Refusal } from '../refusal.ts';
import type { Internet } from './internet.ts';

export interface QueueActionsParts {
  readonly store: Pick<Store, 'queues' | 'directory'>;
  readonly reporter: Reporter;
  readonly now: () => number;
  readonly isSending: (id: number) => boolean;
  /** Something may be due. */
  readonly wake: () => void;
  readonly tell: (event: MailEvent) => void;
}

type Action = Extract<MailEvent, { kind: 'queue-action' }>['action'];

export function createQueueActions({ store, reporter, now, isSending, wake, tell }: QueueActionsParts): Pick<Internet, 'retry' | 'hold' | 'release' | 'reroute' | 'remove' | 'giveBack' | 'changeRecipient'> {
  const { queues } = store;

  /** @throws Refusal when all of them are on their way */
  function free(ids: readonly number[]): readonly QueuedMessage[] {
    const found = ids.filter((id) => !isSending(id)).map((id) => queues.message(id)).filter((message) => message !== null);
    if (found.length === 0 && ids.some(isSending)) throw new Refusal('queue.sending', 'The message is on its way at this moment. Try again when that has ended.');
    return found;
  }

  async function deliverHere(message: QueuedMessage, actor: Actor): Promise<{ readonly count: number; readonly elsewhere: boolean }> {
    let count = 0;
    let elsewhere = false;
    for (const { id: recipientId, address } of message.recipients) {
      const mailbox = parseMailbox(address);
      if (mailbox === null) continue;
      if (findDomain(store.directory(), mailbox.domain, '').kind === 'elsewhere') {
        elsewhere = true;
        continue;
      }
      const account = accountOf(store.directory(), mailbox, '');
      if (account === null) continue;
      await queues.changeRecipient(message.id, recipientId, { address, accountId: account.id }, now(), actor);
      count += 1;
    }
    return { count, elsewhere };
  }

  async function act(action: Action, ids: readonly number[], actor: Actor, work: (free: readonly number[]) => Promise<number>): Promise<number> {
    const messages = free(ids);
    const count = messages.length === 0 ? 0 : await work(messages.map(({ id }) => id));
    if (count > 0) for (const { messageId, recipients } of messages) tell({ kind: 'queue-action', id: messageId, action, recipients: recipients.map(({ address }) => address), who: actor.who });
    wake();
    return count;
  }

  return {
    retry: (ids, actor) => act('retry', ids, actor, async (chosen) => {
      const outgoing: number[] = [];
      let count = 0;
      for (const id of chosen) {
        const message = queues.message(id);
        if (message === null) continue;
        // What was kept for lack of a mailbox here may have one by now.
        const delivered = message.queue === 'bad' ? await deliverHere(message, actor) : null;
        if (delivered === null || delivered.elsewhere) outgoing.push(id);
        else if (delivered.count > 0) count += 1;
      }
      return count + (outgoing.length === 0 ? 0 : await queues.retry(outgoing, now(), destinationOf, actor));
    }),
    hold: (ids, actor) => act('hold', ids, actor, (free) => queues.hold(free, actor)),
    release: (ids, actor) => act('release', ids, actor, (free) => queues.release(free, now(), actor)),
    reroute: (ids, host, actor) => act('reroute', ids, actor, (free) => queues.reroute(free, host, now(), actor)),
    remove: (ids, actor) => act('remove', ids, actor, (free) => queues.remove(free, actor)),

    giveBack: (ids, actor) => act('give-back', ids, actor, async (chosen) => {
      let count = 0;
      for (const id of chosen) {
        // Held first, so that the sender does not take it while its report is being written.
        await queues.hold([id], actor);
        const message = queues.message(id);
        if (message === null) continue;
        if (isSending(id)) {
          await queues.release([id], now(), actor);
          continue;
        }
        const because = reason('queue.given-back');
        const fates = message.recipients.map(({ id: recipientId, address, notify, orcpt }) => ({ recipientId, address, notify, orcpt, reply: null, host: '', reason: because, at: now() }));
        const reports = await reporter.failed(message, fates);
        const rest = { queue: 'remote', nextTryAt: 0, attempts: message.attempts, firstTriedAt: message.firstTriedAt, triedAt: null, informedAt: null, host: '', reasons: new Map() } as const;
        await queues.settle([{ id, done: message.recipients.map((recipient) => recipient.id), toBad: [], rest }], reports);
        count += 1;
      }
      return count;
    }),

    async changeRecipient(id, recipientId, text, actor) {
      const [message] = free([id]);
      const mailbox = parseMailbox(text);
      if (mailbox === null || mailbox.domain === '') throw new Refusal('address.illegal', `${text} is no mail address.`, 'address');
      const address = formatMailbox(mailbox);
      const { directory } = store;
      const isLocal = findDomain(directory(), mailbox.domain, '').kind !== 'elsewhere';
      const account = isLocal ? accountOf(directory(), mailbox, '') : null;
      if (isLocal && account === null) throw new Refusal('mailbox.unknown', `There is no mailbox ${address} here.`, 'address', { address });
      await queues.changeRecipient(id, recipientId, account === null ? { address, destination: asciiDomain(mailbox.domain) } : { address, accountId: account.id }, now(), actor);
      if (message !== undefined) {
        const previous = message.recipients.find((recipient) => recipient.id === recipientId)?.address ?? '';
        tell({ kind: 'queue-action', id: message.messageId, action: 'change-recipient', recipients: [address], who: actor.who, previous, local: account !== null });
      }
      wake();
    },
  };
}

/** Lower-case A-label domain of an address of the bad queue. */
function destinationOf(address: string): string {
  const mailbox = parseMailbox(address);
  return mailbox === null ? '' : asciiDomain(mailbox.domain);
}
