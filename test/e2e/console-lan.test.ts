// Part II of the tutorial in the console, by keyboard and mouse: domain, accounts, and mail between them (rows S2.2 to S2.24).
// After each step the engine is asked by real clients whether it is so.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { choose, dialog, field, gone, openConsole, question, until, type ConsoleUnderTest } from './helpers/console.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const swaks = (...args: string[]) => run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'pc-dina', ...args]);
const pop = (user: string, path = '') => run('curl', ['-sS', '--max-time', '10', '-u', user, `pop3://127.0.0.1:${under.server.ports.pop3}/${path}`]);

beforeAll(async () => { under = await openConsole({ settings: ['accounts.welcomeMessage=false', 'setup.finished=true'] }); }, 120_000);
afterAll(async () => { await under.close(); });

test('Setup > Primary domain opens Primary Domain Configuration, by mouse, by F2 and by Alt+S, P', async () => {
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await choose(page(), 'Setup', 'Primary domain...');
  await sheet.waitFor();
  await page().keyboard.press('Escape');
  await gone(sheet);
  await page().keyboard.press('F2');
  await sheet.waitFor();
  await page().keyboard.press('Escape');
  await gone(sheet);
  await page().keyboard.press('Alt+s');
  await page().keyboard.press('p');
  await sheet.waitFor();
  expect(await sheet.getByRole('tab').allTextContents()).toEqual(['Domain/ISP', 'Ports', 'DNS', 'Timers', 'Sessions', 'Directories', 'Unknown Mail', 'Archival']);
  expect(await sheet.getByRole('tab', { name: 'Domain/ISP' }).getAttribute('aria-selected')).toBe('true');
});

test('the domain is named on the tab Domain/ISP; Apply is grey until something changes, and keeps the dialog open', async () => {
  const sheet = dialog(page(), 'Primary Domain Configuration');
  const apply = sheet.getByRole('button', { name: 'Apply' });
  expect(await apply.isDisabled()).toBe(true);
  for (const label of ['Domain name', 'HELO domain', "ISP or Smart host's IP or domain name"]) expect(await field(sheet, label).isVisible()).toBe(true);
  expect(await sheet.getByRole('combobox', { name: 'Domain IP' }).isVisible()).toBe(true);
  expect(await sheet.getByRole('checkbox', { name: 'Bind listening sockets to this IP only' }).isDisabled()).toBe(true);
  await field(sheet, 'Domain name').fill('maju terus');
  await sheet.getByText('A domain name has letters').waitFor();
  await field(sheet, 'Domain name').fill('majuterus.com');
  await apply.click();
  await page().getByText('Settings saved.').waitFor();
  expect(await apply.isDisabled()).toBe(true);
  expect((await under.client.domains.list({})).map(({ name, isPrimary }) => ({ name, isPrimary }))).toEqual([{ name: 'majuterus.com', isPrimary: true }]);
});

test('the fields of Internet mail are marked, and stay editable', async () => {
  const sheet = dialog(page(), 'Primary Domain Configuration');
  expect(await sheet.getByText('Used by Internet mail').count()).toBe(3);
  await sheet.getByText('Only for mail to the Internet').waitFor();
  expect(await field(sheet, "ISP or Smart host's IP or domain name").isEditable()).toBe(true);
});

test('Domain IP offers the addresses of this computer; one that is not here is saved with a warning', async () => {
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await sheet.getByRole('combobox', { name: 'Domain IP' }).press('ArrowDown');
  await page().getByRole('option', { name: '127.0.0.1', exact: true }).waitFor();
  await page().keyboard.press('Escape');
  await gone(page().getByRole('option', { name: '127.0.0.1', exact: true }));
  expect(await sheet.isVisible()).toBe(true);
  await sheet.getByRole('combobox', { name: 'Domain IP' }).fill('203.0.113.9');
  await sheet.getByRole('button', { name: 'Apply' }).click();
  await question(page()).getByText('203.0.113.9 is not an address of this computer').waitFor();
  await page().keyboard.press('Enter');
  await gone(question(page()));
  await sheet.getByRole('button', { name: /Domain IP|▼|Show/ }).first().click();
  await page().getByRole('option', { name: '127.0.0.1', exact: true }).click();
  expect(await sheet.getByRole('checkbox', { name: 'Bind listening sockets to this IP only' }).isEnabled()).toBe(true);
  await sheet.getByRole('button', { name: 'OK' }).click();
  await gone(sheet);
  expect((await under.client.settings.get({})).values['domain.ip']).toBe('127.0.0.1');
});

test('Bind listening sockets to this IP only: other addresses are no longer listened on, without a restart', async () => {
  const other = () => run('curl', ['-sS', '--max-time', '3', `smtp://127.0.0.3:${under.server.ports.smtp}`]);
  expect((await other()).all).not.toContain('Failed to connect');
  await page().keyboard.press('F2');
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await sheet.getByText('Bind listening sockets to this IP only').click();
  await page().keyboard.press('Enter');
  await gone(sheet);
  await until(async () => /refused|Failed to connect|Could not connect/i.test((await other()).all), 'the port is closed on 127.0.0.3');
});

