// What main and the engine's process say to each other beside the contract: start, stop, ports, sleep, and the key that the
// system's key store wraps. Bytes cross as Uint8Array.

export type ToEngine =
  | { readonly kind: 'start'; readonly dataDirectory: string; readonly language: 'en' | 'id'; readonly pageDirectory: string; readonly keys: 'wrap' | 'unwrap' | 'none' }
  /** Comes with one MessagePort: a console that wants the contract. */
  | { readonly kind: 'port' }
  | { readonly kind: 'note'; readonly text: string; readonly level: 'info' | 'warning' | 'error' }
  | { readonly kind: 'power'; readonly state: 'suspend' | 'resume' }
  | { readonly kind: 'key'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'key-failed'; readonly id: number; readonly reason: string }
  | { readonly kind: 'stop' };

export type FromEngine =
  | { readonly kind: 'running' }
  /** It could not start; the process ends. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Somebody asked by the contract for the whole program to end. */
  | { readonly kind: 'shut-down' }
  | { readonly kind: 'wrap-key' | 'unwrap-key'; readonly id: number; readonly bytes: Uint8Array };
