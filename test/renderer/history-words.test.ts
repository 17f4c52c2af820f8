// Entries of the history in an Indonesian console.
import { beforeAll, expect, test } from 'vitest';
import type { TFunction } from 'i18next';
import { startTexts } from '../../renderer/console/i18n.ts';
import { fieldText, subjectText, valueText, whoText } from '../../renderer/console/dialogs/history-words.ts';

let t: TFunction;
beforeAll(async () => { t = (await startTexts('id')).t; });

test.each([
  ['settings', 'Pengaturan'], ['account dina@majuterus.com', 'Akun dina@majuterus.com'], ['domain kantor.lan', 'Domain kantor.lan'], ['alias info', 'Alias info'],
  ['queue remote', 'Antrean Luar'], ['something new', 'something new'],
])('what was changed: %s', (subject, expected) => {
  expect(subjectText(t, subject)).toBe(expected);
});

test.each([
  ['accounts.welcomeMessage', 'Kirim pesan selamat datang ke kotak surat akun baru'], ['mailbox', 'Nama kotak surat'], ['bindToIp', 'Terikat pada IP-nya'], ['not.known', 'not.known'],
])('the field %s', (field, expected) => {
  expect(fieldText(t, field)).toBe(expected);
});

test.each([
  ['accounts.welcomeMessage', 'true', 'Ya'], ['enabled', 'false', 'Tidak'], ['mailbox', 'true', 'true'], ['security.plainLogon', 'lan', 'Boleh di LAN saja'],
  ['storageFormat', 'mbox', 'mbox: semua pesan dalam satu berkas'], ['timers.inactiveMinutes', '10', '10 menit'], ['ports.smtp', '2525', '2525'], ['password', '(set)', '(diisi)'],
  ['security.lanAddresses', '["10.0.0.0/8","fe80::/10"]', '10.0.0.0/8, fe80::/10'], ['dns.presets', '[{"name":"Kantor","primary":"10.0.0.1","backup":""}]', 'Kantor'], ['domain.name', 'true.lan', 'true.lan'],
])('%s = %s', (field, value, expected) => {
  expect(valueText(t, field, value)).toBe(expected);
});

test('who, and from where', () => {
  expect(['administrator', 'this computer', 'command line', 'ani', '10.0.0.7'].map((who) => whoText(t, who))).toEqual(['administrator', 'komputer ini', 'baris perintah', 'ani', '10.0.0.7']);
});
