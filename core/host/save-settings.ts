// Saving settings: one transaction in the store, then what concerns the listeners is applied by difference. A save stands even when
// something does not work with it yet; the answer then carries warnings in words.
import { randomUUID } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Issue } from '../contract/contract.ts';
import { sentence } from '../contract/sentences.ts';
import { settingInfo, type SettingChanges, type SettingName } from '../contract/settings.ts';
import type { Store } from '../store/store.ts';
import { localAddresses } from './local-addresses.ts';
import type { Log } from './log/log.ts';
import { makeFolder } from './log/make-folder.ts';
import type { Parts } from './parts.ts';
import { causeSaid, whoSaid } from './said.ts';
import type { Servers } from './servers.ts';

export interface SaverOptions {
  readonly store: Store;
  readonly servers: Servers;
  readonly log: Log;
  /** Names or addresses changed: the certificate may have to follow. */
  readonly namesChanged: () => Promise<void>;
  /** False: nothing listens (one command on a data folder), so there is nothing to apply. */
  readonly listening: boolean;
}

export function createSettingsSaver({ store, servers, log, namesChanged, listening }: SaverOptions): Parts['saveSettings'] {
  return async (changes, wantedRevision, actor) => {
    const before = store.settings.read().values;
    const revision = await store.settings.save(changes, wantedRevision, actor);
    const names = (Object.keys(changes) as SettingName[]).filter((name) => JSON.stringify(changes[name]) !== JSON.stringify(before[name]));
    const late: Issue[] = [];
    if (names.length > 0 && listening) {
      log.line('system', sentence('say.settings-changed', { who: whoSaid(actor.who), settings: names.map((name) => ({ key: `setting.${name}.title`, params: {}, text: settingInfo(name).title })) }));
      // The save stands whatever becomes of what follows from it.
      if (names.some((name) => name.startsWith('domain.'))) {
        await namesChanged().catch((error: unknown) => {
          const problem = causeSaid(error);
          late.push({ field: '', code: 'certificate.behind', message: `The certificate could not be made for the new names: ${problem}`, params: { problem } });
          log.line('system', sentence('say.certificate.behind', { cause: problem }), 'error');
        });
      }
      if (names.some((name) => settingInfo(name).apply === 'rebind')) await servers.apply();
    }
    return { revision, warnings: [...late, ...await logWarnings(names, store), ...ipWarnings(changes), ...archiveWarnings(changes, store), ...postmasterWarnings(changes, store), ...(listening ? portWarnings(names, servers) : [])] };
  };
}

/** Tried by writing: rights, links and read-only disks show in no other way. */
async function logWarnings(names: readonly SettingName[], store: Store): Promise<Issue[]> {
  if (!names.includes('directories.logs')) return [];
  const directory = resolve(store.dataDirectory, store.settings.read().values['directories.logs']);
  const probe = join(directory, `.merpati-${randomUUID()}`);
  try {
    await makeFolder(directory);
    await writeFile(probe, '', { flag: 'wx' });
    await unlink(probe);
    return [];
  } catch (error) {
    const params = { directory, problem: causeSaid(error), otherwise: join(store.dataDirectory, 'Logs') };
    return [{ field: 'directories.logs', code: 'logs.not-writable', message: `Log files cannot be written to ${directory} (${params.problem}). They go to ${params.otherwise} meanwhile. Choose another folder for log files.`, params }];
  }
}

function ipWarnings(changes: SettingChanges): Issue[] {
  const ip = changes['domain.ip'];
  if (ip === undefined || ip === '' || localAddresses().includes(ip) || ip.startsWith('127.')) return [];
  return [{ field: 'domain.ip', code: 'ip.not-here', message: `${ip} is not an address of this computer at the moment. Check the Domain IP.`, params: { ip } }];
}

/** Copies go to accounts of this server only (docs/quirks.md). */
function archiveWarnings(changes: SettingChanges, store: Store): Issue[] {
  return (changes['archival.addresses'] ?? '').split(',').map((address) => address.trim().toLowerCase())
    .filter((address) => address !== '' && !isAccount(address, store))
    .map((address) => ({ field: 'archival.addresses', code: 'archive.no-account', message: `${address} is no account of this server, so no archive copies go there.`, params: { address } }));
}

function postmasterWarnings(changes: SettingChanges, store: Store): Issue[] {
  const address = changes['postmaster.account']?.toLowerCase() ?? '';
  if (address === '' || isAccount(address, store)) return [];
  return [{ field: 'postmaster.account', code: 'postmaster.no-account', message: `${address} is no account of this server, so mail for the postmaster goes to the first account.`, params: { address } }];
}

/** By its address, a mailbox name of the primary domain, or an alias. */
function isAccount(name: string, store: Store): boolean {
  const directory = store.directory();
  const address = name.includes('@') ? name : `${name}@${directory.primary?.name ?? ''}`;
  return directory.accountByAddress(address) !== null || directory.accountByAddress(directory.aliasFor(address) ?? '') !== null;
}

/** A problem of a server that was asked for with this save. */
function portWarnings(names: readonly SettingName[], servers: Servers): Issue[] {
  const bound = names.some((name) => name === 'domain.ip' || name === 'domain.bindToIp');
  return servers.list()
    .filter(({ name, state }) => state === 'failed' && (bound || names.includes(`ports.${name}`) || names.includes(`servers.${name}`)))
    .flatMap(({ name, addresses }) => addresses.filter(({ listening }) => !listening).map(({ problem, problemCode, port, address }): Issue => ({
      field: `ports.${name}`, code: `listen.${problemCode}`, message: problem, params: { port, address },
    })));
}
