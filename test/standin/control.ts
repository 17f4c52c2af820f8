// What the launcher and the running stand-in say to each other over Node's own channel.
export type ToRun =
  /** `source` is a function of (electron, argument). */
  | { readonly kind: 'evaluate'; readonly id: number; readonly source: string; readonly argument: unknown };

export type FromRun =
  | { readonly kind: 'up'; readonly endpoint: string }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
