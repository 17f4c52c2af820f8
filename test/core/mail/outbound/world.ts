// A small Internet for the sender: servers by address that answer as a test says, DNS from a table, a clock that moves when told, reports
// that can be read. The store is the real one.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defaultSettings } from '../../../../core/contract/settings.ts';
import type { SettingChanges } from '../../../../core/contract/settings.ts';
import type { Clock } from '../../../../core/mail/outbound/clock.ts';
import type {
  Connected, ConnectFailure, DnsAnswer, DnsProblem, HopAddress, Mx, OutgoingMessage, PopCheck, RecipientFate, Reporter, Resolver, SendResult, SmtpClient, SmtpClientSession, TlsPolicy, TranscriptRecord,
} from '../../../../core/mail/outbound/ports.ts';
import type { PlanContext } from '../../../../core/mail/outbound/route-plan.ts';
import { Sender } from '../../../../core/mail/outbound/sender.ts';
import type { SenderOptions } from '../../../../core/mail/outbound/sender.ts';
import type { MailEvent, Reply } from '../../../../core/mail/types.ts';
import type { OpenedStore } from '../../../../core/store/open.ts';
import type { AcceptedPart, QueuedMessage } from '../../../../core/store/store.ts';
import { actor, openWithDomain, remote } from '../../store/fixture.ts';

export const ok: Reply = { code: 250, enhanced: '2.0.0', text: 'OK' };
export const reply = (code: number, enhanced = '', text = 'no'): Reply => ({ code, enhanced, text });

/** What was handed over in one transaction. */
export interface Taken {
  readonly address: string;
  readonly connection: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly octets: number;
}
type Answer = { readonly kind?: undefined; readonly mail?: Reply; readonly rcpt?: (address: string) => Reply | null; readonly data?: Reply } | SendResult;
/** One server. Everything has a friendly default. */
export interface Behaviour {
  /** Before the connection is there; a failure keeps it from being. */
  readonly connect?: (hop: HopAddress, number: number) => Partial<ConnectFailure> | null | Promise<Partial<ConnectFailure> | null>;
  /** @param count of this transaction on its connection, from 1 */
  readonly send?: (message: OutgoingMessage, count: number) => Answer | Promise<Answer>;
  readonly pop?: (check: PopCheck) => Partial<ConnectFailure> | null;
  readonly dsn?: boolean;
  readonly maxBytes?: number;
}

