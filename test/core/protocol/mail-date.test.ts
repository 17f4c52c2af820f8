// Dates of mail headers.
import { expect, test } from 'vitest';
import { formatMailDate } from '../../../core/protocol/mail-date.ts';

const at = Date.UTC(2003, 2, 3, 2, 5, 7);

test.each([
  [420, 'Mon, 3 Mar 2003 09:05:07 +0700'], [0, 'Mon, 3 Mar 2003 02:05:07 +0000'], [-210, 'Sun, 2 Mar 2003 22:35:07 -0330'], [345, 'Mon, 3 Mar 2003 07:50:07 +0545'],
])('%i minutes east', (offset, expected) => {
  expect(formatMailDate(at, offset)).toBe(expected);
});

test('by default in the zone of this computer, and read back as the same instant', () => {
  expect(new Date(formatMailDate(at)).getTime()).toBe(at);
});
