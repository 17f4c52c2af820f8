// Takes away the files of removed messages, and then the word about them in `removed`. A sweep takes in every file of ours that has
// no row, so that word is all that keeps a deleted message deleted. What makes it sound:
// - The row goes and the word comes in one transaction, if a file may exist anywhere (remover.ts).
// - The word goes when every place where the account's mail may be has been looked through: its own, and the other one of a move that
//   is not finished. A directory that is not there tells nothing: the disk may come back, and the files with it.
// - Unlinking is durable before the word goes, also if it was an earlier attempt, ended by a crash, that unlinked.
// - No file appears for who has let go: placing, copying, clearing, scanning and this are jobs one after the other (housekeeper.ts).
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import type { Hand } from './hand/hand.ts';
import type { Place } from './hand/tasks.ts';
import type { Places } from './places.ts';
import type { Db, Log } from './sqlite.ts';

interface MoveRow { readonly oldDirectory: string; readonly oldFormat: Place['format']; readonly newDirectory: string; readonly newFormat: Place['format'] }

export interface UnlinkerParts {
  readonly db: Db;
  readonly committer: Committer;
  readonly hand: Hand;
  readonly places: Places;
  readonly log: Log;
}

export class Unlinker {
  private readonly parts: UnlinkerParts;
  private readonly statements;
  private readonly pending = new Map<number, Set<string>>();
  private readonly complained = new Set<string>();

  constructor(parts: UnlinkerParts) {
    this.parts = parts;
    this.statements = {
      forget: parts.db.prepare<[number, string]>('DELETE FROM removed WHERE account_id = ? AND guid = ?'),
      move: parts.db.prepare<[number], MoveRow>('SELECT old_directory AS oldDirectory, old_format AS oldFormat, new_directory AS newDirectory, new_format AS newFormat FROM moves WHERE account_id = ?'),
    };
    for (const { accountId, guid } of parts.db.prepare<[], { accountId: number; guid: string }>('SELECT account_id AS accountId, guid FROM removed').iterate()) this.add(accountId, guid);
  }

  /** The file of this message is to go. The row in `removed` is committed already. */
  add(accountId: number, guid: string): void {
    const guids = this.pending.get(accountId);
    if (guids === undefined) this.pending.set(accountId, new Set([guid]));
    else guids.add(guid);
  }

  /** Inside a job of the housekeeper. @returns false if some files could not be removed and it should be tried again */
  async work(): Promise<boolean> {
    const { hand, committer } = this.parts;
    const asked = [...this.pending].map(([accountId, guids]) => ({ accountId, places: this.placesOf(accountId), guids: [...guids] }));
    if (asked.length === 0) return true;
    const answers = await hand.ask('remove', asked.map(({ places, guids }) => ({ places, guids })));
    const done = asked.filter((_, index) => answers[index]?.kind === 'done');
    if (done.length > 0) {
      await committer.run(() => {
        for (const { accountId, guids } of done) for (const guid of guids) this.statements.forget.run(accountId, guid);
      }, { durable: false });
    }
    for (const { accountId, places, guids } of done) {
      this.drop(accountId, guids);
      for (const { directory } of places) this.complained.delete(directory);
    }
    let failed = false;
    for (const answer of answers) {
      if (answer.kind !== 'failed') continue;
      failed = true;
      this.complain(answer.directory, answer.problem);
    }
    return !failed;
  }

  private placesOf(accountId: number): Place[] {
    const place = this.parts.places.of(accountId);
    const move = this.statements.move.get(accountId);
    return [
      ...(place === null ? [] : [place]),
      ...(move === undefined ? [] : [{ directory: move.oldDirectory, format: move.oldFormat }, { directory: move.newDirectory, format: move.newFormat }]),
    ];
  }

  private drop(accountId: number, gone: readonly string[]): void {
    const guids = this.pending.get(accountId);
    for (const guid of gone) guids?.delete(guid);
    if (guids?.size === 0) this.pending.delete(accountId);
  }

  /** Says once what is wrong with a directory. */
  private complain(directory: string, problem: string): void {
    if (this.complained.has(directory)) return;
    this.complained.add(directory);
    this.parts.log('error', sentence('say.store.not-unlinked', { directory, cause: problem }));
  }
}
