// Everything that waits for one next hop: the feeds whose mail goes there, and what may share a transaction. Connections (courier.ts) take
// from it. Oldest first; items of one message that go the same way leave together, such as three domains through one smart host.
import type { QueuedMessage } from '../../store/store.ts';
import type { Feed } from './feed.ts';
import type { Way } from './route-plan.ts';

/** RFC 5321 §4.5.3.1.8: what every server must take. */
export const mostRecipients = 100;
/** Items of one message were written one after the other. */
const nearIds = 200;
/** For so many waiting messages one connection is enough. */
const perConnection = 20;

/** Goes in one transaction, as far as the server takes its recipients at once. */
export type Bundle = readonly [QueuedMessage, ...QueuedMessage[]];

export class Lane {
  readonly key: string;
  readonly way: Way;
  readonly feeds = new Set<Feed>();
  /** Connections, those being made included. */
  connections = 0;
  connected = 0;
  /** Connections in a row that broke before anything was taken. */
  broken = 0;
  /** Its plan is out of date, or its server is not to be had: what is under way is finished, nothing more. */
  isRetired = false;
  /** As many as the server allows, once it has refused one more. */
  most = Number.POSITIVE_INFINITY;
  /** Given back untried: their connection had been closed by the server since the message before. */
  private readonly again: Bundle[] = [];
  private idle: (() => void)[] = [];

  private readonly onRead: (feed: Feed) => void;

  /** @param onRead told of each feed that has come to its end */
  constructor(key: string, way: Way, onRead: (feed: Feed) => void) {
    this.key = key;
    this.way = way;
    this.onRead = onRead;
  }

  attach(feed: Feed): void {
    this.feeds.add(feed);
    this.wake();
  }

  /** Those who wait for mail look again. */
  wake(): void {
    for (const wake of this.idle.splice(0)) wake();
  }

  whenWoken(wake: () => void): void {
    this.idle.push(wake);
  }

  giveBack(bundle: Bundle): void {
    this.again.push(bundle);
    this.wake();
  }

  /** What was given back and is not wanted any more. */
  takeGivenBack(): readonly Bundle[] {
    return this.again.splice(0);
  }

  get waiting(): number {
    let count = this.again.length;
    for (const feed of this.feeds) count += feed.left;
    return count;
  }

  /** How many connections are worth while: the second one only when the first has proved that somebody is there, and enough waits. */
  wanted(most: number): number {
    const { waiting } = this;
    if (waiting === 0 || this.isRetired) return 0;
    return this.connected === 0 ? 1 : Math.min(most, this.most, Math.ceil(waiting / perConnection));
  }

  /** Takes the next messages; null: nothing waits. */
  next(): Bundle | null {
    const given = this.again.shift();
    if (given !== undefined) return given;
    const feed = this.first();
    const message = feed?.peek() ?? null;
    if (feed === null || message === null) return null;
    feed.shift();
    return [message, ...this.companions(feed, message)];
  }

  /** The feed with the oldest item; what is read to its end leaves. */
  private first(): Feed | null {
    for (;;) {
      let best: Feed | null = null;
      let lowest = Number.POSITIVE_INFINITY;
      for (const feed of this.feeds) {
        const { head } = feed;
        if (head === null) this.drop(feed);
        else if (head < lowest) [best, lowest] = [feed, head];
      }
      if (best === null) return null;
      // What stood there may be gone, and the next one be younger than that of another feed.
      const id = best.peek()?.id;
      if (id === lowest || (id !== undefined && this.feeds.size === 1)) return best;
    }
  }

  drop(feed: Feed): void {
    this.feeds.delete(feed);
    this.onRead(feed);
  }

  private companions(feed: Feed, message: QueuedMessage): QueuedMessage[] {
    const found: QueuedMessage[] = [];
    let recipients = message.recipients.length;
    if (this.feeds.size === 1) return found;
    for (const other of this.feeds) {
      if (recipients >= mostRecipients) break;
      if (other === feed || other.group.reversePath !== message.reversePath || (other.head ?? Number.POSITIVE_INFINITY) > message.id + nearIds) continue;
      const candidate = other.peek();
      if (candidate?.messageId !== message.messageId || recipients + candidate.recipients.length > mostRecipients) continue;
      other.shift();
      found.push(candidate);
      recipients += candidate.recipients.length;
    }
    return found;
  }
}

/** Ways with the same addresses, encryption, logon and name of ours share connections, whatever domain they are for. Holds no password. */
export function laneKey(way: Way | undefined): string {
  if (way === undefined) return '';
  const { hops, pop } = way;
  // A certificate was checked for the name that was called: another name at the same address has proved nothing.
  const ends = hops.map(({ host, address, port, sourceAddress, verify }) => `${address} ${port} ${sourceAddress} ${verify ? host : ''}`).sort();
  const first = hops[0];
  return JSON.stringify([ends, first?.tls, first?.verify, first?.logon?.user ?? '', first?.logon?.method ?? '', first?.helo, pop?.check.host ?? '']);
}
