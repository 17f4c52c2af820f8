// "Explain this route": the same decisions as at RCPT and in the sender, for an address that was typed or a message that waits.
import { expect, test } from 'vitest';
import { defaultSettings } from '../../../../core/contract/settings.ts';
import { explainQueued, explainRecipient } from '../../../../core/mail/outbound/explain.ts';
import type { PlanContext } from '../../../../core/mail/outbound/route-plan.ts';
import type { QueuedMessage } from '../../../../core/store/store.ts';
import { majuTerus, policyOf } from '../world.ts';
import { FakeResolver, none } from './world.ts';

const resolver = new FakeResolver();
resolver.domain('contoh.id', '203.0.113.1');
resolver.mxs.set('rusak.id', none('timeout'));
const policy = policyOf(majuTerus, { 'domain.name': 'majuterus.lan' });
const context = (frozen = false): PlanContext => ({
  settings: { ...defaultSettings, 'queues.frozenRemote': frozen }, directory: policy.directory, smartHosts: [], smartHostPassword: () => '', secret: () => '', resolver, localAddresses: ['192.168.0.1'], random: () => 0,
});

test.each([
  ['sari@majuterus.lan', '', 'local', ['domain-local', 'account']],
  ['kurnia@majuterus.lan', '', 'local', ['domain-local', 'alias', 'account']],
  ['nobody@majuterus.lan', '', 'refused', ['domain-local', 'account-unknown', 'unknown-refused']],
  ['off@majuterus.lan', '', 'refused', ['domain-local', 'account-disabled']],
  ['budi@contoh.id', 'dina@majuterus.lan', 'remote', ['domain-elsewhere', 'relay-by-login', 'mode-direct', 'source-system', 'helo', 'mx-dns', 'addresses-dns', 'hop-opportunistic', 'sends']],
  ['budi@contoh.id', '', 'remote', ['domain-elsewhere', 'own-mail', 'mode-direct', 'source-system', 'helo', 'mx-dns', 'addresses-dns', 'hop-opportunistic', 'sends']],
  ['budi@contoh.id', 'x@lain.id', 'refused', ['domain-elsewhere', 'relay-refused']],
  ['budi@tidak-ada.id', '', 'undeliverable', ['domain-elsewhere', 'own-mail', 'mode-direct', 'source-system', 'helo', 'no-such-domain']],
  ['budi@rusak.id', '', 'waits', ['domain-elsewhere', 'own-mail', 'mode-direct', 'source-system', 'helo', 'dns-try.timeout', 'dns-failed', 'later']],
  ['not an address', '', 'refused', ['address-illegal']],
])('to %s from %j: %s', async (recipient, sender, outcome, steps) => {
  const explained = await explainRecipient({ recipient, sender }, policy, context());
  expect([explained.outcome, explained.steps.map(({ kind }) => kind)]).toEqual([outcome, steps]);
  expect(explained.steps.filter(({ text }) => text === '' || text.includes('{{'))).toEqual([]);
});

const message: QueuedMessage = {
  id: 1, queue: 'remote', messageId: 'x', octets: 1, reversePath: 'dina@majuterus.lan', subject: '', destination: 'contoh.id', via: '', queuedAt: 0, envid: null, ret: null, smtpUtf8: false, eightBit: false,
  attempts: 2, firstTriedAt: 0, informedAt: null, recipients: [{ id: 1, address: 'budi@contoh.id', notify: null, orcpt: null }],
};
test.each([
  [{}, false, 'remote', 'sends'],
  [{}, true, 'waits', 'frozen-remote'],
  [{ queue: 'retry' }, true, 'remote', 'sends'],
  [{ queue: 'holding' }, false, 'waits', 'held'],
  [{ queue: 'bad', destination: '' }, false, 'bad', 'in-bad-queue'],
  [{ destination: 'tidak-ada.id' }, false, 'undeliverable', 'no-such-domain'],
] as const)('a message of the queue: %j, frozen %s', async (more, frozen, outcome, last) => {
  const [explained] = await explainQueued({ ...message, ...more }, context(frozen));
  expect([explained?.outcome, explained?.steps.at(-1)?.kind]).toEqual([outcome, last]);
});
