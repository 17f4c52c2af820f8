// What an administrator can do with chosen messages of a queue: which of it makes sense where, the calls to the engine, and what is said
// about it afterwards. The queue window and the window of one message do the same things by it.
import type { TFunction } from 'i18next';
import type { QueueName } from '../../../../core/contract/records.ts';
import type { Console } from '../../console.ts';
import { problemOf, problemText } from '../../problem.ts';

export type QueueAction = 'retry' | 'hold' | 'release' | 'giveBack' | 'remove' | 'reroute';

const atOnce = 1000;

const possible: Readonly<Record<QueueAction | 'changeRecipient', readonly QueueName[]>> = {
  retry: ['remote', 'retry', 'holding', 'bad'], hold: ['remote', 'retry'], release: ['holding'], giveBack: ['remote', 'retry', 'holding', 'bad'],
  remove: ['remote', 'retry', 'holding', 'bad'], reroute: ['remote', 'retry', 'holding'], changeRecipient: ['remote', 'retry', 'holding', 'bad'],
};
export const isPossible = (action: QueueAction | 'changeRecipient', queue: QueueName): boolean => possible[action].includes(queue);

/**
 * Does it, in pieces that one call takes, and says how many messages it was done to and how many not.
 *
 * @param host of reroute: '' = as the settings say
 * @returns whether it was done to any
 */
export async function act({ api, dialogs }: Console, t: TFunction, action: QueueAction, ids: readonly number[], host = ''): Promise<boolean> {
  let done = 0;
  try {
    for (let start = 0; start < ids.length; start += atOnce) done += await call(api(), action, ids.slice(start, start + atOnce), host);
  } catch (error) {
    if (done > 0) dialogs.toast('good', t(`queues.did.${action}`, { count: done }));
    dialogs.toast('error', problemText(t, problemOf(error)));
    return done > 0;
  }
  if (done > 0) dialogs.toast('good', t(`queues.did.${action}`, { count: done }));
  if (done < ids.length) dialogs.toast('warning', t('queues.did-not', { count: ids.length - done }));
  return done > 0;
}

async function call({ queues }: ReturnType<Console['api']>, action: QueueAction, ids: number[], host: string): Promise<number> {
  switch (action) {
    case 'remove': return (await queues.remove({ ids })).removed;
    case 'reroute': return (await queues.reroute({ ids, host })).changed;
    case 'retry': case 'hold': case 'release': case 'giveBack': return (await queues[action]({ ids })).changed;
  }
}

/** Asks first where it cannot be taken back. */
export async function askAndAct(console: Console, t: TFunction, action: 'giveBack' | 'remove', ids: readonly number[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const [title, text, yes] = action === 'remove'
    ? [t('queues.delete.title'), t('queues.delete.text', { count: ids.length }), t('queues.delete.yes')]
    : [t('queues.give-back.title'), t('queues.give-back.text', { count: ids.length }), t('queues.give-back.yes')];
  const answer = await console.dialogs.ask({ title, icon: 'warning', text, preset: 'no', answers: [{ id: 'yes', label: yes, danger: action === 'remove' }, { id: 'no', label: t('button.cancel') }] });
  return answer === 'yes' && act(console, t, action, ids);
}

export async function freeze({ api, dialogs }: Console, t: TFunction, queue: 'remote' | 'retry', frozen: boolean): Promise<void> {
  try {
    await api().queues.freeze({ queue, frozen });
    dialogs.toast('good', t(frozen ? 'queues.did.freeze' : 'queues.did.unfreeze', { queue: t(`queue.${queue}`) }));
  } catch (error) {
    dialogs.toast('error', problemText(t, problemOf(error)));
  }
}
