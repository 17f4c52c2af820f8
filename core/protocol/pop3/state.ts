// The states of a POP3 session (RFC 1939 §3 to §6) and everything that moves between them. Nothing else changes the phase.
// Used by server-session.ts.
import type { Verb } from './command.ts';

/** `exchange`: AUTH has asked, and the next line is the client's answer (RFC 5034 §4). `ended`: nothing is read or answered any more. */
export type Phase = 'authorization' | 'exchange' | 'transaction' | 'update' | 'ended';

export type Happening =
  /** AUTH without an initial response: the server has asked for it. */
  | 'asked'
  /** The client has answered, or cancelled. */
  | 'answered'
  | 'logged-on'
  | 'tls-started'
  | 'quit'
  /** The UPDATE state is over, whether it worked or not. */
  | 'updated'
  /** Too many mistakes, a refusal that ends the session, or the client is gone. */
  | 'cut-off';

const transitions: Readonly<Record<Phase, Readonly<Partial<Record<Happening, Phase>>>>> = {
  // RFC 1939 §4: QUIT before the logon ends the session without an UPDATE state.
  authorization: { 'asked': 'exchange', 'logged-on': 'transaction', 'tls-started': 'authorization', 'quit': 'ended', 'cut-off': 'ended' },
  exchange: { 'answered': 'authorization', 'cut-off': 'ended' },
  // RFC 1939 §6: only QUIT leads to UPDATE; a session that ends otherwise removes nothing.
  transaction: { 'quit': 'update', 'cut-off': 'ended' },
  update: { 'updated': 'ended', 'cut-off': 'ended' },
  ended: { 'cut-off': 'ended' },
};

/** Throws when that cannot happen now, which is a mistake of ours and not of the client. */
export function phaseAfter(phase: Phase, happening: Happening): Phase {
  const next = transitions[phase][happening];
  if (next === undefined) throw new Error(`'${happening}' cannot happen in the POP3 phase '${phase}'`);
  return next;
}

const beforeLogon: readonly Phase[] = ['authorization'];
const afterLogon: readonly Phase[] = ['transaction'];
const always: readonly Phase[] = ['authorization', 'transaction'];

const phasesOf: Readonly<Record<Verb, readonly Phase[]>> = {
  USER: beforeLogon, PASS: beforeLogon, APOP: beforeLogon, AUTH: beforeLogon,
  // RFC 2595 §4, RFC 6856 §2.1: only in the AUTHORIZATION state.
  STLS: beforeLogon, UTF8: beforeLogon,
  STAT: afterLogon, LIST: afterLogon, UIDL: afterLogon, TOP: afterLogon, RETR: afterLogon, DELE: afterLogon, RSET: afterLogon,
  NOOP: afterLogon,
  // RFC 2449 §5, RFC 1939 §5.
  CAPA: always, QUIT: always,
};

export function isAllowed(verb: Verb, phase: Phase): boolean {
  return phasesOf[verb].includes(phase);
}