export class FakeClock implements Clock {
  private at = 1_800_000_000_000;
  private ran = 0;
  private readonly timers = new Set<{ readonly at: number; readonly work: () => void }>();
  now(): number { return this.at; }
  elapsed(): number { return this.ran; }
  after(ms: number, work: () => void): () => void {
    // Pauses that only spread work out need nobody to move the clock.
    if (ms <= 100) {
      const soon = setTimeout(work, ms / 10);
      return () => clearTimeout(soon);
    }
    const timer = { at: this.ran + ms, work };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }
  /** Both clocks move on, timers run in order, and what follows from them gets its turns. */
  async advance(ms: number): Promise<void> {
    const end = this.ran + ms;
    for (;;) {
      const next = [...this.timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.at += Math.max(0, next.at - this.ran);
      this.ran = Math.max(this.ran, next.at);
      next.work();
      await turns();
    }
    this.at += end - this.ran;
    this.ran = end;
    await turns();
  }
  /** The clock of the wall is set. */
  set(at: number): void { this.at = at; }
}

/** The store answers after some turns of the event loop and a thread's work. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const found = <T>(records: T): DnsAnswer<T> => ({ kind: 'found', records, source: { kind: 'dns', server: '192.0.2.53', ms: 3 }, tries: [] });
export const none = (problem: DnsProblem): DnsAnswer<never> => ({
  kind: 'none', problem, tries: problem === 'no-data' || problem === 'no-such-domain' ? [] : [{ server: '192.0.2.53', problem, ms: 10 }],
  source: problem === 'no-data' || problem === 'no-such-domain' ? { kind: 'dns', server: '192.0.2.53', ms: 3 } : null,
});

export class FakeResolver implements Resolver {
  readonly mxs = new Map<string, DnsAnswer<readonly Mx[]>>();
  readonly hosts = new Map<string, DnsAnswer<readonly string[]>>();
  readonly policies = new Map<string, TlsPolicy>();
  readonly asked: string[] = [];
  /** `contoh.id` is served by these addresses, in order of preference. */
  domain(name: string, ...addresses: string[]): void {
    this.mxs.set(name, found(addresses.map((_, index) => ({ host: `mx${index + 1}.${name}`, preference: 10 * (index + 1) }))));
    for (const [index, address] of addresses.entries()) this.hosts.set(`mx${index + 1}.${name}`, found([address]));
  }
  mx(domain: string): Promise<DnsAnswer<readonly Mx[]>> {
    this.asked.push(`MX ${domain}`);
    return Promise.resolve(this.mxs.get(domain) ?? none('no-such-domain'));
  }
  addresses(host: string): Promise<DnsAnswer<readonly string[]>> {
    this.asked.push(`A ${host}`);
    if (/^[\d.]+$|:/.test(host)) return Promise.resolve({ kind: 'found', records: [host], source: { kind: 'literal', server: '', ms: 0 }, tries: [] });
    return Promise.resolve(this.hosts.get(host) ?? none('no-such-domain'));
  }
  tlsPolicy(domain: string): Promise<TlsPolicy> {
    return Promise.resolve(this.policies.get(domain) ?? { kind: 'none' });
  }
}

export class FakeInternet implements SmtpClient {
  readonly servers = new Map<string, Behaviour>();
  readonly taken: Taken[] = [];
  readonly calls: HopAddress[] = [];
  readonly popChecks: string[] = [];
  /** Connections open at this moment, and the most there ever were, by address. */
  readonly open = new Map<string, number>();
  readonly most = new Map<string, number>();
  quits = 0;
  private readonly moved: () => void;
  constructor(moved: () => void) { this.moved = moved; }

  async connect(to: HopAddress, _timeouts: unknown, record: TranscriptRecord, signal: AbortSignal): Promise<Connected> {
    this.calls.push(to);
    const number = this.calls.length;
    this.moved();
    const server = this.servers.get(to.address);
    const aborted = new Promise<Partial<ConnectFailure>>((resolve) => signal.addEventListener('abort', () => resolve({ cause: 'ABORTED' }), { once: true }));
    const problem = server === undefined ? { cause: 'ETIMEDOUT' } : await Promise.race([server.connect?.(to, number) ?? null, aborted]);
    if (problem !== null) {
      record.end('terminated', problem.text ?? '');
      this.moved();
      return { kind: 'failed', failure: { stage: 'connect', reply: null, cause: 'ECONNREFUSED', text: problem.cause ?? 'refused', local: false, ...problem } };
    }
    const now = (this.open.get(to.address) ?? 0) + 1;
    this.open.set(to.address, now);
    this.most.set(to.address, Math.max(now, this.most.get(to.address) ?? 0));
    return { kind: 'connected', session: this.session(to, number, server ?? {}, record, signal) };
  }

  popCheck(to: PopCheck): Promise<ConnectFailure | null> {
    this.popChecks.push(`${to.user}@${to.host}`);
    const problem = this.servers.get('pop')?.pop?.(to) ?? null;
    return Promise.resolve(problem === null ? null : { stage: 'pop', reply: null, cause: '-ERR', text: 'no', local: false, ...problem });
  }

