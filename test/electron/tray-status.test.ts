// The icon and the words of the tray.
import { expect, test } from 'vitest';
import { defaultSettings } from '../../core/contract/settings.ts';
import { textsIn } from '../../electron/texts.ts';
import { texts } from '../../renderer/console/i18n.ts';
import { trayStatus, type ShellState } from '../../electron/tray-status.ts';

const facts = { settings: { ...defaultSettings, 'domain.name': 'majuterus.lan' }, local: 0, remote: 0, bad: 0, failed: [] };
const running: ShellState = { engine: 'running', reason: '', facts, locked: false };
const head = 'majuterus.lan - Q: Remote 0, Bad 0';

test.each<[string, ShellState, object]>([
  ['at rest', running, { icon: 'idle', locked: false, tooltip: head }],
  ['mail to go out', { ...running, facts: { ...facts, remote: 3, bad: 1 } }, { icon: 'mail', locked: false, tooltip: 'majuterus.lan - Q: Remote 3, Bad 1' }],
  ['mail to come in', { ...running, facts: { ...facts, local: 1 } }, { icon: 'mail', locked: false, tooltip: head }],
  ['a port that is taken', { ...running, facts: { ...facts, remote: 1, failed: ['smtp', 'pop3s'] } }, { icon: 'problem', locked: false, tooltip: 'majuterus.lan - Q: Remote 1, Bad 0\nNot working: SMTP, POP3 SSL' }],
  ['before the engine is up', { ...running, engine: 'starting', facts: null }, { icon: 'idle', locked: false, tooltip: 'Merpati\nStarting...' }],
  ['the engine died', { ...running, engine: 'stopped', facts: null }, { icon: 'problem', locked: false, tooltip: 'Merpati\nThe mail server stopped and is being started again' }],
  ['the engine does not start', { ...running, engine: 'stopped', reason: 'The data folder is in use.', facts: null }, { icon: 'problem', locked: false, tooltip: 'Merpati\nThe mail server does not start: The data folder is in use.' }],
  ['locked', { ...running, locked: true }, { icon: 'idle', locked: true, tooltip: `${head}\nlocked` }],
  ['no domain yet', { ...running, facts: { ...facts, settings: defaultSettings } }, { icon: 'idle', locked: false, tooltip: 'Merpati - Q: Remote 0, Bad 0' }],
])('%s', (_, state, expected) => {
  expect(trayStatus(state, textsIn('en'))).toEqual(expected);
});

test('queues and servers are called what the console calls them', () => {
  const tooltip = trayStatus({ ...running, facts: { ...facts, remote: 2, bad: 1, failed: ['submission'] } }, textsIn('id')).tooltip;
  const named = (key: string) => texts.id[key];
  expect(tooltip).toBe(`majuterus.lan - Antrean: ${named('queue.remote')} 2, ${named('queue.bad')} 1\n${named('status.failed')?.replace('{{servers}}', named('server.submission') ?? '')}`);
});

test('no tooltip is longer than Windows shows', () => {
  expect(trayStatus({ ...running, engine: 'stopped', reason: 'x'.repeat(500) }, textsIn('en')).tooltip).toHaveLength(127);
});
