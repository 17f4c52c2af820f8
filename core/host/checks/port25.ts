// Does this line let mail out? Many providers block port 25: then only a smart host on another port works, and it is better to
// know before the first message waits for days. Connects to the mail servers of a domain that everybody can reach, and leaves.
import type { Resolver, SmtpClient, SmtpTimeouts, TranscriptRecord } from '../../mail/outbound/ports.ts';
import { verdict, type Verdict } from './report.ts';

export interface Port25Check {
  readonly resolver: Pick<Resolver, 'mx' | 'addresses'>;
  readonly client: Pick<SmtpClient, 'connect'>;
  readonly timeouts: SmtpTimeouts;
  /** A domain whose MX is tried, or a host when `isHost`. */
  readonly target: string;
  readonly isHost: boolean;
  readonly port: number;
  readonly sourceAddress: string;
  readonly helo: string;
}

const mostHosts = 2;

export async function checkPort25(check: Port25Check, record: TranscriptRecord, signal: AbortSignal): Promise<Verdict> {
  const hosts = check.isHost ? [check.target] : await mailServers(check, record);
  if (hosts.length === 0) return verdict('port25.dns', { name: check.target });
  let outside = false;
  for (const host of hosts) {
    const answer = await check.resolver.addresses(host);
    if (answer.kind === 'none') {
      record.note(`${host}: ${answer.problem}`, 'warning');
      continue;
    }
    for (const address of answer.records.slice(0, mostHosts)) {
      const connected = await check.client.connect({ host, address, port: check.port, tls: 'opportunistic', verify: false, logon: null, sourceAddress: check.sourceAddress, helo: check.helo }, check.timeouts, record, signal);
      if (connected.kind === 'connected') {
        await connected.session.quit();
        return verdict('port25.ok', { host });
      }
      record.note(connected.failure.text, 'warning');
      // A server that answers and then refuses us is proof enough that the port is open.
      if (connected.failure.stage !== 'connect') return verdict('port25.ok', { host });
      if (!connected.failure.local) outside = true;
    }
  }
  return outside ? verdict('port25.blocked', { hosts: hosts.join(', ') }) : verdict('port25.no-line');
}

async function mailServers({ resolver, target }: Port25Check, record: TranscriptRecord): Promise<readonly string[]> {
  const answer = await resolver.mx(target);
  if (answer.kind === 'none') {
    record.note(`${target}: ${answer.problem}`, 'error');
    return [];
  }
  return answer.records.map(({ host }) => host).filter((host) => host !== '').slice(0, mostHosts);
}
