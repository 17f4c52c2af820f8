// Every screen, light and dark, English and Indonesian: axe finds nothing serious, access keys are unique, and a picture is kept
// in out/screenshots for whoever wants to look.
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { commands, type CommandId } from '../../core/contract/commands.ts';
import { plainLabel } from '../../renderer/ui/label.ts';
import enCommands from '../../core/contract/locales/en/commands.json' with { type: 'json' };
import idCommands from '../../core/contract/locales/id/commands.json' with { type: 'json' };
import { choose, dialog, gone, openConsole, question, setUp, type ConsoleUnderTest } from './helpers/console.ts';
import { accessLettersOf, findingsOf } from './helpers/looks.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const sockets: ReturnType<typeof connect>[] = [];

const findings = () => findingsOf(page());
const accessLetters = () => accessLettersOf(page());

beforeAll(async () => {
  under = await openConsole({ settings: [...setUp, 'domain.ip=127.0.0.1', 'queues.frozenRemote=true'] });
  const { client } = under;
  const [primary] = await client.domains.list({});
  const sales = await client.domains.add({ name: 'sales.majuterus.com', ip: '127.0.0.2' });
  for (const [fullName, mailbox] of [['Dina Marlina', 'dina'], ['Budi Santoso', 'budi'], ['Ani Wijaya', 'ani'], ['Citra Lestari', 'citra'], ['Eko Prasetyo', 'eko']] as const) {
    await client.accounts.add({ domainId: primary!.id, fullName, mailbox, password: 'rahasia-9' });
  }
  await client.accounts.add({ domainId: sales.id, fullName: 'Kurnia Kumalawati', mailbox: 'KKumalawati', password: 'rahasia-9', notes: 'Bagian penjualan' });
  await client.aliases.add({ alias: 'info', target: 'dina@majuterus.com' });
  const send = (...args: string[]) => run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'pc-dina', ...args]);
  await send('--from', 'dina@majuterus.com', '--to', 'kkumalawati@sales.majuterus.com,budi@majuterus.com', '--h-Subject', 'Rapat besok');
  await send('--from', 'dina@majuterus.com', '--to', 'nobody@majuterus.com');
  await send('--auth', 'LOGIN', '--auth-user', 'dina@majuterus.com', '--auth-password', 'rahasia-9', '--from', 'dina@majuterus.com', '--to', 'budi@contoh.example', '--h-Subject', 'Penawaran harga');
  // Somebody who is connected while the pictures are taken.
  const socket = connect(under.server.ports.pop3, '127.0.0.1');
  await once(socket, 'data');
  socket.write('CAPA\r\n');
  sockets.push(socket);
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await under.close();
});

const dialogs: readonly (readonly [CommandId, string])[] = [
  ['setup.primaryDomain', 'primary-domain'], ['setup.secondaryDomains', 'secondary-domains'], ['setup.smartHosts', 'smart-hosts'], ['setup.checkInternet', 'check-internet'], ['setup.security', 'security'], ['setup.certificate', 'certificate'], ['setup.preferences', 'preferences'],
  ['setup.history', 'history'], ['accounts.manager', 'account-manager'], ['accounts.new', 'account-editor'], ['accounts.aliases', 'aliases'], ['help.guide', 'guide'], ['help.clientSettings', 'client-settings'],
  ['help.shortcuts', 'shortcuts'], ['help.about', 'about'],
];

