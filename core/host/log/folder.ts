// The folder of the daily log files: which file a line goes to, and what is deleted. Files older than is wanted go once a day. A peer who
// makes us log without end fills one file after the other; when the folder has grown too large, the oldest files go. Used by files.ts.
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface LogLimits {
  /** Of one file; then the next one is begun. */
  readonly fileBytes: number;
  /** Of all files together. */
  readonly folderBytes: number;
}

export interface LogFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: number;
}

/** The files that are written to are never deleted: there are at most eleven, so the folder must have room for more. */
const usualLimits: LogLimits = { fileBytes: 64 << 20, folderBytes: 1 << 30 };
const pattern = /^(Merpati-(\d{4}-\d{2}-\d{2})-[A-Za-z3()-]+?)(?:\.(\d{1,6}))?\.log$/;

export class LogFolder {
  readonly path: string;
  private readonly limits: LogLimits;
  /** By name without part and ending: the last part and its size. */
  private readonly last = new Map<string, { part: number; bytes: number }>();
  private bytes = 0;
  private cleaned = '';

  private constructor(path: string, limits: LogLimits, files: readonly LogFile[]) {
    this.path = path;
    this.limits = limits;
    for (const { name, bytes } of files) {
      const { base, part } = partsOf(name);
      this.bytes += bytes;
      if (part >= (this.last.get(base)?.part ?? 0)) this.last.set(base, { part, bytes });
    }
  }

  static async open(path: string, limits = usualLimits): Promise<LogFolder> {
    return new LogFolder(path, limits, await LogFolder.list(path));
  }

  /** Newest day first, the parts of a day in their order. */
  static async list(path: string): Promise<LogFile[]> {
    const found: LogFile[] = [];
    for (const name of await readdir(path).catch(() => [])) {
      if (!pattern.test(name)) continue;
      const facts = await stat(join(path, name)).catch(() => null);
      if (facts !== null) found.push({ name, bytes: facts.size, changedAt: Math.floor(facts.mtimeMs) });
    }
    return found.sort((one, other) => newestFirst(partsOf(one.name), partsOf(other.name)));
  }

  /** The file for so many more bytes of this name. */
  fileFor(base: string, bytes: number): string {
    const last = this.last.get(base);
    if (last === undefined) this.last.set(base, { part: 1, bytes: 0 });
    else if (last.bytes > 0 && last.bytes + bytes > this.limits.fileBytes) this.last.set(base, { part: last.part + 1, bytes: 0 });
    const { part } = this.last.get(base) ?? { part: 1 };
    return part === 1 ? `${base}.log` : `${base}.${part}.log`;
  }

  grown(base: string, bytes: number): void {
    this.bytes += bytes;
    const last = this.last.get(base);
    if (last !== undefined) last.bytes += bytes;
  }

  /** @param oldestDay files of earlier days go */
  async clean(oldestDay: string): Promise<void> {
    if (this.cleaned === oldestDay && this.bytes <= this.limits.folderBytes) return;
    this.cleaned = oldestDay;
    const files = await LogFolder.list(this.path);
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    // Oldest day first, of a day the first parts.
    const oldestFirst = files.map((file) => ({ ...file, ...partsOf(file.name) })).sort((one, other) => (one.day === other.day ? one.part - other.part : one.day < other.day ? -1 : 1));
    for (const file of oldestFirst) {
      const isOld = file.day < oldestDay;
      if (!isOld && (bytes <= this.limits.folderBytes || this.isInUse(file.base, file.part, oldestFirst.at(-1)?.day ?? ''))) continue;
      if (await unlink(join(this.path, file.name)).then(() => true, () => false)) bytes -= file.bytes;
      if (this.last.get(file.base)?.part === file.part) this.last.delete(file.base);
    }
    this.bytes = bytes;
  }

  /** Of the newest day the last part. */
  private isInUse(base: string, part: number, newestDay: string): boolean {
    return partsOf(`${base}.log`).day === newestDay && this.last.get(base)?.part === part;
  }
}

function partsOf(name: string): { readonly base: string; readonly day: string; readonly part: number } {
  const [, base = name, day = '', part = '1'] = pattern.exec(name) ?? [];
  return { base, day, part: Number(part) };
}

function newestFirst(one: ReturnType<typeof partsOf>, other: ReturnType<typeof partsOf>): number {
  if (one.day !== other.day) return one.day < other.day ? 1 : -1;
  return one.base === other.base ? one.part - other.part : one.base < other.base ? -1 : 1;
}
