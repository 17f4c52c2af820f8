// Calls a next hop: its addresses in order, until one takes the connection. A server whose encryption is broken is called again without, where
// encryption was only an offer. Called by courier.ts. RFC 5321 §5.1 (the next address when one fails).
import type { Settings } from '../../contract/settings.ts';
import type { ConnectFailure, HopAddress, OutboundTranscripts, SmtpClient, SmtpClientSession, SmtpTimeouts, TranscriptRecord } from './ports.ts';
import type { Rests } from './rests.ts';
import type { Way } from './route-plan.ts';

export interface DialParts {
  readonly client: SmtpClient;
  readonly transcripts: OutboundTranscripts;
  readonly settings: () => Settings;
  /** Addresses that have just failed come last. */
  readonly hopRests: Rests;
  /** Something was called, or answered: there is a line. */
  readonly heard: () => void;
}
export interface FailedHop {
  readonly hop: HopAddress;
  readonly failure: ConnectFailure;
  readonly sessionId: number;
}
export type Dialed =
  | { readonly kind: 'connected'; readonly session: SmtpClientSession; readonly sessionId: number }
  | { readonly kind: 'failed'; readonly failures: readonly [FailedHop, ...FailedHop[]] };

const restOfHopMs = 5 * 60_000;

export async function dial(way: Way, parts: DialParts, controller: AbortController): Promise<Dialed> {
  const failures: FailedHop[] = [];
  for (const hop of inOrder(way.hops, parts.hopRests)) {
    const tried = await dialOne(hop, way, parts, controller);
    if (tried.kind === 'connected') {
      parts.heard();
      parts.hopRests.succeeded(hopKey(hop));
      return tried;
    }
    failures.push(tried);
    if (controller.signal.aborted) break;
    if (!tried.failure.local) parts.heard();
    parts.hopRests.failed(hopKey(hop), restOfHopMs);
    // The same password is wrong at every address of a smart host; trying it at ten of them locks the account.
    if (tried.failure.stage === 'logon' || tried.failure.stage === 'pop') break;
  }
  const [first, ...others] = failures;
  if (first === undefined) throw new Error('A way without addresses.');
  return { kind: 'failed', failures: [first, ...others] };
}

/** The failure that tells most: a server's own words, then any that happened outside. */
export function tellingFailure(failures: readonly [FailedHop, ...FailedHop[]]): FailedHop {
  return failures.findLast(({ failure }) => failure.reply !== null) ?? failures.findLast(({ failure }) => !failure.local) ?? failures[0];
}

type Tried = Extract<Dialed, { kind: 'connected' }> | (FailedHop & { readonly kind: 'failed' });

async function dialOne(hop: HopAddress, way: Way, parts: DialParts, controller: AbortController): Promise<Tried> {
  const tried = await call(hop, way, parts, controller);
  const isBroken = tried.kind === 'failed' && tried.failure.stage === 'tls' && hop.tls === 'opportunistic' && hop.logon === null;
  return isBroken && !controller.signal.aborted ? call({ ...hop, tls: 'none' }, way, parts, controller) : tried;
}

async function call(hop: HopAddress, way: Way, { client, transcripts, settings }: DialParts, controller: AbortController): Promise<Tried> {
  const { host, address, port } = hop;
  const record = transcripts.open('smtp-out', `${host} [${address}]:${port}`, () => controller.abort());
  const timeouts = timeoutsOf(settings());
  const failed = (failure: ConnectFailure): Tried => ({ kind: 'failed', hop, failure, sessionId: record.id });
  const denied = await popCheck(way, client, timeouts, record, controller.signal);
  if (denied !== null) {
    record.end('terminated', denied.text);
    return failed(denied);
  }
  const connected = await client.connect(hop, timeouts, record, controller.signal);
  return connected.kind === 'failed' ? failed(connected.failure) : { kind: 'connected', session: connected.session, sessionId: record.id };
}

async function popCheck({ pop }: Way, client: SmtpClient, timeouts: SmtpTimeouts, record: TranscriptRecord, signal: AbortSignal): Promise<ConnectFailure | null> {
  return pop === null ? null : await client.popCheck(pop.check, pop.addresses, timeouts, record, signal);
}

function inOrder(hops: readonly HopAddress[], rests: Rests): readonly HopAddress[] {
  const resting = hops.filter((hop) => rests.isResting(hopKey(hop)));
  return resting.length === 0 ? hops : [...hops.filter((hop) => !resting.includes(hop)), ...resting];
}

function hopKey({ address, port }: HopAddress): string {
  return `${address} ${port}`;
}

export function timeoutsOf(settings: Settings): SmtpTimeouts {
  return { connectMs: settings['timers.connectSeconds'] * 1000, greetingMs: settings['timers.greetingSeconds'] * 1000, dataMs: settings['timers.dataMinutes'] * 60_000 };
}