  private session({ host, address, tls, logon }: HopAddress, connection: number, server: Behaviour, record: TranscriptRecord, signal: AbortSignal): SmtpClientSession {
    let count = 0;
    let isBroken = false;
    const taken = this.taken;
    const close = (): void => {
      if (isBroken) return;
      isBroken = true;
      this.open.set(address, (this.open.get(address) ?? 1) - 1);
      record.end('successful');
      this.moved();
    };
    const aborted = new Promise<SendResult>((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'broken', afterData: false, cause: 'ABORTED', text: '' }), { once: true }));
    const transact = async (message: OutgoingMessage): Promise<SendResult> => {
      const answer = await server.send?.(message, count) ?? {};
      if (answer.kind !== undefined) return answer;
      const mail = answer.mail ?? ok;
      if (mail.code >= 400) return { kind: 'answered', mail, recipients: message.recipients.map(() => null), data: null };
      const recipients = message.recipients.map((recipient) => answer.rcpt === undefined ? ok : answer.rcpt(recipient.address));
      const to = message.recipients.filter((_, index) => (recipients[index]?.code ?? 500) < 400).map((recipient) => recipient.address);
      if (to.length === 0) return { kind: 'answered', mail, recipients, data: null };
      const text = await textOf(message);
      const data = answer.data ?? ok;
      if (data.code < 400) taken.push({ address, connection, from: message.reversePath, to, text, octets: message.octets });
      return { kind: 'answered', mail, recipients, data };
    };
    return {
      host, address, localAddress: '192.0.2.1', tls: tls !== 'none', loggedOn: logon !== null, dsn: server.dsn ?? false, maxBytes: server.maxBytes ?? 0,
      get broken() { return isBroken; },
      send: async (message) => {
        if (isBroken) return { kind: 'broken', afterData: false, cause: 'ECONNRESET', text: '' };
        count += 1;
        const result = await Promise.race([transact(message), aborted]);
        if (result.kind !== 'answered' || [result.mail, result.data, ...result.recipients].some((one) => one?.code === 421)) close();
        this.moved();
        return result;
      },
      probe: () => Promise.reject(new Error('not asked')),
      quit: () => {
        this.quits += 1;
        close();
        return Promise.resolve();
      },
    };
  }
}

async function textOf(message: OutgoingMessage): Promise<string> {
  const content = message.content();
  if (!(Symbol.asyncIterator in content)) return (await content).toString('latin1');
  let text = '';
  for await (const piece of content) text += piece.toString('latin1');
  return text;
}

/** Reports as parts that can be told apart, kept until they are accepted. */
class FakeReporter implements Reporter {
  readonly made: { readonly about: string; readonly message: string; readonly to: readonly string[]; readonly reasons: readonly string[] }[] = [];
  fails: Error | null = null;
  private readonly store: OpenedStore;
  constructor(store: OpenedStore) { this.store = store; }
  failed(message: QueuedMessage, fates: readonly RecipientFate[]): Promise<AcceptedPart[]> { return this.make('failed', message, fates); }
  delayed(message: QueuedMessage, fates: readonly RecipientFate[]): Promise<AcceptedPart[]> { return this.make('delayed', message, fates); }
  relayed(message: QueuedMessage, fates: readonly RecipientFate[]): Promise<AcceptedPart[]> { return this.make('relayed', message, fates); }
  private async make(about: string, message: QueuedMessage, fates: readonly RecipientFate[]): Promise<AcceptedPart[]> {
    if (this.fails !== null) throw this.fails;
    if (message.reversePath === '') return [];
    this.made.push({ about, message: message.messageId, to: fates.map(({ address }) => address), reasons: fates.map(({ reason }) => reason.code) });
    const file = this.store.incoming.create();
    file.write(Buffer.from(`Subject: ${about}\r\n\r\n`));
    await Promise.resolve();
    return [{ file, receivedAt: 0, reversePath: '', subject: about, envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [], queued: [{ ...remote(`report-${about}@report.example`), queue: 'bad', destination: '' }] }];
  }
}

