// Names that are unique for ever: message ids in logs and queues, UIDLs, and parts of file names.
import { randomFillSync } from 'node:crypto';

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';
const randomDigits = 16;
const pool = Buffer.alloc(4096);

/** Whether `text` is a name as makeGuid makes them. */
export const guidPattern = /^[a-z0-9]{20,32}$/;

/**
 * Makes names: nine digits of time, so that names sort by age, then 16 random digits (80 bits).
 *
 * @param now epoch milliseconds
 */
export function guidMaker(now: () => number): () => string {
  let used = pool.length;
  return () => {
    let guid = Math.max(0, Math.floor(now())).toString(36).padStart(9, '0').slice(-9);
    while (guid.length < 9 + randomDigits) {
      if (used === pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      const byte = pool[used] ?? 0;
      used += 1;
      // 252 is the largest multiple of 36 in a byte: each digit is equally likely.
      if (byte < 252) guid += digits.charAt(byte % 36);
    }
    return guid;
  };
}
