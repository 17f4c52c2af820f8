// What a dialog edits: changes, checks, saving, refusals, and somebody else's change in between.
import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../core/contract/settings.ts';
import { checkSettings, createSettingsDraft } from '../../renderer/console/dialogs/settings-draft.ts';
import { createAccountDraft, newAccountValues, toInput } from '../../renderer/console/dialogs/account-draft.ts';

const refusal = (code: string, data: unknown) => new ORPCError(code, { defined: true, data });
const codes = (errors: ReadonlyMap<string, { code: string }>) => Object.fromEntries([...errors].map(([field, { code }]) => [field, code]));

test('only what differs is a change, and changing it back is none', () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 2525 });
  expect(draft.changes()).toEqual({ 'ports.smtp': 2525 });
  draft.change({ 'ports.smtp': 25 });
  expect(draft.isDirty()).toBe(false);
});

test('a wrong value is said while it is typed, and keeps the save from being tried', async () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 70_000, 'domain.name': 'no spaces' });
  expect(codes(draft.getState().errors)).toEqual({ 'ports.smtp': 'port.range', 'domain.name': 'domain.illegal' });
  expect(await draft.save(() => Promise.reject(new Error('must not be called')))).toBe(false);
  draft.change({ 'ports.smtp': 2525, 'domain.name': 'majuterus.com' });
  expect(draft.getState().errors.size).toBe(0);
});

test('a saved draft is clean', async () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 2525 });
  let sent: Partial<Settings> = {};
  expect(await draft.save((values, changes) => { sent = changes; return Promise.resolve(values); })).toBe(true);
  expect(sent).toEqual({ 'ports.smtp': 2525 });
  expect(draft.isDirty()).toBe(false);
});

test('what the engine refuses is shown at its field, the rest above', async () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 2525 });
  const issues = [{ field: 'ports.smtp', code: 'port.range', message: '', params: {} }, { field: 'elsewhere', code: 'disk.full', message: '', params: {} }];
  expect(await draft.save(() => Promise.reject(refusal('INVALID', { issues })))).toBe(false);
  expect(codes(draft.getState().errors)).toEqual({ 'ports.smtp': 'port.range' });
  expect(draft.getState().problem).toEqual({ kind: 'fields', issues: [issues[1]] });
});

test('after a conflict the own changes lie on top of what the other one saved', async () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 2525 });
  expect(await draft.save(() => Promise.reject(refusal('CONFLICT', { revision: 7 })))).toBe(false);
  expect(draft.getState().problem).toEqual({ kind: 'conflict' });
  draft.rebase({ ...defaultSettings, 'ports.pop3': 1110 });
  expect(draft.getState().values['ports.pop3']).toBe(1110);
  expect(draft.changes()).toEqual({ 'ports.smtp': 2525 });
  draft.rebase({ ...defaultSettings, 'ports.pop3': 1111 }, true);
  expect(draft.isDirty()).toBe(false);
});

test('a wrong entry of a list is named', () => {
  expect(checkSettings({ ...defaultSettings, 'security.lanAddresses': ['10.0.0.0/8', 'office'] }, ['security.lanAddresses'])).toMatchObject([{ field: 'security.lanAddresses', code: 'ip.list', params: { entry: 'office' } }]);
});

test('the default settings are all valid', () => {
  expect(checkSettings(defaultSettings, null)).toEqual([]);
});

test('an empty password is not sent, and APOP needs one', async () => {
  const draft = createAccountDraft(newAccountValues(1));
  draft.change({ fullName: 'Dina Marlina', mailbox: 'dina' });
  expect(toInput(draft.getState().values)).not.toHaveProperty('password');
  draft.change({ apop: true });
  expect(await draft.save((values) => Promise.resolve(values))).toBe(false);
  expect(codes(draft.getState().errors)).toEqual({ password: 'apop.needs-password' });
  draft.change({ password: 'hujan-pagi-27' });
  expect(await draft.save((values) => Promise.resolve({ ...values, password: '' }))).toBe(true);
  draft.change({ notes: 'APOP is there now' });
  expect(await draft.save((values) => Promise.resolve(values))).toBe(true);
});

test('a new account without a mailbox name is refused at that field', async () => {
  const draft = createAccountDraft(newAccountValues(1));
  expect(await draft.save((values) => Promise.resolve(values))).toBe(false);
  expect(codes(draft.getState().errors)).toEqual({ mailbox: 'required' });
});

test('two servers that are on cannot share a port; switching one off or moving it settles it', () => {
  const draft = createSettingsDraft(defaultSettings);
  draft.change({ 'ports.smtp': 110 });
  expect(codes(draft.getState().errors)).toEqual({ 'ports.pop3': 'port.twice' });
  draft.change({ 'servers.pop3': false });
  expect(draft.getState().errors.size).toBe(0);
  draft.change({ 'servers.pop3': true });
  expect(codes(draft.getState().errors)).toEqual({ 'ports.pop3': 'port.twice' });
  draft.change({ 'ports.smtp': 25 });
  expect(draft.getState().errors.size).toBe(0);
});