test('Setup > Secondary domains (F3) adds a domain with its own IP', async () => {
  await page().keyboard.press('F3');
  const sheet = dialog(page(), 'Secondary Domains');
  await field(sheet, 'Domain name').fill('Sales.majuterus.com');
  await sheet.getByRole('combobox', { name: 'Domain IP' }).fill('127.0.0.2');
  await page().keyboard.press('Enter');
  await sheet.getByRole('row', { name: /sales\.majuterus\.com/ }).waitFor();
  await page().keyboard.press('Escape');
  await gone(sheet);
  expect((await under.client.domains.list({})).map(({ name, ip }) => `${name} ${ip}`)).toEqual(['majuterus.com 127.0.0.1', 'sales.majuterus.com 127.0.0.2']);
});

test('Accounts > New account (Alt+N) opens the Account Editor, also from a list; the address is composed live', async () => {
  await page().getByRole('tree').focus();
  await page().keyboard.press('Alt+n');
  const editor = dialog(page(), /^Account Editor/);
  await editor.waitFor();
  expect(await editor.getByRole('tab').allTextContents()).toEqual(['Account', 'Mailbox']);
  await page().keyboard.type('Kurnia Kumalawati');
  await until(async () => await field(editor, 'Mailbox name').inputValue() === 'KKumalawati', 'the mailbox name is suggested');
  await editor.getByRole('button', { name: /Domain of the address/ }).click();
  await page().getByRole('option', { name: 'sales.majuterus.com' }).click();
  await editor.getByLabel('Address', { exact: true }).getByText('KKumalawati@sales.majuterus.com', { exact: true }).waitFor();
  expect(await editor.getByRole('checkbox', { name: 'Allow this account to be accessed with POP/IMAP mail clients' }).isChecked()).toBe(true);
  await field(editor, 'Account password').fill('rahasia');
  await editor.getByText('Weak: easy to guess').waitFor();
  await editor.getByRole('button', { name: 'Generate' }).click();
  await editor.getByText('Strong').waitFor();
  await field(editor, 'Account password').fill('hujan-pagi-27');
  await field(editor, 'Notes/Comments on this Account').fill('Bagian penjualan');
  await editor.getByRole('button', { name: 'OK' }).click();
  await gone(editor);
  expect(await under.client.accounts.find({ address: 'kkumalawati@sales.majuterus.com' })).toMatchObject({ fullName: 'Kurnia Kumalawati', mailbox: 'KKumalawati', notes: 'Bagian penjualan', passwordSet: true });
});

test('a second account is made by keyboard alone, and Apply keeps the editor open', async () => {
  await choose(page(), 'Accounts', 'New account...');
  const editor = dialog(page(), /^Account Editor/);
  await editor.waitFor();
  await page().keyboard.type('Dina Marlina');
  await until(async () => await field(editor, 'Mailbox name').inputValue() === 'DMarlina', 'the mailbox name is suggested');
  await page().keyboard.press('Tab');
  await page().keyboard.press('Control+a');
  await page().keyboard.type('dina');
  await page().keyboard.press('Tab');
  for (let tab = 0; tab < 3; tab += 1) await page().keyboard.press('Tab');
  await page().keyboard.type('rahasia-dina-9');
  await page().keyboard.press('Alt+a');
  await page().getByText('dina@majuterus.com was created.').waitFor();
  expect(await dialog(page(), 'Account Editor - dina@majuterus.com').isVisible()).toBe(true);
  await page().keyboard.press('Enter');
  await gone(editor);
  expect(await under.client.accounts.find({ address: 'dina@majuterus.com' })).toMatchObject({ fullName: 'Dina Marlina', passwordSet: true });
});

test('an address that is taken is refused at its field', async () => {
  await page().keyboard.press('Alt+n');
  const editor = dialog(page(), /^Account Editor/);
  await editor.waitFor();
  await field(editor, 'Mailbox name').fill('DINA');
  await editor.getByRole('button', { name: 'OK' }).click();
  await editor.getByText('There is an account with this address already.').waitFor();
  expect(await editor.getByRole('tab', { name: 'Account' }).getAttribute('aria-selected')).toBe('true');
  await page().keyboard.press('Escape');
  await gone(editor);
});

