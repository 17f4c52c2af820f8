// Who we are to the servers that we call: the address that we send from (Domain IP of the sender's domain) and the name in our greeting.
// A secondary domain with an address of its own greets with its own name; all else is the primary domain's. RFC 5321 §4.1.1.1.
import type { Domain, RouteStepRecord } from '../../contract/records.ts';
import { parseMailbox } from '../../protocol/address.ts';
import { asciiDomain } from '../../protocol/domain-name.ts';
import { findDomain } from '../local-address.ts';
import { familyOf, isAddressHere, isLoopback, normalAddress } from './own-ends.ts';
import type { PlanContext } from './route-plan.ts';
import { step } from './steps.ts';

export interface Identity {
  /** An address of this computer; '' = the system chooses. */
  readonly sourceAddress: string;
  readonly helo: string;
}

type Context = Pick<PlanContext, 'settings' | 'directory' | 'localAddresses'>;

export function identityOf(reversePath: string, context: Context, steps: RouteStepRecord[]): Identity {
  const own = ownDomain(reversePath, context);
  const helo = own === null ? primaryHelo(context) : asciiDomain(own.name);
  const sourceAddress = usableSource(own === null ? context.settings['domain.ip'] : own.ip, context, steps);
  steps.push(step('helo', { helo }));
  return { sourceAddress, helo };
}

/** What this server calls itself by its settings. */
export function primaryHelo({ settings, directory }: Pick<Context, 'settings' | 'directory'>): string {
  const name = settings['domain.helo'] || (directory.primary?.name ?? '') || 'localhost';
  return name.startsWith('[') ? name : asciiDomain(name);
}

/** A secondary domain that has an address of its own. */
export function ownDomain(reversePath: string, { directory }: Pick<Context, 'directory'>): Domain | null {
  const mailbox = parseMailbox(reversePath);
  const found = mailbox === null ? null : findDomain(directory, mailbox.domain, '');
  return found?.kind === 'local' && !found.domain.isPrimary && found.domain.ip !== '' ? found.domain : null;
}

/** The address to send from to this one: of the same family, and loopback only to loopback. '' = the system chooses. */
export function sourceFor(target: string, { sourceAddress }: Identity): string {
  const fits = sourceAddress !== '' && familyOf(sourceAddress) === familyOf(target) && isLoopback(sourceAddress) === isLoopback(target);
  return fits ? sourceAddress : '';
}

function usableSource(wanted: string, { localAddresses }: Context, steps: RouteStepRecord[]): string {
  const address = normalAddress(wanted);
  if (wanted === '') steps.push(step('source-system'));
  else if (isAddressHere(address, localAddresses)) steps.push(step('source', { address }));
  else steps.push(step('source-not-here', { address }, 'warning'));
  return wanted !== '' && isAddressHere(address, localAddresses) ? address : '';
}
