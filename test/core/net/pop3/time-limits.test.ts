import { expect, test } from 'vitest';
import { timeIsUp } from '../../../../core/net/pop3/time-limits.ts';

const limits = { inactive: 600, logOn: 900, handshake: 60, linger: 5 };
const idle = { ending: false, hasUnsent: false, handshake: false, loggedOn: true, openedAt: 0, activeAt: 0 };

test.each([
  ['a session has its inactivity time to the last moment', 600, idle, false],
  ['and not a moment longer', 601, idle, true],
  ['activity begins it anew', 1200, { ...idle, activeAt: 600 }, false],
  ['whoever talks may take a while to log on', 900, { ...idle, loggedOn: false, activeAt: 899 }, false],
  ['but not for ever', 901, { ...idle, loggedOn: false, activeAt: 899 }, true],
  ['a handshake is short', 61, { ...idle, handshake: true, loggedOn: false }, true],
  ['after the end, a peer has a moment to close', 5, { ...idle, ending: true }, false],
  ['and is cut off then', 6, { ...idle, ending: true }, true],
  ['unless it still reads', 600, { ...idle, ending: true, hasUnsent: true }, false],
])('%s', (_, now, age, isUp) => {
  expect(timeIsUp(now, limits, age) !== null).toBe(isUp);
});

test('a logon may take as long as the inactivity setting, when that is longer', () => {
  expect(timeIsUp(1000, { ...limits, inactive: 2000 }, { ...idle, loggedOn: false, activeAt: 999 })).toBe(null);
});
