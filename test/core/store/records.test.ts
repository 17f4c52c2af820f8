// Settings, domains, accounts, aliases and the history, on a real database.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../core/contract/settings.ts';
import type { StoreChange } from '../../../core/store/store.ts';
import { actor, addAccount, codeOf, input, inputOf, open, openWithDomain, tempFolder } from './fixture.ts';

const query = { search: '', domainId: null, sort: 'mailbox', descending: false, offset: 0, limit: 100 } as const;

describe('settings', () => {
  test('are the defaults in a new folder and survive a restart', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    expect(store.settings.read()).toEqual({ values: defaultSettings, secretsSet: [], revision: 1 });
    expect(await store.settings.save({ 'ports.smtp': 2525, 'security.relayAddresses': ['10.1.2.3'] }, 1, actor)).toBe(2);
    await store.close();
    const again = await open(folder);
    expect(again.settings.read()).toEqual({ values: { ...defaultSettings, 'ports.smtp': 2525, 'security.relayAddresses': ['10.1.2.3'] }, secretsSet: [], revision: 2 });
  });

  test('a stale save is a conflict and changes nothing, also when both are asked for in one moment', async () => {
    const store = await open();
    const saves = [store.settings.save({ 'ports.smtp': 2525 }, 1, actor), store.settings.save({ 'ports.pop3': 1100 }, 1, actor)];
    expect(await Promise.all(saves.map(codeOf))).toEqual(['done', 'conflict']);
    expect(store.settings.read().values['ports.pop3']).toBe(110);
    expect(store.history.list(null, 10)).toHaveLength(1);
  });

  test('a save that changes nothing leaves revision and history alone', async () => {
    const store = await open();
    expect(await store.settings.save({ 'ports.smtp': 25 }, 1, actor)).toBe(1);
    expect(store.history.list(null, 10)).toEqual([]);
  });

  test('the history says who, when, from where and what, newest first', async () => {
    const store = await open(undefined, { now: () => 1234 });
    await store.settings.save({ 'ports.smtp': 2525 }, 1, actor);
    await store.settings.save({ 'timers.latencyMs': 5 }, 2, { who: 'dina', from: '10.0.0.2' });
    expect(store.history.list(null, 10)).toEqual([
      { id: 2, at: 1234, who: 'dina', from: '10.0.0.2', subject: 'settings', action: 'change', changes: [{ field: 'timers.latencyMs', before: '0', after: '5' }] },
      { id: 1, at: 1234, who: 'admin', from: '127.0.0.1', subject: 'settings', action: 'change', changes: [{ field: 'ports.smtp', before: '25', after: '2525' }] },
    ]);
    expect(store.history.list(2, 10).map(({ id }) => id)).toEqual([1]);
    expect(store.history.list(null, 1).map(({ id }) => id)).toEqual([2]);
  });
});

