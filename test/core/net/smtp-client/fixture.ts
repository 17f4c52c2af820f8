// A client of the test: where to connect, a message, and the transcript as one list of lines.
import { createSmtpClient } from '../../../../core/net/smtp-client/client.ts';
import type { Connected, HopAddress, OutgoingMessage, SmtpClientSession, Timeouts, Transcript } from '../../../../core/net/smtp-client/types.ts';

export const patient: Timeouts = { connectMs: 10_000, greetingMs: 10_000, dataMs: 10_000 };

export interface Recorded extends Transcript {
  readonly lines: string[];
  readonly ends: string[];
  readonly facts: object[];
}
export function recorder(): Recorded {
  const lines: string[] = [];
  const ends: string[] = [];
  const facts: object[] = [];
  return {
    id: 1, lines, ends, facts,
    sent: (line) => void lines.push(`> ${line}`),
    received: (line) => void lines.push(`< ${line}`),
    note: (text) => void lines.push(`# ${text}`),
    update: (fact) => void facts.push(fact),
    traffic: () => undefined,
    end: (outcome, reason) => void ends.push(reason === undefined ? outcome : `${outcome}: ${reason}`),
  };
}

export function hop(port: number, more: Partial<HopAddress> = {}): HopAddress {
  return { host: 'odd.test', address: '127.0.0.1', port, tls: 'none', verify: false, logon: null, sourceAddress: '', helo: 'me.test', ...more };
}

export async function open(to: HopAddress, more: { timeouts?: Timeouts; record?: Transcript; signal?: AbortSignal; authorities?: string[] } = {}): Promise<Connected> {
  return await createSmtpClient({ authorities: () => more.authorities ?? [] }).connect(to, more.timeouts ?? patient, more.record ?? recorder(), more.signal ?? new AbortController().signal);
}

export async function session(to: HopAddress, more: Parameters<typeof open>[1] = {}): Promise<SmtpClientSession> {
  const connected = await open(to, more);
  if (connected.kind === 'failed') throw new Error(JSON.stringify(connected.failure));
  return connected.session;
}

export function message(text: string, recipients: readonly string[] = ['b@b.test'], more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const bytes = Buffer.from(text);
  return {
    reversePath: 'a@a.test', recipients: recipients.map((address) => ({ address, notify: null, orcpt: null })), octets: bytes.length,
    envid: null, ret: null, smtpUtf8: false, eightBit: false, content: () => bytes, ...more,
  };
}
