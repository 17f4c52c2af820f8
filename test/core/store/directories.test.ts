// Message directories: templates, safe names, and which places are refused.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandDirectory, expandMailbox, safeName } from '../../../core/store/templates.ts';
import { actor, addAccount, codeOf, deliver, input, inputOf, openWithDomain, tempFolder, texts } from './fixture.ts';

const facts = { fullName: 'Kurnia Sri Kumalawati', domain: 'kantor.lan', domainIp: '192.168.0.1', mailbox: 'KKumalawati' };

test.each([
  ['Users/$DOMAIN$/$MAILBOX$', 'Users/kantor.lan/KKumalawati'],
  ['Users\\$MAILBOXFIRSTCHARS4$\\$MAILBOXFIRSTCHARS1$\\$MAILBOX$', 'Users/KKum/K/KKumalawati'],
  ['$USERFIRSTNAME$-$USERLASTNAME$/$USERFIRSTINITIAL$$USERLASTINITIAL$', 'Kurnia-Kumalawati/KK'],
  ['x/$USERNAME$', 'x/Kurnia Sri Kumalawati'],
  ['$DOMAINIP$/$MACHINENAME$', `192.168.0.1/${safeName(hostname())}`],
  ['/srv/mail/$MAILBOX$', '/srv/mail/KKumalawati'],
  ['D:\\Mail\\$MAILBOX$', 'D:/Mail/KKumalawati'],
  ['$UNKNOWN$/$HOME$/', '$UNKNOWN$/$HOME$'],
])('the template %s gives %s', (template, expected) => {
  expect(expandDirectory(template, facts)).toBe(expected);
});

test.each([
  ['$USERFIRSTINITIAL$$USERLASTNAME$', 'Kurnia Kumalawati', 'KKumalawati'],
  ['$USERFIRSTINITIAL$$USERLASTNAME$', 'Sukarno', 'Sukarno'],
  ['$USERFIRSTNAME$.$USERLASTNAME$', 'Sukarno', 'Sukarno'],
  ['$USERFIRSTNAME$.$USERLASTNAME$', ' José  María Núñez ', 'Jose.Nunez'],
  ['$USERNAME$', "O'Brien (Sales) <x@y>", "O'BrienSalesxy"],
  ['$USERNAME$', '山田 太郎', '山田太郎'],
])('the mailbox template %s for %s gives %s', (template, fullName, expected) => {
  expect(expandMailbox(template, { ...facts, fullName })).toBe(expected);
});

test.each([
  ['..', '_'], ['.', '_'], ['', '_'], ['../../etc/passwd', '.._.._etc_passwd'], ['con', '_con'], ['LPT1.txt', '_LPT1.txt'], ['name. . ', 'name'], ['a/b\\c:d*e?', 'a_b_c_d_e_'], ['a\u202Eb\u0000', 'a_b_'],
])('the name %j is made safe as %j', (name, expected) => {
  expect(safeName(name)).toBe(expected);
});

test('no name of a person, mailbox or domain leads out of the folder', () => {
  const nasty = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '../..', '/etc', 'C:\\x', '...', '. .', '~', 'nul', 'a/../../b'));
  fc.assert(fc.property(nasty, nasty, nasty, (fullName, domain, mailbox) => {
    const path = resolve('/base', expandDirectory('Users/$DOMAIN$/$MAILBOX$ $USERNAME$/$USERLASTNAME$', { fullName, domain, mailbox, domainIp: '' }));
    expect(relative('/base', path).split(sep)).toHaveLength(4);
    expect(path.startsWith('/base/Users/')).toBe(true);
  }));
});

describe('suggestions', () => {
  test('are free names and directories', async () => {
    const store = await openWithDomain();
    expect(store.accounts.suggest('Kurnia Kumalawati', 1)).toEqual({ mailbox: 'KKumalawati', directory: 'Users/kantor.lan/KKumalawati' });
    await addAccount(store, 'kkumalawati');
    await addAccount(store, 'x');
    await store.aliases.add({ alias: 'kkumalawati2@kantor.lan', target: 'x@kantor.lan' }, actor);
    expect(store.accounts.suggest('Kurnia Kumalawati', 1)).toEqual({ mailbox: 'KKumalawati3', directory: 'Users/kantor.lan/KKumalawati3' });
    expect(store.accounts.suggest('Kurnia Kumalawati', 1, 'kurnia')).toEqual({ mailbox: 'kurnia', directory: 'Users/kantor.lan/kurnia' });
    expect(store.accounts.suggest('', 1)).toEqual({ mailbox: '', directory: '' });
  });

  test('a template that gives several accounts one directory gets numbers', async () => {
    const store = await openWithDomain();
    await store.settings.save({ 'directories.mail': 'Users/$USERFIRSTNAME$' }, store.settings.read().revision, actor);
    const made = [await addAccount(store, 'a', { fullName: 'Dina' }), await addAccount(store, 'b', { fullName: 'DINA' })];
    expect(made.map(({ directory }) => directory)).toEqual(['Users/Dina', 'Users/DINA-2']);
  });
});

