// How long a POP3 connection may take for what. A pure rule; server.ts looks at all its connections now and then with it,
// so that a changed setting is live and a connection at rest costs no timer.

/** Milliseconds. */
export interface TimeLimits {
  /** Without anything said or read by the client. RFC 1939 §3 wants at least 10 minutes. */
  readonly inactive: number;
  /** From the beginning until somebody has logged on. */
  readonly logOn: number;
  readonly handshake: number;
  /** Until the peer closes its side, after we have said all and closed ours. */
  readonly linger: number;
}

export interface ConnectionAge {
  readonly ending: boolean;
  readonly hasUnsent: boolean;
  readonly handshake: boolean;
  readonly loggedOn: boolean;
  readonly openedAt: number;
  readonly activeAt: number;
}

/** Null: it may go on. Otherwise why it may not, for the log. */
export function timeIsUp(now: number, limits: TimeLimits, age: ConnectionAge): string | null {
  const rest = now - age.activeAt;
  if (age.ending) return rest > (age.hasUnsent ? limits.inactive : limits.linger) ? 'The client did not close the connection' : null;
  if (rest > limits.inactive) return 'Closed because nothing was said for too long, nothing was deleted';
  if (!age.loggedOn && now - age.openedAt > Math.max(limits.logOn, limits.inactive)) return 'Closed because nobody had logged on in time';
  if (age.handshake && rest > limits.handshake) return 'Closed because the TLS handshake took too long';
  return null;
}
