// Second hand: a mailbox to another directory or format, and away. Copies are compared and synced before anybody relies on them.
import { cpSync, existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { rmdirIfEmpty, syncDirectory, syncFile, unlinkIfThere } from '../files/disk.ts';
import type { Shelf, Title } from '../files/shelf.ts';
import type { Db } from '../sqlite.ts';
import type { Shelves } from './shelves.ts';
import type { Place, Tasks } from './tasks.ts';

/** Extracted attachments, beside the messages. */
export const filesFolder = 'Files';

export function copyMessages(shelves: Shelves, { from, to, titles }: Tasks['copy']['input']): string[] {
  const source = shelves.at(from);
  const target = shelves.at(to);
  const gone: string[] = [];
  try {
    for (const title of titles) if (!copyOne(source, target, title)) gone.push(title.guid);
    const absent = new Set(gone);
    const lost = target.sync(titles.filter(({ guid }) => !absent.has(guid)));
    if (lost.length > 0) throw new Error(`${lost.length} messages could not be found in ${to.directory} after copying them there`);
  } catch (error) {
    shelves.forget(to);
    throw error;
  }
  return gone;
}

function copyOne(source: Shelf, target: Shelf, title: Title): boolean {
  const original = source.fileOf(title);
  if (original !== null && !existsSync(original.file)) return false;
  const bytes = (): Buffer => {
    const read = source.read(title);
    if (read === null) throw new Error(`the file of message ${title.guid} is gone`);
    return read;
  };
  if (original === null && source.read(title) === null) return false;
  const { file } = target.put(title, { bytes, file: (lineEnds) => (original?.lineEnds === lineEnds ? original.file : null) });
  const copy = target.read(title);
  if (copy === null || !copy.equals(bytes())) throw new Error(`message ${title.guid} could not be copied: the copy differs`);
  if (file !== null) utimesSync(file, title.receivedAt / 1000, title.receivedAt / 1000);
  return true;
}

export function copyFiles({ from, to }: Tasks['copyFiles']['input']): null {
  const source = join(from, filesFolder);
  const target = join(to, filesFolder);
  if (!existsSync(source)) return null;
  cpSync(source, target, { recursive: true, force: false, preserveTimestamps: true });
  syncTree(target);
  syncDirectory(to);
  return null;
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncDirectory(directory);
}

export function clearPlace(db: Db, shelves: Shelves): (input: Tasks['clear']['input']) => number {
  const removedOf = db.prepare<[number], string>('SELECT guid FROM removed WHERE account_id = ?').pluck();
  const waitingGuids = db.prepare<[], string>('SELECT guid FROM bodies').pluck();
  return ({ place, other, accountId }) => {
    const shelf = shelves.at(place);
    const elsewhere = shelves.at(other).guids();
    // Deleted meanwhile, or still safe in the database and written anew from there.
    const removed = new Set([...removedOf.all(accountId), ...waitingGuids.all()]);
    const here = shelf.guids();
    const gone = new Set([...here].filter((guid) => elsewhere.has(guid) || removed.has(guid)));
    shelf.remove(gone);
    if (place.directory !== other.directory) dropCopiedFiles(place.directory, other.directory);
    shelf.clear(place.directory !== other.directory);
    shelves.forget(place);
    return here.size - gone.size;
  };
}

/** Takes away attachments that stand in the other directory too, the same in size and time. */
function dropCopiedFiles(directory: string, other: string): void {
  dropSame(join(directory, filesFolder), join(other, filesFolder));
}

function dropSame(directory: string, other: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const copy = statSync(join(other, entry.name), { throwIfNoEntry: false });
    if (entry.isDirectory()) dropSame(path, join(other, entry.name));
    else if (copy !== undefined && sameFile(statSync(path), copy)) unlinkIfThere(path);
  }
  rmdirIfEmpty(directory);
}

function sameFile(a: Stats, b: Stats): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) < 2000;
}

export function erasePlace(shelves: Shelves, place: Place): null {
  const shelf = shelves.at(place);
  shelf.remove(shelf.guids());
  rmSync(join(place.directory, filesFolder), { recursive: true, force: true });
  shelf.clear(true);
  shelves.forget(place);
  return null;
}
