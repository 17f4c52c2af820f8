// Names and addresses as DNS is asked for them: lower case, A-labels (RFC 5890), no dot at the end. Used by the files beside it.
import { asciiDomain, literalIp, normalDomain } from '../../protocol/domain-name.ts';
import { formatIp, parseIp } from '../../protocol/ip.ts';

/** Null if it is not a name. */
export function dnsName(text: string): string | null {
  const domain = normalDomain(text.endsWith('.') ? text.slice(0, -1) : text);
  return domain === null ? null : asciiDomain(domain);
}

/** `192.0.2.1`, `[192.0.2.1]`, `2001:db8::1`, `[IPv6:2001:db8::1]`, `[2001:db8::1]` as the bare address; null for anything else. */
export function literalAddress(text: string): string | null {
  const inside = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const ip = literalIp(text) ?? parseIp(inside);
  return ip === null ? null : formatIp(ip);
}
