// A new server: the set-up guide opens by itself; its three steps, by keyboard, end with mail flowing between two people and a
// sheet to print. Then it is out of the way, and can be opened again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { choose, dialog, gone, openConsole, question, until, type ConsoleUnderTest } from './helpers/console.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const guide = () => dialog(page(), 'Set-up Guide');

beforeAll(async () => { under = await openConsole(); }, 120_000);
afterAll(async () => { await under.close(); });

test('a new server begins with the guide; step 1 takes the domain and an address', async () => {
  await guide().waitFor();
  await under.picture('guide-first-run');
  expect(await guide().getByRole('listitem').allTextContents()).toEqual(expect.arrayContaining(['1Domain', '2Accounts', '3Mail clients']));
  expect(await guide().getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  await page().keyboard.type('majuterus lan');
  await guide().getByText('A domain name has letters').waitFor();
  await page().keyboard.press('Control+a');
  await page().keyboard.type('majuterus.lan');
  await guide().getByText('dina@majuterus.lan').waitFor();
  await guide().getByRole('combobox', { name: 'Domain IP' }).fill('127.0.0.1');
  await page().keyboard.press('Enter');
  await guide().getByText('Who gets a mailbox?').waitFor();
  expect((await under.client.settings.get({})).values).toMatchObject({ 'domain.name': 'majuterus.lan', 'domain.ip': '127.0.0.1' });
});

test('step 2 makes accounts from names alone', async () => {
  await page().keyboard.type('Dina Marlina');
  await page().keyboard.press('Enter');
  await guide().getByRole('cell', { name: 'DMarlina@majuterus.lan' }).waitFor();
  await page().keyboard.type('Kurnia Kumalawati');
  await page().keyboard.press('Enter');
  await guide().getByRole('cell', { name: 'KKumalawati@majuterus.lan' }).waitFor();
});

test('step 2 takes a class list, and leaves in the box what cannot be', async () => {
  await guide().getByRole('button', { name: 'A whole list' }).click();
  const box = guide().getByRole('textbox', { name: /One person a line/ });
  await box.fill(['Nama lengkap;Kotak surat', 'Budi Santoso;budi;hujan-pagi-27', 'Joko;jo ko', '"Wijaya, Ani";ani', 'Dina Kedua;dmarlina'].join('\n'));
  await guide().getByText('Line 3 (Joko):').waitFor();
  await guide().getByRole('button', { name: 'Add 3 accounts' }).click();
  await guide().getByText('There is an account with this address already.').waitFor();
  expect(await box.inputValue()).toBe('Dina Kedua;dmarlina\nJoko;jo ko');
  expect((await under.client.accounts.list({ sort: 'mailbox' })).accounts.map(({ mailbox }) => mailbox.toLowerCase())).toEqual(['ani', 'budi', 'dmarlina', 'kkumalawati']);
});

test('step 3 shows what to type, with the password, and prints a card for everybody', async () => {
  await guide().getByRole('button', { name: 'Next' }).click();
  await guide().getByText('Set up the mail clients').waitFor();
  const card = guide().getByRole('region', { name: 'DMarlina@majuterus.lan' });
  await card.getByText(`SMTP, port ${under.server.ports.smtp}`).waitFor();
  await card.getByText(`POP3, port ${under.server.ports.pop3}, no encryption`).waitFor();
  await card.getByText(/^[a-z]{6}-[a-z]{6}-\d\d$/).waitFor();
  await guide().getByRole('button', { name: 'Print 4 cards' }).waitFor();
  await page().emulateMedia({ media: 'print' });
  expect(await page().locator('.print-area .card-sheet').count()).toBe(4);
  expect(await page().locator('.print-area .card-sheet').first().isVisible()).toBe(true);
  expect(await guide().isVisible()).toBe(false);
  await under.picture('guide-printed');
  await page().emulateMedia({ media: null });
});

test('mail flows: the guide sees the first message arrive and be fetched, with what stands on the card', async () => {
  const card = guide().getByRole('region', { name: 'DMarlina@majuterus.lan' });
  const password = await card.getByText(/^[a-z]{6}-[a-z]{6}-\d\d$/).innerText();
  await guide().getByText('Waiting for the first message.').waitFor();
  const sent = await run('swaks', ['--server', `127.0.0.1:${under.server.ports.submission}`, '--auth', 'LOGIN', '--auth-user', 'budi', '--auth-password', 'hujan-pagi-27', '-tls', '--from', 'budi@majuterus.lan', '--to', 'DMarlina@majuterus.lan', '--h-Subject', 'Selamat pagi']);
  expect(sent.all).toContain('queued as');
  await guide().getByText(/^Mail flows: 1 message/).waitFor();
  const logon = (await card.locator('dd').nth(1).innerText()).trim();
  const fetched = await run('curl', ['-sS', '--max-time', '10', '-u', `${logon}:${password}`, `pop3://127.0.0.1:${under.server.ports.pop3}/`]);
  const last = fetched.out.trim().split('\n').length;
  expect((await run('curl', ['-sS', '-u', `${logon}:${password}`, `pop3://127.0.0.1:${under.server.ports.pop3}/${last}`])).out).toContain('Selamat pagi');
  await guide().getByText(/fetched by a mail client|fetched by mail clients/).waitFor();
});

test('Finish puts it away for good; Help > Set-up guide opens it again', async () => {
  await guide().getByRole('button', { name: 'Finish' }).click();
  await gone(guide());
  await until(async () => (await under.client.settings.get({})).values['setup.finished'], 'the guide is finished');
  await page().reload();
  await page().getByRole('menubar').waitFor();
  await page().getByRole('treeitem', { name: /majuterus\.lan/ }).waitFor();
  expect(await guide().count()).toBe(0);
  await choose(page(), 'Help', 'Set-up guide...');
  await guide().waitFor();
  await guide().getByRole('button', { name: 'Next' }).click();
  await guide().getByText('There are 4 accounts already.').waitFor();
  await page().keyboard.press('Escape');
  await gone(guide());
  expect(await question(page()).count()).toBe(0);
});

test('in a small window every dialog keeps its buttons', async () => {
  await page().setViewportSize({ width: 700, height: 500 });
  for (const [menu, item, title] of [['Help', 'Set-up guide...', 'Set-up Guide'], ['Accounts', 'Account manager...', 'Account Manager'], ['Setup', 'History of changes...', 'History of Changes']] as const) {
    await choose(page(), menu, item);
    const close = dialog(page(), title).getByRole('button', { name: 'Close' }).first();
    await close.waitFor();
    const box = await close.boundingBox();
    expect(box === null ? NaN : box.x + box.width, title).toBeLessThanOrEqual(700);
    await close.click();
    await gone(dialog(page(), title));
  }
});

test('the page had nothing to complain about', () => {
  expect(under.complaints.filter((complaint) => !complaint.includes('Applying inline style'))).toEqual([]);
});
