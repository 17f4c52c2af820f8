// Reading a class list that somebody pastes.
import { expect, test } from 'vitest';
import { readRoster } from '../../renderer/console/guide/roster.ts';
import { lanAddress } from '../../renderer/console/guide/lan-address.ts';

const read = (text: string) => readRoster(text, 1).map(({ line, fullName, mailbox, password, issue }) => [line, fullName, mailbox, password, issue?.code ?? null]);

test('name, mailbox and password, separated as spreadsheets do', () => {
  expect(read('Kurnia Kumalawati\nDina Marlina, dina\r\nBudi Santoso;budi;hujan-pagi-27\nAni\tani.w\tx')).toEqual([
    [1, 'Kurnia Kumalawati', '', '', null], [2, 'Dina Marlina', 'dina', '', null], [3, 'Budi Santoso', 'budi', 'hujan-pagi-27', null], [4, 'Ani', 'ani.w', 'x', null],
  ]);
});

test('empty lines are skipped, and a heading is no person', () => {
  expect(read('Full name, Mailbox\n\n  \nDina, dina')).toEqual([[4, 'Dina', 'dina', '', null]]);
  expect(read('Nama lengkap;Kotak surat\nDina;dina')).toEqual([[2, 'Dina', 'dina', '', null]]);
});

test('quotes hold separators and quotes', () => {
  expect(read('"Wijaya, Ani ""Ann""", ani')).toEqual([[1, 'Wijaya, Ani "Ann"', 'ani', '', null]]);
});

test('what cannot be is said at its line', () => {
  expect(read(', ,secret\nDina, di na\nBudi, budi\nBudi Lain, BUDI')).toEqual([
    [1, '', '', 'secret', 'required'], [2, 'Dina', 'di na', '', 'mailbox.illegal'], [3, 'Budi', 'budi', '', null], [4, 'Budi Lain', 'BUDI', '', 'account.twice'],
  ]);
});

test.each([
  [['127.0.0.1', '::1', '10.0.0.5', '192.168.0.1'], '192.168.0.1'],
  [['8.8.4.4', '10.0.0.5'], '10.0.0.5'],
  [['172.32.0.1', '172.20.0.1'], '172.20.0.1'],
  [['127.0.0.1', '8.8.4.4'], ''],
])('the LAN address among %j', (addresses, expected) => {
  expect(lanAddress(addresses)).toBe(expected);
});

test('rows of nothing but separators, as spreadsheets leave them, are skipped', () => {
  expect(read('Dina, dina\n,,\n;;\t\nBudi')).toEqual([[1, 'Dina', 'dina', '', null], [4, 'Budi', '', '', null]]);
});
