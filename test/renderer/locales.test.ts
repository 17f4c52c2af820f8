// Every text exists in both languages, and every text that the code asks for exists.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands, menus } from '../../core/contract/commands.ts';
import { queueName, serverName, storageFormat } from '../../core/contract/records.ts';
import { settingFields, settingInfo, settingNames } from '../../core/contract/settings.ts';

type Texts = Readonly<Record<string, string>>;
const root = join(import.meta.dirname, '../..');
const locales = join(root, 'renderer/locales');

/** The page's own texts, and the words that it shares with the shell and the engine: of menus and commands, servers and queues, reasons and replies. */
function readLanguage(language: string): Texts {
  const files = [...readdirSync(join(locales, language)).map((file) => join(locales, language, file)), ...['commands.json', 'reasons.json', 'replies.json', 'steps.json', 'trace.json', 'verdicts.json', 'words.json'].map((file) => join(root, 'core/contract/locales', language, file))];
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Texts)) as Texts;
}
const english: Texts = { ...readLanguage('en'), ...Object.fromEntries(settingNames.flatMap((name) => [[`setting.${name}.title`, settingInfo(name).title], [`setting.${name}.help`, settingInfo(name).help]])) };
const indonesian = readLanguage('id');

/** `x_one` and `x_other` are forms of one text; Indonesian has one form only. */
const baseKeys = (texts: Texts) => [...new Set(Object.keys(texts).map((key) => key.replace(/_(one|other)$/, '')))].sort();
const placeholders = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
}
const code = sources(join(root, 'renderer')).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

test('both languages have the same texts', () => {
  expect(baseKeys(indonesian)).toEqual(baseKeys(english));
});

test('a text with a number has its forms: one and other in English, other in Indonesian', () => {
  const plural = Object.keys(english).filter((key) => key.endsWith('_other')).map((key) => key.replace(/_other$/, ''));
  expect(plural.filter((key) => !(`${key}_one` in english))).toEqual([]);
  expect(plural.filter((key) => !(`${key}_other` in indonesian))).toEqual([]);
});

test('both languages fill in the same values', () => {
  const differing = Object.keys(indonesian).filter((key) => key in english && JSON.stringify(placeholders(indonesian[key]!)) !== JSON.stringify(placeholders(english[key]!)));
  expect(differing).toEqual([]);
});

test('no text is empty', () => {
  expect([...Object.entries(english), ...Object.entries(indonesian)].filter(([, text]) => text.trim() === '')).toEqual([]);
});

