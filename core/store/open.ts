// Opens a data folder and puts the store together. Called once by host/engine.ts, and by tests.
// What is slow (comparing mailboxes with their files, looking for damage in a large database) goes on after it has opened.
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { readdir, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sentence } from '../contract/sentences.ts';
import { Accepting } from './accepting.ts';
import { AccountRemoval } from './account-removal.ts';
import { AccountSuggestions } from './account-suggestions.ts';
import { AccountTable } from './account-table.ts';
import { AccountTouches } from './account-touches.ts';
import { makeAccounts } from './accounts.ts';
import { AliasTable, makeAliases } from './aliases.ts';
import { Checkpoints } from './checkpoints.ts';
import { Committer } from './committer.ts';
import { Backups } from './backups.ts';
import { backupName, noteDamage, openDatabase } from './database.ts';
import { DirectoryCache } from './directory.ts';
import { DirectorySync } from './directory-sync.ts';
import { DomainTable, makeDomains } from './domains.ts';
import { asStoreError, codeOf, reason } from './failures.ts';
import { directoryMode } from './files/disk.ts';
import { guidMaker } from './files/guid.ts';
import { guidOfIncoming } from './files/names.ts';
import { Hand } from './hand/hand.ts';
import type { Place } from './hand/tasks.ts';
import { History } from './history.ts';
import { Housekeeper } from './housekeeper.ts';
import { makeIncoming } from './incoming.ts';
import { lockFolder } from './lock.ts';
import { MailboxLists, makeMailboxes } from './mailboxes.ts';
import { loadMachineKey } from './machine-key.ts';
import type { KeyWrap } from './machine-key.ts';
import { MessageDirectories } from './message-directories.ts';
import { MessageReader } from './message-reader.ts';
import { Mover } from './mover.ts';
import { Places } from './places.ts';
import { Primary } from './primary.ts';
import { adoptStrays } from './queue-strays.ts';
import { QueueTable } from './queue/queue-table.ts';
import { makeQueues } from './queues.ts';
import { Remover } from './remover.ts';
import { Roster } from './roster.ts';
import { makeSettings, SettingsTable } from './settings.ts';
import { makeSmartHosts } from './smart-hosts.ts';
import type { Log } from './sqlite.ts';
import type { Store, StoreChange } from './store.ts';
import { Sweep } from './sweep.ts';
import { Syncer } from './syncer.ts';
import type { TraceTasks } from './trace/tasks.ts';
import { makeTrace } from './trace/trace.ts';
import { Unlinker } from './unlinker.ts';
import { makeValues } from './values.ts';
import { WaitingMail } from './waiting-mail.ts';

export interface StoreOptions {
  readonly dataDirectory: string;
  readonly now?: () => number;
  readonly log?: Log;
  /** Protects the machine key by the system's key store. */
  readonly wrapKey?: KeyWrap;
  /** Where the program lies: no mail may be kept there. Without it the folder of the running executable. */
  readonly programDirectories?: readonly string[];
  /** The code of the second hand, when a build has put it elsewhere. */
  readonly workerScript?: URL;
}

/** The store, and what tests and tools may ask of it beside. */
export interface OpenedStore extends Store {
  /** Resolves when every accepted message stands in its mailbox as a file, durably, and removed files are gone. */
  settle(): Promise<void>;
  /** Resolves when the sweep that began at the start has been through all mailboxes. */
  swept(): Promise<void>;
}

const freeBytesForMs = 1000;
/** The source runs as .ts; a build makes one file of each thread. */
const defaultWorker = new URL(import.meta.url.endsWith('.ts') ? './hand/worker.ts' : './store-worker.js', import.meta.url);

/** @throws StoreError 'store.in-use', 'store.newer', 'store.damaged', 'disk.full' */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  try {
    return await putTogether(options);
  } catch (error) {
    throw asStoreError(error);
  }
}

