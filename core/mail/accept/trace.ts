// The trace header of a message: Return-Path for copies that stay here, and the one Received field of this server.
// RFC 5321 §4.4 for its form, RFC 3848 and RFC 6531 §4.3 for the `with` words. Called by message-sink.ts.
import { formatPath } from '../../protocol/address.ts';
import type { Mailbox } from '../../protocol/address.ts';
import { asciiDomain, isAscii, normalAddressLiteral, normalDomain } from '../../protocol/domain-name.ts';
import { formatIp, parseIp } from '../../protocol/ip.ts';
import { formatMailDate } from '../../protocol/mail-date.ts';
import type { SmtpConnection } from '../types.ts';

export interface Trace {
  readonly session: SmtpConnection;
  readonly smtpUtf8: boolean;
  readonly hostName: string;
  readonly id: string;
  readonly at: number;
  /** Null: the address is not named, since others would learn of each other. */
  readonly onlyRecipient: Mailbox | null;
}

/**
 *     Received: from pc1.kantor ([192.168.0.7])
 *             by majuterus.lan with ESMTPSA id h5k2...
 *             for <sari@majuterus.lan>; Mon, 3 Mar 2003 09:05:07 +0700
 */
export function receivedField(trace: Trace): string {
  const { session } = trace;
  const literal = addressLiteral(session.remoteAddress);
  const to = trace.onlyRecipient === null ? '' : `\r\n\tfor ${wirePath(trace.onlyRecipient, trace.smtpUtf8)}`;
  return `Received: from ${heloName(session.helo, literal)} (${literal})\r\n\tby ${asciiDomain(trace.hostName)} with ${withWord(session, trace.smtpUtf8)} id ${trace.id}${to}; ${formatMailDate(trace.at)}\r\n`;
}

export function returnPathField(reversePath: Mailbox | null, smtpUtf8: boolean): string {
  return `Return-Path: ${wirePath(reversePath, smtpUtf8)}\r\n`;
}

/** A header without SMTPUTF8 stays ASCII where it can: domains have an ASCII spelling. */
function wirePath(path: Mailbox | null, smtpUtf8: boolean): string {
  return formatPath(path === null || smtpUtf8 ? path : { local: path.local, domain: asciiDomain(path.domain) });
}

/** S for TLS, A for a logon; HELO has neither. */
export function withWord(session: { readonly esmtp: boolean; readonly tls: boolean; readonly login: unknown }, smtpUtf8: boolean): string {
  if (!session.esmtp) return 'SMTP';
  return `${smtpUtf8 ? 'UTF8SMTP' : 'ESMTP'}${session.tls ? 'S' : ''}${session.login === null ? '' : 'A'}`;
}

/** What the peer called itself, if that can stand in a header; else only its address, which is certain. */
function heloName(helo: string, literal: string): string {
  const name = helo.startsWith('[') ? normalAddressLiteral(helo) : normalDomain(helo);
  if (name === null) return literal;
  const ascii = asciiDomain(name);
  return isAscii(ascii) ? ascii : literal;
}

function addressLiteral(address: string): string {
  const ip = parseIp(address);
  if (ip === null) return '[unknown]';
  return ip.version === 4 ? `[${formatIp(ip)}]` : `[IPv6:${formatIp(ip)}]`;
}
