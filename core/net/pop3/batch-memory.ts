// Memory for the batches of all POP3 connections: small answers are copied together in it. An allocation of its own for each batch
// keeps the garbage collector busy; nearly always the system takes the whole batch at once, and the next one uses the same place.
// Called by output.ts.

/** Many batches go into one. A peer who is slow to take his batch holds all of it. */
const slabOctets = 131_072;

let slab = Buffer.alloc(0);
let used = 0;

/** Memory that is not cleared: whoever takes it fills it. */
export function takeBatch(octets: number): Buffer {
  if (octets > slab.length - used) {
    slab = Buffer.allocUnsafeSlow(Math.max(octets, slabOctets));
    used = 0;
  }
  const batch = slab.subarray(used, used + octets);
  used += octets;
  return batch;
}

/** @param batch the last one that was taken, which nobody will read any more */
export function giveBack(batch: Buffer): void {
  used -= batch.length;
}
