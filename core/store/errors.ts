// Errors of the store that a person can understand and act on.

export type StoreErrorCode =
  | 'conflict' | 'not-found' | 'domain.exists' | 'domain.has-accounts' | 'domain.is-primary' | 'domain.none' | 'account.exists' | 'alias.exists' | 'alias.is-account'
  | 'alias.target-unknown' | 'alias.loop' | 'directory.unsafe' | 'directory.shared' | 'directory.not-writable' | 'directory.not-there' | 'disk.full' | 'apop.needs-password'
  | 'mailbox.in-use' | 'queue.item-gone' | 'queue.recipient-gone' | 'smart-host.exists' | 'smart-host.account-unknown' | 'smart-host.domain-illegal' | 'store.damaged' | 'store.in-use' | 'store.newer' | 'store.closed';

/** `field` names the input it concerns; `params` fill the translated text; `message` is plain English with the cure. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly field: string;
  readonly params: Readonly<Record<string, string | number>>;
  constructor(code: StoreErrorCode, message: string, options: { field?: string; params?: Record<string, string | number>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field ?? '';
    this.params = options.params ?? {};
  }
}
