// Setting up Internet mail in the console, against the real engine, a Postfix as smart host and a dnsmasq, all on loopback.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SettingChanges } from '../../core/contract/settings.ts';
import { startDnsmasq, type Dnsmasq } from '../helpers/dnsmasq.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { startPostfix, type Postfix } from '../helpers/postfix.ts';
import { choose, dialog, field, gone, openConsole, question, setUp, type ConsoleUnderTest } from './helpers/console.ts';
import { accessLettersOf, findingsOf } from './helpers/looks.ts';

const password = 'rahasia-isp-7';
let under: ConsoleUnderTest;
let dns: Dnsmasq;
let isp: Postfix;
const page = () => under.page;
const primary = () => dialog(page(), 'Primary Domain Configuration');
const panel = () => page().getByRole('dialog', { name: /^Test of|^DNS$|^Outgoing port 25$|^Primary domain$/ });
const verdict = (within: Locator) => within.locator('.verdict');
const host = (within: Locator) => field(within, "ISP or Smart host's IP or domain name");
const passwordOf = (within: Locator) => field(within, 'Password');
const escape = async (shown: Locator) => { await page().keyboard.press('Escape'); await gone(shown); };
const settings = async () => under.client.settings.get({});
const set = async (changes: SettingChanges) => under.client.settings.set({ revision: (await settings()).revision, changes });
const saved = () => primary().getByRole('button', { name: 'Apply', disabled: true }).waitFor();
const open = async () => { await page().keyboard.press('F2'); await primary().waitFor(); };
const looksRight = async () => {
  expect(await findingsOf(page())).toEqual([]);
  const letters = await accessLettersOf(page());
  expect(letters.filter((letter, at) => letters.indexOf(letter) !== at)).toEqual([]);
};

beforeAll(async () => {
  [dns, isp] = await Promise.all([
    startDnsmasq({ records: ['mx-host=majuterus.test,mail.majuterus.test,10', 'host-record=mail.majuterus.test,127.0.0.1', 'host-record=majuterus.test,127.0.0.1', 'mx-host=contoh.test,mx.contoh.test,5', 'host-record=mx.contoh.test,127.0.0.3'] }),
    startPostfix({ users: { 'dina@isp.test': password } }),
  ]);
  under = await openConsole({ settings: [...setUp.slice(1), 'domain.name=majuterus.test', 'dns.primary=127.0.0.1', `ports.dns=${dns.port}`, 'timers.connectSeconds=2'] });
  const [first] = await under.client.domains.list({});
  await under.client.accounts.add({ domainId: first!.id, mailbox: 'dina', fullName: 'Dina Marlina', password: 'rahasia-9' });
}, 120_000);
afterAll(async () => {
  await under.close();
  await Promise.all([dns.stop(), isp.stop()]);
});