describe('the primary domain', () => {
  test('is made by the first name, renamed by the next, and equal to its settings', async () => {
    const store = await openWithDomain();
    expect(store.domains.list()).toEqual([{ id: 1, name: 'kantor.lan', ip: '', bindToIp: false, isPrimary: true, accounts: 0, revision: 1 }]);
    const account = await addAccount(store, 'Dina');
    await store.aliases.add({ alias: 'info@kantor.lan', target: 'dina@kantor.lan' }, actor);
    await store.settings.save({ 'domain.name': 'majuterus.lan', 'domain.ip': '127.0.0.2', 'postmaster.account': 'dina@kantor.lan' }, store.settings.read().revision, actor);
    expect(store.domains.list()[0]).toMatchObject({ id: 1, name: 'majuterus.lan', ip: '127.0.0.2', accounts: 1 });
    expect(store.accounts.get(account.id)?.address).toBe('Dina@majuterus.lan');
    expect(store.aliases.list()).toEqual([{ id: 1, alias: 'info@majuterus.lan', target: 'dina@majuterus.lan' }]);
    expect(store.directory().accountByAddress('dina@kantor.lan')).toBeNull();
    expect(store.directory().accountByAddress('dina@majuterus.lan')?.id).toBe(account.id);
  });

  test('a rename takes along settings that hold its addresses', async () => {
    const store = await openWithDomain();
    await store.settings.save({ 'postmaster.account': 'dina@kantor.lan', 'archival.addresses': 'a@kantor.lan, b@other.lan' }, store.settings.read().revision, actor);
    await store.domains.change(1, 1, { name: 'baru.lan', ip: '', bindToIp: true }, actor);
    const { values } = store.settings.read();
    expect([values['domain.name'], values['domain.bindToIp'], values['postmaster.account'], values['archival.addresses']]).toEqual(['baru.lan', true, 'dina@baru.lan', 'a@baru.lan, b@other.lan']);
  });

  test('cannot lose its name or be removed, or take a secondary name', async () => {
    const store = await openWithDomain();
    await store.domains.add({ name: 'sales.kantor.lan', ip: '', bindToIp: false }, actor);
    const { revision } = store.settings.read();
    expect(await codeOf(store.settings.save({ 'domain.name': '' }, revision, actor))).toBe('domain.is-primary');
    expect(await codeOf(store.settings.save({ 'domain.name': 'sales.kantor.lan' }, revision, actor))).toBe('domain.exists');
    expect(await codeOf(store.domains.remove(1, actor))).toBe('domain.is-primary');
    expect(store.settings.read().revision).toBe(revision);
  });

  test('comes before any other', async () => {
    const store = await open();
    expect(await codeOf(store.domains.add({ name: 'a.lan', ip: '', bindToIp: false }, actor))).toBe('domain.none');
    expect(await codeOf(addAccount(store, 'dina'))).toBe('domain.none');
  });
});

describe('secondary domains', () => {
  test('are added, changed and removed', async () => {
    const store = await openWithDomain();
    const sales = await store.domains.add({ name: 'sales.lan', ip: '127.0.0.2', bindToIp: true }, actor);
    expect(sales).toEqual({ id: 2, name: 'sales.lan', ip: '127.0.0.2', bindToIp: true, isPrimary: false, accounts: 0, revision: 1 });
    expect(await codeOf(store.domains.add({ name: 'sales.lan', ip: '', bindToIp: false }, actor))).toBe('domain.exists');
    expect(store.directory().domainByIp('127.0.0.2')?.name).toBe('sales.lan');
    const changed = await store.domains.change(2, 1, { name: 'jual.lan', ip: '', bindToIp: false }, actor);
    expect(changed).toMatchObject({ name: 'jual.lan', revision: 2 });
    expect(await codeOf(store.domains.change(2, 1, { name: 'x.lan', ip: '', bindToIp: false }, actor))).toBe('conflict');
    await addAccount(store, 'dina', { domainId: 2 });
    expect(await codeOf(store.domains.remove(2, actor))).toBe('domain.has-accounts');
    await store.accounts.remove([1], 'delete', actor);
    await store.domains.remove(2, actor);
    expect(store.domains.list()).toHaveLength(1);
    expect(await codeOf(store.domains.remove(2, actor))).toBe('not-found');
  });

  test('an IP of two domains chooses none', async () => {
    const store = await openWithDomain();
    await store.domains.add({ name: 'a.lan', ip: '127.0.0.2', bindToIp: false }, actor);
    await store.domains.add({ name: 'b.lan', ip: '127.0.0.2', bindToIp: false }, actor);
    expect(store.directory().domainByIp('127.0.0.2')).toBeNull();
    expect(store.directory().domainByIp('')).toBeNull();
  });
});

