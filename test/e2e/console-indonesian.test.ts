// An Indonesian administrator on a server that by itself speaks English: the guide's language becomes the server's, the welcome message
// is written in it, and the log and the history are read in it, while the log files stay as they are.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { choose, dialog, gone, openConsole, until, type ConsoleUnderTest } from './helpers/console.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const guide = () => dialog(page(), 'Panduan Penyiapan');

beforeAll(async () => { under = await openConsole({ context: { locale: 'id-ID' } }); }, 120_000);
afterAll(async () => { await under.close(); });

test('after the first step of the guide the server speaks the language of the reader', async () => {
  await guide().waitFor();
  await page().keyboard.type('kantor.lan');
  await page().keyboard.press('Enter');
  await guide().getByRole('heading', { name: 'Siapa yang mendapat kotak surat?' }).waitFor();
  await until(async () => (await under.client.settings.get({})).values['console.language'] === 'id', 'the language is saved');
});

test('the welcome message is in it, and names the same user name as the sheet for the mail client', async () => {
  await page().keyboard.type('Ani Wijaya');
  await page().keyboard.press('Enter');
  await guide().getByRole('cell', { name: 'AWijaya@kantor.lan' }).waitFor();
  await guide().getByRole('button', { name: 'Lanjut' }).click();
  const values = guide().getByRole('region', { name: 'AWijaya@kantor.lan' }).locator('dd');
  await values.first().waitFor();
  const logon = (await values.nth(1).innerText()).trim();
  const password = (await values.nth(2).innerText()).trim();
  const welcome = await run('curl', ['-sS', '--max-time', '10', '-u', `${logon}:${password}`, `pop3://127.0.0.1:${under.server.ports.pop3}/1`]);
  expect(welcome.out).toContain('Subject: Selamat datang di kotak surat Anda');
  expect(welcome.out).toMatch(new RegExp(`^Nama pengguna Anda: ${logon}\\r?$`, 'm'));
  await guide().getByRole('button', { name: 'Selesai' }).click();
  await gone(guide());
});

test('the logs are read in Indonesian, and searched in what is read; the files stay English', async () => {
  const log = page().getByRole('log', { name: 'Sistem' });
  await log.getByText(`Server POP3 mendengarkan di semua alamat, port ${under.server.ports.pop3}`).waitFor();
  await page().getByRole('searchbox').fill('sertifikat server baru');
  await log.getByText(/^Sertifikat server baru dibuat untuk .*kantor\.lan/).waitFor();
  await page().getByRole('searchbox').fill('');
  await run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--from', 'a@elsewhere.example', '--to', 'tidakada@kantor.lan']);
  await page().getByRole('tab', { name: 'Perutean' }).click();
  await page().getByText('<tidakada@kantor.lan> dari <a@elsewhere.example> di 127.0.0.1 ditolak: Tidak ada kotak surat tidakada@kantor.lan di sini.').waitFor();
  await page().getByText('  awijaya@kantor.lan: diantar', { exact: false }).waitFor();
  await under.picture('id-routing');
  const logs = join(under.server.data, 'Logs');
  await until(async () => (await readdir(logs)).some((name) => name.endsWith('-Routing.log')), 'the log is written');
  const files = await Promise.all((await readdir(logs)).filter((name) => /-(System|Routing)/.test(name)).map((name) => readFile(join(logs, name), 'utf8')));
  expect(files.join('')).toContain('There is no mailbox tidakada@kantor.lan here.');
  expect(files.join('')).not.toContain('ditolak');
});

test('the history is read in Indonesian, with Yes and No and choices by their labels', async () => {
  const { revision } = await under.client.settings.get({});
  await under.client.settings.set({ revision, changes: { 'security.plainLogon': 'always', 'timers.inactiveMinutes': 12, 'accounts.welcomeMessage': false } });
  await choose(page(), 'Setup', 'Riwayat perubahan...');
  const history = dialog(page(), 'Riwayat Perubahan');
  const row = history.getByRole('row', { name: /Pengaturan.*Masuk tanpa TLS/ });
  await row.click();
  const details = history.locator('.history-details');
  await details.getByText('12 menit').waitFor();
  expect(await details.innerText()).toMatch(/Boleh di LAN saja[\s\S]*Boleh di mana saja/);
  expect(await details.innerText()).toMatch(/Ya[\s\S]*Tidak/);
  expect(await row.innerText()).toContain('baris perintah');
  await under.picture('id-history');
  await page().keyboard.press('Escape');
});
