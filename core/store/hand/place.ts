// Second hand: messages from where they were accepted into their mailboxes, and out of them.
import { existsSync, readFileSync } from 'node:fs';
import { isDiskFull, reason } from '../failures.ts';
import type { Source } from '../files/shelf.ts';
import type { Db } from '../sqlite.ts';
import type { Shelves } from './shelves.ts';
import type { Place, Placed, PlaceItem, Tasks, Unlinked } from './tasks.ts';

export function placeItems(db: Db, shelves: Shelves): (items: readonly PlaceItem[]) => Placed[][] {
  const bytesOf = db.prepare<[number], Buffer | null>('SELECT bytes FROM bodies WHERE id = ?').pluck();
  return (items) => items.map((item) => {
    const source = new Accepted(item, () => bytesOf.get(item.body) ?? null);
    return item.places.map((place) => placeOne(shelves, place, item, source));
  });
}

function placeOne(shelves: Shelves, place: Place, item: PlaceItem, source: Accepted): Placed {
  try {
    const written = shelves.at(place).put(item.title, source);
    if (written.file !== null) source.add(written.lineEnds, written.file);
    return { ok: true };
  } catch (error) {
    shelves.forget(place);
    return { ok: false, problem: isDiskFull(error) ? 'the disk is full' : reason(error) };
  }
}

/** An accepted message: read once, and linked from the first file of each kind for further recipients. */
class Accepted implements Source {
  private readonly item: PlaceItem;
  private readonly load: () => Buffer | null;
  private readonly files = new Map<'crlf' | 'lf', string>();
  private loaded: Buffer | null = null;

  constructor(item: PlaceItem, load: () => Buffer | null) {
    this.item = item;
    this.load = load;
    if (item.file !== null) this.files.set('crlf', item.file);
  }

  bytes(): Buffer {
    this.loaded ??= this.item.file === null ? this.load() : readFileSync(this.item.file);
    if (this.loaded === null) throw new Error(`the bytes of ${this.item.title.guid} are gone`);
    return this.loaded;
  }

  file(lineEnds: 'crlf' | 'lf'): string | null {
    return this.files.get(lineEnds) ?? null;
  }

  add(lineEnds: 'crlf' | 'lf', file: string): void {
    if (!this.files.has(lineEnds)) this.files.set(lineEnds, file);
  }
}

export function syncMessages(shelves: Shelves, input: Tasks['sync']['input']): string[][] {
  return input.map(({ place, titles }) => shelves.at(place).sync(titles));
}

export function removeMessages(shelves: Shelves, input: Tasks['remove']['input']): Unlinked[] {
  return input.map(({ places, guids }) => {
    const answers = places.map((place) => removeFrom(shelves, place, new Set(guids)));
    return answers.find(({ kind }) => kind === 'failed') ?? answers.find(({ kind }) => kind === 'absent') ?? { kind: 'done' };
  });
}

function removeFrom(shelves: Shelves, place: Place, guids: ReadonlySet<string>): Unlinked {
  if (!existsSync(place.directory)) return { kind: 'absent' };
  try {
    shelves.at(place).remove(guids);
    return { kind: 'done' };
  } catch (error) {
    shelves.forget(place);
    return { kind: 'failed', directory: place.directory, problem: reason(error) };
  }
}

export function readMessage(shelves: Shelves, { place, title }: Tasks['read']['input']): Uint8Array | null {
  return shelves.at(place).read(title);
}
