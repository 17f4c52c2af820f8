// Where the directory template of new accounts may lead.
import { expect, test } from 'vitest';
import { settingChangesSchema } from '../../../core/contract/settings.ts';

test.each([
  ['Users/$DOMAIN$/$MAILBOX$', true],
  ['Users/../Mail/$MAILBOX$', true],
  ['/srv/mail/$MAILBOX$', true],
  ['D:\\Mail\\$MAILBOX$', true],
  ['..Users/$MAILBOX$', true],
  ['../../$MAILBOX$', false],
  ['Users/../../$MAILBOX$', false],
  ['..\\$MAILBOX$', false],
  ['./../$MAILBOX$', false],
])('%s stays where it should: %s', (path, good) => {
  const parsed = settingChangesSchema.safeParse({ 'directories.mail': path });
  expect(parsed.success ? [] : parsed.error.issues.map(({ message }) => message)).toEqual(good ? [] : ['template.outside']);
});