describe('a directory is refused', () => {
  test.each([
    '.', '..', '../outside', 'Users/../..', 'Incoming', 'Incoming/x', 'incoming', 'Queues/a', 'Logs', 'logs/dina', 'merpati.db', 'machine.key', '/', '/etc', '/etc/merpati', '/usr/share/x', '/proc/x',
  ])('that is %s', async (directory) => {
    const store = await openWithDomain();
    expect(await codeOf(store.accounts.add(input('dina', { directory }), {}, actor))).toBe('directory.unsafe');
  });

  test('that contains the data folder, the program, or the log folder of the settings', async () => {
    const base = tempFolder();
    const store = await openWithDomain(join(base, 'data'), { programDirectories: [join(base, 'program')] });
    await store.settings.save({ 'directories.logs': join(base, 'log') }, store.settings.read().revision, actor);
    for (const directory of [base, join(base, 'data'), join(base, 'program'), join(base, 'program/x'), join(base, 'log/dina')]) {
      expect([directory, await codeOf(store.accounts.add(input('dina', { directory }), {}, actor))]).toEqual([directory, 'directory.unsafe']);
    }
    expect(await codeOf(store.accounts.add(input('dina', { directory: join(base, 'mail/dina') }), {}, actor))).toBe('done');
  });

  test('that is shared with or nested in that of another account, by any spelling or link', async () => {
    const folder = tempFolder();
    const store = await openWithDomain(folder);
    await addAccount(store, 'dina');
    const budi = await addAccount(store, 'budi');
    symlinkSync(join(folder, 'Users/kantor.lan/dina'), join(folder, 'Users/link'));
    for (const directory of ['Users/kantor.lan/dina', 'Users/KANTOR.LAN/Dina', join(folder, 'Users/kantor.lan/dina'), 'Users/kantor.lan/dina/sub', 'Users/kantor.lan', 'Users', 'Users/x/../kantor.lan/dina', 'Users/link']) {
      expect([directory, await codeOf(store.accounts.change(budi.id, 1, { ...inputOf(budi), directory }, {}, actor))]).toEqual([directory, 'directory.shared']);
    }
    expect(store.accounts.get(budi.id)).toEqual(budi);
  });

  test('that cannot be written, and the old one stays', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'afile'), '');
    const store = await openWithDomain(join(folder, 'data'));
    const dina = await addAccount(store, 'dina');
    await deliver(store, 'x\r\n', [dina.id]);
    expect(await codeOf(store.accounts.change(dina.id, 1, { ...inputOf(dina), directory: join(folder, 'afile/mail') }, {}, actor))).toBe('directory.not-writable');
    expect(await codeOf(store.accounts.add(input('budi', { directory: join(folder, 'afile') }), {}, actor))).toBe('directory.not-writable');
    expect(await texts(store, dina.id)).toEqual(['x\r\n']);
    expect(store.accounts.list({ search: '', domainId: null, sort: 'mailbox', descending: false, offset: 0, limit: 10 }).total).toBe(1);
  });

  test('by one of two changes of the same moment', async () => {
    const store = await openWithDomain();
    const both = [store.accounts.add(input('a', { directory: 'Users/same' }), {}, actor), store.accounts.add(input('b', { directory: 'Users/Same/sub' }), {}, actor)];
    expect((await Promise.all(both.map(codeOf))).sort()).toEqual(['directory.shared', 'done']);
  });
});

test('a directory is free again when its account has moved or gone', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const dina = await addAccount(store, 'dina', { directory: 'Users/one' });
  await store.accounts.change(dina.id, 1, { ...inputOf(dina), directory: 'Users/one/deeper' }, {}, actor);
  expect(await codeOf(addAccount(store, 'budi', { directory: 'Users/one' }))).toBe('directory.shared');
  await store.accounts.change(dina.id, 2, { ...inputOf(dina), directory: 'Users/two' }, {}, actor);
  expect(await codeOf(addAccount(store, 'budi', { directory: 'Users/one' }))).toBe('done');
  await store.accounts.remove([dina.id], 'delete', actor);
  expect(await codeOf(addAccount(store, 'citra', { directory: 'Users/two' }))).toBe('done');
});

test('removing with the mail deletes it and its attachments, keeping leaves all of it to a later account', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const dina = await addAccount(store, 'dina');
  const budi = await addAccount(store, 'budi', { storageFormat: 'maildir' });
  mkdirSync(join(folder, 'Users/kantor.lan/dina/Files'));
  writeFileSync(join(folder, 'Users/kantor.lan/dina/Files/a.pdf'), 'x');
  const guid = await deliver(store, 'kept\r\n', [dina.id, budi.id]);
  await store.accounts.remove([dina.id], 'delete', actor);
  await store.accounts.remove([budi.id], 'keep', actor);
  await store.settle();
  expect(existsSync(join(folder, 'Users/kantor.lan/dina'))).toBe(false);
  expect(existsSync(join(folder, `Users/kantor.lan/budi/new/1795000000.${guid}.merpati`))).toBe(true);
  const again = await addAccount(store, 'budi', { storageFormat: 'maildir' });
  await store.settle();
  expect(await texts(store, again.id)).toEqual(['kept\r\n']);
});
