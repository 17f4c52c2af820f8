// The commands of the queue window over what is selected: one list for toolbar, context menu and keys.
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueItem, QueueName } from '../../../../core/contract/records.ts';
import type { MenuItem } from '../../../ui/Menu.tsx';
import { useConsole } from '../../console.ts';
import { copyText } from '../../copy.ts';
import { act, askAndAct, isPossible } from './queue-actions.ts';
import { mostFiles, saveMessages } from './save-message.ts';

export interface QueueCommand {
  readonly id: string;
  /** With `&` before its letter. */
  readonly label: string;
  readonly key?: string;
  readonly separated?: boolean;
  readonly enabled: boolean;
  readonly run: () => void;
}

interface Chosen {
  readonly queue: QueueName;
  readonly ids: readonly number[];
  /** Those of the chosen that are loaded: what is in view is among them. */
  readonly items: readonly QueueItem[];
  /** They are not in this queue any more. */
  readonly onGone: () => void;
}

export function useQueueCommands(): (chosen: Chosen) => readonly QueueCommand[] {
  const console = useConsole();
  const { t } = useTranslation();
  return ({ queue, ids, items, onGone }) => {
    const some = ids.length > 0;
    const one = ids.length === 1 ? items[0] : undefined;
    const then = (work: Promise<boolean>, leaves: boolean) => void work.then((done) => { if (done && leaves) onGone(); });
    const plain = (action: 'retry' | 'hold' | 'release', key: string): QueueCommand => ({
      id: action, label: t(action === 'retry' && queue === 'bad' ? 'queues.menu.retry-bad' : `queues.menu.${action}`), key, enabled: some && isPossible(action, queue),
      run: () => then(act(console, t, action, ids), action !== 'retry' || queue === 'holding' || queue === 'bad'),
    });
    const asked = (action: 'giveBack' | 'remove', key: string): QueueCommand => ({ id: action, label: t(`queues.menu.${action}`), key, enabled: some && isPossible(action, queue), run: () => then(askAndAct(console, t, action, ids), true) });
    const open = (item: QueueItem | undefined, kind: 'queued-message' | 'explain' | 'change-recipient') => { if (item !== undefined) console.dialogs.open({ kind, item }); };
    const copyIds = async () => {
      const done = await copyText(items.map(({ messageId }) => messageId).join('\n'));
      console.dialogs.toast(done ? 'good' : 'error', t(done ? 'queues.copied' : 'copy.failed'));
    };
    return [
      { id: 'open', label: t('queues.menu.open'), key: 'Enter', enabled: items.length > 0, run: () => open(items[0], 'queued-message') },
      { ...plain('retry', 'Ctrl+Enter'), separated: true },
      plain('hold', 'Ctrl+H'),
      plain('release', 'Ctrl+L'),
      { id: 'reroute', label: t('queues.menu.reroute'), key: 'Ctrl+G', enabled: some && isPossible('reroute', queue), run: () => console.dialogs.open({ kind: 'reroute', ids, via: one?.via ?? '' }) },
      { id: 'recipient', label: t('queues.menu.recipient'), enabled: one !== undefined && isPossible('changeRecipient', queue), run: () => open(one, 'change-recipient') },
      { ...asked('giveBack', 'Ctrl+B'), separated: true },
      asked('remove', 'Delete'),
      { id: 'explain', label: t('queues.menu.explain'), key: 'Ctrl+E', separated: true, enabled: one !== undefined, run: () => open(one, 'explain') },
      { id: 'trace', label: t('queues.menu.trace'), key: 'Ctrl+I', enabled: one !== undefined, run: () => { if (one !== undefined) console.dialogs.open({ kind: 'trace', messageId: one.messageId }); } },
      { id: 'save', label: t('queues.menu.save'), key: 'Ctrl+S', separated: true, enabled: some && ids.length <= mostFiles && items.length === ids.length, run: () => void saveMessages(console, t, items) },
      { id: 'copy', label: t('queues.menu.copy'), key: 'Ctrl+C', enabled: items.length > 0, run: () => void copyIds() },
    ];
  };
}

/** @param keys false: shows no keys, where they mean nothing */
export function asMenu(commands: readonly QueueCommand[], keys = true): MenuItem[] {
  return commands.map(({ enabled, key, ...item }) => ({ ...item, disabled: !enabled, ...(keys && key !== undefined ? { key } : {}) }));
}

/** The command whose key was pressed; Enter and Delete are the list's own. */
export function pressedCommand(commands: readonly QueueCommand[], event: KeyboardEvent): boolean {
  if (!event.ctrlKey || event.shiftKey) return false;
  const command = commands.find(({ key }) => key?.toLowerCase() === `ctrl+${event.key.toLowerCase()}`);
  if (command?.enabled === true) command.run();
  // A key of ours does not mean what the browser makes of it either, though it has nothing to do at the moment.
  return command !== undefined;
}
