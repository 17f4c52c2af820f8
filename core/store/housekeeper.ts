// Work that follows after the answer, one job after the other: accepted messages into their mailboxes, their fsync once the system
// has most likely written them anyway, files of removed messages away (unlinker.ts). A power cut at any point only repeats work.
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { reason } from './failures.ts';
import { incomingFile } from './files/names.ts';
import type { Hand } from './hand/hand.ts';
import type { Place, Placed } from './hand/tasks.ts';
import { isSameDirectory } from './message-directories.ts';
import { placesOf } from './places.ts';
import type { Places } from './places.ts';
import type { Db, Log } from './sqlite.ts';
import type { Syncer } from './syncer.ts';
import type { Unlinker } from './unlinker.ts';
import type { WaitingBody, WaitingMail } from './waiting-mail.ts';

/** A moment for a client to fetch and delete a message before it costs a file. */
const placeAfterMs = 250;
const retryAfterMs = 30_000;
const batch = 100;

export interface HousekeeperParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly hand: Hand;
  readonly waiting: WaitingMail;
  readonly places: Places;
  readonly syncer: Syncer;
  readonly unlinker: Unlinker;
  readonly log: Log;
  readonly incomingDirectory: string;
}

export class Housekeeper {
  private readonly parts: HousekeeperParts;
  private readonly statements;
  private readonly complained = new Set<string>();
  /** What last went wrong, by step, said once. */
  private readonly problems = new Map<string, string>();
  private chain: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private timerAt = Infinity;
  private retryAt = Infinity;
  private closing = false;

  constructor(parts: HousekeeperParts) {
    this.parts = parts;
    const { db } = parts;
    this.statements = {
      leftovers: db.prepare<[], Place>('SELECT directory, storage_format AS format FROM leftovers'),
      forgetLeftover: db.prepare<[string, string]>('DELETE FROM leftovers WHERE directory = ? AND storage_format = ?'),
    };
    this.wake();
  }

  /** Does `job` when all earlier ones are done. Nothing else touches the mailboxes' files meanwhile. */
  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.chain.then(job);
    this.chain = result.catch(() => undefined);
    return result;
  }

  /** There is something to place or to remove. */
  wake(inMs = placeAfterMs): void {
    const at = performance.now() + inMs;
    if (this.closing || this.timerAt <= at) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.timerAt = Infinity;
      void this.run(() => this.cycle(false));
    }, inMs);
    this.timer.unref();
  }

  /** The file of this message is to go. The row in `removed` is committed already. */
  removed(accountId: number, guid: string): void {
    this.parts.unlinker.add(accountId, guid);
  }

  /** Everything in its place, durable, and the table empty (but for what cannot be placed). */
  settle(): Promise<void> {
    return this.run(() => this.cycle(true));
  }

  /** The same for use inside a job. */
  async cycle(everything: boolean): Promise<void> {
    this.retryAt = Infinity;
    for (const place of this.statements.leftovers.all()) await this.attempt(place.directory, () => this.erase(place));
    await this.attempt('place', () => this.place(everything));
    await this.attempt('unlink', () => this.unlink());
    await this.attempt('sync', () => this.parts.syncer.sync(everything));
    this.planNext();
  }

  /** A step that fails does not keep the next ones from being done. */
  private async attempt(name: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
      this.problems.delete(name);
    } catch (error) {
      const problem = reason(error);
      if (!this.closing && this.problems.get(name) !== problem) this.parts.log('error', sentence('say.store.work-unfinished', { cause: problem }));
      this.problems.set(name, problem);
      this.retryLater();
    }
  }

  /** Before a directory comes into use: mail that is to be deleted there must not be waiting for it. @throws what the disk said */
  async free(directory: string): Promise<void> {
    const here = (): Place[] => this.statements.leftovers.all().filter((place) => isSameDirectory(place.directory, directory));
    if (here().length === 0) return;
    await this.run(async () => {
      for (const place of here()) await this.erase(place);
    });
  }

  private retryLater(): void {
    this.retryAt = performance.now() + retryAfterMs;
  }

  private planNext(): void {
    if (this.parts.waiting.freshCount > 0 && this.retryAt === Infinity) this.wake();
    if (this.retryAt !== Infinity) this.wake(Math.max(0, this.retryAt - performance.now()));
    else if (this.parts.waiting.size > 0) this.wake(Math.max(placeAfterMs, Math.min(this.parts.syncer.dueInMs(), this.parts.waiting.placeInMs())));
  }

  private async place(everything: boolean): Promise<void> {
    const failed: WaitingBody[] = [];
    for (let bodies = this.parts.waiting.take(batch, everything); bodies.length > 0; bodies = this.parts.waiting.take(batch, everything)) {
      const plans = bodies.map((body) => ({ body, places: placesOf(body, this.parts.places) }));
      const answers = await this.parts.hand.ask('place', plans.map(({ body, places }) => ({
        body: body.bodyId, title: body.title, places, file: body.inFile ? incomingFile(this.parts.incomingDirectory, body.title.guid) : null,
      }))).catch((error: unknown) => {
        for (const body of bodies) this.parts.waiting.again(body);
        throw error;
      });
      for (const [index, { body, places }] of plans.entries()) {
        body.stage = 'placed';
        body.placedAt = performance.now();
        // Removed by all meanwhile: then nothing was to be written, and nothing is wrong.
        if (body.holders.length > 0 && this.complain(places, answers[index] ?? [])) failed.push(body);
      }
    }
    if (failed.length === 0) return;
    for (const body of failed) this.parts.waiting.again(body);
    this.retryLater();
  }

  /** Says once what is wrong with a directory. @returns whether anything failed */
  private complain(places: readonly Place[], answers: readonly Placed[]): boolean {
    let failed = false;
    for (const [index, { directory }] of places.entries()) {
      const answer = answers[index];
      if (answer?.ok !== false) {
        this.complained.delete(directory);
        continue;
      }
      failed = true;
      if (this.complained.has(directory)) continue;
      this.complained.add(directory);
      this.parts.log('error', sentence('say.store.not-written', { directory, cause: answer.problem }));
    }
    return failed;
  }

  private async unlink(): Promise<void> {
    if (!await this.parts.unlinker.work()) this.retryLater();
  }

  private async erase(place: Place): Promise<void> {
    await this.parts.hand.ask('erase', place);
    await this.parts.committer.run(() => this.statements.forgetLeftover.run(place.directory, place.format), { durable: false });
  }

  /** Finishes what it can. */
  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await this.settle();
    this.closing = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.chain;
  }
}
