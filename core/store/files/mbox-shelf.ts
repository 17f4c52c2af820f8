// Storage format `mbox`: the file `mbox` in the Message directory. Messages are appended; removing rewrites the file beside itself
// and renames it into place. What lies where is remembered for as long as size and time of the file are those we left it with.
import { closeSync, ftruncateSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../failures.ts';
import { directoryMode, fileMode, listOf, rmdirIfEmpty, syncDirectory, syncFile, unlinkIfThere } from './disk.ts';
import { decodeRecord, encodeRecord, octetsOf, readFromLine } from './mbox.ts';
import { indexMbox, readRecord } from './mbox-index.ts';
import type { MboxRecord } from './mbox.ts';
import type { MboxIndex } from './mbox-index.ts';
import type { Shelf, Source, Title } from './shelf.ts';

const name = 'mbox';
const copyBytes = 1 << 20;

export class MboxShelf implements Shelf {
  private readonly directory: string;
  private readonly file: string;
  private known: MboxIndex | null = null;

  constructor(directory: string) {
    this.directory = directory;
    this.file = join(directory, name);
  }

  put(title: Title, source: Source): { readonly file: null; readonly lineEnds: 'lf' } {
    // A record of that name may be half written, from before a crash: it goes first.
    if (this.index().records.has(title.guid)) this.remove(new Set([title.guid]));
    this.append(title, encodeRecord(title.guid, title.receivedAt, source.bytes()));
    return { file: null, lineEnds: 'lf' };
  }

  read(title: Title): Buffer | null {
    const record = this.index().records.get(title.guid);
    const bytes = record === undefined ? null : readRecord(this.file, record);
    return bytes === null || readFromLine(bytes)?.guid !== title.guid ? null : decodeRecord(bytes, title.octets);
  }

  fileOf(): null {
    return null;
  }

  guids(): ReadonlySet<string> {
    return new Set(this.index().records.keys());
  }

  title(guid: string): Title | null {
    const record = this.index().records.get(guid);
    const bytes = record === undefined ? null : readRecord(this.file, record);
    return record === undefined || bytes === null ? null : { guid, octets: octetsOf(bytes), receivedAt: record.receivedAt };
  }

  remove(guids: ReadonlySet<string>): void {
    // Again until there is none: another program may have copied a record, and the index shows the first of each name.
    while (this.removeFirst(guids));
    syncDirectory(this.directory);
  }

  private removeFirst(guids: ReadonlySet<string>): boolean {
    const index = this.index();
    const gone = [...index.records.values()].filter(({ guid }) => guids.has(guid)).sort((a, b) => a.start - b.start);
    if (gone.length === 0) return false;
    this.known = null;
    // Nothing but these: no space is needed, which matters on a full disk.
    if (gone.reduce((sum, { start, end }) => sum + end - start, 0) === index.size) {
      unlinkIfThere(this.file);
    } else {
      this.rewriteWithout(gone, index.size);
    }
    return true;
  }

  sync(titles: readonly Title[]): string[] {
    syncFile(this.file);
    syncDirectory(this.directory);
    const { records } = this.index();
    return titles.filter(({ guid }) => !records.has(guid)).map(({ guid }) => guid);
  }

  clear(itself: boolean): void {
    unlinkIfThere(join(this.directory, `${name}.new`));
    if (statSync(this.file, { throwIfNoEntry: false })?.size === 0) unlinkIfThere(this.file);
    if (itself && listOf(this.directory).length === 0) rmdirIfEmpty(this.directory);
  }

  private append(title: Title, record: Buffer): void {
    const descriptor = this.open();
    try {
      const start = fstatSync(descriptor).size;
      const prefix = this.lineBefore(descriptor, start);
      const bytes = prefix === '' ? record : Buffer.concat([Buffer.from(prefix), record]);
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written, bytes.length - written, start + written);
      } catch (error) {
        ftruncateSync(descriptor, start);
        throw error;
      }
      const { size, mtimeMs } = fstatSync(descriptor);
      if (this.known !== null) {
        this.known.records.set(title.guid, { guid: title.guid, receivedAt: title.receivedAt, start: start + prefix.length, end: size });
        this.known.size = size;
        this.known.changedAtMs = mtimeMs;
      }
    } finally {
      closeSync(descriptor);
    }
  }

  /** What must be added so that the next From_ line stands behind an empty line, after another program's or a torn ending. */
  private lineBefore(descriptor: number, size: number): string {
    if (size === 0) return '';
    const tail = Buffer.alloc(2);
    const read = readSync(descriptor, tail, 0, 2, Math.max(0, size - 2));
    if (read === 2 && tail[0] === 0x0a && tail[1] === 0x0a) return '';
    // An empty message ends with its From_ line and the one empty line.
    return tail[read - 1] === 0x0a ? '\n' : '\n\n';
  }

  private open(): number {
    for (let attempt = 0; ; attempt += 1) {
      try {
        // Not append mode: it ignores positions, and a half-written end must be cut off.
        return openSync(this.file, statSync(this.file, { throwIfNoEntry: false }) === undefined ? 'wx+' : 'r+', fileMode);
      } catch (error) {
        if (attempt > 0 || codeOf(error) !== 'ENOENT') throw error;
        mkdirSync(this.directory, { recursive: true, mode: directoryMode });
      }
    }
  }

  private rewriteWithout(gone: readonly MboxRecord[], size: number): void {
    const beside = `${this.file}.new`;
    const from = openSync(this.file, 'r');
    try {
      const to = openSync(beside, 'w', fileMode);
      try {
        let start = 0;
        for (const record of [...gone, { start: size, end: size }]) {
          copyRange(from, to, start, record.start);
          start = record.end;
        }
        fsyncSync(to);
      } finally {
        closeSync(to);
      }
    } catch (error) {
      unlinkIfThere(beside);
      throw error;
    } finally {
      closeSync(from);
    }
    renameSync(beside, this.file);
  }

  private index(): MboxIndex {
    const stat = statSync(this.file, { throwIfNoEntry: false });
    if (this.known?.size !== (stat?.size ?? 0) || this.known.changedAtMs !== (stat?.mtimeMs ?? 0)) this.known = indexMbox(this.file);
    return this.known;
  }
}

function copyRange(from: number, to: number, start: number, end: number): void {
  const piece = Buffer.allocUnsafe(Math.min(copyBytes, Math.max(1, end - start)));
  for (let at = start; at < end;) {
    const read = readSync(from, piece, 0, Math.min(piece.length, end - at), at);
    if (read === 0) return;
    for (let written = 0; written < read;) written += writeSync(to, piece, written, read - written);
    at += read;
  }
}
