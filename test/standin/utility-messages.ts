// What main and a utility process say to each other over Node's own channel.
export type UtilityMessage =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly id: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly id: number };
