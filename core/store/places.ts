// Where the files of an account, or of the queue, stand now.
import type { Place } from './hand/tasks.ts';
import type { Roster } from './roster.ts';
import type { WaitingBody } from './waiting-mail.ts';

export class Places {
  private readonly roster: Roster;
  private readonly queue: Place;

  constructor(roster: Roster, queue: Place) {
    this.roster = roster;
    this.queue = queue;
  }

  /** @param accountId 0 for the queue */
  of(accountId: number): Place | null {
    if (accountId === 0) return this.queue;
    const account = this.roster.get(accountId);
    return account === null ? null : this.roster.placeOf(account);
  }
}

/** Everywhere this message belongs. */
export function placesOf({ holders }: Pick<WaitingBody, 'holders'>, places: Places): Place[] {
  return holders.map((accountId) => places.of(accountId)).filter((place) => place !== null);
}
