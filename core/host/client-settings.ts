// What a person types into a mail client, as this server is configured right now.
import { hostname } from 'node:os';
import type { Account, ClientSettings, ServerState } from '../contract/records.ts';
import type { Settings } from '../contract/settings.ts';
import { localAddresses } from './local-addresses.ts';

/**
 * Hosts in the order of preference: the Domain IP or LAN addresses work without any DNS; the computer's name where the LAN resolves it.
 * @param logon the user name to type
 */
export function clientSettingsFor(account: Account, settings: Settings, servers: readonly ServerState[], logon: string): ClientSettings {
  const isOn = (name: ServerState['name']): boolean => servers.some((one) => one.name === name && one.enabled);
  const port = (name: ServerState['name']): number => settings[`ports.${name}`];
  const own = settings['domain.ip'] === '' ? localAddresses().filter((address) => !/^(127\.|::1$)/.test(address)) : [settings['domain.ip']];
  return {
    accountId: account.id, fullName: account.fullName, address: account.address,
    logon,
    hosts: [...own, hostname()],
    incoming: [
      ...(isOn('pop3s') ? [{ protocol: 'POP3' as const, port: port('pop3s'), security: 'TLS' as const }] : []),
      ...(isOn('pop3') ? [{ protocol: 'POP3' as const, port: port('pop3'), security: 'STARTTLS' as const }, { protocol: 'POP3' as const, port: port('pop3'), security: 'none' as const }] : []),
    ],
    outgoing: [
      ...(isOn('smtps') ? [{ protocol: 'SMTP' as const, port: port('smtps'), security: 'TLS' as const, logon: true }] : []),
      ...(isOn('submission') ? [{ protocol: 'SMTP' as const, port: port('submission'), security: 'STARTTLS' as const, logon: true }] : []),
      ...(isOn('smtp') ? [{ protocol: 'SMTP' as const, port: port('smtp'), security: 'none' as const, logon: true }] : []),
    ],
  };
}
