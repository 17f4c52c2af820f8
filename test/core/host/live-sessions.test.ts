import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LiveSessions } from '../../../core/host/live-sessions.ts';
import { createLog } from '../../../core/host/log/log.ts';
import type { Admission, SessionOpening } from '../../../core/net/session.ts';

function setUp(limits = { smtp: 3, pop3: 2, perAddress: 2 }) {
  const log = createLog({ directory: () => mkdtempSync(join(tmpdir(), 'merpati-log-')), keepDays: () => 1, now: () => 1000 });
  const disconnected: string[] = [];
  const sessions = new LiveSessions({ now: () => 1000, log, limits: () => limits, onChange: () => undefined });
  const open = (remoteAddress: string, server: SessionOpening['server'] = 'smtp'): Admission => sessions.admit({
    server, remoteAddress, remotePort: 1305, localAddress: '192.168.0.1', localPort: 25, tls: false, disconnect: (reason) => disconnected.push(`${remoteAddress} ${reason}`),
  });
  return { log, sessions, open, disconnected };
}
const recordOf = (admission: Admission) => {
  if (admission.kind !== 'admitted') throw new Error(admission.text);
  return admission.record;
};

test('limits: per address over all servers, per kind of server, and a place is free again after the end', () => {
  const { open } = setUp();
  const first = recordOf(open('10.0.0.1'));
  recordOf(open('10.0.0.1', 'pop3'));
  expect(open('10.0.0.1')).toEqual({ kind: 'refused', text: 'Too many connections from your address, close some first' });
  recordOf(open('10.0.0.2', 'submission'));
  recordOf(open('10.0.0.3', 'smtps'));
  expect(open('10.0.0.4')).toEqual({ kind: 'refused', text: 'Server too busy, try again later' });
  first.end('successful');
  expect(open('10.0.0.4').kind).toBe('admitted');
});

test('the transcript reaches the log as one block when the session ends', () => {
  const { log, open } = setUp();
  const one = recordOf(open('10.0.0.1'));
  const two = recordOf(open('10.0.0.2'));
  one.received('EHLO pc-dina');
  two.received('EHLO pc-ani');
  one.sent('250 ok');
  expect(log.ring.since(0, null, 100)).toEqual([]);
  two.end('terminated', 'Connection lost');
  one.traffic(1420, 512);
  one.end('successful');
  one.end('successful');
  expect(log.ring.since(0, null, 100).map(({ text }) => text)).toEqual([
    '----------', 'Session 2', 'Accepting SMTP connection from [10.0.0.2:1305] to [192.168.0.1:25]', '<-- EHLO pc-ani', 'Connection lost', 'SMTP session terminated (Bytes in/out: 0/0)',
    '----------', 'Session 1', 'Accepting SMTP connection from [10.0.0.1:1305] to [192.168.0.1:25]', '<-- EHLO pc-dina', '--> 250 ok', 'SMTP session successful (Bytes in/out: 1420/512)',
  ]);
});

test('a follower gets what was said, what is said, and the end', () => {
  const { sessions, open } = setUp();
  const record = recordOf(open('10.0.0.1'));
  for (let line = 0; line < 900; line += 1) record.received(`NOOP ${line}`);
  const heard: string[] = [];
  let ended = false;
  sessions.follow(record.id, { lines: (_at, text) => heard.push(...text), ended: () => { ended = true; } });
  record.sent('250 ok');
  record.end('successful');
  expect([heard.length, heard[3], heard.at(-2), ended]).toEqual([905, '<-- NOOP 0', '--> 250 ok', true]);
  expect(sessions.follow(record.id, { lines: () => undefined, ended: () => undefined })).toBeNull();
});

test('disconnect asks the right session, closing asks all and admits nobody', () => {
  const { sessions, open, disconnected } = setUp();
  const record = recordOf(open('10.0.0.1'));
  recordOf(open('10.0.0.2'));
  expect(sessions.disconnect(record.id)).toBe(true);
  expect(sessions.disconnect(99)).toBe(false);
  sessions.close();
  expect(disconnected).toEqual(['10.0.0.1 administrator', '10.0.0.1 shutdown', '10.0.0.2 shutdown']);
  expect(open('10.0.0.9')).toEqual({ kind: 'refused', text: 'Server is shutting down, try again later' });
});

test('a peer that talks much fills no memory: the newest lines are shown, all of them are in the log', () => {
  const { log, sessions, open } = setUp();
  const record = recordOf(open('10.0.0.1'));
  for (let line = 0; line < 1000; line += 1) record.received(`NOOP ${line} ${'x'.repeat(490)}`);
  const heard: string[] = [];
  sessions.follow(record.id, { lines: (_at, text) => heard.push(...text), ended: () => undefined });
  expect(heard.join('').length).toBeLessThan(200_000);
  expect(heard.at(-1)).toContain('NOOP 999 ');
  record.end('successful');
  expect(log.ring.since(0, null, 5000).filter(({ text }) => text.includes('NOOP'))).toHaveLength(1000);
});
