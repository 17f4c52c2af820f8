// Live connections, to us and from us: admission (limits), transcripts, the console's Sessions list, Disconnect.
// A transcript goes to the log when its session ends, as the classic server did, so that lines of two sessions never mix;
// a very long one goes in chunks.
import type { Channel, Session } from '../contract/records.ts';
import type { Admission, OutboundKind, OutboundSessions, ServerName, SessionOpening, SessionRecord, Sessions } from '../net/session.ts';
import { printable } from './log/files.ts';
import type { Log } from './log/log.ts';
import type { Level } from './log/ring.ts';

export interface Limits {
  /** Most sessions of this kind of server at once, and most from one address over all servers. */
  readonly smtp: number;
  readonly pop3: number;
  readonly perAddress: number;
}

/** Lines held back until the session ends; more are handed to the log in chunks of this size. */
const chunkLines = 400;
const chunkChars = 32_000;
/** So many of the newest chunks stay with a live session, for its transcript window: a peer that talks much may not fill the memory. */
const shownChunks = 4;

type Kind = ServerName | OutboundKind;
const channelOf = (kind: Kind): Channel => (kind === 'smtp-out' ? kind : kind === 'pop3' || kind === 'pop3s' ? 'pop3' : 'smtp-in');
const title = (kind: Kind): string => (channelOf(kind) === 'pop3' ? 'POP' : 'SMTP');

/** What is known of a session from its beginning. */
interface Opening {
  readonly server: Kind;
  readonly peer: string;
  readonly local: string;
  readonly tls: boolean;
  disconnect(reason: 'administrator' | 'shutdown'): void;
}

interface Lines {
  readonly at: readonly number[];
  readonly text: readonly string[];
  readonly level: readonly Level[];
}

interface Follower {
  lines(at: readonly number[], text: readonly string[], level: readonly Level[]): void;
  ended(): void;
}

class Live implements SessionRecord {
  readonly id: number;
  readonly opening: Opening;
  readonly channel: Channel;
  readonly startedAt: number;
  lastActiveAt: number;
  readonly facts = { tls: false, account: '', from: '', to: [] as readonly string[], state: 'connected' };
  bytesIn = 0;
  bytesOut = 0;
  /** Not yet in the log. */
  at: number[] = [];
  text: string[] = [];
  level: Level[] = [];
  chars = 0;
  /** Already in the log, kept for who opens the transcript window. */
  earlier: readonly Lines[] = [];
  readonly followers = new Set<Follower>();
  readonly whenEnded: () => void;
  private ended = false;
  private readonly owner: LiveSessions;

  constructor(owner: LiveSessions, id: number, opening: Opening, whenEnded: () => void, now: number) {
    this.owner = owner;
    this.id = id;
    this.opening = opening;
    this.whenEnded = whenEnded;
    this.channel = channelOf(opening.server);
    this.startedAt = now;
    this.lastActiveAt = now;
    this.facts.tls = opening.tls;
  }

  sent(line: string): void {
    this.add(`--> ${line}`, 'info');
  }

  received(line: string): void {
    this.add(`<-- ${line}`, 'info');
  }

  note(text: string, level: Level = 'info'): void {
    this.add(text, level);
  }

  private add(line: string, level: Level): void {
    const now = this.owner.now();
    this.lastActiveAt = now;
    const text = printable(line);
    this.at.push(now);
    this.text.push(text);
    this.level.push(level);
    for (const follower of this.followers) follower.lines([now], [text], [level]);
    this.chars += text.length;
    if (this.text.length >= chunkLines || this.chars >= chunkChars) this.owner.flush(this);
  }

  update(facts: Parameters<SessionRecord['update']>[0]): void {
    Object.assign(this.facts, facts);
  }

  traffic(bytesIn: number, bytesOut: number): void {
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
    this.lastActiveAt = this.owner.now();
  }

  end(outcome: 'successful' | 'terminated', reason?: string): void {
    if (this.ended) return;
    this.ended = true;
    if (reason !== undefined && reason !== '') this.add(reason, outcome === 'successful' ? 'info' : 'warning');
    this.add(`${title(this.opening.server)} session ${outcome} (Bytes in/out: ${this.bytesIn}/${this.bytesOut})`, 'info');
    this.owner.ended(this);
    for (const follower of this.followers) follower.ended();
    this.followers.clear();
  }
}

export class LiveSessions implements Sessions, OutboundSessions {
  readonly now: () => number;
  private readonly log: Log;
  private readonly limits: () => Limits;
  private readonly onChange: (server: Kind, opened: boolean) => void;
  private readonly live = new Map<number, Live>();
  private readonly perAddress = new Map<string, number>();
  private readonly perServer = new Map<ServerName, number>();
  private next = 1;
  private closing = false;

