// The SMTP client: one connection to one address that somebody else looked up, brought to the point of sending. nodemailer never
// resolves a name here: it gets the connected socket. Made once by host/; fits core/mail/outbound/ports.ts SmtpClient.
import { getCACertificates, createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { asciiDomain } from '../../protocol/domain-name.ts';
import { plainAddress } from '../ends.ts';
import { EdgeConnection } from './edge/connection.ts';
import { logOn } from './logon.ts';
import { popCheck } from './pop-check.ts';
import { readReply } from './reply.ts';
import { Session } from './session.ts';
import { dial } from './tcp.ts';
import type { ConnectFailure, Connected, HopAddress, PopCheck, SmtpClient, Timeouts, Transcript } from './types.ts';

export interface SmtpClientParts {
  /** PEM of authorities that are trusted beside those of Node and of this computer. */
  readonly authorities?: () => readonly string[];
}

export function createSmtpClient(parts: SmtpClientParts = {}): SmtpClient {
  const trust = new Trust(parts.authorities ?? (() => []));
  return {
    connect: (to, timeouts, record, signal) => connectTo({ to, timeouts, record, signal, trust }),
    popCheck: (to, addresses, timeouts, record, signal) => popCheck({ to, addresses, timeouts, record, signal, tls: trust.options(to) }),
  };
}

interface Attempt {
  readonly to: HopAddress;
  readonly timeouts: Timeouts;
  readonly record: Transcript;
  readonly signal: AbortSignal;
  readonly trust: Trust;
}

async function connectTo({ to, timeouts, record, signal, trust }: Attempt): Promise<Connected> {
  const helo = to.helo.startsWith('[') ? to.helo : asciiDomain(to.helo);
  if (!/^[\x21-\x7e]{1,255}$/.test(helo)) return refused(record, { stage: 'ehlo', reply: null, cause: 'EINVAL', text: `${JSON.stringify(to.helo)} is no name to greet with: look at the HELO domain.`, local: false });
  const dialed = await dial({ address: to.address, port: to.port, sourceAddress: to.sourceAddress, ms: timeouts.connectMs, signal });
  if (dialed.kind === 'failed') return refused(record, { stage: 'connect', reply: null, cause: dialed.cause, text: dialed.text, local: dialed.local });
  const localAddress = plainAddress(dialed.socket.localAddress ?? '');
  record.note(`Connected to ${to.host} [${to.address}]:${to.port} from ${localAddress}`);
  const connection = new EdgeConnection({ socket: dialed.socket, to: { ...to, helo }, timeouts, record, tls: trust.options(to) });
  const onAbort = (): void => connection.drop('ABORTED', 'The connection was ended here.');
  signal.addEventListener('abort', onAbort, { once: true });
  connection.on('end', () => signal.removeEventListener('abort', onAbort));
  const ending = await connection.open();
  if (ending !== null) {
    const stage = connection.step === 'logon' || connection.step === 'open' ? 'ehlo' : connection.step;
    const reply = ending.reply === null ? null : readReply(ending.reply);
    return failedWith({ stage, cause: ending.cause, text: reply === null ? ending.text : refusals[stage], reply, local: false });
  }
  if (to.logon !== null) {
    const problem = await logOnHere(connection, to.logon, timeouts, record);
    if (problem !== null) return failedWith(problem);
  }
  return { kind: 'connected', session: new Session(connection, { host: to.host, address: to.address, localAddress, loggedOn: to.logon !== null, timeouts, record }) };
}

const refusals = { greeting: 'The server refused the connection.', ehlo: 'The server refused our greeting.', tls: 'The server refused STARTTLS.' } as const;

async function logOnHere(connection: EdgeConnection, logon: NonNullable<HopAddress['logon']>, timeouts: Timeouts, record: Transcript): Promise<ConnectFailure | null> {
  if (!connection.secure) record.note('The logon goes over an unencrypted connection', 'warning');
  const problem = await logOn(connection, logon, timeouts.greetingMs);
  if (problem === null) {
    record.update({ account: logon.user });
    return null;
  }
  record.note(problem.text, 'error');
  await connection.leave(problem);
  return { stage: 'logon', cause: problem.cause, text: problem.text, reply: problem.reply === null ? null : readReply(problem.reply), local: false };
}

function refused(record: Transcript, failure: ConnectFailure): Connected {
  record.note(failure.text, 'error');
  record.end('terminated', failure.text);
  return failedWith(failure);
}

function failedWith(failure: ConnectFailure): Connected {
  return { kind: 'failed', failure };
}

/** Whom to believe about certificates. With all authorities of this computer it takes a tenth of a second to make, so that is done once. */
class Trust {
  private readonly more: () => readonly string[];
  private proving: { readonly of: string; readonly context: SecureContext } | null = null;
  private readonly trusting = createSecureContext({ minVersion: 'TLSv1.2' });

  constructor(more: () => readonly string[]) {
    this.more = more;
  }

  options(to: Pick<HopAddress | PopCheck, 'tls' | 'verify'>): ConnectionOptions {
    // RFC 7435: who would send in clear text gains nothing from refusing a certificate.
    const mustProve = to.verify && (to.tls === 'starttls' || to.tls === 'tls');
    return { rejectUnauthorized: mustProve, secureContext: mustProve ? this.context() : this.trusting };
  }

  private context(): SecureContext {
    const more = this.more();
    const of = more.join('\n');
    if (this.proving?.of !== of) this.proving = { of, context: createSecureContext({ minVersion: 'TLSv1.2', ca: [...new Set([...getCACertificates('default'), ...ofThisComputer(), ...more])] }) };
    return this.proving.context;
  }
}

/** A company's own authority, installed by its administrator. */
function ofThisComputer(): string[] {
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}