export class World {
  readonly store: OpenedStore;
  readonly clock = new FakeClock();
  readonly resolver = new FakeResolver();
  readonly internet: FakeInternet;
  readonly reporter: FakeReporter;
  readonly events: MailEvent[] = [];
  readonly problems: MailEvent[] = [];
  sender: Sender;
  private watchers: (() => void)[] = [];
  private sessions = 0;
  disconnect: (() => void)[] = [];
  options: Partial<SenderOptions> = {};

  constructor(store: OpenedStore) {
    this.store = store;
    this.internet = new FakeInternet(() => this.moved());
    this.reporter = new FakeReporter(store);
    this.sender = this.makeSender();
    store.onChange(() => this.moved());
  }

  makeSender(): Sender {
    const settings = () => this.store.settings.read().values;
    return new Sender({
      queues: this.store.queues, onChange: (listener) => this.store.onChange(listener), settings, routing: () => this.routing(),
      client: this.internet, reporter: this.reporter, clock: this.clock, random: () => 0.5,
      transcripts: {
        open: (_kind, _to, disconnect) => {
          this.sessions += 1;
          this.disconnect.push(disconnect);
          const nothing = (): void => undefined;
          return { id: this.sessions, sent: nothing, received: nothing, note: nothing, update: nothing, traffic: nothing, end: nothing };
        },
      },
      tell: (event) => {
        this.events.push(event);
        if (event.kind === 'problem') this.problems.push(event);
        this.moved();
      },
      ...this.options,
    });
  }

  routing(): PlanContext {
    return {
      settings: this.store.settings.read().values, directory: this.store.directory(), smartHosts: this.store.smartHosts.list(), smartHostPassword: (id) => this.store.smartHosts.password(id),
      secret: (name) => this.store.settings.secret(name), resolver: this.resolver, localAddresses: ['192.0.2.1', '127.0.0.1'], random: () => 0.5,
    };
  }

  /** @returns the message's id */
  async queue(to: readonly string[], more: { from?: string; text?: string; notify?: string; local?: readonly number[]; at?: number } = {}): Promise<string> {
    const file = this.store.incoming.create();
    file.write(Buffer.from(more.text ?? `Subject: to ${to.join(' ').slice(0, 50)}\r\n\r\nText.\r\n`));
    await this.store.incoming.commit([{
      file, receivedAt: more.at ?? this.clock.now(), reversePath: more.from ?? 'dina@kantor.lan', subject: 'S', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: more.local ?? [],
      queued: to.map((address) => ({ ...remote(address), notify: more.notify ?? null })),
    }]);
    return file.id;
  }

  set(changes: SettingChanges): Promise<number> {
    return this.store.settings.save(changes, this.store.settings.read().revision, actor);
  }

  /** Waits until it is so; asked again whenever anything happens. */
  async until(isSo: () => boolean, what = String(isSo)): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error(`never came: ${what}\n${JSON.stringify(this.events.slice(-5), null, 1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Time goes by, and the sender gets its turns. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 5) {
      await this.clock.advance(Math.min(left, 5) * 1000);
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
  }

  /** Nothing is in hand and every outcome is written. */
  async quiet(): Promise<void> {
    await this.until(() => this.sender.sending().size === 0, 'quiet');
  }

  items(queue: 'remote' | 'retry' | 'bad' | 'holding' = 'remote') {
    return this.store.queues.messages({ queue, search: '', sort: 'queuedAt', descending: false, offset: 0, limit: 1000 }).items;
  }

  count(kind: MailEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length;
  }

  private moved(): void {
    for (const watcher of this.watchers.splice(0)) watcher();
  }
}

export async function makeWorld(changes: SettingChanges = {}): Promise<World> {
  const store = await openWithDomain(mkdtempSync(join(tmpdir(), 'merpati-send-')));
  await store.settings.save({ 'retry.primaryMinutes': defaultSettings['retry.primaryMinutes'], ...changes }, store.settings.read().revision, actor);
  const world = new World(store);
  onTestFinished(() => world.sender.stop());
  return world;
}
