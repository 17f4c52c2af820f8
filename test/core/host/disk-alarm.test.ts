// A full disk is said once, and once that there is room again.
import { expect, onTestFinished, test } from 'vitest';
import { createDiskAlarm } from '../../../core/host/disk-alarm.ts';
import { logMailEvents } from '../../../core/host/mail-events.ts';
import { createLog } from '../../../core/host/log/log.ts';
import { reason } from '../../../core/mail/describe.ts';
import { StoreError } from '../../../core/store/errors.ts';
import { tempFolder } from '../store/fixture.ts';

const megabyte = 1024 * 1024;

function alarm() {
  const world = { free: 1000 * megabyte, at: 1_795_000_000_000, lines: [] as string[] };
  const disk = createDiskAlarm({ freeBytes: () => Promise.resolve(world.free), directory: '/data', now: () => world.at, note: (remark, level) => world.lines.push(`${level}: ${typeof remark === 'string' ? remark : remark.text}`) });
  onTestFinished(() => disk.close());
  return { world, disk };
}

test('one line when the disk becomes full, one when there is room again, none in between', async () => {
  const { world, disk } = alarm();
  for (const free of [1000, 30, 10, 40, 30, 70, 60, 1000]) {
    world.free = free * megabyte;
    await disk.look();
  }
  expect(world.lines.map((line) => line.slice(0, 35))).toEqual(['error: The disk of /data is full: n', 'info: There is room on the disk of ']);
  expect(world.lines[0]).toContain('Delete what is not needed on that disk');
});

test('messages that could not be stored raise it once, and a used-up quota is over when nothing fails any more', async () => {
  const { world, disk } = alarm();
  const log = createLog({ directory: tempFolder, keepDays: () => 30, now: () => world.at });
  const tell = logMailEvents(log, () => disk.noRoom());
  for (let turn = 0; turn < 3; turn += 1) {
    tell({ kind: 'problem', id: 'm', what: 'It could not be stored.', cause: new StoreError('disk.full', 'full') });
    tell({ kind: 'refused', sessionId: 7, remoteAddress: '192.0.2.1', stage: 'message', from: 'a@b', to: '', reason: reason('disk.full') });
    await disk.look();
  }
  expect(world.lines).toHaveLength(1);
  expect(log.ring.since(0, new Set(['system']), 100)).toEqual([]);
  expect(log.ring.since(0, new Set(['routing']), 100)).toHaveLength(3);
  world.at += 61_000;
  await disk.look();
  expect(world.lines).toHaveLength(2);
  await log.close();
});
