// The screens of Internet mail, light and dark, English and Indonesian: axe finds nothing serious, access keys are unique, and a picture
// is kept in out/screenshots. Mail goes to a smart host on this computer that takes none of it; DNS is asked where nobody answers.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands, type CommandId } from '../../core/contract/commands.ts';
import enCommands from '../../core/contract/locales/en/commands.json' with { type: 'json' };
import idCommands from '../../core/contract/locales/id/commands.json' with { type: 'json' };
import { plainLabel } from '../../renderer/ui/label.ts';
import { run } from '../helpers/run.ts';
import { choose, gone, openConsole, setUp, until, type ConsoleUnderTest } from './helpers/console.ts';
import { accessLettersOf, findingsOf } from './helpers/looks.ts';

/** Says no for now, for a reason of its own to each recipient. */
const answers: readonly (readonly [RegExp, string])[] = [
  [/@penuh/, '452 4.2.2 The email account that you tried to reach is over quota'], [/@tolak/, '451 4.7.1 Greylisted, please try again in 300 seconds'], [/^RCPT/i, '450 4.3.2 System not accepting network messages'],
  [/^DATA/i, '503 5.5.1 no valid recipients'], [/^QUIT/i, '221 bye'],
];
const provider = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write('220 smtp.penyedia.example ESMTP\r\n');
  socket.on('data', (data) => {
    for (const line of data.toString('latin1').split('\r\n').slice(0, -1)) socket.write(`${answers.find(([command]) => command.test(line))?.[1] ?? '250 ok'}\r\n`);
  });
});
let under: ConsoleUnderTest;
const page = () => under.page;
const shown = () => page().getByRole('dialog');

async function look(name: string): Promise<void> {
  await under.picture(name);
  expect(await findingsOf(page())).toEqual([]);
  if (await shown().count() === 0) return;
  const letters = await accessLettersOf(page());
  expect(letters.filter((letter, at) => letters.indexOf(letter) !== at)).toEqual([]);
}

async function close(): Promise<void> {
  await shown().locator('.caption .close').click();
  await gone(shown());
}

beforeAll(async () => {
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = provider.address() as AddressInfo;
  under = await openConsole({ settings: [...setUp, `delivery.smartHost=127.0.0.1:${port}`, 'delivery.mode=smart-host', 'delivery.smartHostTls=none', 'dns.useSystem=false', 'dns.primary=127.0.0.9', 'dns.useHostsFile=false', 'dns.retries=0', 'timers.mxSeconds=1', 'timers.aSeconds=1', 'queues.frozenRetry=true'] });
  const { client } = under;
  const [primary] = await client.domains.list({});
  await client.accounts.add({ domainId: primary!.id, mailbox: 'dina', fullName: 'Dina Marlina', password: 'rahasia-9' });
  const send = (to: string, subject: string) => run('swaks', [
    '--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'pc-dina', '--auth', 'LOGIN', '--auth-user', 'dina@majuterus.com', '--auth-password', 'rahasia-9',
    '--from', 'dina@majuterus.com', '--to', to, '--h-Subject', subject,
  ]);
  await send('budi@penuh.example,siti@penuh.example', 'Penawaran harga semen untuk bulan depan');
  await send('ani@tolak.example', 'Undangan rapat');
  await send('citra@tiada.example', 'Laporan mingguan');
  await send('eko@tahan.example', 'Jangan dikirim dulu');
  await client.queues.process({});
  const waiting = async () => (await Promise.all((['remote', 'retry'] as const).map(async (queue) => (await client.queues.messages({ queue })).items))).flat();
  await until(async () => (await waiting()).every(({ attempts }) => attempts > 0), 'each was tried');
  await client.queues.hold({ ids: (await waiting()).filter(({ destination }) => destination === 'tahan.example').map(({ id }) => id) });
  await run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'spammer', '--from', 'x@luar.example', '--to', 'y@luar.example']);
}, 120_000);
afterAll(async () => {
  await under.close();
  provider.close();
});

