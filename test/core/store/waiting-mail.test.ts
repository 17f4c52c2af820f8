// What has time before it is placed: mail that only the queue wants, as long as there is not too much of it.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from '../../../core/store/migrations/all.ts';
import { migrate } from '../../../core/store/migrations/migration.ts';
import { Roster } from '../../../core/store/roster.ts';
import { WaitingMail } from '../../../core/store/waiting-mail.ts';

function waitingMail() {
  const db = new Database(':memory:');
  migrate(db, migrations);
  const clock = { ms: 1000 };
  const waiting = new WaitingMail(db, new Roster(db, '/nowhere'), () => clock.ms);
  const add = (guid: string, holders: readonly number[], octets = 100): void => waiting.add({
    bodyId: waiting.newBodyId(), title: { guid, octets, receivedAt: 0 }, inFile: octets > 50_000, holders, stage: 'new', touched: false, placedAt: 0,
  });
  const take = (everything = false, most = 100): string => waiting.take(most, everything).map(({ title }) => title.guid).join(' ');
  return { waiting, clock, add, take };
}

test('mail for a mailbox is placed at once, mail for elsewhere when it has not left after a while', () => {
  const { waiting, clock, add, take } = waitingMail();
  add('box', [1]);
  add('both', [1, 0]);
  add('queue', [0]);
  clock.ms += 10_000;
  add('later', [0]);
  expect([take(), waiting.placeInMs()]).toEqual(['box both', 20_000]);
  clock.ms += 20_000;
  expect([waiting.placeInMs(), take(), take()]).toEqual([0, 'queue', '']);
  expect([waiting.placeInMs(), take(true), waiting.placeInMs()]).toEqual([10_000, 'later', Infinity]);
});

test('what has left is not placed', () => {
  const { waiting, clock, add, take } = waitingMail();
  add('sent', [0]);
  waiting.drop('sent');
  clock.ms += 60_000;
  expect([waiting.placeInMs(), take(true), waiting.octets]).toEqual([Infinity, '', 0]);
});

test.each([['many', 10_001, 10], ['large', 3, 30 << 20]])('too %s, the oldest is placed at once', (_what, count, octets) => {
  const { waiting, add, take } = waitingMail();
  for (let index = 0; index < count; index += 1) add(`m${index}`, [0], octets);
  expect([take(), waiting.placeInMs()]).toEqual(['m0', 30_000]);
  expect(take(true, 1)).toBe('m1');
});
