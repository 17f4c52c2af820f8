// Access keys: of menus (written in the labels) and of dialogs (given out over what is visible).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands, menus } from '../../core/contract/commands.ts';
import { commandFor, matchesKey } from '../../renderer/console/keys.ts';
import { giveLetters } from '../../renderer/ui/access-keys.ts';
import { labelKey, parseLabel, plainLabel } from '../../renderer/ui/label.ts';

const texts = (language: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../../core/contract/locales/${language}/commands.json`), 'utf8')) as Record<string, string>;
const repeated = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);

describe.each(['en', 'id'])('menus in %s', (language) => {
  const labels = texts(language);
  test('each menu of the bar has a letter of its own', () => {
    const keys = menus.map((menu) => labelKey(labels[`menu.${menu}`]!));
    expect(keys).not.toContain('');
    expect(repeated(keys)).toEqual([]);
  });
  test('no menu takes a letter that Alt gives to a command', () => {
    const taken = commands.flatMap(({ key }) => (key?.startsWith('Alt+') === true ? [key.slice(4).toLowerCase()] : []));
    expect(menus.map((menu) => labelKey(labels[`menu.${menu}`]!)).filter((key) => taken.includes(key))).toEqual([]);
  });
  test.each(menus)('in %s each command has a letter of its own', (menu) => {
    const keys = commands.filter((command) => command.menu === menu).map(({ id }) => labelKey(labels[`command.${id}`]!));
    expect(keys).not.toContain('');
    expect(repeated(keys)).toEqual([]);
  });
});

test.each([
  ['&File', { before: '', letter: 'F', after: 'ile' }],
  ['Sa&ve && close', { before: 'Sa', letter: 'v', after: 'e & close' }],
  ['Save && close', { before: 'Save & close', letter: '', after: '' }],
  ['Plain', { before: 'Plain', letter: '', after: '' }],
])('the label %s', (text, expected) => {
  expect(parseLabel(text)).toEqual(expected);
  expect(plainLabel(text)).toBe(`${expected.before}${expected.letter}${expected.after}`);
});

const letters = (labels: readonly (readonly [string, string])[]) => giveLetters(labels.map(([text, wanted]) => ({ text, wanted }))).map((place, index) => (place === null ? null : labels[index]![0].charAt(place)));

test('labels get letters that no other has, starts of words first', () => {
  expect(letters([['Domain name', ''], ['Domain IP', ''], ['Delivery', ''], ['Apply', 'a']])).toEqual(['D', 'I', 'e', 'A']);
});

test('a label for which no letter is left gets none', () => {
  expect(letters([['ab', ''], ['ba', ''], ['a', '']])).toEqual(['a', 'b', null]);
});

test('letters that are asked for are kept free for the one that asks', () => {
  expect(letters([['Alias', ''], ['Apply', 'a']])).toEqual(['l', 'A']);
});

const press = (key: string, modifiers: Partial<Record<'altKey' | 'ctrlKey' | 'shiftKey' | 'metaKey', boolean>> = {}) => ({ key, altKey: false, ctrlKey: false, shiftKey: false, metaKey: false, ...modifiers });

test.each([
  ['F2', press('F2'), true],
  ['F2', press('F2', { shiftKey: true }), false],
  ['Alt+N', press('n', { altKey: true }), true],
  ['Alt+N', press('N', { altKey: true, ctrlKey: true }), false],
  ['Ctrl+W', press('w', { ctrlKey: true }), true],
])('%s', (accelerator, pressed, expected) => {
  expect(matchesKey(accelerator, pressed)).toBe(expected);
});

test('a key press finds its command, but none of the shell', () => {
  expect(commandFor(press('n', { altKey: true }))?.id).toBe('accounts.new');
  expect(commandFor(press('F2'))?.id).toBe('setup.primaryDomain');
  expect(commandFor(press('w', { ctrlKey: true }))).toBeUndefined();
});