describe.each([
  ['light', 'en', enCommands], ['dark', 'en', enCommands], ['light', 'id', idCommands], ['dark', 'id', idCommands],
] as const)('%s, %s', (theme, language, labels) => {
  const name = (part: string) => `${language}-${theme}-internet-${part}`;
  const texts: Readonly<Record<string, string>> = labels;
  const open = async (id: CommandId) => {
    const command = commands.find((one) => one.id === id);
    await choose(page(), plainLabel(texts[`menu.${command?.menu ?? ''}`]!), plainLabel(texts[`command.${id}`]!));
    await shown().waitFor();
  };

  beforeAll(async () => {
    const { revision } = await under.client.settings.get({});
    await under.client.settings.set({ revision, changes: { 'console.theme': theme, 'console.language': language, 'delivery.mode': 'smart-host' } });
    await page().locator(`html[data-theme="${theme}"][lang="${language}"]`).waitFor();
    await page().getByRole('menubar').getByRole('menuitem', { name: plainLabel(texts['menu.queues']!), exact: true }).waitFor();
    await choose(page(), plainLabel(texts['menu.queues']!), plainLabel(texts['command.queues.view']!));
  });

  test('each queue, and what can be done with a message', async () => {
    const choices = page().locator('.queue-tab');
    for (let index = 0; index < await choices.count(); index += 1) {
      await choices.nth(index).click();
      await under.picture(name(`queue-${index + 1}`));
      expect(await findingsOf(page())).toEqual([]);
    }
    await choices.first().click();
    await page().getByRole('row', { name: /ani@tolak/ }).waitFor();
    await page().getByRole('row', { name: /ani@tolak/ }).click({ button: 'right' });
    await page().getByRole('menu').waitFor();
    await look(name('queue-menu'));
    await page().keyboard.press('Escape');
  });

  test('the window of a message with each of its pages', async () => {
    await page().getByRole('row', { name: /budi@penuh/ }).dblclick();
    const tabs = shown().getByRole('tab');
    await tabs.first().waitFor();
    for (let index = 0; index < await tabs.count(); index += 1) {
      await tabs.nth(index).click();
      if (index === 1) await shown().locator('.happening').first().waitFor();
      await look(name(`message-${index + 1}`));
    }
    await close();
  });

  test('Trace', async () => {
    await open('queues.trace');
    await shown().getByRole('row', { name: /x@luar/ }).first().click();
    await shown().locator('.happening').first().waitFor();
    await look(name('trace-refused'));
    await shown().getByRole('searchbox').fill('semen');
    await shown().locator('.happening').nth(2).waitFor();
    await look(name('trace'));
    await close();
  });

  test('Explain this route', async () => {
    await open('queues.explain');
    await look(name('explain-empty'));
    await shown().getByRole('textbox').first().fill('dina@majuterus.com, jauh@contoh.example');
    await page().keyboard.press('Enter');
    await shown().locator('.outcome').nth(1).waitFor();
    await look(name('explain'));
    await close();
  });

  test('the guide\'s way to the Internet', async () => {
    await open('help.guide');
    await look(name('guide-offer'));
    await shown().locator('.offer .button').click();
    const next = shown().locator('.footer .button.primary');
    await shown().locator('.what-was-said, .verdict').first().waitFor();
    await look(name('guide-line-running'));
    await until(async () => await shown().locator('.verdict:not([data-tone="running"])').count() === 3, 'the three tests are done', 60_000);
    await look(name('guide-line'));
    await next.click();
    await shown().locator('.radios').waitFor();
    await look(name('guide-way'));
    await shown().locator('.radios input').last().check({ force: true });
    await look(name('guide-way-direct'));
    await next.click();
    await shown().locator('.summary-next').waitFor();
    await look(name('guide-summary'));
    await next.click();
    await gone(shown());
    expect((await under.client.settings.get({})).values['delivery.mode']).toBe('direct');
  }, 90_000);
});
