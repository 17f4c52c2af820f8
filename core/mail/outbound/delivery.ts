// One bundle of items over one connection: as many transactions as its recipients need, and what became of each recipient, handed to the
// recorder as it is known. Called by courier.ts. RFC 5321 §3.3, §4.5.3.1.10.
import { sentence } from '../../contract/sentences.ts';
import type { QueuedMessage, Queues } from '../../store/store.ts';
import { reason } from '../describe.ts';
import type { MailEvent } from '../types.ts';
import type { Clock } from './clock.ts';
import { openContent, type Content } from './content.ts';
import { fatesOf, type Fate } from './fates.ts';
import { mostRecipients, type Bundle } from './lane.ts';
import type { Attempt, Encounter, Recipient, Settled } from './outcome.ts';
import type { SendResult, SmtpClientSession } from './ports.ts';

export interface DeliveryParts {
  readonly queues: Pick<Queues, 'content'>;
  readonly clock: Clock;
  readonly tell: (event: MailEvent) => void;
  /** Stopped at once: what happens now says nothing about a message. */
  readonly isAborted: () => boolean;
  /** Makes it durable, in its own time; waits only when too much is unrecorded. */
  readonly record: (attempts: readonly Attempt[], met: Encounter) => Promise<void>;
}
export interface Connection {
  readonly session: SmtpClientSession;
  readonly sessionId: number;
  readonly isSmartHost: boolean;
  /** Messages went over it before. */
  readonly isUsed: boolean;
}
/**
 * `untried`: the server had closed the connection since the message before; nothing is known of this one. `broken`: it broke under this
 * one, with `fate` for all of it. `aborted`: stopped; nothing is recorded.
 */
export type Delivered = { readonly kind: 'done' | 'untried' | 'aborted' } | { readonly kind: 'broken'; readonly fate: Exclude<Fate, { kind: 'sent' | 'rest' }> };

interface Unit {
  readonly message: QueuedMessage;
  readonly recipient: Recipient;
}

export async function deliver(bundle: Bundle, connection: Connection, parts: DeliveryParts): Promise<Delivered> {
  const { session } = connection;
  let open: readonly Unit[] = bundle.flatMap((message) => message.recipients.map((recipient) => ({ message, recipient })));
  const held = new Map<QueuedMessage, Settled[]>();
  for (let isFirst = true; open.length > 0; isFirst = false) {
    const batch = open.slice(0, mostRecipients);
    const started = parts.clock.elapsed();
    const { fates, result } = await transact(bundle[0], batch, connection, parts);
    // What the server has answered is recorded, even in the last moment.
    if (parts.isAborted() && !(result?.kind === 'answered' && result.data !== null)) return { kind: 'aborted' };
    if (isFirst && connection.isUsed && hadLeft(result)) return { kind: 'untried' };
    const rest = batch.filter((_, index) => fates[index]?.kind === 'rest');
    open = [...rest, ...open.slice(mostRecipients)];
    const isOver = session.broken || hasSaidGoodbye(result);
    const settled = batch.flatMap((unit, index) => asSettled(unit, fates[index]));
    const progress = settled.some(([, { fate }]) => fate.kind !== 'later');
    if (isOver && !progress && open.length > 0) {
      const fate: Fate = { kind: 'later', reply: null, reason: reason('host.broken', { host: session.host, cause: 'ECONNECTION' }) };
      for (const { message, recipient } of open) settled.push([message, { recipient, fate }]);
      open = [];
    }
    for (const [message, one] of settled) held.set(message, [...held.get(message) ?? [], one]);
    const met: Encounter = { host: session.host, address: session.address, tls: session.tls, dsn: session.dsn, sessionId: connection.sessionId, ms: Math.round(parts.clock.elapsed() - started) };
    await parts.record(attemptsOf(held, open, isOver), met);
    if (isOver) {
      const first = fates[0];
      return !progress && first !== undefined && (first.kind === 'later' || first.kind === 'failed') ? { kind: 'broken', fate: first } : { kind: 'done' };
    }
  }
  return { kind: 'done' };
}

/** What can be recorded now: items with nobody left to ask, and of the others whoever is settled for good. */
function attemptsOf(held: Map<QueuedMessage, Settled[]>, open: readonly Unit[], isOver: boolean): Attempt[] {
  const attempts: Attempt[] = [];
  for (const [message, settled] of held) {
    const more = open.some((unit) => unit.message === message);
    // Who is to be tried later waits until all of his item have been asked: they are one row.
    const now = more && !isOver ? settled.filter(({ fate }) => fate.kind !== 'later') : settled;
    if (now.length > 0) attempts.push({ message, settled: now, more });
    if (more) held.set(message, settled.filter((one) => !now.includes(one)));
    else held.delete(message);
  }
  return attempts;
}

function asSettled({ message, recipient }: Unit, fate: Fate | undefined): [QueuedMessage, Settled][] {
  return fate === undefined || fate.kind === 'rest' ? [] : [[message, { recipient, fate }]];
}

interface Transacted {
  readonly fates: readonly Fate[];
  /** Null: the server was not asked. */
  readonly result: SendResult | null;
}

async function transact(message: QueuedMessage, batch: readonly Unit[], { session, isSmartHost }: Connection, parts: DeliveryParts): Promise<Transacted> {
  const { host } = session;
  let content: Content;
  try {
    content = await openContent(parts.queues.content(message), message.octets);
  } catch (cause) {
    return unreadable(message, batch, cause, parts);
  }
  try {
    if (session.maxBytes > 0 && content.octets > session.maxBytes) {
      const fate: Fate = { kind: 'failed', reply: null, reason: reason('message.too-large-there', { host, limit: session.maxBytes }) };
      return { fates: batch.map(() => fate), result: null };
    }
    const { reversePath, envid, ret, smtpUtf8, eightBit } = message;
    const result = await session.send({
      reversePath, envid, ret, smtpUtf8, eightBit, octets: content.octets, content: () => content.pieces(),
      recipients: batch.map(({ recipient: { address, notify, orcpt } }) => ({ address, notify, orcpt })),
    });
    if (result.kind === 'unreadable') return { ...unreadable(message, batch, result.cause, parts), result };
    return { fates: fatesOf({ result, host, isSmartHost, recipients: batch.length }), result };
  } finally {
    await content.close().catch(() => undefined);
  }
}

function unreadable(message: QueuedMessage, batch: readonly Unit[], cause: unknown, { tell }: DeliveryParts): Transacted {
  tell({ kind: 'problem', id: message.messageId, what: sentence('say.problem.unreadable'), cause });
  return { fates: fatesOf({ result: { kind: 'unreadable', cause }, host: '', isSmartHost: false, recipients: batch.length }), result: null };
}

function hadLeft(result: SendResult | null): boolean {
  if (result === null) return false;
  return (result.kind === 'broken' && !result.afterData) || (result.kind === 'answered' && result.mail.code === 421);
}

function hasSaidGoodbye(result: SendResult | null): boolean {
  if (result === null || result.kind === 'unreadable') return false;
  if (result.kind === 'broken') return true;
  return [result.mail, result.data, ...result.recipients].some((reply) => reply?.code === 421);
}
