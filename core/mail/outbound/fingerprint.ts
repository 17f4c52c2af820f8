// What routing depends on, as one text: when it changes, plans are made anew and waiting mail is tried again at once. Kept in memory only.
import { createHash } from 'node:crypto';
import { settingNames } from '../../contract/settings.ts';
import type { PlanContext } from './route-plan.ts';

const routing = /^(delivery|dns|domain)\.|^ports\.(smtpOut|dns|smtp|submission|smtps)$/;
const names = settingNames.filter((name) => routing.test(name));

export function fingerprintOf({ settings, smartHosts, directory, smartHostPassword, secret }: PlanContext): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([
    names.map((name) => settings[name]),
    smartHosts, smartHosts.map(({ id }) => smartHostPassword(id)),
    secret('delivery.smartHostPassword'), secret('delivery.popPassword'),
    [...directory.domains.values()].map(({ name, ip, isPrimary }) => [name, ip, isPrimary]),
  ]));
  return hash.digest('hex');
}
