// What routing and sender checks rest on: the settings and the directory of this moment, with the address lists compiled.
// Built by create-mail.ts for each decision; the lists are compiled anew only when they have changed.
import { isInNetworks, parseNetwork } from '../protocol/ip.ts';
import type { Network } from '../protocol/ip.ts';
import type { Settings } from '../contract/settings.ts';
import type { Directory } from '../store/store.ts';

export interface Policy {
  readonly settings: Settings;
  readonly directory: Directory;
  isLan(address: string): boolean;
  isRelayAddress(address: string): boolean;
}

/** Returns a function that gives the policy of now. */
export function policySource(settings: () => Settings, directory: () => Directory): () => Policy {
  let last: Policy | null = null;
  return () => {
    const current = settings();
    const book = directory();
    if (last?.settings !== current || last.directory !== book) last = createPolicy(current, book);
    return last;
  };
}

export function createPolicy(settings: Settings, directory: Directory): Policy {
  const lan = compile(settings['security.lanAddresses']);
  const relay = compile(settings['security.relayAddresses']);
  return {
    settings,
    directory,
    isLan: (address) => isInNetworks(address, lan),
    isRelayAddress: (address) => isInNetworks(address, relay),
  };
}

function compile(list: readonly string[]): readonly Network[] {
  return list.map(parseNetwork).filter((network) => network !== null);
}
