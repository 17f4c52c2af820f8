// Who may send with which reverse-path, by table.
import { expect, test } from 'vitest';
import type { Settings } from '../../../core/contract/settings.ts';
import { replyOf } from '../../../core/mail/describe.ts';
import { isOriginator, refuseSender } from '../../../core/mail/sender.ts';
import type { SenderSession } from '../../../core/mail/sender.ts';
import { loggedOn, mailbox, majuTerus, onLan, onThisComputer, outside, policyOf } from './world.ts';

const smtp = (asker: Omit<SenderSession, 'server'>): SenderSession => ({ ...asker, server: 'smtp' });
const submission = (asker: Omit<SenderSession, 'server'>): SenderSession => ({ ...asker, server: 'submission' });

test.each<[string, SenderSession, string | null, Partial<Settings>?]>([
  // Strangers
  ['a@far.example', smtp(outside), null],
  ['', smtp(outside), null],
  ['dina@majuterus.lan', smtp(outside), 'sender.needs-logon'],
  ['DINA@MAJUTERUS.LAN', smtp(outside), 'sender.needs-logon'],
  ['nobody@majuterus.lan', smtp(outside), 'sender.needs-logon'],
  ['dina@[192.168.0.1]', smtp(outside), 'sender.needs-logon'],
  ['Postmaster', smtp(outside), 'sender.malformed'],
  ['@majuterus.lan:a@far.example', smtp(outside), null],
  // On the LAN
  ['dina@majuterus.lan', smtp(onLan), null],
  ['info@majuterus.lan', smtp(onLan), null],
  ['postmaster@majuterus.lan', smtp(onThisComputer), null],
  ['nobody@majuterus.lan', smtp(onLan), 'sender.unknown'],
  ['dina%x@majuterus.lan', smtp(onLan), 'sender.unknown'],
  ['off@majuterus.lan', smtp(onLan), 'sender.disabled'],
  ['dina@majuterus.lan', smtp(onLan), 'sender.needs-logon', { 'security.localSenders': 'login' }],
  ['dina@majuterus.lan', smtp(onLan), 'sender.needs-logon', { 'security.lanAddresses': [] }],
  ['a@far.example', smtp(onLan), null],
  // A device that the administrator listed
  ['dina@majuterus.lan', smtp(outside), null, { 'security.relayAddresses': ['203.0.113.9'] }],
  ['nobody@majuterus.lan', smtp(outside), 'sender.unknown', { 'security.relayAddresses': ['203.0.113.9'] }],
  // Logged on as dina
  ['dina@majuterus.lan', smtp(loggedOn), null],
  ['"Dina"@majuterus.lan', submission(loggedOn), null],
  ['info@majuterus.lan', submission(loggedOn), null],
  ['chain@majuterus.lan', submission(loggedOn), null],
  ['postmaster@majuterus.lan', submission(loggedOn), null],
  ['', submission(loggedOn), null],
  ['sari@majuterus.lan', submission(loggedOn), 'sender.not-yours'],
  ['dina@sales.majuterus.lan', submission(loggedOn), 'sender.not-yours'],
  ['info@sales.majuterus.lan', submission(loggedOn), 'sender.not-yours'],
  ['dina@far.example', submission(loggedOn), 'sender.not-yours'],
  ['nobody@majuterus.lan', submission(loggedOn), 'sender.not-yours'],
  ['dina@majuterus.lan', submission({ ...loggedOn, login: { accountId: 4, address: 'off@majuterus.lan' } }), 'sender.disabled'],
  ['dina@majuterus.lan', submission({ ...loggedOn, login: { accountId: 99, address: 'gone@majuterus.lan' } }), 'sender.disabled'],
  // The submission ports
  ['dina@majuterus.lan', submission(onLan), 'session.needs-logon'],
  ['', submission(onLan), 'session.needs-logon'],
  ['a@far.example', { ...outside, server: 'smtps' }, 'session.needs-logon'],
])('<%s>, %o: %s', (path, session, expected, changes = {}) => {
  expect(refuseSender(path === '' ? null : mailbox(path), session, policyOf(majuTerus, changes))?.code ?? null).toBe(expected);
});

test('a refusal says what would be allowed', () => {
  const why = refuseSender(mailbox('sari@majuterus.lan'), submission(loggedOn), policyOf(majuTerus));
  expect(why && replyOf(why)).toEqual({ code: 553, enhanced: '5.7.1', text: 'You are logged on as dina@majuterus.lan and may send as dina@majuterus.lan or one of its aliases, not as sari@majuterus.lan.' });
});

test('only mail that starts here gets fields added', () => {
  const policy = policyOf(majuTerus);
  expect(isOriginator(mailbox('dina@majuterus.lan'), smtp(onLan), policy)).toBe(true);
  expect(isOriginator(null, submission(loggedOn), policy)).toBe(true);
  expect(isOriginator(mailbox('a@far.example'), smtp(outside), policy)).toBe(false);
  expect(isOriginator(null, smtp(outside), policy)).toBe(false);
});
