// What the window looks like to this person on this computer: pane sizes and sides, the open tab. Kept in the browser's storage.
import { createStore, type StoreApi } from 'zustand/vanilla';
import { queueName, type QueueName } from '../../../core/contract/records.ts';
import { shownChannels, type ShownChannel } from './logs.ts';

export type RightTab = ShownChannel | 'sessions' | 'queues';
export const rightTabs: readonly RightTab[] = [...shownChannels, 'sessions', 'queues'];

export interface View {
  readonly leftWidth: number;
  readonly switched: boolean;
  readonly tab: RightTab;
  readonly queue: QueueName;
}

const storageKey = 'merpati.view';
const preset: View = { leftWidth: 250, switched: false, tab: 'system', queue: 'remote' };

export function createView(storage: Pick<Storage, 'getItem' | 'setItem'>): StoreApi<View> {
  const view = createStore<View>(() => ({ ...preset, ...stored(storage) }));
  view.subscribe((state) => storage.setItem(storageKey, JSON.stringify(state)));
  return view;
}

function stored(storage: Pick<Storage, 'getItem'>): Partial<View> {
  try {
    const value: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return {
      ...('leftWidth' in value && typeof value.leftWidth === 'number' ? { leftWidth: Math.max(160, Math.min(600, value.leftWidth)) } : {}),
      ...('switched' in value && typeof value.switched === 'boolean' ? { switched: value.switched } : {}),
      ...('queue' in value && queueName.safeParse(value.queue).success ? { queue: queueName.parse(value.queue) } : {}),
      ...('tab' in value ? rightTabs.filter((tab) => tab === value.tab).map((tab) => ({ tab }))[0] ?? {} : {}),
    };
  } catch {
    // Something else wrote there; the preset look does.
    return {};
  }
}
