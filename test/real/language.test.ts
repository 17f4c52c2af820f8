// A server without a display speaks the language that its environment asks for, until one is chosen in the settings.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build } from '../../scripts/build.ts';
import { choosePorts, freshData, removeData, startMerpati } from '../helpers/merpati.ts';

let data = '';
beforeAll(async () => {
  await build({ quiet: true });
  data = await freshData();
}, 120_000);
afterAll(async () => { await removeData(data); });

test.each([[{ LANG: 'id_ID.UTF-8', LC_ALL: '' }, 'id'], [{ LANG: 'id_ID.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'en']])('started with %j', async (environment, expected) => {
  for (const [name, value] of Object.entries({ LC_MESSAGES: '', ...environment })) vi.stubEnv(name, value);
  try {
    const server = await startMerpati(data, await choosePorts(data));
    try {
      expect(await server.call('system.info')).toMatchObject({ defaultLanguage: expected });
    } finally {
      await server.stop();
    }
  } finally {
    vi.unstubAllEnvs();
  }
});
