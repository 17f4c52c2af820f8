// The answer to CAPA (RFC 2449 §5). Called by server-session.ts.

export interface Offers {
  /** Whether names and passwords are taken on this connection as it is. */
  readonly mayLogOn: boolean;
  readonly encrypted: boolean;
}

/** Tags and their arguments, as lines with the line of one dot at the end. The same in both states, as RFC 2449 §6 wants. */
export function capabilities({ mayLogOn, encrypted }: Offers): string {
  const lines = [
    'TOP', // RFC 2449 §6.1
    ...(mayLogOn ? ['USER', 'SASL PLAIN'] : []), // RFC 2449 §6.2, RFC 5034 §3
    'RESP-CODES', // RFC 2449 §6.4
    'AUTH-RESP-CODE', // RFC 3206 §4
    'PIPELINING', // RFC 2449 §6.6
    'UIDL', // RFC 2449 §6.8
    ...(encrypted ? [] : ['STLS']), // RFC 2595 §4
    'UTF8 USER', // RFC 6856 §2
    'EXPIRE NEVER', // RFC 2449 §6.7
    'IMPLEMENTATION Merpati', // RFC 2449 §6.9; a version would help attackers more than anybody else
  ];
  return `${lines.join('\r\n')}\r\n.\r\n`;
}