test('mail flows between the two at once, and the main window says so', async () => {
  const sent = await swaks('--from', 'dina@majuterus.com', '--to', 'kkumalawati@SALES.majuterus.com', '--h-Subject', 'Rapat besok', '--body', 'Jam sembilan.');
  expect(sent.code).toBe(0);
  expect((await pop('KKumalawati@sales.majuterus.com:hujan-pagi-27', '1')).out).toContain('Jam sembilan.');
  await page().getByRole('treeitem', { name: /Delivered to mailboxes\s*1/ }).waitFor();
  await page().getByRole('tab', { name: 'SMTP (in)' }).click();
  await page().getByRole('log', { name: 'SMTP (in)' }).getByText('RCPT TO:<kkumalawati@SALES.majuterus.com>').waitFor();
  await page().getByRole('tab', { name: 'POP3' }).click();
  await page().getByRole('log', { name: 'POP3' }).getByText('RETR 1').waitFor();
  expect(await page().getByRole('log', { name: 'POP3' }).innerText()).not.toContain('hujan-pagi-27');
});

test('without POP/IMAP access mail still arrives, but a client cannot log on', async () => {
  await page().keyboard.press('Alt+m');
  const manager = dialog(page(), 'Account Manager');
  await manager.getByRole('row', { name: /KKumalawati/ }).dblclick();
  const editor = dialog(page(), /^Account Editor/);
  await editor.getByText('Allow this account to be accessed with POP/IMAP mail clients').click();
  await editor.getByRole('button', { name: 'OK' }).click();
  await gone(editor);
  expect((await pop('KKumalawati@sales.majuterus.com:hujan-pagi-27')).code).not.toBe(0);
  expect((await swaks('--from', 'dina@majuterus.com', '--to', 'kkumalawati@sales.majuterus.com')).code).toBe(0);
  await manager.getByRole('row', { name: /KKumalawati/ }).dblclick();
  await editor.getByText('Allow this account to be accessed with POP/IMAP mail clients').click();
  await editor.getByRole('button', { name: 'OK' }).click();
  await gone(editor);
  expect((await pop('KKumalawati@sales.majuterus.com:hujan-pagi-27', '2')).code).toBe(0);
});

test('tab Mailbox: Message directory, Storage Format, and the extraction of attachments', async () => {
  const manager = dialog(page(), 'Account Manager');
  await manager.getByRole('row', { name: /KKumalawati/ }).click();
  await page().keyboard.press('Enter');
  const editor = dialog(page(), /^Account Editor/);
  await editor.getByRole('tab', { name: 'Mailbox' }).click();
  expect(await field(editor, 'Message directory').inputValue()).toBe('Users/sales.majuterus.com/KKumalawati');
  await field(editor, 'Message directory').fill('Mail/kurnia');
  await editor.getByRole('button', { name: /Storage Format/ }).click();
  await page().getByRole('option', { name: /Maildir/ }).click();
  await editor.getByText('Saving moves or converts 2 messages.').waitFor();
  await editor.getByText('Enable automatic extraction of MIME encoded attachments').click();
  await editor.getByRole('button', { name: 'OK' }).click();
  await gone(editor);
  const folder = join(under.server.data, 'Mail', 'kurnia');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['cur', 'new', 'tmp']));
  expect((await pop('KKumalawati@sales.majuterus.com:hujan-pagi-27', '1')).out).toContain('Jam sembilan.');
  const sent = await swaks('--from', 'dina@majuterus.com', '--to', 'kkumalawati@sales.majuterus.com', '--attach-name', 'daftar.txt', '--attach-type', 'text/plain', '--attach', 'isi lampiran');
  expect(sent.code).toBe(0);
  expect(readdirSync(join(folder, 'Files'))).toEqual(['daftar.txt']);
});

test('the account list filters by domain and searches names and notes', async () => {
  const manager = dialog(page(), 'Account Manager');
  await manager.getByText('2 shown of 2').waitFor();
  await manager.getByRole('button', { name: /Show only accounts from this domain/ }).click();
  await page().getByRole('option', { name: 'sales.majuterus.com' }).click();
  await manager.getByText('1 shown of 2').waitFor();
  await manager.getByRole('button', { name: /Show only accounts from this domain/ }).click();
  await page().getByRole('option', { name: 'All Domains' }).click();
  await manager.getByRole('searchbox').fill('penjualan');
  await manager.getByText('1 shown of 2').waitFor();
  await manager.getByRole('row', { name: /Kurnia Kumalawati/ }).waitFor();
  await page().keyboard.press('Escape');
  await page().keyboard.press('Escape');
  await gone(manager);
});

test('another domain name asks what it means, then renames every address', async () => {
  await page().keyboard.press('F2');
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await field(sheet, 'Domain name').fill('kantor');
  await page().keyboard.press('Enter');
  await question(page()).getByText('1 address changes from @majuterus.com to @kantor.').waitFor();
  await question(page()).getByRole('button', { name: 'Change it' }).click();
  await gone(sheet);
  expect((await swaks('--from', 'a@majuterus.com', '--to', 'dina@kantor')).code).toBe(0);
  expect((await swaks('--from', 'a@kantor', '--to', 'dina@majuterus.com')).all).toMatch(/<\*\* 5\d\d/);
});

test('the page had nothing to complain about', () => {
  expect(under.complaints.filter((complaint) => !complaint.includes('Applying inline style'))).toEqual([]);
});
