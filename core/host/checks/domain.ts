// Is the primary domain fit for Internet mail: known to DNS, with a mail server named for it, and a HELO domain that resolves?
// A hint, never a block: on a LAN any name will do.
import type { Resolver, TranscriptRecord } from '../../mail/outbound/ports.ts';
import { verdict, type Verdict } from './report.ts';

export interface DomainCheck {
  readonly resolver: Pick<Resolver, 'mx' | 'addresses'>;
  readonly domain: string;
  readonly helo: string;
}

export async function checkDomain({ resolver, domain, helo }: DomainCheck, record: TranscriptRecord): Promise<Verdict> {
  if (domain === '') return verdict('domain.none');
  const mx = await resolver.mx(domain);
  const direct = mx.kind === 'none' && mx.problem === 'no-data' ? await resolver.addresses(domain) : null;
  if (mx.kind === 'none') {
    record.note(`${domain}: MX ${mx.problem}`, 'warning');
    if (mx.problem === 'no-such-domain') return verdict('domain.unregistered', { domain });
    if (mx.problem !== 'no-data') return verdict('domain.failed', { domain });
    if (direct?.kind !== 'found') return verdict('domain.no-mx', { domain });
    // RFC 5321 §5.1: without MX its own address is its mail server.
    record.note(`${domain}: ${direct.records.join(', ')}`);
  }
  for (const { host, preference } of mx.kind === 'found' ? mx.records : []) {
    const addresses = await resolver.addresses(host);
    record.note(`MX ${preference} ${host}: ${addresses.kind === 'found' ? addresses.records.join(', ') : addresses.problem}`, addresses.kind === 'found' ? 'info' : 'warning');
  }
  const greeting = helo === '' ? domain : helo;
  const own = greeting.startsWith('[') ? null : await resolver.addresses(greeting);
  if (own?.kind === 'none') {
    record.note(`HELO domain ${greeting}: ${own.problem}`, 'warning');
    return verdict('domain.helo', { domain, helo: greeting });
  }
  return verdict('domain.ok', { domain, hosts: mx.kind === 'found' ? mx.records.map(({ host }) => host).join(', ') : domain });
}
