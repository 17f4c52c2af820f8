// Who we are on the way out: the address that mail of a domain is sent from (Domain IP) and the name it greets with (HELO domain).
import type { RouteStepRecord } from '../../contract/records.ts';
import { parseMailbox } from '../../protocol/address.ts';
import { findDomain } from '../local-address.ts';
import type { PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export interface Identity {
  /** '' = the system chooses. */
  readonly sourceAddress: string;
  readonly helo: string;
}

/** By the domain of the sender: a secondary domain has its own address and name; reports and foreign senders go out as the primary one. */
export function identityOf(reversePath: string, { settings, directory, localAddresses }: Pick<PlanContext, 'settings' | 'directory' | 'localAddresses'>, steps: RouteStepRecord[]): Identity {
  const sender = reversePath === '' ? null : parseMailbox(reversePath);
  const found = sender === null ? null : findDomain(directory, sender.domain, '');
  const domain = found?.kind === 'local' ? found.domain : directory.primary;
  const isPrimary = domain === null || domain.isPrimary;
  const primaryHelo = settings['domain.helo'] || settings['domain.name'] || 'localhost';
  const helo = isPrimary ? primaryHelo : domain.name;
  const ip = (isPrimary ? settings['domain.ip'] : domain.ip) || settings['domain.ip'];
  const isHere = ip !== '' && (localAddresses.includes(ip) || ip.startsWith('127.'));
  if (ip !== '') steps.push(isHere ? step('source', { address: ip }) : step('source-missing', { address: ip }, 'warning'));
  steps.push(step('helo', { helo }));
  return { sourceAddress: isHere ? ip : '', helo };
}
