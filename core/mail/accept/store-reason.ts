// What a peer hears when the store could not take a message. Both answers are temporary (the peer tries again, nothing is lost)
// and say nothing of our inside; the cause goes to our log. Hazard: disk full must never end in a 250.
import { StoreError } from '../../store/errors.ts';
import { reason } from '../describe.ts';
import type { Reason } from '../describe.ts';

export function storeReason(error: unknown): Reason {
  return reason(isDiskFull(error) ? 'disk.full' : 'store.failed');
}

export function isDiskFull(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'disk.full';
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
