// Daily log files in the classic format, one a channel: `Merpati-2026-11-24-SMTP-(in).log`, lines `Tue 2026-11-24 10:12:31: text`.
// A long day goes on in `...SMTP-(in).2.log`. Lines are gathered and written a few times a second; a full disk or a folder that is
// gone never stops the mail, and no peer can fill the disk with what he says (folder.ts).
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../../contract/records.ts';
import { sentence, type Sentence } from '../../contract/sentences.ts';
import { causeSaid } from '../said.ts';
import { LogFolder, type LogFile, type LogLimits } from './folder.ts';
import { makeFolder } from './make-folder.ts';
import type { Block } from './ring.ts';

const fileNames: Record<Channel, string> = {
  system: 'System', routing: 'Routing', 'smtp-in': 'SMTP-(in)', 'smtp-out': 'SMTP-(out)', pop3: 'POP3', imap: 'IMAP', multipop: 'MultiPOP',
  domainpop: 'DomainPOP', ras: 'RAS', worldclient: 'WorldClient', 'content-filter': 'Content-Filter',
};
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const flushMs = 250;
const maxPendingBytes = 16 * 1024 * 1024;

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** `Tue 2026-11-24 10:12:31: ` in local time, remembered for the second it stands for. */
export function createStamp(): (at: number) => { readonly stamp: string; readonly day: string } {
  let second = -1;
  let kept = { stamp: '', day: '' };
  return (at) => {
    const now = Math.floor(at / 1000);
    if (now !== second) {
      const date = new Date(at);
      const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      kept = { day, stamp: `${weekdays[date.getDay()] ?? ''} ${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}: ` };
      second = now;
    }
    return kept;
  };
}

/** Control characters in what a peer sent must not forge a line, move a terminal's cursor, or turn the direction of the text round. */
export function printable(text: string): string {
  return unprintable.test(text) ? text.replace(new RegExp(unprintable, 'g'), (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`) : text;
}
const unprintable = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

export interface LogFiles {
  write(block: Block): void;
  /** Everything given so far is in the files. */
  flush(): Promise<void>;
  /** Newest day first. */
  list(): Promise<LogFile[]>;
  close(): Promise<void>;
}

export interface LogFilesOptions {
  /** Read at each flush, so that a changed setting is live. */
  readonly directory: () => string;
  /** Where lines go while they cannot be written there. */
  readonly otherwise?: string;
  readonly keepDays: () => number;
  readonly now: () => number;
  /** Told once when writing begins to fail. */
  readonly onTrouble: (problem: Sentence) => void;
  readonly limits?: LogLimits;
}

export function createLogFiles({ directory, otherwise, keepDays, now, onTrouble, limits }: LogFilesOptions): LogFiles {
  const pending = new Map<string, string[]>();
  let pendingBytes = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let failing = '';
  let folder: LogFolder | null = null;
  const stampOf = createStamp();

  async function writeOut(): Promise<void> {
    if (pending.size === 0) return;
    const batch = [...pending];
    pending.clear();
    pendingBytes = 0;
    const wanted = directory();
    try {
      await writeTo(wanted, batch);
      failing = '';
    } catch (error) {
      const elsewhere = otherwise === undefined || otherwise === wanted ? null : otherwise;
      if (failing !== wanted) {
        const cause = causeSaid(error);
        onTrouble(elsewhere === null ? sentence('say.logs-unwritten', { directory: wanted, cause }) : sentence('say.logs-elsewhere', { directory: wanted, cause, elsewhere }));
      }
      failing = wanted;
      folder = null;
      // Nothing more can be done about them: they are in the console's memory still.
      if (elsewhere !== null) await writeTo(elsewhere, batch).catch(() => undefined);
    }
  }

  async function writeTo(path: string, batch: readonly (readonly [string, readonly string[]])[]): Promise<void> {
    await makeFolder(path);
    if (folder?.path !== path) folder = await LogFolder.open(path, limits);
    for (const [name, texts] of batch) {
      const bytes = Buffer.from(texts.join(''));
      await appendFile(join(path, folder.fileFor(name, bytes.length)), bytes, { mode: 0o600 });
      folder.grown(name, bytes.length);
    }
    await folder.clean(createStamp()(now() - keepDays() * 86_400_000).day);
  }

  function add(channel: Channel, day: string, text: string): void {
    if (text === '') return;
    const name = `Merpati-${day}-${fileNames[channel]}`;
    pendingBytes += text.length;
    const texts = pending.get(name);
    if (texts === undefined) pending.set(name, [text]);
    else texts.push(text);
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(writeOut);
    return writing;
  }

  return {
    write(block) {
      // Better to lose log lines than memory when the disk cannot keep up.
      if (pendingBytes > maxPendingBytes) return;
      // Nearly always all lines of a block are of one day: they go to their file together.
      let text = '';
      let textDay = '';
      for (let line = 0; line < block.text.length; line += 1) {
        const { stamp, day } = stampOf(block.at[line] ?? 0);
        if (day !== textDay) {
          add(block.channel, textDay, text);
          text = '';
          textDay = day;
        }
        text += `${stamp}${block.text[line] ?? ''}\r\n`;
      }
      add(block.channel, textDay, text);
      timer ??= setTimeout(() => void flush(), flushMs);
    },
    flush,
    async list() {
      const places = new Set([directory(), ...(failing === '' || otherwise === undefined ? [] : [otherwise])]);
      return (await Promise.all([...places].map((path) => LogFolder.list(path)))).flat();
    },
    close: flush,
  };
}