async function putTogether(options: StoreOptions): Promise<OpenedStore> {
  const dataDirectory = resolve(options.dataDirectory);
  const incomingDirectory = join(dataDirectory, 'Incoming');
  const queuePlace: Place = { directory: join(dataDirectory, 'Queues'), format: 'msg' };
  for (const directory of [dataDirectory, incomingDirectory, queuePlace.directory]) mkdirSync(directory, { recursive: true, mode: directoryMode });
  if (process.platform !== 'win32') chmodSync(dataDirectory, directoryMode);
  const now = options.now ?? Date.now;
  const log: Log = options.log ?? (() => undefined);

  const lock = lockFolder(dataDirectory);
  try {
    const workerScript = options.workerScript ?? defaultWorker;
    const key = await loadMachineKey(dataDirectory, options.wrapKey);
    const { db, file, unchecked } = openDatabase(dataDirectory, { now, log });
    const hand = new Hand({ work: 'store', file }, workerScript);
    const trace = makeTrace(new Hand<TraceTasks>({ work: 'trace', file: join(dataDirectory, 'trace.db') }, workerScript), log);
    const checkpoints = new Checkpoints(hand, log);
    const committer: Committer = new Committer(db, file, (bytes) => checkpoints.add(bytes, committer));
    // What a run that was killed has left in the log counts: who is killed again and again would else never come to shorten it.
    checkpoints.add(statSync(`${file}-wal`).size, committer);
    const directorySync = new DirectorySync(incomingDirectory);
    await Promise.all([directorySync.sync(), new DirectorySync(dataDirectory).sync()]);

    const listeners = new Set<(change: StoreChange) => void>();
    const backups = new Backups(hand, join(dataDirectory, backupName), log);
    const emit = (change: StoreChange): void => {
      if (change.topic !== 'mail' && change.topic !== 'queues') backups.due();
      for (const listener of listeners) listener(change);
    };
    const roster = new Roster(db, dataDirectory);
    const waiting = new WaitingMail(db, roster);
    const lists = new MailboxLists(db);
    const reader = new MessageReader(waiting, hand, incomingDirectory);
    const places = new Places(roster, queuePlace);
    const syncer = new Syncer({ db, committer, hand, waiting, places, incomingDirectory });
    const unlinker = new Unlinker({ db, committer, hand, places, log });
    const housekeeper = new Housekeeper({ db, committer, hand, waiting, places, syncer, unlinker, log, incomingDirectory });
    const remover = new Remover(db, waiting, housekeeper, incomingDirectory);
    const sweep = new Sweep({ db, committer, hand, housekeeper, roster, lists, log, emit });
    const mover = new Mover({ db, committer, hand, housekeeper, waiting, roster, sweep, log });

    const queueTable = new QueueTable(db);
    const accepting = new Accepting({ db, waiting, housekeeper, roster, queueTable, directory: incomingDirectory, directorySync, makeGuid: guidMaker(now), emit });
    const history = new History(db, now);
    const settingsTable = new SettingsTable(db, key, log);
    const settings = () => settingsTable.read().values;
    const domainTable = new DomainTable(db);
    const aliasTable = new AliasTable(db);
    const accountTable = new AccountTable(db);
    const directory = new DirectoryCache({ domains: domainTable, aliases: aliasTable, roster, settings });
    const programDirectories = options.programDirectories ?? [dirname(process.execPath)];
    const directories = new MessageDirectories(dataDirectory, roster, () => resolve(dataDirectory, settings()['directories.logs']), programDirectories);
    const primary = new Primary(domainTable, settings, () => directory.changed());
    const accountChanged = (id: number): void => {
      roster.refresh(id);
      directories.refresh(id);
      directory.changed();
    };
    const touches = new AccountTouches(db, accountTable, committer);
    const removal = new AccountRemoval({ db, table: accountTable, roster, committer, housekeeper, waiting, remover, history, changed: accountChanged });
    const suggestions = new AccountSuggestions({ table: accountTable, domains: domainTable, aliases: aliasTable, directories, settings });

    // Asked for before anything is awaited, so that it is the first job.
    mover.recover().catch((error: unknown) => log('error', sentence('say.store.move-unsettled', { cause: reason(error) })));
    await removeStrays(incomingDirectory, waiting);
    const swept = Promise.all([sweep.all(), adoptStrays({ db, committer, table: queueTable, directory: queuePlace.directory, log, emit })]).then(() => undefined);
    if (unchecked) void checkLater(hand, dataDirectory, log);

    let free: { readonly at: number; readonly bytes: Promise<number> } | null = null;
    let closing: Promise<void> | null = null;
    async function close(): Promise<void> {
      sweep.stop();
      touches.flush();
      await trace.close();
      await housekeeper.close();
      await backups.close();
      await checkpoints.idle();
      await committer.close();
      await hand.close();
      db.close();
      lock.release();
    }

    return {
      dataDirectory,
      settings: makeSettings({ table: settingsTable, committer, history, primary, emit }),
      values: makeValues({ db, committer, key, log }),
      domains: makeDomains({ table: domainTable, settings: settingsTable, primary, committer, history, changed: () => directory.changed(), emit }),
      accounts: makeAccounts({
        table: accountTable, domains: domainTable, aliases: aliasTable, suggestions, removal, touches, directories, mover, housekeeper, sweep, roster, committer, history, key, now, changed: accountChanged, emit,
      }),
      aliases: makeAliases({ table: aliasTable, domains: domainTable, committer, history, changed: () => directory.changed(), emit }),
      directory: () => directory.get(),
      incoming: makeIncoming({ accepting, committer, queueTable, emit }),
      mailboxes: makeMailboxes({ committer, lists, roster, reader, remover, sweep, emit }),
      queues: makeQueues({ db, table: queueTable, committer, accepting, reader, remover, history, settings, place: queuePlace, emit }),
      smartHosts: makeSmartHosts({ db, key, committer, history, log, emit }),
      trace,
      history: { list: (before, limit) => history.list(before, limit) },
      onChange(listener): () => void {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      freeBytes(): Promise<number> {
        const at = performance.now();
        if (free === null || at - free.at >= freeBytesForMs) free = { at, bytes: statfs(dataDirectory).then(({ bavail, bsize }) => bavail * bsize) };
        return free.bytes;
      },
      close: () => (closing ??= close()),
      settle: () => housekeeper.settle(),
      swept: () => swept,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function checkLater(hand: Hand, dataDirectory: string, log: Log): Promise<void> {
  try {
    const found = await hand.ask('check', null);
    if (found !== '') noteDamage(dataDirectory, found, log);
  } catch (error) {
    if (codeOf(error) !== 'store.closed') log('warning', sentence('say.store.unchecked', { cause: reason(error) }));
  }
}

/** Files in Incoming that no row speaks of were never answered for. */
async function removeStrays(incomingDirectory: string, waiting: WaitingMail): Promise<void> {
  for (const name of await readdir(incomingDirectory)) {
    const guid = guidOfIncoming(name);
    if (guid !== null && waiting.get(guid)?.inFile !== true) await unlink(join(incomingDirectory, name)).catch(() => undefined);
  }
}
