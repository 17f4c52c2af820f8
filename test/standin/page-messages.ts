// What main and the isolated world of a page say to each other; data is encoded by codec.ts.
export type ToPage =
  | { readonly op: 'message'; readonly channel: string; readonly args: string; readonly ports: readonly number[] }
  | { readonly op: 'reply'; readonly id: number; readonly value: string }
  | { readonly op: 'refuse'; readonly id: number; readonly message: string }
  | { readonly op: 'port'; readonly id: number; readonly data: string }
  | { readonly op: 'close'; readonly id: number };

export type FromPage =
  | { readonly op: 'send'; readonly channel: string; readonly args: string }
  | { readonly op: 'invoke'; readonly id: number; readonly channel: string; readonly args: string }
  | { readonly op: 'port'; readonly id: number; readonly data: string }
  | { readonly op: 'close'; readonly id: number }
  | { readonly op: 'key'; readonly key: string; readonly code: string; readonly ctrl: boolean; readonly alt: boolean; readonly shift: boolean; readonly meta: boolean }
  | { readonly op: 'context-menu'; readonly isEditable: boolean }
  | { readonly op: 'preload-failed'; readonly message: string };

export const worldName = 'Electron Isolated Context';
export const bindingName = 'standinToMain';
export const receiverName = 'standinFromMain';
