// Where an address leads: what stands after its last @, as the queue keeps it. mail/ has parsed new addresses already; this is for rows
// of an older schema, and for the domains of smart hosts.
import { domainToASCII } from 'node:url';

/** Lower-case domain in A-labels, or the address literal as it is; '' if there is no @. The local part may be quoted and hold an @ itself. */
export function destinationOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : asciiName(address.slice(at + 1));
}

/** Label by label, since a whole name such as 0x7f.1 would come back as an IP address. */
export function asciiName(domain: string): string {
  const lower = domain.toLowerCase();
  if (lower.startsWith('[') || /^[\x00-\x7f]*$/.test(lower)) return lower;
  return lower.split('.').map((label) => domainToASCII(label) || label).join('.');
}
