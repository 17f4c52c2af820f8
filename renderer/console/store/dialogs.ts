// Which dialogs are open, one above the other, and the message boxes that ask something and wait for the answer.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { QueueItem, Session } from '../../../core/contract/records.ts';
import type { MessageAnswer, MessageIcon } from '../../ui/MessageBox.tsx';
import type { Toast } from '../../ui/Toasts.tsx';
import type { TestAsk, TestRun } from '../dialogs/TestPanel.tsx';

export interface Question {
  readonly title: string;
  readonly icon: MessageIcon;
  readonly text: string;
  readonly answers: readonly MessageAnswer[];
  readonly preset?: string;
}

export type DialogRequest =
  | { readonly kind: 'primary-domain' }
  | { readonly kind: 'secondary-domains' }
  | { readonly kind: 'security' }
  | { readonly kind: 'certificate' }
  | { readonly kind: 'preferences' }
  | { readonly kind: 'history' }
  | { readonly kind: 'accounts'; readonly domainId?: number }
  | { readonly kind: 'account'; readonly accountId: number | null; readonly domainId?: number }
  | { readonly kind: 'aliases' }
  | { readonly kind: 'client-settings'; readonly accountIds: readonly number[] | null }
  | { readonly kind: 'transcript'; readonly session: Session }
  | { readonly kind: 'queued-message'; readonly item: QueueItem }
  | { readonly kind: 'reroute'; readonly ids: readonly number[]; readonly via: string }
  | { readonly kind: 'change-recipient'; readonly item: QueueItem }
  | { readonly kind: 'explain'; readonly item?: QueueItem }
  | { readonly kind: 'trace'; readonly messageId?: string }
  | { readonly kind: 'test'; readonly title: string; readonly run: TestRun; readonly asks?: readonly TestAsk[] }
  | { readonly kind: 'retry-settings' }
  | { readonly kind: 'smart-hosts' }
  | { readonly kind: 'dns-cache' }
  | { readonly kind: 'check-internet' }
  | { readonly kind: 'guide' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'about' }
  | { readonly kind: 'question'; readonly question: Question; readonly answer: (id: string) => void };

export interface OpenDialog {
  readonly key: number;
  readonly request: DialogRequest;
}

export interface Dialogs {
  readonly stack: readonly OpenDialog[];
  readonly toasts: readonly Toast[];
}

export interface DialogStore extends StoreApi<Dialogs> {
  readonly open: (request: DialogRequest) => void;
  readonly close: (key: number) => void;
  readonly ask: (question: Question) => Promise<string>;
  readonly toast: (kind: Toast['kind'], text: string) => void;
  readonly dismiss: (id: number) => void;
}

export function createDialogs(): DialogStore {
  const store = createStore<Dialogs>(() => ({ stack: [], toasts: [] }));
  let next = 1;
  const open = (request: DialogRequest) => {
    const key = next++;
    store.setState(({ stack }) => ({ stack: [...stack, { key, request }] }));
    return key;
  };
  const close = (key: number) => store.setState(({ stack }) => ({ stack: stack.filter((dialog) => dialog.key !== key) }));
  return {
    ...store,
    open: (request) => { open(request); },
    close,
    ask: (question) => new Promise((resolve) => {
      const key = open({ kind: 'question', question, answer: (id) => { close(key); resolve(id); } });
    }),
    toast: (kind, text) => store.setState(({ toasts }) => ({ toasts: [...toasts.filter((toast) => toast.text !== text), { id: next++, kind, text }].slice(-4) })),
    dismiss: (id) => store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
  };
}
