// The readable shorthands: what is done daily, in words. Each is a few calls of the contract.
import { readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { settingFields, settingInfo, settingNames, type SettingName } from '../../contract/settings.ts';
import type { Account, AccountInput } from '../../contract/records.ts';
import { firstLine } from './password.ts';
import { internetShorthands } from './internet-commands.ts';
import { megabytes, outputClosed, print, table } from './output.ts';
import { need, out, UsageError, type Shorthand } from './shorthand.ts';

const notRunning = 'No server is running on this data folder.';

export const shorthands: Readonly<Record<string, Shorthand>> = {
  ...internetShorthands,
  'domains list': {
    usage: '', about: 'the domains of this server',
    async run(client, _words, flags) {
      const domains = await client.domains.list();
      out(flags, domains, () => table(['Domain', 'IP', 'Accounts', ''], domains.map((one) => [one.name, one.ip, `${one.accounts}`, one.isPrimary ? 'primary' : ''])));
    },
  },
  'domains add': {
    usage: 'NAME [--ip IP]', about: 'a secondary domain; the first one becomes the primary domain',
    async run(client, [name], flags) {
      const wanted = need(name, 'The domain name');
      const { values, revision } = await client.settings.get();
      if (values['domain.name'] === '') {
        await client.settings.set({ revision, changes: { 'domain.name': wanted.toLowerCase(), ...(flags.ip === undefined ? {} : { 'domain.ip': flags.ip }) } });
      } else {
        await client.domains.add({ name: wanted, ...(flags.ip === undefined ? {} : { ip: flags.ip }) });
      }
      if (!flags.json) print(`Added ${wanted}.`);
    },
  },
  'domains remove': {
    usage: 'NAME', about: 'takes a domain without accounts away',
    async run(client, [name]) {
      const wanted = need(name, 'The domain name').toLowerCase();
      const domain = (await client.domains.list()).find((one) => one.name === wanted);
      if (domain === undefined) throw new UsageError(`There is no domain ${wanted}.`);
      await client.domains.remove({ id: domain.id });
      print(`Removed ${wanted}.`);
    },
  },
  'accounts list': {
    usage: '[SEARCH]', about: 'the accounts',
    async run(client, [search], flags) {
      const accounts: Account[] = [];
      for (let offset = 0; ; offset += 1000) {
        const page = await client.accounts.list({ search: search ?? '', offset, limit: 1000 });
        accounts.push(...page.accounts);
        if (accounts.length >= page.matching || page.accounts.length === 0) break;
      }
      out(flags, accounts, () => table(['Address', 'Full name', 'Messages', 'Size', 'Format', ''], accounts.map((one) => [one.address, one.fullName, `${one.messages}`, megabytes(one.bytes), one.storageFormat, one.enabled ? '' : 'disabled'])));
    },
  },
  'accounts add': {
    usage: 'ADDRESS [--name "FULL NAME"] [--password [PASSWORD|-]] [--format msg|maildir|mbox] [--directory DIR] [--apop] [--extract] | --file ROSTER.csv',
    about: 'a new account; a password is made up without --password. The roster has lines ADDRESS[,PASSWORD[,FULL NAME]]',
    async run(client, [address], flags) {
      const domains = await client.domains.list();
      const wanted = flags.file === undefined ? [{ address: need(address, 'The address'), password: flags.password, name: flags.name }] : roster(readFileSync(flags.file === '-' ? 0 : flags.file, 'utf8'));
      const rows: string[][] = [];
      for (const one of wanted) {
        const [mailbox, domainName] = splitAddress(one.address);
        const domain = domains.find(({ name, isPrimary }) => (domainName === '' ? isPrimary : name === domainName.toLowerCase()));
        if (domain === undefined) throw new UsageError(domainName === '' ? 'There is no domain yet: merpati domains add NAME' : `There is no domain ${domainName}: merpati domains add ${domainName}`);
        const password = one.password ?? madeUpPassword();
        const input = {
          domainId: domain.id, mailbox, fullName: one.name ?? '', password, notes: flags.notes ?? '', directory: flags.directory ?? '',
          storageFormat: (flags.format ?? 'msg') as AccountInput['storageFormat'], apop: flags.apop === true, extractAttachments: flags.extract === true,
        };
        const account = await client.accounts.add(input);
        rows.push([account.address, one.password === undefined ? password : '(as given)']);
      }
      out(flags, rows.map(([added, password]) => ({ address: added, password })), () => table(['Address', 'Password'], rows));
    },
  },
  'accounts password': {
    usage: 'ADDRESS [--password [PASSWORD|-]]', about: 'a new password; made up without --password',
    async run(client, [address], flags) {
      const account = await client.accounts.find({ address: need(address, 'The address') });
      const password = flags.password ?? madeUpPassword();
      const { id, revision, domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments } = account;
      await client.accounts.change({ id, revision, value: { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments, password } });
      print(flags.password === undefined ? `The new password of ${account.address}: ${password}` : `The password of ${account.address} is changed.`);
    },
  },
  'accounts remove': {
    usage: 'ADDRESS [--keep-mail]', about: 'an account and its mail (or without it)',
    async run(client, [address], flags) {
      const account = await client.accounts.find({ address: need(address, 'The address') });
      await client.accounts.remove({ ids: [account.id], mail: flags.keepMail === true ? 'keep' : 'delete' });
      print(`Removed ${account.address}.`);
    },
  },
  'accounts client': {
    usage: 'ADDRESS', about: 'what to type into a mail client',
    async run(client, [address], flags) {
      const account = await client.accounts.find({ address: need(address, 'The address') });
      const settings = await client.accounts.clientSettings({ id: account.id });
      out(flags, settings, () => [
        `Address:   ${settings.address}`, `Logon:     ${settings.logon}`, `Server:    ${settings.hosts.join(' or ')}`,
        ...settings.incoming.map((one) => `Incoming:  ${one.protocol}, port ${one.port}, ${one.security}`),
        ...settings.outgoing.map((one) => `Outgoing:  ${one.protocol}, port ${one.port}, ${one.security}, with logon`),
      ].join('\n'));
    },
  },
  'aliases list': {
    usage: '', about: 'the address aliases',
    async run(client, _words, flags) {
      const aliases = await client.aliases.list();
      out(flags, aliases, () => table(['Alias', 'Actual address'], aliases.map((one) => [one.alias, one.target])));
    },
  },
  'aliases add': {
    usage: 'ALIAS ADDRESS', about: 'mail for ALIAS goes to ADDRESS',
    async run(client, [alias, target]) {
      const made = await client.aliases.add({ alias: need(alias, 'The alias'), target: need(target, 'The actual address') });
      print(`${made.alias} -> ${made.target}`);
    },
  },
  'aliases remove': {
    usage: 'ALIAS', about: 'takes an alias away',
    async run(client, [alias]) {
      const found = (await client.aliases.list()).find((one) => one.alias === need(alias, 'The alias').toLowerCase());
      if (found === undefined) throw new UsageError(`There is no alias ${alias ?? ''}.`);
      await client.aliases.remove({ id: found.id });
      print(`Removed ${found.alias}.`);
    },
  },
  'settings get': {
    usage: '[NAME ...]', about: 'the settings, or some of them (a part of a name is enough)',
    async run(client, words, flags) {
      const { values, secretsSet, revision } = await client.settings.get();
      const wanted = settingNames.filter((name) => words.length === 0 || words.some((word) => name === word || name.includes(word)));
      if (wanted.length === 0) throw new UsageError(`There is no setting like ${words.join(', ')}.`);
      out(flags, { revision, values: Object.fromEntries(wanted.map((name) => [name, values[name]])) }, () => table(['Setting', 'Value', ''], wanted.map((name) => [name, secretsSet.includes(name) ? '(set)' : JSON.stringify(values[name]), settingInfo(name).title])));
    },
  },
  'settings set': {
    usage: 'NAME=VALUE ...', about: 'changes settings; NAME=- takes the value of one setting, such as a password, from standard input',
    async run(client, words) {
      if (words.length === 0) throw new UsageError('Say what to set: NAME=VALUE');
      const { revision } = await client.settings.get();
      const given: string[] = [];
      for (const word of words) given.push(word.endsWith('=-') ? `${word.slice(0, -1)}${await firstLine()}` : word);
      const { warnings } = await client.settings.set({ revision, changes: Object.fromEntries(given.map(assignment)) });
      print('Saved.');
      for (const { message } of warnings) print(`Note: ${message}`);
    },
  },
  status: {
    usage: '', about: 'servers, queues and counters at a glance',
    async run(client, _words, flags, running) {
      const [servers, queues, statistics, info] = await Promise.all([client.servers.list(), client.queues.list(), client.statistics.get(), client.system.info()]);
      out(flags, { running, info, servers, queues, statistics }, () => [
        `${info.product} ${info.version}, data in ${info.dataDirectory}: ${running ? 'running' : 'not running'}`, '',
        ...(running ? [table(['Server', 'State', 'Port', 'Sessions', ''], servers.map((one) => [one.name, one.state, `${one.port}`, `${one.sessions}`, one.addresses.map(({ problem }) => problem).filter((problem) => problem !== '').join(' ')])), ''] : []),
        table(['Queue', 'Messages', 'Size'], queues.map((one) => [one.name, `${one.messages}`, megabytes(one.bytes)])), '',
        `${statistics.domains} domains, ${statistics.accounts} accounts; received ${statistics.received}, delivered ${statistics.delivered}, fetched ${statistics.fetched}`,
      ].join('\n'));
    },
  },
  logs: {
    usage: '[-f] [--channel smtp-in]', about: 'the session log; -f goes on as it grows',
    async run(client, _words, flags, running) {
      if (!running) throw new Error(`${notRunning} What was logged before is in the log files: merpati call logs.files`);
      const stop = outputClosed();
      try {
        const stream = await client.logs.follow(flags.channel === undefined ? {} : { channels: [flags.channel as never] }, { signal: stop });
        for await (const { lines } of stream) {
          for (const line of lines) print(flags.json ? JSON.stringify(line) : `${new Date(line.at).toISOString()} ${line.channel.padEnd(8)} ${line.text}`);
          if (flags.follow !== true) break;
        }
      } catch (error) {
        if (!stop.aborted) throw error;
      }
    },
  },
  link: {
    usage: '', about: 'a one-time sign-in link for the console in a browser on this computer',
    async run(client, _words, flags, running) {
      if (!running) throw new Error(`${notRunning} With the console for browsers: merpati serve --console`);
      const link = await client.access.link();
      if (link.consoles.length === 0) throw new Error('The running server has no console for browsers. Start it with: merpati serve --console');
      out(flags, link, () => link.consoles.map((address) => `${address}${link.path}`).join('\n'));
    },
  },
  'console password': {
    usage: '[--password [PASSWORD|-]]', about: 'the password of the console in a browser',
    async run(client, _words, flags) {
      await client.access.setPassword({ password: need(flags.password, '--password') });
      print('The console password is set.');
    },
  },
  stop: {
    usage: '', about: 'shuts the running server down',
    async run(client) {
      await client.system.shutDown();
      print('Stopping.');
    },
  },
};

function splitAddress(address: string): [string, string] {
  const at = address.lastIndexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}

/** Lines ADDRESS[,PASSWORD[,FULL NAME]]; empty lines and lines that begin with # are passed over. */
function roster(text: string): { address: string; password: string | undefined; name: string | undefined }[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [address = '', password = '', ...name] = line.split(',').map((cell) => cell.trim());
    return { address, password: password === '' ? undefined : password, name: name.join(', ') };
  });
}

/** Four groups that can be read out loud: no letters or digits that look alike. About 62 bits. */
function madeUpPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)] ?? '').join('');
  return [group(), group(), group()].join('-');
}

function assignment(word: string): [SettingName, unknown] {
  const at = word.indexOf('=');
  const name = at < 0 ? word : word.slice(0, at);
  if (!settingNames.includes(name as SettingName) || at < 0) throw new UsageError(at < 0 ? `Write ${word}=VALUE.` : `There is no setting ${name}. See: merpati settings get`);
  const text = word.slice(at + 1);
  const current = settingFields[name as SettingName].parse(undefined);
  if (typeof current === 'number') return [name as SettingName, Number(text)];
  if (typeof current === 'boolean') return [name as SettingName, /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : text];
  if (Array.isArray(current)) return [name as SettingName, text.split(',').map((part) => part.trim()).filter((part) => part !== '')];
  return [name as SettingName, text];
}
