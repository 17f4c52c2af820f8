// The stores of the console: log lines, accounts by page, the view that is kept, texts of problems.
import { expect, test } from 'vitest';
import type { Account, LogLine } from '../../core/contract/records.ts';
import type { Api } from '../../renderer/console/connection.ts';
import { count, dateTime, duration, logStamp, size } from '../../renderer/console/format.ts';
import { startTexts } from '../../renderer/console/i18n.ts';
import { issueText } from '../../renderer/console/problem.ts';
import { createAccountPages } from '../../renderer/console/store/account-pages.ts';
import { pageSize } from '../../renderer/console/store/pages.ts';
import { addLines, createLogs, keptLines } from '../../renderer/console/store/logs.ts';
import { createView } from '../../renderer/console/store/view.ts';

const line = (sequence: number, channel: LogLine['channel'], text = `line ${sequence}`): LogLine => ({ sequence, at: 0, channel, session: 0, text, level: 'info' });

test('log lines go to their channel; the oldest go when there are too many', () => {
  const many = Array.from({ length: keptLines + 5 }, (_, index) => line(index + 1, 'smtp-in'));
  const state = addLines(addLines(createLogs().getState(), [line(0, 'system')]), many);
  expect(state.lines.system.map(({ text }) => text)).toEqual(['line 0']);
  expect(state.lines['smtp-in'].length).toBe(keptLines);
  expect(state.lines['smtp-in'][0]?.sequence).toBe(6);
  expect(state.last).toBe(keptLines + 5);
});

test('a line of a channel without a tab moves on the place to go on from', () => {
  const before = createLogs().getState();
  expect(addLines(before, [line(9, 'ras')])).toEqual({ lines: before.lines, last: 9 });
});

const numbered = (id: number): Account => ({
  id, domainId: 1, domainName: 'a.lan', mailbox: `m${id}`, address: `m${id}@a.lan`, fullName: '', enabled: true, allowPopImap: true, passwordSet: true, apop: false, notes: '', directory: '',
  storageFormat: 'msg', extractAttachments: false, messages: 0, bytes: 0, lastAccessAt: null, createdAt: 0, revision: 1,
});

/** Answers accounts.list from `total` numbered accounts, and notes what was asked. */
function listing(total: number): { api: Api; asked: string[] } {
  const asked: string[] = [];
  const list = ({ offset = 0, limit = 200, search = '' }: { offset?: number; limit?: number; search?: string }) => {
    asked.push(`${search}@${offset}+${limit}`);
    const matching = search === '' ? total : 1;
    return Promise.resolve({ total, matching, accounts: Array.from({ length: Math.max(0, Math.min(limit, matching - offset)) }, (_, index) => numbered(offset + index + 1)) });
  };
  return { api: { accounts: { list } } as unknown as Api, asked };
}
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

test('accounts are loaded by page as they come into view, each page once', async () => {
  const { api, asked } = listing(5000);
  const pages = createAccountPages(() => api, { search: '', domainId: null, sort: 'mailbox', descending: false });
  pages.view(0, 40);
  pages.view(5, 45);
  await settled();
  pages.view(pageSize * 3 - 10, pageSize * 3 + 10);
  await settled();
  expect(asked).toEqual(['@0+200', '@400+200', '@600+200']);
  expect(pages.row(0)?.id).toBe(1);
  expect(pages.row(pageSize)).toBeUndefined();
  expect(pages.row(pageSize * 3)?.id).toBe(601);
  expect(pages.getState()).toMatchObject({ total: 5000, matching: 5000 });
});

test('changes that come faster than answers do not keep a list from being shown, and the last one is seen', async () => {
  const { api, asked } = listing(5000);
  const pages = createAccountPages(() => api, { search: '', domainId: null, sort: 'mailbox', descending: false });
  pages.view(0, 40);
  for (let change = 0; change < 5; change++) pages.refresh();
  await settled();
  expect(pages.row(0)?.id).toBe(1);
  await settled();
  expect(asked).toEqual(['@0+200', '@0+200']);
});

test('another order while far down shows the rows that are in view', async () => {
  const { api, asked } = listing(5000);
  const pages = createAccountPages(() => api, { search: '', domainId: null, sort: 'mailbox', descending: false });
  pages.view(0, 40);
  await settled();
  pages.view(3050, 3090);
  await settled();
  asked.length = 0;
  pages.filter({ descending: true });
  await settled();
  expect(pages.row(3060)?.id).toBe(3061);
  pages.filter({ search: 'dina' });
  await settled();
  // Fewer rows than the place in view: the list hears it and looks at the top.
  expect(pages.getState().matching).toBe(1);
  pages.view(0, 0);
  await settled();
  expect(pages.row(0)?.id).toBe(1);
});

test('an answer to an old question is not shown', async () => {
  const { api } = listing(5000);
  const pages = createAccountPages(() => api, { search: '', domainId: null, sort: 'mailbox', descending: false });
  pages.view(0, 40);
  pages.filter({ search: 'dina' });
  await settled();
  expect(pages.getState()).toMatchObject({ matching: 1, total: 5000 });
});

test('a range covers rows that are not loaded', async () => {
  const { api, asked } = listing(2500);
  const pages = createAccountPages(() => api, { search: '', domainId: null, sort: 'mailbox', descending: false });
  expect((await pages.ids(10, 2499)).length).toBe(2490);
  expect(asked).toEqual(['@10+1000', '@1010+1000', '@2010+490']);
});

test('the view is kept, and rubbish in the storage is not believed', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value); } };
  createView(storage).setState({ switched: true, tab: 'sessions', queue: 'bad', leftWidth: 300 });
  expect(createView(storage).getState()).toEqual({ switched: true, tab: 'sessions', queue: 'bad', leftWidth: 300 });
  kept.set('merpati.view', '{"tab":"nowhere","leftWidth":"wide","queue":7}');
  expect(createView(storage).getState()).toEqual({ switched: false, tab: 'system', queue: 'remote', leftWidth: 250 });
  kept.set('merpati.view', 'not json');
  expect(createView(storage).getState().tab).toBe('system');
});

test('an issue reads well in both languages, and an unknown one falls back to the plain sentence', async () => {
  const texts = await startTexts('id');
  const range = { field: 'x', code: 'number.range', message: '', params: { minimum: 5 } };
  expect(issueText(texts.t, range)).toBe('Masukkan paling sedikit 5.');
  await texts.changeLanguage('en');
  expect(issueText(texts.t, range)).toBe('Enter at least 5.');
  expect(issueText(texts.t, { field: 'x', code: 'something.new', message: 'Plain words.', params: {} })).toBe('Plain words.');
  expect(texts.t('status.sessions', { count: 1 })).toBe('1 session');
});

test('numbers, sizes and times', () => {
  const at = new Date(2026, 10, 24, 8, 5, 9).getTime();
  expect([dateTime(at), logStamp(at)]).toEqual(['2026-11-24 08:05', 'Tue 2026-11-24 08:05:09:']);
  expect([0, 999, 4300, 1_400_000, 5_000_000_000].map((bytes) => size(bytes, 'en'))).toEqual(['0 B', '999 B', '4.2 KB', '1.3 MB', '4.7 GB']);
  expect([count(5000, 'en'), count(5000, 'id')]).toEqual(['5,000', '5.000']);
  expect([7000, 765_000, 3_753_000].map(duration)).toEqual(['0:07', '12:45', '1:02:33']);
});
