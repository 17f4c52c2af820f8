// The right side of a mail address: a domain name or an address literal, in one normal form for the whole product.
// Names become lower case with their A-labels decoded to U-labels (RFC 5890 §2.3.2.1); literals keep their brackets.
// Called by address.ts and by whoever has a bare domain in hand.
import { domainToASCII, domainToUnicode } from 'node:url';
import { formatIp, parseIp } from './ip.ts';
import type { Ip } from './ip.ts';

/** Octets of a whole name in A-label form: RFC 1035 §2.3.4. */
const maxDomainOctets = 253;
const maxLabelOctets = 63;

/**
 * Normal form of a domain name, or null if it is not one.
 *
 *     Domain = sub-domain *("." sub-domain)         RFC 5321 §4.1.2
 *     sub-domain =/ U-label                          RFC 6531 §3.3
 *
 * Underscores are taken, since names of Windows computers have them. An IPv4 address without brackets is not a domain.
 */
export function normalDomain(text: string): string | null {
  if (text.length === 0 || text.length > 1000 || (beginsWithDigit(text) && parseIp(text) !== null)) return null;
  const labels: string[] = [];
  let octets = -1;
  for (const label of text.split('.')) {
    const normal = normalLabel(label);
    if (normal === null) return null;
    octets += 1 + normal.octets;
    labels.push(normal.label);
  }
  return octets > maxDomainOctets ? null : labels.join('.');
}

/** `[192.168.0.1]` or `[IPv6:fe80::1]` in canonical spelling, or null. Other tags of RFC 5321 §4.1.3 have never been assigned. */
export function normalAddressLiteral(text: string): string | null {
  const ip = literalIp(text);
  if (ip === null) return null;
  if (!text.includes(':')) return `[${formatIp(ip)}]`;
  return ip.version === 6 ? `[IPv6:${formatIp(ip)}]` : `[IPv6:::ffff:${formatIp(ip)}]`;
}

/** The address in an address literal, mapped IPv4 as IPv4; null if `text` is not a literal. */
export function literalIp(text: string): Ip | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const content = text.slice(1, -1);
  if (content.slice(0, 5).toLowerCase() !== 'ipv6:') return content.includes(':') ? null : parseIp(content);
  const address = content.slice(5);
  return address.includes(':') && !address.includes('%') ? parseIp(address) : null;
}

/** The form that DNS and peers without SMTPUTF8 understand; an address literal is returned as it is. */
export function asciiDomain(domain: string): string {
  if (domain.startsWith('[') || isAscii(domain)) return domain;
  return domain.split('.').map((label) => domainToASCII(label)).join('.');
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** What does not cannot be an IPv4 address, and an IPv6 one has colons, which are in no label. */
function beginsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

function normalLabel(label: string): { label: string; octets: number } | null {
  const lower = label.toLowerCase();
  // node:url is asked for one label at a time: whole names such as "0x7f.1" would come back as IP addresses.
  if (!isPlainLabel(lower)) return null;
  if (isAscii(lower) && !lower.startsWith('xn--')) return lower.length > maxLabelOctets ? null : { label: lower, octets: lower.length };
  const ascii = domainToASCII(lower);
  const unicode = domainToUnicode(ascii).normalize('NFC');
  if (ascii.length === 0 || ascii.length > maxLabelOctets || ascii.includes('.') || !isPlainLabel(unicode)) return null;
  return { label: unicode, octets: ascii.length };
}

/** Letters, digits, hyphen (not at an end), underscore; beyond ASCII everything that UTS 46 will look at. */
function isPlainLabel(label: string): boolean {
  if (label.length === 0 || label.startsWith('-') || label.endsWith('-')) return false;
  for (let index = 0; index < label.length; index += 1) {
    const code = label.charCodeAt(index);
    const plain = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f || code > 0x7f;
    if (!plain) return false;
  }
  return true;
}