describe('the smart host', () => {
  test('typing one lets mail go there; taking it away leaves the way as it was', async () => {
    await open();
    const direct = primary().getByRole('radio', { name: "Send directly to the recipient's mail server" });
    const all = primary().getByRole('radio', { name: 'Send every outbound message to the smart host' });
    expect(await direct.isChecked()).toBe(true);
    expect(await primary().getByRole('checkbox', { name: 'Host requires authentication' }).isDisabled()).toBe(true);
    await host(primary()).fill('mail.bsmdaemon.com');
    expect(await all.isChecked()).toBe(true);
    await host(primary()).fill('');
    expect(await direct.isChecked()).toBe(true);
    await primary().getByText('Send every outbound message to the smart host').click();
    await primary().getByText('This way of sending needs a smart host').waitFor();
    await host(primary()).fill('majuterus.test');
    await primary().getByText('That is this server itself').waitFor();
    await looksRight();
  });

  test('each group can be filled in once it is asked for', async () => {
    for (const name of ['User name', 'Password', 'POP user name', 'POP password']) expect(await field(primary(), name).isDisabled()).toBe(true);
    await primary().getByText('Host requires authentication').click();
    expect(await field(primary(), 'User name').isEnabled()).toBe(true);
    expect(await field(primary(), 'POP user name').isDisabled()).toBe(true);
    await primary().getByText('Host requires a POP check first').click();
    expect(await field(primary(), 'POP user name').isEnabled()).toBe(true);
    await primary().getByText('Host requires a POP check first').click();
  });

  test('a preset fills in host and encryption, and says what to type as password', async () => {
    await primary().getByRole('button', { name: 'Presets' }).focus();
    await page().keyboard.press('Enter');
    await page().getByRole('menu').waitFor();
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Home');
    await page().keyboard.press('Enter');
    await gone(page().getByRole('menu'));
    expect(await host(primary()).inputValue()).toBe('smtp.gmail.com:587');
    await primary().getByRole('button', { name: /STARTTLS required/ }).waitFor();
    await primary().getByText('wants an app password here').waitFor();
  });

  test('Test says what is the matter: nobody listens there', async () => {
    const [nobody] = await freePorts(1);
    await host(primary()).fill(`127.0.0.1:${nobody}`);
    await primary().getByRole('button', { name: /STARTTLS required/ }).click();
    await page().getByRole('option', { name: 'STARTTLS if offered' }).click();
    await primary().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText(`nothing listens on port ${nobody}`).waitFor();
    expect(await verdict(panel()).getAttribute('data-tone')).toBe('bad');
    await looksRight();
    await escape(panel());
  });

  test('Test with a wrong password, then with the right one, unsaved; no password is shown', async () => {
    await host(primary()).fill(`127.0.0.1:${isp.port}`);
    await field(primary(), 'User name').fill('dina@isp.test');
    await passwordOf(primary()).fill('salah-sandi-1');
    await primary().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText('refused the user name or the password').waitFor();
    await panel().getByText(/--> AUTH/).first().waitFor();
    for (const secret of ['salah-sandi-1', Buffer.from('salah-sandi-1').toString('base64'), Buffer.from('\0dina@isp.test\0salah-sandi-1').toString('base64')]) expect(await panel().textContent()).not.toContain(secret);
    await escape(panel());
    await passwordOf(primary()).fill(password);
    await primary().getByRole('button', { name: 'Test...' }).press('Enter');
    await verdict(panel()).getByText('takes mail from this server. Nothing was sent.').waitFor();
    expect(await verdict(panel()).getAttribute('data-tone')).toBe('good');
    expect((await settings()).values['delivery.smartHost']).toBe('');
  });

  test('Again asks whether a message from here to there would be taken', async () => {
    await field(panel(), 'Sender').fill('dina@isp.test');
    await field(panel(), 'Recipient').fill('budi@contoh.test');
    await page().keyboard.press('Enter');
    await verdict(panel()).getByText('would take a message from dina@isp.test to budi@contoh.test').waitFor();
    await under.picture('internet-test-panel');
    await escape(panel());
    expect(isp.messages()).toEqual([]);
  });

  test('saved, the password is set and never shown; an untouched one is used by the test', async () => {
    await primary().getByRole('button', { name: 'OK' }).click();
    await gone(primary());
    const now = await settings();
    expect([now.values['delivery.smartHost'], now.values['delivery.mode'], now.values['delivery.smartHostPassword'], now.secretsSet]).toEqual([`127.0.0.1:${isp.port}`, 'smart-host', '', ['delivery.smartHostPassword']]);
    await open();
    expect(await passwordOf(primary()).inputValue()).toBe('');
    expect(await passwordOf(primary()).getAttribute('placeholder')).toBe('(set; type to replace it)');
    await primary().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText('takes mail from this server').waitFor();
    await escape(panel());
    expect(await primary().getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  });

  test('typing and taking it back changes nothing; Clear takes it away', async () => {
    const apply = primary().getByRole('button', { name: 'Apply' });
    await passwordOf(primary()).fill('x');
    expect(await apply.isEnabled()).toBe(true);
    await passwordOf(primary()).fill('');
    expect(await apply.isDisabled()).toBe(true);
    await primary().getByRole('button', { name: 'Clear', exact: true }).click();
    expect(await passwordOf(primary()).getAttribute('placeholder')).toBe('(will be taken away)');
    await apply.click();
    await saved();
    expect((await settings()).secretsSet).toEqual([]);
    expect(await passwordOf(primary()).getAttribute('placeholder')).toBe('(not set)');
    await passwordOf(primary()).fill(password);
    await apply.click();
    await primary().getByRole('button', { name: 'Clear', exact: true }).waitFor();
    expect((await settings()).secretsSet).toEqual(['delivery.smartHostPassword']);
  });

  test('a test that takes long is stopped, and begun again', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => { sockets.push(socket); });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    await host(primary()).fill(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
    await primary().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText('Testing...').waitFor();
    await panel().getByRole('button', { name: 'Stop' }).click();
    await verdict(panel()).getByText('Stopped.').waitFor();
    await panel().getByRole('button', { name: 'Again' }).click();
    await verdict(panel()).getByText('Testing...').waitFor();
    await escape(panel());
    for (const socket of sockets) socket.destroy();
    silent.close();
    await escape(primary());
  });
});

