// What a save of settings answers when something does not work with it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSettingsSaver, type SaverOptions } from '../../../core/host/save-settings.ts';
import { createLog } from '../../../core/host/log/log.ts';
import { Servers } from '../../../core/host/servers.ts';
import { actor, open, tempFolder } from '../store/fixture.ts';

async function saver(options: Partial<SaverOptions>) {
  const store = await open();
  const logs = tempFolder();
  const log = createLog({ directory: () => logs, keepDays: () => 30, now: Date.now });
  const servers = new Servers({
    make: () => ({ listen: () => Promise.resolve([]), stopListening: () => undefined, close: () => Promise.resolve() }),
    settings: () => store.settings.read().values, directory: () => store.directory(), sessionsOf: () => 0, log, onChange: () => undefined,
  });
  const save = createSettingsSaver({ store, servers, log, namesChanged: () => Promise.resolve(), listening: true, ...options });
  return { store, log, save: (changes: Parameters<typeof save>[0]) => save(changes, store.settings.read().revision, actor) };
}

test('a save stands though no certificate can be made for the new names, and says so', async () => {
  const { store, log, save } = await saver({ namesChanged: () => Promise.reject(new Error('The disk is full.')) });
  const { warnings } = await save({ 'domain.name': 'kantor.lan' });
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([['certificate.behind', 'The certificate could not be made for the new names: The disk is full.']]);
  expect(store.settings.read().values['domain.name']).toBe('kantor.lan');
  expect(log.ring.since(0, null, 10).map(({ level }) => level)).toContain('error');
  await log.close();
});

test.runIf(process.platform === 'linux')('a folder for log files that cannot be written is saved with a warning, one that can without', async () => {
  const { store, log, save } = await saver({});
  const { warnings } = await save({ 'directories.logs': '/proc/merpati' });
  expect(warnings).toMatchObject([{ field: 'directories.logs', code: 'logs.not-writable', params: { directory: '/proc/merpati', otherwise: join(store.dataDirectory, 'Logs') } }]);
  expect(store.settings.read().values['directories.logs']).toBe('/proc/merpati');
  expect((await save({ 'directories.logs': 'My logs' })).warnings).toEqual([]);
  await log.close();
});
