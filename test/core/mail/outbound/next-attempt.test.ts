// When a message is tried again, told of, and given up.
import { expect, test } from 'vitest';
import { defaultSettings } from '../../../../core/contract/settings.ts';
import { nextAttempt } from '../../../../core/mail/outbound/next-attempt.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const now = 1_800_000_000_000;
const settings = { ...defaultSettings, 'retry.primaryMinutes': 60, 'retry.everyMinutes': 60, 'retry.days': 5 };

test.each([
  // queue, attempts, minutes since the first, expected queue and minutes until the next
  ['remote', 1, 0, 'remote', 1],
  ['remote', 2, 1, 'remote', 5],
  ['remote', 3, 6, 'remote', 15],
  ['remote', 4, 21, 'remote', 30],
  ['remote', 5, 51, 'remote', 9],
  ['remote', 6, 60, 'retry', 60],
  ['remote', 2, 300, 'retry', 60],
  ['retry', 7, 120, 'retry', 60],
  ['retry', 100, 5 * 24 * 60 - 10, 'retry', 10],
  // Sent to it by hand: it stays where it was.
  ['retry', 3, 5, 'retry', 60],
] as const)('in %s, try %i, %i minutes after the first: %s in %i minutes', (queue, attempts, age, nextQueue, minutes) => {
  const next = nextAttempt({ queue, attempts, firstTriedAt: now - age * minute, informedAt: null }, now, settings, 0.5);
  expect(next).toMatchObject({ kind: 'again', queue: nextQueue, nextTryAt: now + minutes * minute });
});

test.each([
  [0, 54], [0.5, 60], [0.999, 65.988],
])('chance %f spreads an hour to %f minutes', (jitter, minutes) => {
  expect(nextAttempt({ queue: 'retry', attempts: 8, firstTriedAt: now - day, informedAt: null }, now, settings, jitter)).toMatchObject({ nextTryAt: now + minutes * minute });
});

test.each([
  ['five days and many tries', 100, 5 * day, 5, 'give-up'],
  ['not quite five days', 100, 5 * day - 1, 5, 'again'],
  ['five days by a clock that was set right, but few tries', 2, 20 * 365 * day, 5, 'again'],
  ['ten tries are enough then', 10, 20 * 365 * day, 5, 'give-up'],
  ['no days: the first try', 1, 0, 0, 'again'],
  ['no days: the first retry', 2, minute, 0, 'give-up'],
  ['the clock was set back', 3, -day, 5, 'again'],
] as const)('%s', (_, attempts, age, days, kind) => {
  expect(nextAttempt({ queue: 'retry', attempts, firstTriedAt: now - age, informedAt: null }, now, { ...settings, 'retry.days': days }, 0.5).kind).toBe(kind);
});

test('one try a day for a day is two tries, not ten', () => {
  const daily = { ...settings, 'retry.primaryMinutes': 0, 'retry.everyMinutes': 1440, 'retry.days': 1 };
  expect(nextAttempt({ queue: 'remote', attempts: 1, firstTriedAt: now, informedAt: null }, now, daily, 0.5)).toMatchObject({ kind: 'again', queue: 'retry', nextTryAt: now + day });
  expect(nextAttempt({ queue: 'retry', attempts: 2, firstTriedAt: now - day, informedAt: null }, now, daily, 0.5)).toEqual({ kind: 'give-up' });
});

test('a clock that was set back makes nothing due in the past', () => {
  expect(nextAttempt({ queue: 'remote', attempts: 2, firstTriedAt: now + day, informedAt: null }, now, settings, 0.5)).toMatchObject({ queue: 'remote', nextTryAt: now + 5 * minute, expiresAt: now + 5 * day });
});

test.each([
  ['moves to the retry queue', 'remote', 60, null, true, false, true],
  ['is still in the primary queue', 'remote', 5, null, true, true, false],
  ['moves, and the sender is not to be told', 'remote', 60, null, false, false, false],
  ['moves, and was told already', 'remote', 60, -1, true, false, false],
  ['fails again, and that is not told', 'retry', 120, -60, true, false, false],
  ['fails again within a day', 'retry', 120, -60, true, true, false],
  ['fails again after a day', 'retry', 3000, -1440, true, true, true],
  ['fails again, was never told, and only later failures are told', 'retry', 120, null, false, true, true],
] as const)('a message that %s', (_, queue, age, informed, first, again, inform) => {
  const informedAt = informed === null ? null : now + informed * minute;
  expect(nextAttempt({ queue, attempts: 6, firstTriedAt: now - age * minute, informedAt }, now, { ...settings, 'retry.informSender': first, 'retry.informAgain': again }, 0.5)).toMatchObject({ inform });
});
