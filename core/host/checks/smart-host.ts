// Test of a smart host, with what is typed in the dialog: look it up, connect, encrypt, log on, and ask whether it would take
// a message. The client is the one that sends mail, so what works here works there.
import type { ConnectFailure, HopAddress, PopCheck, Resolver, SendResult, SmtpClient, SmtpTimeouts, TranscriptRecord } from '../../mail/outbound/ports.ts';
import { verdict, type Verdict } from './report.ts';

export interface SmartHostCheck {
  readonly resolver: Pick<Resolver, 'addresses'>;
  readonly client: SmtpClient;
  readonly timeouts: SmtpTimeouts;
  /** Host '' = none is entered. `address` is filled in here. */
  readonly hop: Omit<HopAddress, 'address'>;
  readonly pop: PopCheck | null;
  /** '' = do not ask. */
  readonly from: string;
  readonly to: string;
}

export async function checkSmartHost(check: SmartHostCheck, record: TranscriptRecord, signal: AbortSignal): Promise<Verdict> {
  const { hop, client, timeouts } = check;
  if (hop.host === '') return verdict('smart-host.missing');
  const found = await lookUp(hop.host, check.resolver, record);
  if (found === null) return verdict('smart-host.dns', { host: hop.host });
  if (check.pop !== null) {
    const { pop } = check;
    const addresses = pop.host === hop.host ? found : await lookUp(pop.host, check.resolver, record);
    if (addresses === null) return verdict('smart-host.dns', { host: pop.host });
    const failure = await client.popCheck(pop, addresses, timeouts, record, signal);
    if (failure !== null) return verdict('smart-host.pop', { host: pop.host, cause: failure.reply?.text ?? failure.text });
  }
  let last: ConnectFailure | null = null;
  for (const address of found) {
    const connected = await client.connect({ ...hop, address }, timeouts, record, signal);
    if (connected.kind === 'failed') {
      last = connected.failure;
      record.note(last.text, 'warning');
      // A server that has answered is there: its other addresses would say the same.
      if (last.stage !== 'connect') break;
      continue;
    }
    const { session } = connected;
    try {
      if (check.from === '') return verdict('smart-host.ok', { host: hop.host });
      return answered(await session.probe(check.from, check.to === '' ? check.from : check.to), check);
    } finally {
      await session.quit();
    }
  }
  return last === null ? verdict('smart-host.dns', { host: hop.host }) : failed(last, check);
}

/** Null: there is none. */
async function lookUp(host: string, resolver: Pick<Resolver, 'addresses'>, record: TranscriptRecord): Promise<readonly string[] | null> {
  const answer = await resolver.addresses(host);
  for (const { server, problem, ms } of answer.tries) record.note(`DNS server ${server}: ${problem} (${ms} ms)`, 'warning');
  if (answer.kind === 'none') {
    record.note(`${host}: ${answer.problem}`, 'error');
    return null;
  }
  if (answer.source.kind !== 'literal') record.note(`${host} is ${answer.records.join(', ')} (${answer.source.kind}${answer.source.server === '' ? '' : ` ${answer.source.server}`}, ${answer.source.ms} ms)`);
  return answer.records;
}

function failed(failure: ConnectFailure, { hop }: SmartHostCheck): Verdict {
  const params = { host: hop.host, port: hop.port, cause: failure.cause, said: failure.reply?.text ?? failure.text };
  switch (failure.stage) {
    case 'connect':
      if (failure.cause === 'EADDRNOTAVAIL' && hop.sourceAddress !== '') return verdict('smart-host.source', params);
      if (failure.cause === 'ECONNREFUSED') return verdict('smart-host.refused', params);
      return verdict(failure.cause === 'ETIMEDOUT' ? 'smart-host.timeout' : 'smart-host.unreachable', params);
    case 'greeting': case 'ehlo': return verdict('smart-host.greeting', params);
    case 'tls': return verdict(failure.cause === 'not-offered' ? 'smart-host.no-tls' : 'smart-host.tls', params);
    case 'logon': return verdict(failure.cause === 'not-offered' ? 'smart-host.no-auth' : 'smart-host.logon', params);
    case 'pop': return verdict('smart-host.pop', params);
  }
}

function answered(result: SendResult, { hop, from, to }: SmartHostCheck): Verdict {
  const params = { host: hop.host, from, to: to === '' ? from : to };
  if (result.kind !== 'answered') return verdict('smart-host.broken', { ...params, cause: result.kind === 'broken' ? result.text : '' });
  const said = (reply: { code: number; text: string }): Verdict['params'] => ({ ...params, said: `${reply.code} ${reply.text}` });
  if (result.mail.code >= 400) return verdict(result.mail.code === 530 ? 'smart-host.needs-logon' : 'smart-host.sender', said(result.mail));
  const rcpt = result.recipients[0] ?? null;
  if (rcpt !== null && rcpt.code >= 400) return verdict(rcpt.code === 530 ? 'smart-host.needs-logon' : 'smart-host.recipient', said(rcpt));
  return verdict('smart-host.ok-recipient', params);
}
