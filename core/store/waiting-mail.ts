// Accepted messages whose bytes are not yet safe in their mailboxes: in the table `bodies`, or in Incoming while large.
// A message is read from here for as long as it is here; the housekeeper places, syncs and then drops it.
import type { Title } from './files/shelf.ts';
import { folderOf } from './records/message-id.ts';
import type { Roster } from './roster.ts';
import type { Db } from './sqlite.ts';

export interface WaitingBody {
  readonly bodyId: number;
  readonly title: Title;
  /** In Incoming/<guid>.msg instead of the row. */
  readonly inFile: boolean;
  /** Accounts that have it, 0 for the queue. */
  holders: readonly number[];
  stage: 'new' | 'placing' | 'placed';
  /** Some file of it may exist in a mailbox, so a holder that lets go must leave word in `removed`. */
  touched: boolean;
  placedAt: number;
}

/** Mail for elsewhere mostly leaves within moments and then never costs a file; it waits for so long before it is placed. */
const patienceMs = 30_000;
/** Above these the oldest is placed at once, so that the table stays small while nothing can be sent. */
const mostPatient = 10_000;
const mostPatientBytes = 64 << 20;

interface Row { readonly id: number; readonly guid: string; readonly octets: number; readonly receivedAt: number; readonly holders: string; readonly inFile: number }

export class WaitingMail {
  private readonly byGuid = new Map<string, WaitingBody>();
  private readonly bytesById;
  private fresh: WaitingBody[] = [];
  /** What only the queue wants, oldest first. */
  private readonly patient = new Map<string, { readonly body: WaitingBody; readonly since: number }>();
  private patientBytes = 0;
  private readonly now: () => number;
  private nextBodyId = 1;
  /** Bytes that stand in the table. */
  octets = 0;

  constructor(db: Db, roster: Roster, now: () => number = () => performance.now()) {
    this.now = now;
    this.bytesById = db.prepare<[number], Buffer | null>('SELECT bytes FROM bodies WHERE id = ?').pluck();
    const exists = db.prepare<[number], number>('SELECT 1 FROM messages WHERE id = ?').pluck();
    const queued = db.prepare<[string], number>('SELECT 1 FROM queue_messages WHERE guid = ? LIMIT 1').pluck();
    const rows = db.prepare<[], Row>('SELECT id, guid, octets, received_at AS receivedAt, holders, bytes IS NULL AS inFile FROM bodies ORDER BY id').all();
    for (const row of rows) {
      const holders: number[] = [];
      for (const id of JSON.parse(row.holders) as number[]) {
        const accountId = id === 0 ? 0 : roster.accountOfFolder(folderOf(id));
        const held = id === 0 ? queued.get(row.guid) : exists.get(id);
        if (accountId !== null && held !== undefined) holders.push(accountId);
      }
      const title = { guid: row.guid, octets: row.octets, receivedAt: row.receivedAt };
      this.add({ bodyId: row.id, title, inFile: row.inFile === 1, holders, stage: 'new', touched: true, placedAt: 0 });
      this.nextBodyId = row.id + 1;
    }
  }

  newBodyId(): number {
    const id = this.nextBodyId;
    this.nextBodyId += 1;
    return id;
  }

  add(body: WaitingBody): void {
    this.byGuid.set(body.title.guid, body);
    if (!body.inFile) this.octets += body.title.octets;
    // After a restart its file may be there already, and it is not new.
    if (body.touched || body.holders.some((holder) => holder !== 0)) {
      this.fresh.push(body);
      return;
    }
    this.patient.set(body.title.guid, { body, since: this.now() });
    this.patientBytes += body.title.octets;
  }

  get(guid: string): WaitingBody | null {
    return this.byGuid.get(guid) ?? null;
  }

  get size(): number {
    return this.byGuid.size;
  }

  get freshCount(): number {
    return this.fresh.length;
  }

  /** The bytes of a body that is in the table. */
  bytes(body: WaitingBody): Buffer | null {
    return this.bytesById.get(body.bodyId) ?? null;
  }

  /** Until the first of what has time is to be placed; Infinity: there is none. */
  placeInMs(): number {
    if (this.patient.size > mostPatient || this.patientBytes > mostPatientBytes) return 0;
    for (const { since } of this.patient.values()) return Math.max(0, since + patienceMs - this.now());
    return Infinity;
  }

  /** Up to `most` bodies that have no files yet, oldest first; they are `placing` from now on. @param everything what has time, too */
  take(most: number, everything: boolean): WaitingBody[] {
    for (const { body } of this.patient.values()) {
      if (this.fresh.length >= most || (!everything && this.placeInMs() > 0)) break;
      this.loseTime(body.title.guid);
      this.fresh.push(body);
    }
    const taken = this.fresh.splice(0, most).filter((body) => this.byGuid.get(body.title.guid) === body);
    for (const body of taken) {
      body.stage = 'placing';
      body.touched = true;
    }
    return taken;
  }

  /** Back to where `take` finds it. */
  again(body: WaitingBody): void {
    body.stage = 'new';
    if (this.byGuid.get(body.title.guid) === body) this.fresh.push(body);
  }

  /** The mailbox of this account is somewhere else now: what was placed and is not safe yet is placed anew. */
  placeAgain(accountId: number): void {
    for (const body of this.placed()) if (body.holders.includes(accountId)) this.again(body);
  }

  *placed(): IterableIterator<WaitingBody> {
    for (const body of this.byGuid.values()) if (body.stage === 'placed') yield body;
  }

  all(): IterableIterator<WaitingBody> {
    return this.byGuid.values();
  }

  drop(guid: string): void {
    const body = this.byGuid.get(guid);
    if (body === undefined) return;
    this.byGuid.delete(guid);
    this.loseTime(guid);
    if (!body.inFile) this.octets -= body.title.octets;
  }

  private loseTime(guid: string): void {
    const waiting = this.patient.get(guid);
    if (waiting === undefined) return;
    this.patient.delete(guid);
    this.patientBytes -= waiting.body.title.octets;
  }
}
