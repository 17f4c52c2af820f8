// Settings: what differs from the defaults, with one revision for all. The primary domain stands here (domain.name, .ip, .bindToIp)
// and as domain 1; both change in one transaction. A secret setting is sealed with the machine key under its own name; only secret()
// tells what it is.
import { defaultSettings, secretSettings, settingFields, settingNames } from '../contract/settings.ts';
import type { SettingChanges, SettingName, Settings } from '../contract/settings.ts';
import { sentence, type Words } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import { StoreError } from './errors.ts';
import { differences, secretChange } from './history.ts';
import type { FieldChange, History } from './history.ts';
import type { MachineKey } from './machine-key.ts';
import type { Primary } from './primary.ts';
import type { Db, Log } from './sqlite.ts';
import type { Actor, Store, StoreChange } from './store.ts';

interface Stored { readonly values: Settings; readonly secrets: ReadonlyMap<SettingName, string>; readonly revision: number }

export class SettingsTable {
  private readonly rows;
  private readonly upsert;
  private readonly revision;
  private readonly saveRevision;
  private readonly remove;
  private readonly key: MachineKey;
  private readonly log: Log;
  private stored: Stored;
  /** Secrets that this key does not open, as they stand in the table: said once. */
  private readonly unreadable = new Set<string>();

  constructor(db: Db, key: MachineKey, log: Log) {
    this.key = key;
    this.log = log;
    this.remove = db.prepare<[string]>('DELETE FROM settings WHERE name = ?');
    this.rows = db.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings');
    this.upsert = db.prepare<[string, string]>('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
    this.revision = db.prepare<[], number>("SELECT value FROM facts WHERE name = 'settings.revision'").pluck();
    this.saveRevision = db.prepare<[number]>("INSERT INTO facts (name, value) VALUES ('settings.revision', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    this.stored = this.load();
  }

  read(): Stored {
    return this.stored;
  }

  /** After a commit that wrote settings. */
  refresh(): void {
    this.stored = this.load();
  }

  /** Inside a transaction. @returns the new revision and what is different */
  write(changes: SettingChanges): { readonly revision: number; readonly changes: readonly FieldChange[] } {
    const present = this.load();
    const different: FieldChange[] = [];
    for (const name of settingNames) {
      const value = changes[name];
      if (value === undefined) continue;
      if (isSecret(name)) {
        // Every field declared secret is text.
        if (this.writeSecret(name, value as string, present.secrets.get(name) ?? '')) different.push(secretChange(name, present.secrets.has(name), value !== ''));
        continue;
      }
      const [change] = differences({ [name]: present.values[name] }, { [name]: value });
      if (change === undefined) continue;
      different.push(change);
      this.upsert.run(name, JSON.stringify(value));
    }
    const revision = this.inTransaction() + (different.length > 0 ? 1 : 0);
    this.saveRevision.run(revision);
    return { revision, changes: different };
  }

  /** @returns whether anything is different; what cannot be opened is gone when it is cleared */
  private writeSecret(name: SettingName, text: string, present: string): boolean {
    if (text === '') return this.remove.run(name).changes > 0;
    if (text === present) return false;
    this.upsert.run(name, JSON.stringify(this.key.seal(sealedName(name), text).toString('base64')));
    return true;
  }

  /** Inside a transaction: the revision as it stands now. */
  inTransaction(): number {
    return this.revision.get() ?? 1;
  }

  private open(name: SettingName, stored: string): string | null {
    const text = this.key.open(sealedName(name), Buffer.from(String(JSON.parse(stored)), 'base64'));
    if (text === null && !this.unreadable.has(stored)) {
      this.unreadable.add(stored);
      this.log('error', sentence('say.store.secret-setting', { setting: settingSaid(name) }));
    }
    return text;
  }

  private load(): Stored {
    const values: Record<string, unknown> = { ...defaultSettings };
    const secrets = new Map<SettingName, string>();
    for (const { name, value } of this.rows.all()) {
      if (!isSettingName(name)) continue;
      if (isSecret(name)) {
        const text = this.open(name, value);
        if (text !== null && text !== '') secrets.set(name, text);
        continue;
      }
      const parsed = settingFields[name].safeParse(JSON.parse(value));
      if (parsed.success) values[name] = parsed.data;
      else this.log('warning', sentence('say.store.setting-invalid', { setting: settingSaid(name) }));
    }
    return { values: values as Settings, secrets, revision: this.inTransaction() };
  }
}

const secretNames: ReadonlySet<string> = new Set(secretSettings);
function isSecret(name: SettingName): boolean {
  return secretNames.has(name);
}

function sealedName(name: SettingName): string {
  return `setting:${name}`;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingFields, name);
}

export function makeSettings(parts: {
  readonly table: SettingsTable; readonly committer: Committer; readonly history: History; readonly primary: Primary; readonly emit: (change: StoreChange) => void;
}): Store['settings'] {
  const { table, committer, history, primary, emit } = parts;
  return {
    read(): ReturnType<Store['settings']['read']> {
      const { values, secrets, revision } = table.read();
      return { values, secretsSet: [...secrets.keys()], revision };
    },
    secret: (name) => table.read().secrets.get(name) ?? '',
    async save(changes, revision, actor: Actor): Promise<number> {
      const saved = await committer.run(() => {
        if (table.inTransaction() !== revision) throw new StoreError('conflict', 'Somebody else changed the settings in the meantime. Load them again and repeat the change.');
        const following = primary.apply(changes);
        const written = table.write({ ...following, ...changes });
        if (written.changes.length > 0) history.add(actor, 'change', 'settings', written.changes);
        return written;
      }, {
        committed: () => {
          table.refresh();
          primary.refresh();
        },
      });
      if (saved.changes.length === 0) return saved.revision;
      emit({ topic: 'settings' });
      if (saved.changes.some(({ field }) => field.startsWith('domain.'))) for (const topic of ['domains', 'accounts', 'aliases'] as const) emit({ topic });
      emit({ topic: 'history' });
      return saved.revision;
    },
  };
}

function settingSaid(name: SettingName): Words {
  return { key: `setting.${name}.title`, params: {}, text: name };
}
