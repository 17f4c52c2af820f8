// Secret settings, and smart hosts of their own for a domain or an account: what is kept, what is told, and what is refused.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SmartHostInput } from '../../../core/contract/records.ts';
import type { StoreChange } from '../../../core/store/store.ts';
import { actor, addAccount, codeOf, inputOf, open, openWithDomain, tempFolder } from './fixture.ts';

const host = (match: string, more: Partial<SmartHostInput> = {}): SmartHostInput => ({
  kind: 'domain', match, host: 'relay.example:587', tls: 'starttls', verify: true, user: 'dina', method: 'auto', enabled: true, ...more,
});

/** Whether any file of the folder holds these words. */
function standsIn(folder: string, words: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).some((file) => statSync(file).isFile() && readFileSync(file).includes(words));
}

describe('a secret setting', () => {
  test('goes in and comes out only by its own door', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    expect(store.settings.secret('delivery.smartHostPassword')).toBe('');
    expect(await store.settings.save({ 'delivery.smartHostPassword': 'GEHEIM-1', 'delivery.smartHostUser': 'dina' }, 1, actor)).toBe(2);
    expect(await store.settings.save({ 'delivery.smartHostPassword': 'GEHEIM-1' }, 2, actor)).toBe(2);
    expect(await store.settings.save({ 'delivery.smartHostPassword': 'GEHEIM-2' }, 2, actor)).toBe(3);
    await store.close();
    const again = await open(folder);
    expect(again.settings.secret('delivery.smartHostPassword')).toBe('GEHEIM-2');
    expect(again.settings.read()).toMatchObject({ values: { 'delivery.smartHostPassword': '', 'delivery.smartHostUser': 'dina' }, secretsSet: ['delivery.smartHostPassword'] });
    expect(await again.settings.save({ 'delivery.smartHostPassword': '' }, 3, actor)).toBe(4);
    expect([again.settings.secret('delivery.smartHostPassword'), again.settings.read().secretsSet]).toEqual(['', []]);
    expect(again.history.list(null, 3).map(({ changes }) => changes)).toEqual([
      [{ field: 'delivery.smartHostPassword', before: '(set)', after: '' }],
      [{ field: 'delivery.smartHostPassword', before: '(set)', after: '(set)' }],
      [{ field: 'delivery.smartHostUser', before: '', after: 'dina' }, { field: 'delivery.smartHostPassword', before: '', after: '(set)' }],
    ]);
    await again.close();
    expect(standsIn(folder, 'GEHEIM')).toBe(false);
  });

  test('that the key of the data folder does not open counts as not set, with one line, and can be set anew', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    await store.settings.save({ 'delivery.smartHostPassword': 'GEHEIM' }, 1, actor);
    await store.smartHosts.add(host('contoh.id', { password: 'GEHEIM' }), actor);
    await store.close();
    writeFileSync(join(folder, 'machine.key'), Buffer.alloc(32, 7));
    const again = await open(folder);
    expect([again.settings.secret('delivery.smartHostPassword'), again.settings.read().secretsSet]).toEqual(['', []]);
    expect([again.smartHosts.password(1), again.smartHosts.list()[0]?.passwordSet]).toEqual(['', false]);
    await again.settings.save({ 'ports.smtp': 2525 }, 2, actor);
    expect(again.lines).toHaveLength(2);
    await again.settings.save({ 'delivery.smartHostPassword': 'neu' }, 3, actor);
    await again.smartHosts.change(1, 1, host('contoh.id', { password: 'neu' }), actor);
    expect([again.settings.secret('delivery.smartHostPassword'), again.smartHosts.password(1)]).toEqual(['neu', 'neu']);
  });
});