describe('accounts', () => {
  test('are complete when read back, after a restart too', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder, { now: () => 5000 });
    const made = await store.accounts.add(input('KKumalawati', { fullName: 'Kurnia Kumalawati', notes: 'x', extractAttachments: true, storageFormat: 'maildir' }), { passwordHash: 'h' }, actor);
    expect(made).toEqual({
      id: 1, domainId: 1, domainName: 'kantor.lan', mailbox: 'KKumalawati', address: 'KKumalawati@kantor.lan', fullName: 'Kurnia Kumalawati', enabled: true, allowPopImap: true,
      passwordSet: true, apop: false, notes: 'x', directory: 'Users/kantor.lan/KKumalawati', storageFormat: 'maildir', extractAttachments: true, messages: 0, bytes: 0,
      lastAccessAt: null, createdAt: 5000, revision: 1,
    });
    store.accounts.touch(1, 7000);
    expect(store.accounts.get(1)?.lastAccessAt).toBe(7000);
    await store.close();
    const again = await open(folder);
    expect(again.accounts.get(1)).toEqual({ ...made, lastAccessAt: 7000 });
    expect(again.directory().accountByAddress('kkumalawati@kantor.lan')).toEqual({
      id: 1, address: 'KKumalawati@kantor.lan', mailbox: 'KKumalawati', domainId: 1, fullName: 'Kurnia Kumalawati', enabled: true, allowPopImap: true, passwordHash: 'h', apop: false,
      extractAttachments: true, path: join(folder, 'Users/kantor.lan/KKumalawati'),
    });
  });

  test('names are unique without regard to case, per domain, and against aliases', async () => {
    const store = await openWithDomain();
    await store.domains.add({ name: 'sales.lan', ip: '', bindToIp: false }, actor);
    await addAccount(store, 'Dina');
    await store.aliases.add({ alias: 'info@kantor.lan', target: 'dina@kantor.lan' }, actor);
    expect(await codeOf(addAccount(store, 'dINA'))).toBe('account.exists');
    expect(await codeOf(addAccount(store, 'INFO'))).toBe('alias.exists');
    expect(await codeOf(addAccount(store, 'dina', { domainId: 2 }))).toBe('done');
    expect(await codeOf(addAccount(store, 'info', { domainId: 2 }))).toBe('done');
  });

  test('of two made in the same moment with one name one is made', async () => {
    const store = await openWithDomain();
    const both = await Promise.all([addAccount(store, 'dina', { directory: 'Users/a' }), addAccount(store, 'DINA', { directory: 'Users/b' })].map(codeOf));
    expect(both.sort()).toEqual(['account.exists', 'done']);
    expect(store.accounts.list(query).total).toBe(1);
  });

  test('a change needs the present revision and is in the history without secrets', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    const account = await store.accounts.add(input('dina', { apop: true }), { passwordHash: 'scrypt$geheim', apopSecret: 'rahasia123' }, actor);
    await store.accounts.change(1, 1, { ...inputOf(account), fullName: 'Dina' }, { passwordHash: 'scrypt$lain', apopSecret: 'rahasia456' }, actor);
    expect(await codeOf(store.accounts.change(1, 1, inputOf(account), {}, actor))).toBe('conflict');
    expect(await codeOf(store.accounts.change(9, 1, inputOf(account), {}, actor))).toBe('not-found');
    expect(store.history.list(null, 1)[0]).toMatchObject({
      subject: 'account dina@kantor.lan', action: 'change',
      changes: [{ field: 'fullName', before: '', after: 'Dina' }, { field: 'password', before: '(set)', after: '(set)' }],
    });
    const text = JSON.stringify(store.history.list(null, 100));
    for (const secret of ['geheim', 'lain', 'rahasia']) expect(text).not.toContain(secret);
    await store.close();
    const stored = readdirSync(folder).filter((name) => name.startsWith('merpati.')).map((name) => readFileSync(join(folder, name), 'latin1')).join('');
    expect(stored).not.toContain('rahasia');
  });

  test('APOP keeps a readable secret only while it is on, and asks for the password', async () => {
    const store = await openWithDomain();
    expect(await codeOf(store.accounts.add(input('dina', { apop: true }), { passwordHash: 'h' }, actor))).toBe('apop.needs-password');
    const account = await store.accounts.add(input('dina', { apop: true }), { passwordHash: 'h', apopSecret: 'pässword' }, actor);
    expect(store.accounts.apopSecret(account.id)).toBe('pässword');
    const second = await store.accounts.change(account.id, 1, { ...inputOf(account), fullName: 'D' }, {}, actor);
    expect(store.accounts.apopSecret(account.id)).toBe('pässword');
    expect(await codeOf(store.accounts.change(account.id, second.revision, inputOf(second), { passwordHash: 'new' }, actor))).toBe('apop.needs-password');
    await store.accounts.change(account.id, second.revision, { ...inputOf(second), apop: false }, {}, actor);
    expect(store.accounts.apopSecret(account.id)).toBeNull();
  });

  test('are searched, filtered, sorted and cut', async () => {
    const store = await openWithDomain();
    await store.domains.add({ name: 'sales.lan', ip: '', bindToIp: false }, actor);
    for (const [mailbox, fullName, domainId] of [['citra', 'Citra 100%', 1], ['Budi', 'Budi Santoso', 1], ['ani', 'Ani', 2]] as const) await addAccount(store, mailbox, { fullName, domainId });
    const names = (more: object): string[] => store.accounts.list({ ...query, ...more }).accounts.map(({ mailbox }) => mailbox);
    expect(names({})).toEqual(['ani', 'Budi', 'citra']);
    expect(names({ descending: true, limit: 2 })).toEqual(['citra', 'Budi']);
    expect(names({ search: 'SANTO' })).toEqual(['Budi']);
    expect(names({ search: '0%' })).toEqual(['citra']);
    expect(names({ search: '_' })).toEqual([]);
    expect(names({ domainId: 2 })).toEqual(['ani']);
    expect(names({ sort: 'domain' })).toEqual(['Budi', 'citra', 'ani']);
    expect(store.accounts.list({ ...query, search: 'lan', offset: 1, limit: 1 })).toMatchObject({ total: 3, matching: 3, accounts: [{ mailbox: 'Budi' }] });
  });

  test('a removed one is gone with its aliases, and its id is not used again', async () => {
    const store = await openWithDomain();
    await addAccount(store, 'dina');
    await store.aliases.add({ alias: 'info', target: 'dina@kantor.lan' }, actor);
    expect(await store.accounts.remove([1, 1, 77], 'delete', actor)).toBe(1);
    expect(store.aliases.list()).toEqual([]);
    expect(store.directory().accountById(1)).toBeNull();
    expect((await addAccount(store, 'dina')).id).toBe(2);
  });
});

