// What this computer is and has: which ends of connections are its own servers (mail sent there would go round in circles), which
// address families it can send over, which addresses cannot be called at all. Pure. Used where lists of addresses to try are made.
import type { Settings } from '../../contract/settings.ts';
import { formatIp, isInNetworks, parseIp, parseNetwork, type Network } from '../../protocol/ip.ts';
import type { Directory } from '../../store/store.ts';
import type { PlanContext } from './route-plan.ts';

const networks = (list: readonly string[]): readonly Network[] => list.map(parseNetwork).filter((network) => network !== null);
const loopback = networks(['127.0.0.0/8', '::1/128']);
/** This network, multicast, broadcast, link-local without a zone: a careless or hostile MX may name them. */
const nowhere = networks(['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8', 'fe80::/10']);

export function isLoopback(address: string): boolean {
  return isInNetworks(address, loopback);
}

export function canBeCalled(address: string): boolean {
  return parseIp(address) !== null && !isInNetworks(address, nowhere);
}

/** One spelling for one address. */
export function normalAddress(address: string): string {
  const ip = parseIp(address);
  return ip === null ? address : formatIp(ip);
}

export function familyOf(address: string): 4 | 6 {
  return parseIp(address)?.version ?? 4;
}

export function isAddressHere(address: string, localAddresses: readonly string[]): boolean {
  return isLoopback(address) || localAddresses.some((own) => normalAddress(own) === address);
}

/** Whether a server of ours listens there, as host/ opens them. */
export function isOwnEnd(address: string, port: number, { settings, directory, localAddresses }: Pick<PlanContext, 'settings' | 'directory' | 'localAddresses'>): boolean {
  if (!ownPorts(settings).includes(port)) return false;
  const bound = boundAddresses(settings, directory);
  return bound === null ? isAddressHere(address, localAddresses) : bound.includes(address);
}

/** The families that can be sent over. One is left out only if there is the other: with neither the line is down, and the call says so. */
export function families(localAddresses: readonly string[]): { readonly has4: boolean; readonly has6: boolean } {
  const outside = localAddresses.filter((address) => !isLoopback(address) && canBeCalled(address)).map(familyOf);
  const none = outside.length === 0;
  return { has4: none || outside.includes(4), has6: none || outside.includes(6) };
}

function ownPorts(settings: Settings): readonly number[] {
  return (['smtp', 'submission', 'smtps'] as const).filter((name) => settings[`servers.${name}`]).map((name) => settings[`ports.${name}`]);
}

/** Null: every address of this computer. */
function boundAddresses(settings: Settings, directory: Directory): readonly string[] | null {
  if (!settings['domain.bindToIp'] || settings['domain.ip'] === '') return null;
  return [settings['domain.ip'], ...[...directory.domains.values()].map(({ ip }) => ip)].filter((ip) => ip !== '').map(normalAddress);
}
