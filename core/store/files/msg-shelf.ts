// Storage format `msg`: one file per message in the Message directory, bytes as on the wire (CRLF).
import { statSync } from 'node:fs';
import { linkOrCopy, listOf, readOrNull, rmdirIfEmpty, syncDirectory, syncFile, unlinkIfThere, writeNew } from './disk.ts';
import { guidOfMsg, msgFile } from './names.ts';
import type { Shelf, Source, Title } from './shelf.ts';

export class MsgShelf implements Shelf {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  put(title: Title, source: Source): { readonly file: string; readonly lineEnds: 'crlf' } {
    const file = msgFile(this.directory, title.guid);
    const same = source.file('crlf');
    if (same === null) writeNew(file, source.bytes());
    else linkOrCopy(same, file);
    return { file, lineEnds: 'crlf' };
  }

  read(title: Title): Buffer | null {
    return readOrNull(msgFile(this.directory, title.guid));
  }

  fileOf(title: Title): { readonly file: string; readonly lineEnds: 'crlf' } {
    return { file: msgFile(this.directory, title.guid), lineEnds: 'crlf' };
  }

  guids(): ReadonlySet<string> {
    return new Set(listOf(this.directory).map(guidOfMsg).filter((guid) => guid !== null));
  }

  title(guid: string): Title | null {
    const stat = statSync(msgFile(this.directory, guid), { throwIfNoEntry: false });
    return stat === undefined || !stat.isFile() ? null : { guid, octets: stat.size, receivedAt: Math.round(stat.mtimeMs) };
  }

  remove(guids: ReadonlySet<string>): void {
    for (const guid of guids) unlinkIfThere(msgFile(this.directory, guid));
    syncDirectory(this.directory);
  }

  sync(titles: readonly Title[]): string[] {
    const absent = titles.filter(({ guid }) => !syncFile(msgFile(this.directory, guid))).map(({ guid }) => guid);
    syncDirectory(this.directory);
    return absent;
  }

  clear(itself: boolean): void {
    if (itself) rmdirIfEmpty(this.directory);
  }
}
