// How strong a password is said to be, and those that are made.
import { expect, test } from 'vitest';
import { makePassword, strengthOf } from '../../renderer/console/password.ts';

test.each([
  ['', 0], ['a', 1], ['12345678', 1], ['password1', 1], ['rahasia123', 1], ['aaaaaaaaaaaa', 1], ['abcdefgh', 1], ['Merpati2026', 1],
  ['kudaterb', 1], ['hujan-27', 2], ['hujan-pagi-7', 3], ['sepeda biru di atas bukit 9', 4], ['gT5$kkq!29xL', 4],
])('%s', (password, expected) => {
  expect(strengthOf(password)).toBe(expected);
});

test('a password made of the own name is weak', () => {
  expect(strengthOf('Kumalawati7', ['Kurnia Kumalawati', 'KKumalawati'])).toBe(1);
  expect(strengthOf('Kumalawati7', ['Dina Marlina'])).toBeGreaterThan(1);
});

test('a made password is readable, good, and another one each time', () => {
  const made = new Set(Array.from({ length: 200 }, () => makePassword()));
  expect(made.size).toBe(200);
  for (const password of made) {
    expect(password).toMatch(/^([bdfghjkmnprstvwz][aeiou]){3}-([bdfghjkmnprstvwz][aeiou]){3}-[2-9]{2}$/);
    expect(strengthOf(password)).toBeGreaterThanOrEqual(3);
  }
});

test('every letter can come up', () => {
  let next = 0;
  const inTurn = (below: number) => next++ % below;
  expect(makePassword(inTurn)).not.toBe(makePassword(inTurn));
});
