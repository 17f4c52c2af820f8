// What an administrator does with waiting messages. A message that is on its way at this moment is left alone: what becomes of it is
// decided by the other server, not by us. Every change is followed by a look at what is due now.
import { formatMailbox, parseMailbox, type Mailbox } from '../../protocol/address.ts';
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

type Place = Parameters<Store['queues']['changeRecipient']>[2];
type Action = Extract<MailEvent, { kind: 'queue-action' }>['action'];

export function createQueueActions({ store, reporter, now, isSending, wake, tell }: QueueActionsParts): Pick<Internet, 'retry' | 'hold' | 'release' | 'reroute' | 'remove' | 'giveBack' | 'changeRecipient'> {
  const { queues } = store;

  /** @throws Refusal when all of them are on their way */
  function free(ids: readonly number[]): readonly QueuedMessage[] {
    const found = ids.filter((id) => !isSending(id)).map((id) => queues.message(id)).filter((message) => message !== null);
    if (found.length === 0 && ids.some(isSending)) throw new Refusal('queue.sending', 'The message is on its way at this moment. Try again when that has ended.');
    return found;
  }

  /** Where a recipient of this address belongs; null: to a domain of ours, and to nobody in it. */
  function placeOf(mailbox: Mailbox, address: string): Place | null {
    const directory = store.directory();
    if (findDomain(directory, mailbox.domain, '').kind === 'elsewhere') return { address, destination: asciiDomain(mailbox.domain) };
    const account = accountOf(directory, mailbox, '');
    return account === null ? null : { address, accountId: account.id };
  }

  async function deliverHere(message: QueuedMessage, actor: Actor): Promise<{ readonly count: number; readonly elsewhere: boolean }> {
    let count = 0;
    let elsewhere = false;
    for (const { id: recipientId, address } of message.recipients) {
      const mailbox = parseMailbox(address);
      if (mailbox === null) continue;
      const place = placeOf(mailbox, address);
      if (place === null) continue;
      if ('destination' in place) elsewhere = true;
      else {
        await queues.changeRecipient(message.id, recipientId, place, now(), actor);
        count += 1;
      }
    }
    return { count, elsewhere };
  }

  async function act(action: Action, ids: readonly number[], actor: Actor, work: (ids: readonly number[], messages: readonly QueuedMessage[]) => Promise<number>): Promise<number> {
    const messages = free(ids);
    const count = messages.length === 0 ? 0 : await work(messages.map(({ id }) => id), messages);
    if (count > 0) for (const { messageId, recipients } of messages) tell({ kind: 'queue-action', id: messageId, action, recipients: recipients.map(({ address }) => address), who: actor.who });
    wake();
    return count;
  }

  return {
    retry: (ids, actor) => act('retry', ids, actor, async (_, messages) => {
      const outgoing: number[] = [];
      let count = 0;
      for (const message of messages) {
        // What was kept for lack of a mailbox here may have one by now.
        const delivered = message.queue === 'bad' ? await deliverHere(message, actor) : null;
        if (delivered === null || delivered.elsewhere) outgoing.push(message.id);
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
      const place = placeOf(mailbox, address);
      if (place === null) throw new Refusal('mailbox.unknown', `There is no mailbox ${address} here.`, 'address', { address });
      await queues.changeRecipient(id, recipientId, place, now(), actor);
      if (message !== undefined) {
        const previous = message.recipients.find((recipient) => recipient.id === recipientId)?.address ?? '';
        tell({ kind: 'queue-action', id: message.messageId, action: 'change-recipient', recipients: [address], who: actor.who, previous, local: 'accountId' in place });
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
