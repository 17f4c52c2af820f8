// Which directories may hold an account's mail: not the engine's own folders, not the system's, not another account's, none that
// contains or lies in one of those; and it must be possible to write there. Compared without regard to case, and by what links
// point to, so that a data folder can move to a system that does not tell case apart.
import { realpathSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { StoreError } from './errors.ts';
import { asStoreError, isDiskFull, reason } from './failures.ts';
import { directoryMode, fileMode, syncDirectory } from './files/disk.ts';
import type { Roster } from './roster.ts';

/** First parts of paths in the data folder that are the engine's own. */
const ownFolders = new Set(['incoming', 'queues', 'logs', 'certificates', 'backup', 'console']);
const ownFiles = /^(merpati\..*|machine\.key.*)$/;
const systemFolders = process.platform === 'win32'
  ? ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)']
  : ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/proc', '/run', '/sbin', '/sys', '/usr', '/System', '/Library'];

export class MessageDirectories {
  private readonly dataDirectory: string;
  private readonly roster: Roster;
  private readonly logDirectory: () => string;
  private readonly forbidden: readonly string[];
  private byKey: Map<string, number> | null = null;
  private keys = new Map<number, string>();
  /** How many accounts lie below each directory. */
  private below = new Map<string, number>();
  private readonly reserved = new Set<string>();

  /** @param programDirectories where the program itself lies */
  constructor(dataDirectory: string, roster: Roster, logDirectory: () => string, programDirectories: readonly string[]) {
    this.dataDirectory = dataDirectory;
    this.roster = roster;
    this.logDirectory = logDirectory;
    this.forbidden = [...systemFolders, ...programDirectories].map((directory) => keyOf(directory));
  }

  /**
   * @param directory as typed: absolute, or relative to the data folder
   * @throws StoreError 'directory.unsafe', 'directory.shared'
   */
  check(directory: string, accountId: number | null): string {
    const path = resolve(this.dataDirectory, directory);
    if (this.isUnsafe(directory, path)) {
      throw new StoreError('directory.unsafe', `${path} cannot be a Message directory: it belongs to the program or the system, or contains such a folder. Choose a folder of its own, such as one below Users.`, { field: 'directory', params: { directory: path } });
    }
    const other = this.sharedWith(path, accountId);
    if (other !== null) {
      throw new StoreError('directory.shared', `${path} is, contains or lies in the Message directory of another account (${other}). Every account needs a folder of its own.`, { field: 'directory', params: { directory: path, account: other } });
    }
    return path;
  }

  /** Keeps a checked directory from being taken by another change until this one is done. */
  reserve(path: string): () => void {
    const key = keyOf(path);
    this.reserved.add(key);
    return () => this.reserved.delete(key);
  }

  isFree(directory: string): boolean {
    return this.sharedWith(resolve(this.dataDirectory, directory), null) === null;
  }

  /** Makes the directory. @throws StoreError 'directory.not-writable', 'disk.full' */
  async prepare(path: string): Promise<void> {
    const probe = join(path, `.merpati-${process.pid}-${Math.random().toString(36).slice(2)}`);
    try {
      const firstMade = await mkdir(path, { recursive: true, mode: directoryMode });
      if (firstMade !== undefined) syncNames(dirname(firstMade), path);
      await writeFile(probe, 'x', { mode: fileMode, flag: 'wx' });
      await rm(probe);
    } catch (error) {
      if (isDiskFull(error)) throw asStoreError(error);
      throw new StoreError('directory.not-writable', `Merpati cannot write in ${path} (${reason(error)}). Choose another folder, or give Merpati the right to write there.`, { field: 'directory', params: { directory: path }, cause: error });
    }
  }

  /** An account has come, moved or gone. */
  refresh(accountId: number): void {
    if (this.byKey === null) return;
    const old = this.keys.get(accountId);
    if (old !== undefined) this.count(old, accountId, -1);
    const account = this.roster.get(accountId);
    if (account !== null) this.count(keyOf(this.roster.pathOf(account)), accountId, 1);
  }

  private isUnsafe(directory: string, path: string): boolean {
    const data = keyOf(this.dataDirectory);
    const key = keyOf(path);
    if (!isAbsolute(directory) && !isInside(path, this.dataDirectory)) return true;
    if (isInside(data, key) || parse(path).root === path) return true;
    if (isInside(key, data)) {
      const first = relative(data, key).split(sep)[0] ?? '';
      return ownFolders.has(first) || ownFiles.test(first) || overlap(key, keyOf(this.logDirectory()));
    }
    return this.forbidden.some((folder) => overlap(key, folder)) || overlap(key, keyOf(this.logDirectory()));
  }

  /** Address-like name of the account in whose way the directory is. */
  private sharedWith(path: string, accountId: number | null): string | null {
    const byKey = this.index();
    const key = keyOf(path);
    for (const other of this.reserved) if (overlap(key, other)) return 'that is being made';
    const own = accountId === null ? undefined : this.keys.get(accountId);
    for (let at = key; ; at = dirname(at)) {
      const holder = byKey.get(at);
      if (holder !== undefined && holder !== accountId) return this.nameOf(holder);
      if (dirname(at) === at) break;
    }
    const others = (this.below.get(key) ?? 0) - (own !== undefined && own !== key && isInside(own, key) ? 1 : 0);
    return others > 0 ? `${others} of them` : null;
  }

  private nameOf(accountId: number): string {
    return this.roster.get(accountId)?.mailbox ?? String(accountId);
  }

  /** Built at the first need: it looks at every directory once. */
  private index(): ReadonlyMap<string, number> {
    if (this.byKey === null) {
      this.byKey = new Map();
      for (const account of this.roster.all()) this.count(keyOf(this.roster.pathOf(account)), account.id, 1);
    }
    return this.byKey;
  }

  private count(key: string, accountId: number, by: 1 | -1): void {
    if (by === 1) {
      this.byKey?.set(key, accountId);
      this.keys.set(accountId, key);
    } else {
      this.byKey?.delete(key);
      this.keys.delete(accountId);
    }
    for (let at = dirname(key); dirname(at) !== at; at = dirname(at)) this.below.set(at, (this.below.get(at) ?? 0) + by);
  }
}

/** Makes the names of new directories durable, from the one that was there before down to the last but one. */
function syncNames(from: string, path: string): void {
  for (let directory = dirname(path); isInside(directory, from); directory = dirname(directory)) syncDirectory(directory);
}

export function isSameDirectory(a: string, b: string): boolean {
  return keyOf(a) === keyOf(b);
}

/** The path that is really meant, comparable. */
function keyOf(path: string): string {
  let existing = resolve(path);
  const rest: string[] = [];
  for (;;) {
    try {
      return join(realpathSync(existing), ...rest).normalize('NFC').toLowerCase();
    } catch {
      if (dirname(existing) === existing) return resolve(path).normalize('NFC').toLowerCase();
      rest.unshift(basename(existing));
      existing = dirname(existing);
    }
  }
}

/** `path` is `directory` or lies in it. */
function isInside(path: string, directory: string): boolean {
  const between = relative(directory, path);
  return between === '' || (!between.startsWith('..') && !isAbsolute(between));
}

function overlap(a: string, b: string): boolean {
  return isInside(a, b) || isInside(b, a);
}
