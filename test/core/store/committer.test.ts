// Group commit on a real database: shared transactions, separate failures, durable order.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Committer } from '../../../core/store/committer.ts';
import { createPrivate } from '../../../core/store/files/disk.ts';
import { openWriter } from '../../../core/store/sqlite.ts';
import { codeOf, tempFolder } from './fixture.ts';

function make() {
  const file = join(tempFolder(), 'test.db');
  createPrivate(file);
  const db = openWriter(file);
  db.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)');
  const groups: number[] = [];
  const committer = new Committer(db, file, (bytes) => groups.push(bytes));
  onTestFinished(async () => {
    await committer.close().catch(() => undefined);
    db.close();
  });
  const insert = db.prepare<[number]>('INSERT INTO t VALUES (?)');
  return { db, committer, groups, insert, all: () => db.prepare('SELECT x FROM t ORDER BY x').pluck().all() };
}

test('what is asked for in one moment shares a transaction', async () => {
  const { committer, groups, insert, all } = make();
  await Promise.all(Array.from({ length: 100 }, (_, index) => committer.run(() => insert.run(index))));
  expect(groups).toHaveLength(1);
  expect(all()).toHaveLength(100);
});

test('one that fails is undone alone, and gets its own error', async () => {
  const { committer, insert, all } = make();
  const runs = [1, 2, 2, 3].map((x) => committer.run(() => {
    insert.run(x * 10);
    insert.run(x);
    return x;
  }));
  const results = await Promise.allSettled(runs);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([1, 2, 'failed', 3]);
  expect(all()).toEqual([1, 2, 3, 10, 20, 30]);
});

test('memory follows at COMMIT, in order, and only for what was kept', async () => {
  const { db, committer, insert } = make();
  const events: string[] = [];
  const run = (x: number) => committer.run(() => insert.run(x), { committed: () => events.push(`committed ${x} ${db.inTransaction ? 'too early' : ''}`.trim()) }).then(() => events.push(`durable ${x}`));
  await Promise.allSettled([run(1), run(1), run(2)]);
  expect(events).toEqual(['committed 1', 'committed 2', 'durable 1', 'durable 2']);
});

test('after close nothing is taken, and what was asked before is done', async () => {
  const { committer, insert, all } = make();
  const last = committer.run(() => insert.run(1));
  await committer.close();
  await last;
  expect(all()).toEqual([1]);
  expect(await codeOf(committer.run(() => insert.run(2)))).toBe('store.closed');
});