describe('smart hosts', () => {
  test('are added, changed and removed, with revision and history, and the password stays inside', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const told: StoreChange[] = [];
    store.onChange((change) => told.push(change));
    const added = await store.smartHosts.add(host('.contoh.id', { password: 'GEHEIM' }), actor);
    expect(added).toEqual({ id: 1, kind: 'domain', match: '.contoh.id', host: 'relay.example:587', tls: 'starttls', verify: true, user: 'dina', passwordSet: true, method: 'auto', enabled: true, revision: 1 });
    expect(told).toEqual([{ topic: 'smart-hosts' }, { topic: 'history' }]);
    const changed = await store.smartHosts.change(1, 1, host('.contoh.id', { user: 'budi' }), actor);
    expect([changed.revision, changed.passwordSet, store.smartHosts.password(1)]).toEqual([2, true, 'GEHEIM']);
    expect(await codeOf(store.smartHosts.change(1, 1, host('.contoh.id'), actor))).toBe('conflict');
    expect((await store.smartHosts.change(1, 2, host('.contoh.id', { user: 'budi', password: '' }), actor)).passwordSet).toBe(false);
    expect(store.smartHosts.password(1)).toBe('');
    await store.smartHosts.remove(1, actor);
    expect([store.smartHosts.list(), store.smartHosts.password(1)]).toEqual([[], '']);
    expect(await codeOf(store.smartHosts.remove(1, actor))).toBe('not-found');
    expect(store.history.list(null, 4).map(({ action, subject, changes }) => [action, subject, changes.map(({ field }) => field).join()])).toEqual([
      ['delete', 'smart host for domain .contoh.id', 'kind,match,host,tls,verify,user,method,enabled'], ['change', 'smart host for domain .contoh.id', 'password'],
      ['change', 'smart host for domain .contoh.id', 'user'], ['create', 'smart host for domain .contoh.id', 'kind,match,host,tls,verify,user,method,enabled,password'],
    ]);
    await store.close();
    expect(standsIn(folder, 'GEHEIM')).toBe(false);
  });

  test.each<[string, Partial<SmartHostInput>, string]>([
    ['bücher.example', {}, 'xn--bcher-kva.example'], ['kantor', {}, 'kantor'], ['.id', {}, '.id'],
    ['dina@kantor.lan', { kind: 'account' }, 'dina@kantor.lan'],
    ['', {}, 'smart-host.domain-illegal'], ['.', {}, 'smart-host.domain-illegal'], ['a b', {}, 'smart-host.domain-illegal'], ['..contoh.id', {}, 'smart-host.domain-illegal'],
    ['x@contoh.id', {}, 'smart-host.domain-illegal'], ['contoh.com', {}, 'smart-host.exists'],
    ['nobody@kantor.lan', { kind: 'account' }, 'smart-host.account-unknown'], ['dina', { kind: 'account' }, 'smart-host.account-unknown'], ['budi@kantor.lan', { kind: 'account' }, 'smart-host.exists'],
  ])('for %s: %o is %s', async (match, more, expected) => {
    const store = await openWithDomain();
    for (const name of ['dina', 'budi']) await addAccount(store, name);
    await store.smartHosts.add(host('contoh.com'), actor);
    await store.smartHosts.add(host('budi@kantor.lan', { kind: 'account' }), actor);
    const outcome = await codeOf(store.smartHosts.add(host(match, more), actor));
    expect(outcome === 'done' ? store.smartHosts.list().find(({ id }) => id === 3)?.match : outcome).toBe(expected);
  });

  test('for an account follow it when it is renamed, and go with it', async () => {
    const store = await openWithDomain();
    const account = await addAccount(store, 'dina');
    await store.smartHosts.add(host('dina@kantor.lan', { kind: 'account', password: 'x' }), actor);
    await store.accounts.change(account.id, account.revision, { ...inputOf(account), mailbox: 'Diana' }, {}, actor);
    expect(store.smartHosts.list()).toMatchObject([{ match: 'diana@kantor.lan', passwordSet: true }]);
    await store.accounts.remove([account.id], 'delete', actor);
    expect(store.smartHosts.list()).toEqual([]);
  });
});
