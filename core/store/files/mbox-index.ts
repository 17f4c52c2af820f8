// What lies where in an mbox file: found by reading it through once, in pieces, whatever its size.
// Records that are not ours (another program's) are kept in the file but not counted as messages.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf } from '../failures.ts';
import { readFromLine } from './mbox.ts';
import type { MboxRecord } from './mbox.ts';

export interface MboxIndex {
  /** Records of ours, by guid; of two with the same guid the first. */
  readonly records: Map<string, MboxRecord>;
  size: number;
  changedAtMs: number;
}

const pieceBytes = 1 << 20;
const boundary = Buffer.from('\n\nFrom ');

/** @returns an empty index if there is no such file */
export function indexMbox(file: string): MboxIndex {
  const descriptor = openIfThere(file);
  if (descriptor === null) return { records: new Map(), size: 0, changedAtMs: 0 };
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const starts = findStarts(descriptor, size);
    const records = new Map<string, MboxRecord>();
    for (const [index, start] of starts.entries()) {
      const line = Buffer.alloc(120);
      const read = readSync(descriptor, line, 0, line.length, start);
      const title = readFromLine(line.subarray(0, read));
      if (title !== null && !records.has(title.guid)) records.set(title.guid, { ...title, start, end: starts[index + 1] ?? size });
    }
    return { records, size, changedAtMs: mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of one record. */
export function readRecord(file: string, { start, end }: MboxRecord): Buffer | null {
  const descriptor = openIfThere(file);
  if (descriptor === null) return null;
  try {
    const bytes = Buffer.allocUnsafe(end - start);
    const read = readSync(descriptor, bytes, 0, bytes.length, start);
    return read === bytes.length ? bytes : null;
  } finally {
    closeSync(descriptor);
  }
}

function findStarts(descriptor: number, size: number): number[] {
  const starts: number[] = [];
  const first = Buffer.alloc(5);
  if (readSync(descriptor, first, 0, 5, 0) === 5 && first.toString('latin1') === 'From ') starts.push(0);
  const piece = Buffer.allocUnsafe(pieceBytes + boundary.length);
  for (let base = 0; base < size; base += pieceBytes) {
    // Pieces overlap, so that a boundary across two of them is seen, and seen once.
    const read = readSync(descriptor, piece, 0, piece.length, base);
    const bytes = piece.subarray(0, read);
    for (let at = bytes.indexOf(boundary); at >= 0 && at < pieceBytes; at = bytes.indexOf(boundary, at + 1)) starts.push(base + at + 2);
  }
  return starts;
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