test('Retry settings, saved from within Primary domain, are no conflict with it', async () => {
  await open();
  await field(primary(), 'HELO domain').fill('mail.majuterus.test');
  await primary().getByRole('button', { name: 'Retry settings...' }).click();
  const retry = dialog(page(), 'Retry Configuration');
  const labels = ['Keep message in the primary queue for at least', 'Retry sending undeliverable mail once every', 'If a message is still undeliverable after'];
  for (const label of labels) await field(retry, label).waitFor();
  await looksRight();
  await field(retry, labels[1]!).fill('30');
  await page().keyboard.press('Enter');
  await gone(retry);
  await primary().getByRole('button', { name: 'OK' }).click();
  await gone(primary());
  const { values } = await settings();
  expect([values['retry.everyMinutes'], values['domain.helo']]).toEqual([30, 'mail.majuterus.test']);
});

test('what somebody else changed meanwhile is not overwritten unseen', async () => {
  await open();
  await set({ 'timers.connectSeconds': 3 });
  await field(primary(), 'HELO domain').fill('');
  await primary().getByRole('button', { name: 'Apply' }).click();
  await question(page()).getByRole('button', { name: 'Keep mine on top' }).click();
  await gone(question(page()));
  await primary().getByRole('button', { name: 'Apply' }).click();
  await saved();
  await escape(primary());
  const { values } = await settings();
  expect([values['timers.connectSeconds'], values['domain.helo']]).toEqual([3, '']);
});