test('every text that the code asks for exists', () => {
  const known = new Set([...baseKeys(english), ...Object.keys(english)]);
  const asked = code.flatMap(({ path, text }) => [...text.matchAll(/(?<![\w.])t\('([^']+)'/g)].map(([, key]) => ({ path, key: key! })));
  expect(asked.length).toBeGreaterThan(200);
  expect(asked.filter(({ key }) => !known.has(key))).toEqual([]);
});

test('every text that the code puts together exists in at least one form', () => {
  const patterns = code.flatMap(({ path, text }) => [...text.matchAll(/(?<![\w.])t\(`([^`]+)`/g)].map(([, key]) => ({ path, key: key! })));
  const missing = patterns.filter(({ key }) => {
    const pattern = new RegExp(`^${key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.')).join('.+')}$`);
    return !Object.keys(english).some((known) => pattern.test(known.replace(/_(one|other)$/, '')));
  });
  expect(missing).toEqual([]);
});

test('every text is used', () => {
  const all = code.map(({ text }) => text).join('\n');
  const patterns = [...all.matchAll(/`([^`]*\$\{[^`]*)`/g)].map(([, key]) => new RegExp(`^${key!.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('.+')}$`));
  const unused = baseKeys(english).filter((key) => !all.includes(`'${key}'`) && !/^(setting|reason|reply|step)\./.test(key) && !patterns.some((pattern) => pattern.source.length > 6 && pattern.test(key)));
  expect(unused).toEqual([]);
});

test('every setting with choices has a text for each of them', () => {
  const missing = settingNames.flatMap((name) => {
    const schema: unknown = settingFields[name].unwrap();
    const options = typeof schema === 'object' && schema !== null && 'options' in schema && Array.isArray(schema.options) ? schema.options.filter((option): option is string => typeof option === 'string') : [];
    return options.map((option) => `setting.${name}.option.${option}`).filter((key) => !(key in english));
  });
  expect(missing).toEqual([]);
});

test('commands, menus, servers, queues and storage formats have texts', () => {
  const wanted = [
    ...menus.map((menu) => `menu.${menu}`), ...commands.map(({ id }) => `command.${id}`), ...commands.filter(({ toolbar }) => toolbar === true).map(({ id }) => `tool.${id}`),
    ...serverName.options.map((name) => `server.${name}`), ...queueName.options.map((name) => `queue.${name}`), ...storageFormat.options.map((name) => `mailbox.format.${name}`),
  ];
  expect(wanted.filter((key) => !(key in english))).toEqual([]);
});

/** Codes a person may be shown: messages of the contract's schemas, errors of the store, certificates and listening. */
function errorCodes(): string[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const schemas = ['core/contract/settings.ts', 'core/contract/records.ts', 'core/contract/contract.ts'].flatMap((path) => [...read(path).matchAll(/(?:\(|, )'([a-z]+\.[a-z-]+|required)'\)/g)].map(([, one]) => one!));
  const union = /StoreErrorCode =([^;]+);/.exec(read('core/store/errors.ts'))?.[1] ?? '';
  const store = [...union.matchAll(/'([^']+)'/g)].map(([, one]) => one!);
  const certificate = /readonly code: ([^;]+);/.exec(read('core/net/tls/inspect.ts'))?.[1] ?? '';
  const listening = [...read('core/net/listener.ts').matchAll(/case '(E[A-Z]+)'/g)].map(([, one]) => `listen.${one!}`);
  const host = [...read('core/host/save-settings.ts').matchAll(/code: '([a-z.-]+)'/g)].map(([, one]) => one!);
  return [...new Set([...schemas, ...store, ...[...certificate.matchAll(/'([^']+)'/g)].map(([, one]) => one!), ...listening, ...host])];
}

test('every error code has a text', () => {
  const codes = errorCodes();
  expect(codes).toEqual(expect.arrayContaining(['required', 'domain.illegal', 'account.exists', 'key.mismatch', 'listen.EADDRINUSE', 'ip.not-here']));
  expect(codes.filter((one) => !(`error.${one}` in english))).toEqual([]);
});

test.each(['log', 'reasons', 'replies', 'reports'])('the sentences of %s are there in both languages, with the same values', (name) => {
  const [from, to] = ['en', 'id'].map((language) => JSON.parse(readFileSync(join(root, 'core/contract/locales', language, `${name}.json`), 'utf8')) as Texts) as [Texts, Texts];
  const values = (text: string) => [...text.matchAll(/\{\{\w+(, number)?\}\}/g)].map(([value]) => value).sort();
  expect(Object.keys(to).sort()).toEqual(Object.keys(from).sort());
  expect(Object.keys(from).filter((key) => JSON.stringify(values(from[key]!)) !== JSON.stringify(values(to[key]!)))).toEqual([]);
});

test('labels of the tutorial are the same in both languages', () => {
  for (const name of ['domain.name', 'domain.helo', 'domain.ip', 'domain.bindToIp', 'delivery.smartHost'] as const) {
    expect(indonesian[`setting.${name}.title`]).toBe(settingInfo(name).title);
  }
  for (const key of ['menu.setup', 'menu.accounts', 'command.setup.primaryDomain', 'command.accounts.new']) expect(indonesian[key]).toBe(english[key]);
});