  constructor(options: { now: () => number; log: Log; limits: () => Limits; onChange: (server: Kind, opened: boolean) => void }) {
    this.now = options.now;
    this.log = options.log;
    this.limits = options.limits;
    this.onChange = options.onChange;
  }

  admit(opening: SessionOpening): Admission {
    const refusal = this.refusal(opening);
    if (refusal !== null) {
      this.log.line(channelOf(opening.server), `Refused ${title(opening.server)} connection from [${opening.remoteAddress}:${opening.remotePort}]: ${refusal}`, 'warning');
      return { kind: 'refused', text: refusal };
    }
    const record = this.begin({
      server: opening.server, tls: opening.tls, disconnect: (reason) => opening.disconnect(reason),
      peer: `${opening.remoteAddress}:${opening.remotePort}`, local: `${opening.localAddress}:${opening.localPort}`,
    }, () => this.count(opening, -1));
    this.count(opening, 1);
    record.note(`Accepting ${title(opening.server)} connection from [${opening.remoteAddress}:${opening.remotePort}] to [${opening.localAddress}:${opening.localPort}]`);
    this.onChange(opening.server, true);
    return { kind: 'admitted', record };
  }

  open(kind: OutboundKind, to: string, disconnect: (reason: 'administrator' | 'shutdown') => void): SessionRecord {
    const record = this.begin({ server: kind, peer: to, local: '', tls: false, disconnect }, () => undefined);
    record.note(`Attempting ${title(kind)} connection to [${to}]`);
    this.onChange(kind, true);
    return record;
  }

  private begin(opening: Opening, whenEnded: () => void): Live {
    const live = new Live(this, this.next, opening, whenEnded, this.now());
    this.next += 1;
    this.live.set(live.id, live);
    live.note('----------');
    live.note(`Session ${live.id}`);
    return live;
  }

  private refusal(opening: SessionOpening): string | null {
    if (this.closing) return 'Server is shutting down, try again later';
    const limits = this.limits();
    const isPop3 = channelOf(opening.server) === 'pop3';
    if (this.countOf(isPop3 ? ['pop3', 'pop3s'] : ['smtp', 'submission', 'smtps']) >= (isPop3 ? limits.pop3 : limits.smtp)) return 'Server too busy, try again later';
    if ((this.perAddress.get(opening.remoteAddress) ?? 0) >= limits.perAddress) return 'Too many connections from your address, close some first';
    return null;
  }

  private count(opening: SessionOpening, by: 1 | -1): void {
    this.perServer.set(opening.server, (this.perServer.get(opening.server) ?? 0) + by);
    const left = (this.perAddress.get(opening.remoteAddress) ?? 0) + by;
    if (left === 0) this.perAddress.delete(opening.remoteAddress);
    else this.perAddress.set(opening.remoteAddress, left);
  }

  countOf(servers: readonly ServerName[]): number {
    return servers.reduce((sum, server) => sum + (this.perServer.get(server) ?? 0), 0);
  }

  flush(live: Live): void {
    const { at, text, level } = live;
    live.at = [];
    live.text = [];
    live.level = [];
    live.chars = 0;
    this.log.block({ channel: live.channel, session: live.id, at, text, level });
    live.earlier = [...live.earlier, { at, text, level }].slice(-shownChunks);
  }

  ended(live: Live): void {
    this.log.block({ channel: live.channel, session: live.id, at: live.at, text: live.text, level: live.level });
    this.live.delete(live.id);
    live.whenEnded();
    this.onChange(live.opening.server, false);
  }

  list(): Session[] {
    return [...this.live.values()].slice(-1000).map((live) => ({
      id: live.id, server: live.opening.server, channel: live.channel,
      peer: live.opening.peer, local: live.opening.local,
      startedAt: live.startedAt, lastActiveAt: live.lastActiveAt, tls: live.facts.tls, account: live.facts.account,
      from: live.facts.from, to: live.facts.to.slice(0, 20), bytesIn: live.bytesIn, bytesOut: live.bytesOut, state: live.facts.state,
    }));
  }

  /** The transcript so far, then what comes. Null: that session is over. */
  follow(id: number, follower: Follower): { readonly channel: Channel; readonly stop: () => void } | null {
    const live = this.live.get(id);
    if (live === undefined) return null;
    const parts = [...live.earlier, live];
    follower.lines(parts.flatMap(({ at }) => at), parts.flatMap(({ text }) => text), parts.flatMap(({ level }) => level));
    live.followers.add(follower);
    return { channel: live.channel, stop: () => live.followers.delete(follower) };
  }

  /** False: that session is over. */
  disconnect(id: number): boolean {
    const live = this.live.get(id);
    if (live === undefined) return false;
    live.note('Disconnected by the administrator', 'warning');
    live.opening.disconnect('administrator');
    return true;
  }

  /** No new sessions; every present one is asked to leave. */
  close(): void {
    this.closing = true;
    for (const live of this.live.values()) live.opening.disconnect('shutdown');
  }
}