describe('DNS', () => {
  const address = (which: 'Primary' | 'Backup') => field(primary(), `${which} DNS server's IP address`);
  const presets = () => primary().getByRole('button', { name: /Presets/ });
  const pick = async (name: RegExp) => { await presets().click(); await page().getByRole('option', { name }).click(); };

  test('the servers of the course are offered as printed, and marked', async () => {
    await open();
    await primary().getByRole('tab', { name: 'DNS' }).click();
    await pick(/^TelkomNet .*2003, test before use/);
    expect([await address('Primary').inputValue(), await address('Backup').inputValue()]).toEqual(['202.134.0.155', '202.134.2.5']);
    await primary().getByText('These addresses are from the course of 2003').waitFor();
    await pick(/^IndosatNet/);
    expect([await address('Primary').inputValue(), await address('Backup').inputValue()]).toEqual(['202.155.0.10', '']);
    await looksRight();
  });

  test('a pair of servers is kept under a name, and deleted again', async () => {
    await address('Primary').fill('127.0.0.1');
    await primary().getByRole('button', { name: 'Keep as preset...' }).press('Enter');
    await dialog(page(), 'Keep as preset').waitFor();
    await page().keyboard.type('Kantor');
    await page().keyboard.press('Enter');
    await gone(dialog(page(), 'Keep as preset'));
    await primary().getByRole('button', { name: 'Apply' }).click();
    await saved();
    expect((await settings()).values['dns.presets']).toEqual([{ name: 'Kantor', primary: '127.0.0.1', backup: '' }]);
    await primary().getByRole('button', { name: 'Delete preset' }).click();
    await primary().getByRole('button', { name: 'Keep as preset...' }).waitFor();
  });

  test('Test asks the typed server, for a name that is typed', async () => {
    await primary().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText('Mail for majuterus.test goes to').waitFor();
    await field(panel(), 'Name to look up').fill('contoh.test');
    await page().keyboard.press('Enter');
    await verdict(panel()).getByText('Mail for contoh.test goes to mx.contoh.test').waitFor();
    expect(dns.asked('MX', 'contoh.test')).toBeGreaterThan(0);
    await looksRight();
    await escape(panel());
  });

  test('without any server it says so, and a fixed mail server is checked as typed', async () => {
    await address('Primary').fill('');
    await primary().getByText('There is nobody to ask').waitFor();
    await address('Primary').fill('127.0.0.1');
    const fixed = primary().getByRole('textbox', { name: 'Fixed mail servers' });
    await fixed.fill('contoh.test');
    await primary().locator('.field-error').waitFor();
    await fixed.fill('lain.test mx.lain.test');
    await gone(primary().locator('.field-error'));
    await primary().getByRole('button', { name: 'Apply' }).click();
    await saved();
    expect((await settings()).values['dns.staticMx']).toEqual(['lain.test mx.lain.test']);
  });

  test('the MX cache shows what is remembered, and forgets it', async () => {
    for await (const { verdict: found } of await under.client.tests.domain({})) if (found !== null) expect(found.code).toBe('domain.ok');
    await primary().getByRole('button', { name: 'MX cache...' }).click();
    const cache = dialog(page(), 'MX cache');
    await cache.getByRole('row', { name: /^majuterus\.test MX/ }).waitFor();
    await cache.getByRole('row', { name: /lain\.test.*fixed/ }).waitFor();
    await looksRight();
    await cache.getByRole('button', { name: 'Clear' }).click();
    await gone(cache.getByRole('row', { name: /^majuterus\.test MX/ }));
    await escape(cache);
    await escape(primary());
  });
});

describe('smart hosts per domain or account', () => {
  const hosts = () => dialog(page(), 'Smart hosts per domain or account');
  test('one is added with the keyboard, and its password is never shown', async () => {
    await choose(page(), 'Setup', 'Smart hosts...');
    await field(hosts(), 'Domain').fill('Contoh.Test');
    await field(hosts(), 'Host').fill(`127.0.0.1:${isp.port}`);
    await field(hosts(), 'User name').fill('dina@isp.test');
    await passwordOf(hosts()).fill(password);
    await looksRight();
    await page().keyboard.press('Enter');
    await hosts().getByRole('row', { name: /to contoh\.test/ }).click();
    expect(await passwordOf(hosts()).inputValue()).toBe('');
    expect(await under.client.smartHosts.list({})).toMatchObject([{ kind: 'domain', match: 'contoh.test', user: 'dina@isp.test', passwordSet: true, enabled: true }]);
  });

  test('the saved password serves its test', async () => {
    await hosts().getByRole('button', { name: 'Test...' }).click();
    await verdict(panel()).getByText('takes mail from this server').waitFor();
    await escape(panel());
  });

  test('switched off it stays in the list; a change of somebody else is said first', async () => {
    const [before] = await under.client.smartHosts.list({});
    await under.client.smartHosts.change({ id: before!.id, revision: before!.revision, value: { kind: 'domain', match: 'contoh.test', host: '127.0.0.5' } });
    await hosts().getByRole('row', { name: /127\.0\.0\.5/ }).waitFor();
    await hosts().getByText('Use this smart host').click();
    await hosts().getByRole('button', { name: 'Replace' }).click();
    await hosts().getByRole('row', { name: /contoh\.test.*No/ }).waitFor();
    expect((await under.client.smartHosts.list({}))[0]).toMatchObject({ enabled: false, passwordSet: true });
  });

  test('one of an account offers the accounts; a wrong one is refused at the field', async () => {
    await hosts().getByText('Mail from an account').click();
    await hosts().getByRole('combobox', { name: 'Account' }).fill('nobody@majuterus.test');
    await hosts().getByRole('button', { name: 'Add' }).click();
    await hosts().locator('.field-error').getByText('There is no account nobody@majuterus.test').waitFor();
    await hosts().getByRole('combobox', { name: 'Account' }).fill('dina');
    await page().keyboard.press('ArrowDown');
    await page().getByRole('option', { name: 'dina@majuterus.test' }).click();
    await hosts().getByRole('button', { name: 'Add' }).click();
    await hosts().getByRole('row', { name: /from dina@majuterus\.test/ }).waitFor();
  });

  test('Delete removes one, after asking', async () => {
    await hosts().getByRole('row', { name: /from dina@majuterus\.test/ }).click();
    await page().keyboard.press('Delete');
    await question(page()).getByRole('button', { name: 'Remove' }).click();
    await gone(hosts().getByRole('row', { name: /from dina@majuterus\.test/ }));
    await escape(hosts());
  });
});

