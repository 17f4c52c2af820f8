// Which of the two languages a computer asks for.
import { expect, test } from 'vitest';
import { languageOfEnvironment, systemLanguage } from '../../../core/contract/language.ts';

test.each([
  [['id-ID', 'en'], 'id'], [['in'], 'id'], [['de-DE', 'en-US'], 'en'], [['fr', 'en-GB', 'id'], 'en'], [['fr'], 'en'], [['ms_MY'], 'id'], [[], 'en'],
])('%j means %s', (preferred, expected) => {
  expect(systemLanguage(preferred)).toBe(expected);
});

test.each([
  [{ LANG: 'id_ID.UTF-8' }, 'id'], [{ LANG: 'id_ID.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'en'], [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'id_ID' }, 'id'], [{ LANG: 'id_ID', LC_ALL: '' }, 'id'],
  [{ LANG: 'C.UTF-8' }, 'en'], [{}, 'en'],
])('a program started with %j speaks %s', (environment, expected) => {
  expect(languageOfEnvironment(environment)).toBe(expected);
});
