// Storage format `maildir`: tmp, new and cur below the Message directory, LF line ends, one file per message.
// A program that reads the Maildir may move a file from new to cur and add flags to its name; it is found there too.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { directoryMode, linkOrCopy, listOf, readOrNull, rmdirIfEmpty, syncDirectory, syncFile, unlinkIfThere, writeNew } from './disk.ts';
import { countLf, toCrlf, toLf } from './line-ends.ts';
import { maildirBase, readMaildirName } from './names.ts';
import type { Shelf, Source, Title } from './shelf.ts';

export class MaildirShelf implements Shelf {
  private readonly directory: string;
  private made = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  put(title: Title, source: Source): { readonly file: string; readonly lineEnds: 'lf' } {
    this.make();
    const name = maildirBase(title.guid, title.receivedAt);
    const file = join(this.directory, 'new', name);
    const same = source.file('lf');
    const moved = this.find(title.guid, 'cur');
    if (moved !== null) return { file: moved, lineEnds: 'lf' };
    if (same === null) {
      // tmp, then new: a reader of the Maildir never sees half a message.
      const temporary = join(this.directory, 'tmp', name);
      writeNew(temporary, toLf(source.bytes()));
      renameSync(temporary, file);
    } else {
      linkOrCopy(same, file);
    }
    return { file, lineEnds: 'lf' };
  }

  read(title: Title): Buffer | null {
    const bytes = readOrNull(this.newFile(title)) ?? this.readMoved(title.guid);
    return bytes === null ? null : toCrlf(bytes);
  }

  fileOf(title: Title): { readonly file: string; readonly lineEnds: 'lf' } {
    return { file: this.find(title.guid, 'cur') ?? this.newFile(title), lineEnds: 'lf' };
  }

  guids(): ReadonlySet<string> {
    const names = [...listOf(join(this.directory, 'new')), ...listOf(join(this.directory, 'cur'))];
    return new Set(names.map((name) => readMaildirName(name)?.guid).filter((guid) => guid !== undefined));
  }

  title(guid: string): Title | null {
    const file = this.find(guid, 'new') ?? this.find(guid, 'cur');
    if (file === null) return null;
    const bytes = readFileSync(file);
    const receivedAt = readMaildirName(file.slice(file.search(/[^/\\]+$/)))?.receivedAt ?? 0;
    return { guid, octets: bytes.length + countLf(bytes), receivedAt };
  }

  remove(guids: ReadonlySet<string>): void {
    const found = new Set<string>();
    const untouched: string[] = [];
    for (const part of ['new', 'cur', 'tmp']) {
      const directory = join(this.directory, part);
      const names = listOf(directory).filter((name) => guids.has(readMaildirName(name)?.guid ?? ''));
      for (const name of names) {
        unlinkIfThere(join(directory, name));
        found.add(readMaildirName(name)?.guid ?? '');
      }
      if (names.length > 0) syncDirectory(directory);
      else untouched.push(directory);
    }
    // What is not here may have been unlinked by an attempt that was killed before its fsync.
    if (found.size < guids.size) for (const directory of untouched) syncDirectory(directory);
  }

  sync(titles: readonly Title[]): string[] {
    const absent = titles.filter((title) => {
      if (syncFile(this.newFile(title))) return false;
      const moved = this.find(title.guid, 'cur');
      return moved === null || !syncFile(moved);
    }).map(({ guid }) => guid);
    for (const part of ['new', 'cur', '']) syncDirectory(join(this.directory, part));
    return absent;
  }

  clear(itself: boolean): void {
    for (const part of ['new', 'cur', 'tmp']) rmdirIfEmpty(join(this.directory, part));
    if (itself) rmdirIfEmpty(this.directory);
  }

  private newFile({ guid, receivedAt }: Title): string {
    return join(this.directory, 'new', maildirBase(guid, receivedAt));
  }

  private readMoved(guid: string): Buffer | null {
    const file = this.find(guid, 'cur');
    return file === null ? null : readOrNull(file);
  }

  private find(guid: string, part: 'new' | 'cur'): string | null {
    const directory = join(this.directory, part);
    const name = listOf(directory).find((one) => readMaildirName(one)?.guid === guid);
    return name === undefined ? null : join(directory, name);
  }

  private make(): void {
    if (this.made) return;
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(this.directory, part), { recursive: true, mode: directoryMode });
    this.made = true;
  }
}