describe.each([
  ['light', 'en', enCommands], ['dark', 'en', enCommands], ['light', 'id', idCommands],
] as const)('%s, %s', (theme, language, labels) => {
  const name = (part: string) => `${language}-${theme}-${part}`;
  const texts: Readonly<Record<string, string>> = labels;
  const open = async (id: CommandId) => {
    const command = commands.find((one) => one.id === id);
    await choose(page(), plainLabel(texts[`menu.${command?.menu ?? ''}`]!), plainLabel(texts[`command.${id}`]!));
    await page().getByRole('dialog').waitFor();
  };

  beforeAll(async () => {
    const { revision } = await under.client.settings.get({});
    await under.client.settings.set({ revision, changes: { 'console.theme': theme, 'console.language': language } });
    await page().locator(`html[data-theme="${theme}"][lang="${language}"]`).waitFor();
    await page().getByRole('menubar').getByRole('menuitem', { name: plainLabel(texts['menu.file']!), exact: true }).waitFor();
  });

  test('the main window with each of its tabs', async () => {
    const tabs = page().getByRole('tablist').getByRole('tab');
    for (let index = 0; index < await tabs.count(); index += 1) {
      await tabs.nth(index).click();
      await page().getByRole('tabpanel').waitFor();
      if ([0, 1, 2].includes(index)) await page().locator('.line').first().waitFor();
      await under.picture(name(`main-${index + 1}`));
      expect(await findings()).toEqual([]);
    }
    await tabs.first().click();
  });

  test('a menu', async () => {
    await page().keyboard.press('F10');
    await page().keyboard.press('ArrowRight');
    await page().keyboard.press('ArrowDown');
    await page().getByRole('menu').waitFor();
    await under.picture(name('menu'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
  });

  test.each(dialogs)('the dialog of %s', async (id, picture) => {
    await open(id);
    const shown = page().getByRole('dialog');
    const tabs = shown.getByRole('tab');
    for (let index = 0; index < Math.max(1, await tabs.count()); index += 1) {
      if (await tabs.count() > 0) await tabs.nth(index).click();
      await under.picture(name(await tabs.count() > 1 ? `${picture}-${index + 1}` : picture));
      expect(await findings()).toEqual([]);
      const letters = await accessLetters();
      expect(letters.length).toBeGreaterThanOrEqual(await shown.locator(':not([data-disabled]) > [data-access]:visible').count() > 0 ? 1 : 0);
      expect(letters.filter((letter, at) => letters.indexOf(letter) !== at)).toEqual([]);
    }
    await page().keyboard.press('Escape');
    await gone(shown);
  });

  test('the rest of the guide', async () => {
    await open('help.guide');
    const guide = page().getByRole('dialog');
    const next = () => guide.locator('.button.primary').click();
    await next();
    await guide.locator('[aria-current="step"]').nth(0).waitFor();
    await guide.getByRole('textbox').waitFor();
    await under.picture(name('guide-2'));
    expect(await findings()).toEqual([]);
    await guide.locator('.filter-bar .button').click();
    await guide.locator('textarea').fill('Siti Aminah\nJoko, jo ko\nRina, rina, hujan-pagi-27');
    await under.picture(name('guide-2-list'));
    expect(await findings()).toEqual([]);
    await next();
    await guide.locator('.card-sheet').waitFor();
    await under.picture(name('guide-3'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
    await gone(guide);
  });

  test('an account that is edited, a question, and the help of a tab', async () => {
    await open('accounts.manager');
    await page().getByRole('row', { name: /KKumalawati/ }).click();
    await under.picture(name('account-manager-selected'));
    await page().keyboard.press('Enter');
    const editor = dialog(page(), /^Account Editor/);
    await editor.waitFor();
    await editor.getByRole('tab').nth(1).click();
    await under.picture(name('account-editor-mailbox'));
    expect(await findings()).toEqual([]);
    await editor.locator('.footer .button').last().click();
    await page().locator('.help-list').waitFor();
    await under.picture(name('help'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
    await gone(page().locator('.help-list'));
    await page().keyboard.press('Escape');
    await gone(editor);
    // The focus comes back to the list a frame after the editor has gone.
    await page().locator('[role="grid"]:focus').waitFor();
    await page().keyboard.press('Delete');
    await question(page()).waitFor();
    await under.picture(name('question'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
    await gone(question(page()));
    await page().keyboard.press('Escape');
    await gone(page().getByRole('dialog'));
  });

  test('a session while it lasts, and a queued message', async () => {
    const tabs = page().getByRole('tablist').getByRole('tab');
    await tabs.nth(5).click();
    await page().getByRole('row', { name: /127\.0\.0\.1/ }).dblclick();
    await page().getByRole('dialog').getByText('CAPA').first().waitFor();
    await under.picture(name('transcript'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
    await gone(page().getByRole('dialog'));
    await tabs.nth(6).click();
    await page().getByRole('row', { name: /budi@contoh\.example/ }).dblclick();
    await page().getByRole('dialog').getByRole('tab').nth(2).click();
    await page().getByRole('dialog').getByText('Subject: Penawaran harga').waitFor();
    await page().getByRole('dialog').getByRole('tab').first().click();
    await under.picture(name('queued-message'));
    expect(await findings()).toEqual([]);
    await page().keyboard.press('Escape');
    await gone(page().getByRole('dialog'));
    await tabs.first().click();
  });
});

test('high contrast: the same, in the colours of the system', async () => {
  await page().emulateMedia({ forcedColors: 'active' });
  await under.picture('contrast-main');
  await page().keyboard.press('F2');
  await dialog(page(), 'Primary Domain Configuration').waitFor();
  await under.picture('contrast-primary-domain');
  expect(await findings()).toEqual([]);
  await page().keyboard.press('Escape');
  await page().emulateMedia({ forcedColors: null });
});

test('a small window still shows everything', async () => {
  await page().setViewportSize({ width: 760, height: 520 });
  await under.picture('small-main');
  await page().keyboard.press('F2');
  await dialog(page(), 'Primary Domain Configuration').waitFor();
  await under.picture('small-primary-domain');
  const ok = dialog(page(), 'Primary Domain Configuration').getByRole('button', { name: 'OK' });
  const box = await ok.boundingBox();
  expect(box !== null && box.y + box.height <= 520).toBe(true);
  await page().keyboard.press('Escape');
  await page().setViewportSize({ width: 1180, height: 760 });
});