describe('aliases', () => {
  test('a full one is valid in its domain, a bare one in every local domain', async () => {
    const store = await openWithDomain();
    await store.domains.add({ name: 'sales.lan', ip: '', bindToIp: false }, actor);
    await addAccount(store, 'Dina');
    await store.aliases.add({ alias: 'info@sales.lan', target: 'dina@kantor.lan' }, actor);
    await store.aliases.add({ alias: 'hrd', target: 'dina@kantor.lan' }, actor);
    const directory = store.directory();
    expect(['info@sales.lan', 'info@kantor.lan', 'hrd@kantor.lan', 'hrd@sales.lan', 'hrd@contoh.id', 'hrd'].map((address) => directory.aliasFor(address)))
      .toEqual(['dina@kantor.lan', null, 'dina@kantor.lan', 'dina@kantor.lan', null, 'dina@kantor.lan']);
  });

  test('what cannot stand is refused', async () => {
    const store = await openWithDomain();
    await addAccount(store, 'dina');
    await addAccount(store, 'budi');
    const add = (alias: string, target: string): Promise<string> => codeOf(store.aliases.add({ alias, target }, actor));
    expect(await add('info', 'dina@kantor.lan')).toBe('done');
    expect(await add('info', 'budi@kantor.lan')).toBe('alias.exists');
    expect(await add('budi@kantor.lan', 'dina@kantor.lan')).toBe('alias.is-account');
    expect(await add('x@contoh.id', 'dina@kantor.lan')).toBe('domain.none');
    expect(await add('x', 'nobody@kantor.lan')).toBe('alias.target-unknown');
    expect(await add('x', 'info')).toBe('alias.loop');
    expect(await add('x@kantor.lan', 'x@kantor.lan')).toBe('alias.loop');
    const changed = await store.aliases.change(1, { alias: 'info', target: 'budi@kantor.lan' }, actor);
    expect(changed.target).toBe('budi@kantor.lan');
    await store.aliases.remove(1, actor);
    expect(await codeOf(store.aliases.remove(1, actor))).toBe('not-found');
  });
});

