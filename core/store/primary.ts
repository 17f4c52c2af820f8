// The primary domain, row 1 of `domains`, as the settings see it: made with the first name, renamed with a later one.
import type { SettingChanges, Settings } from '../contract/settings.ts';
import type { DomainTable } from './domains.ts';
import { StoreError } from './errors.ts';

export const primaryId = 1;

/** Settings that hold addresses, which follow when the domain is renamed. */
const addressSettings = ['postmaster.account', 'archival.addresses'] as const;

export class Primary {
  private readonly domains: DomainTable;
  private readonly settings: () => Settings;
  private readonly changed: () => void;

  /** @param changed told after a commit that names or settings may be different */
  constructor(domains: DomainTable, settings: () => Settings, changed: () => void) {
    this.domains = domains;
    this.settings = settings;
    this.changed = changed;
  }

  /**
   * Inside a transaction: brings row 1 in line with `changes`.
   *
   * @returns further settings that change with them
   * @throws StoreError 'domain.exists', 'domain.is-primary'
   */
  apply(changes: SettingChanges): SettingChanges {
    const present = this.settings();
    const name = changes['domain.name'] ?? present['domain.name'];
    const row = this.domains.get(primaryId);
    if (name === '') {
      if (row === null) return {};
      throw new StoreError('domain.is-primary', 'The primary domain needs a name. Type another one to rename it.', { field: 'domain.name' });
    }
    if (this.domains.idOf(name, primaryId) !== null) {
      throw new StoreError('domain.exists', `${name} is a secondary domain already. Remove it there first, or choose another name.`, { field: 'domain.name', params: { name } });
    }
    const values = { name, ip: changes['domain.ip'] ?? present['domain.ip'], bindToIp: changes['domain.bindToIp'] ?? present['domain.bindToIp'] };
    if (row === null) this.domains.insertPrimary(values);
    else if (row.name !== name || row.ip !== values.ip || row.bindToIp !== values.bindToIp) this.domains.update(primaryId, values);
    return row === null || row.name === name ? {} : this.renamed(row.name, name);
  }

  /** Inside a transaction: settings that hold addresses of a domain which has a new name. */
  renamed(oldName: string, name: string): SettingChanges {
    const changes: SettingChanges = {};
    for (const setting of addressSettings) {
      const value = this.settings()[setting];
      const renamed = value.split(',').map((address) => (address.trim().toLowerCase().endsWith(`@${oldName}`) ? `${address.slice(0, address.lastIndexOf('@'))}@${name}` : address)).join(',');
      if (renamed !== value) changes[setting] = renamed;
    }
    return changes;
  }

  refresh(): void {
    this.domains.refresh();
    this.changed();
  }
}
