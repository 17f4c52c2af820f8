// The last step of a placed message: its files are made durable, then its row in `bodies` goes. Later than the answer, so it can wait
// until the system has most likely written the files anyway, and be done for many at once.
import { unlink } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Committer } from './committer.ts';
import { syncFileSystemOf } from './file-system-sync.ts';
import { incomingFile } from './files/names.ts';
import type { Title } from './files/shelf.ts';
import type { Hand } from './hand/hand.ts';
import type { Place } from './hand/tasks.ts';
import { placesOf } from './places.ts';
import type { Places } from './places.ts';
import type { Db } from './sqlite.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

/** Linux writes dirty pages after about 30 seconds; a fsync later than that finds nothing to do. */
const syncAfterMs = 35_000;
/** Above these nothing waits. */
const mostWaiting = 30_000;
const mostWaitingBytes = 192 << 20;
/** From so many on the whole file system is synced instead of each file. */
const manyFiles = 100;
const batch = 200;

export interface SyncerParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly hand: Hand;
  readonly waiting: WaitingMail;
  readonly places: Places;
  readonly incomingDirectory: string;
}

export class Syncer {
  private readonly parts: SyncerParts;
  private readonly dropBody;

  constructor(parts: SyncerParts) {
    this.parts = parts;
    this.dropBody = parts.db.prepare<[number]>('DELETE FROM bodies WHERE id = ?');
  }

  /** Until the oldest placed message is due. */
  dueInMs(): number {
    for (const { placedAt } of this.parts.waiting.placed()) return placedAt + syncAfterMs - performance.now();
    return syncAfterMs;
  }

  /** Inside a job of the housekeeper. @param everything what is not due too */
  async sync(everything: boolean): Promise<void> {
    const { waiting } = this.parts;
    const pressed = everything || waiting.size > mostWaiting || waiting.octets > mostWaitingBytes;
    const due = performance.now() - syncAfterMs;
    const bodies: WaitingBody[] = [];
    for (const body of waiting.placed()) {
      // In the order in which they came, which is nearly that of placing.
      if (!pressed && body.placedAt > due) break;
      bodies.push(body);
    }
    if (bodies.length === 0) return;
    const atOnce = bodies.length >= manyFiles && await this.syncFileSystems(bodies);
    for (let from = 0; from < bodies.length; from += batch) await this.finish(bodies.slice(from, from + batch), atOnce);
  }

  /** @returns whether all file systems that hold these messages could be synced as a whole */
  private async syncFileSystems(bodies: readonly WaitingBody[]): Promise<boolean> {
    const directories = new Map<number, string>();
    for (const directory of new Set(bodies.flatMap((body) => placesOf(body, this.parts.places).map((place) => place.directory)))) {
      const device = await stat(directory).then(({ dev }) => dev, () => null);
      if (device === null) return false;
      directories.set(device, directory);
    }
    const done = await Promise.all([...directories.values()].map(syncFileSystemOf));
    return done.every((one) => one);
  }

  private async finish(bodies: readonly WaitingBody[], alreadySynced: boolean): Promise<void> {
    const { waiting, committer, incomingDirectory } = this.parts;
    const gone = alreadySynced ? new Set<string>() : await this.syncFiles(bodies);
    const safe = bodies.filter(({ title }) => !gone.has(title.guid));
    for (const body of bodies) if (gone.has(body.title.guid)) waiting.again(body);
    await committer.run(() => {
      for (const { bodyId } of safe) this.dropBody.run(bodyId);
    }, {
      committed: () => {
        for (const { title } of safe) waiting.drop(title.guid);
      },
      // A file in Incoming may go only when nothing refers to it for certain.
      durable: safe.some(({ inFile }) => inFile),
    });
    for (const { inFile, title } of safe) if (inFile) unlink(incomingFile(incomingDirectory, title.guid), () => undefined);
  }

  /** fsync of each file. @returns guids of those that are not there any more */
  private async syncFiles(bodies: readonly WaitingBody[]): Promise<ReadonlySet<string>> {
    const byPlace = new Map<string, { place: Place; titles: Title[] }>();
    for (const body of bodies) {
      for (const place of placesOf(body, this.parts.places)) {
        const group = byPlace.get(place.directory);
        if (group === undefined) byPlace.set(place.directory, { place, titles: [body.title] });
        else group.titles.push(body.title);
      }
    }
    const absent = await this.parts.hand.ask('sync', [...byPlace.values()]);
    return new Set(absent.flat());
  }
}