describe('the directory', () => {
  test('the postmaster is who the setting says, else the first account', async () => {
    const store = await openWithDomain();
    expect(store.directory().postmaster).toBeNull();
    await addAccount(store, 'dina');
    await addAccount(store, 'budi');
    expect(store.directory().postmaster?.mailbox).toBe('dina');
    await store.settings.save({ 'postmaster.account': 'Budi@kantor.lan' }, store.settings.read().revision, actor);
    expect(store.directory().postmaster?.mailbox).toBe('budi');
    await store.settings.save({ 'postmaster.account': 'budi' }, store.settings.read().revision, actor);
    expect(store.directory().postmaster?.mailbox).toBe('budi');
  });

  test('a snapshot stays what it was', async () => {
    const store = await openWithDomain();
    const before = store.directory();
    await addAccount(store, 'dina');
    expect(before.accountByAddress('dina@kantor.lan')).toBeNull();
    expect(store.directory().accountByAddress('dina@kantor.lan')).not.toBeNull();
    expect(store.directory()).toBe(store.directory());
  });
});

describe('values of the engine', () => {
  test('secret ones are unreadable in the file and under another name', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    await store.values.save('plain', 'offen');
    await store.values.save('key', 'GEHEIM-ABC', { secret: true });
    expect([store.values.read('plain'), store.values.read('key'), store.values.read('none')]).toEqual(['offen', 'GEHEIM-ABC', null]);
    await store.close();
    const files = readdirSync(folder).filter((name) => name.startsWith('merpati.')).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(files.join('')).toContain('offen');
    expect(files.join('')).not.toContain('GEHEIM');
    expect((await open(folder)).values.read('key')).toBe('GEHEIM-ABC');
  });

  test('the machine key can be wrapped by the system, later too', async () => {
    const folder = tempFolder();
    const flip = (bytes: Buffer): Promise<Buffer> => Promise.resolve(Buffer.from(bytes.map((byte) => byte ^ 0x55)));
    const wrapKey = { wrap: flip, unwrap: flip };
    const first = await open(folder);
    await first.values.save('key', 'x', { secret: true });
    await first.close();
    const second = await open(folder, { wrapKey });
    expect(second.values.read('key')).toBe('x');
    await second.close();
    expect(await codeOf(open(folder))).toBe('store.damaged');
    await expect(open(folder)).rejects.toThrow('start Merpati there, as the same user');
    const third = await open(folder, { wrapKey });
    expect(third.values.read('key')).toBe('x');
    await third.close();
    // Where the program is not installed: opened, and unwrapped for the command line.
    const fourth = await open(folder, { wrapKey: { unwrap: flip } });
    expect(fourth.values.read('key')).toBe('x');
    await fourth.close();
    expect((await open(folder)).values.read('key')).toBe('x');
  });

  test.skipIf(process.platform === 'win32')('everything is for the owner only', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    await addAccount(store, 'dina');
    const modes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => [name, statSync(join(folder, name))] as const);
    const tooOpen = modes.filter(([, stat]) => (stat.mode & 0o077) !== 0).map(([name]) => name);
    expect(tooOpen).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

test('every committed change is told', async () => {
  const store = await open();
  const told: string[] = [];
  const stop = store.onChange((change: StoreChange) => told.push(change.topic));
  await store.settings.save({ 'domain.name': 'kantor.lan' }, 1, actor);
  await addAccount(store, 'dina');
  expect([...new Set(told)].sort()).toEqual(['accounts', 'aliases', 'domains', 'history', 'settings']);
  stop();
  await store.settings.save({ 'ports.smtp': 26 }, 2, actor);
  expect(told.filter((topic) => topic === 'settings')).toHaveLength(1);
});

test('free bytes are those of the disk', async () => {
  const store = await open();
  expect(await store.freeBytes()).toBeGreaterThan(0);
});