test('Check Internet mail: three findings, each with its transcript', async () => {
  await choose(page(), 'Setup', 'Check Internet mail...');
  const check = dialog(page(), 'Check Internet mail');
  await check.getByText('Mail for majuterus.test goes to').waitFor();
  // The well-known provider is unknown to this DNS: nothing was tried.
  await check.getByText('could not be looked up. Test DNS first.').waitFor();
  await check.getByText('its mail is led to mail.majuterus.test').waitFor();
  await looksRight();
  await check.getByRole('button', { name: 'Details...' }).nth(1).click();
  const [nobody] = await freePorts(1);
  await field(panel(), 'Host to try').fill(`127.0.0.1:${nobody}`);
  await verdict(panel()).getByText('Test DNS first').waitFor();
  await page().keyboard.press('Enter');
  await verdict(panel()).getByText('Direct sending does not work here').waitFor();
  await escape(panel());
  await escape(check);
});

test('Security says who may relay, and warns of a whole network', async () => {
  await choose(page(), 'Setup', 'Security...');
  const security = dialog(page(), 'Security');
  await security.getByRole('tab', { name: 'Relay' }).click();
  await security.getByText('Everybody else, on the LAN too: no.').waitFor();
  const list = security.getByRole('textbox', { name: 'Addresses that may send to the Internet without logon' });
  await list.fill('0.0.0.0/0');
  await security.getByText('Spammers find such servers').waitFor();
  await looksRight();
  await list.fill('192.168.0.20');
  await gone(security.getByText('Spammers find such servers'));
  await security.getByRole('tab', { name: 'Sending limits' }).click();
  await field(security, 'Most Internet messages of one account in an hour').fill('50');
  await page().keyboard.press('Enter');
  await gone(security);
  const { values } = await settings();
  expect([values['security.relayAddresses'], values['limits.messagesPerHour']]).toEqual([['192.168.0.20'], 50]);
});

test('every tab fits a window of 1280 x 720, in Indonesian and in high contrast too', async () => {
  await page().setViewportSize({ width: 1280, height: 720 });
  await set({ 'console.language': 'id' });
  await page().locator('html[lang="id"]').waitFor();
  await page().emulateMedia({ forcedColors: 'active' });
  await open();
  for (const tab of await primary().getByRole('tab').all()) {
    await tab.click();
    const overflow = await primary().locator('.tab-panel').evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await looksRight();
  }
  const box = await primary().boundingBox();
  expect(box !== null && box.y >= 0 && box.y + box.height <= 720).toBe(true);
  await escape(primary());
  await page().emulateMedia({ forcedColors: null });
});

test('the page complained about nothing', () => {
  expect(under.complaints.filter((complaint) => !complaint.includes('Applying inline style'))).toEqual([]);
});
