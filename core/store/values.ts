// Small values of the engine itself, by name. Secret ones are sealed with the machine key under their own name.
import { sentence } from '../contract/sentences.ts';
import type { Committer } from './committer.ts';
import type { MachineKey } from './machine-key.ts';
import type { Db, Log } from './sqlite.ts';
import type { Store } from './store.ts';

export function makeValues(parts: { readonly db: Db; readonly committer: Committer; readonly key: MachineKey; readonly log: Log }): Store['values'] {
  const { db, committer, key, log } = parts;
  const select = db.prepare<[string], { secret: number; value: Buffer }>('SELECT secret, value FROM engine_values WHERE name = ?');
  const upsert = db.prepare<[string, number, Buffer]>(`
    INSERT INTO engine_values (name, secret, value) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET secret = excluded.secret, value = excluded.value`);
  const sealedName = (name: string): string => `value:${name}`;
  return {
    read(name): string | null {
      const row = select.get(name);
      if (row === undefined) return null;
      if (row.secret === 0) return row.value.toString('utf8');
      const text = key.open(sealedName(name), row.value);
      if (text === null) log('error', sentence('say.store.secret-value', { name }));
      return text;
    },
    async save(name, value, options = {}): Promise<void> {
      const secret = options.secret ?? false;
      const bytes = secret ? key.seal(sealedName(name), value) : Buffer.from(value, 'utf8');
      await committer.run(() => upsert.run(name, secret ? 1 : 0, bytes), { weight: bytes.length });
    },
  };
}
