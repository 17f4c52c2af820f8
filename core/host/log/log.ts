// The session log: every line goes to the ring (console) and to the daily files. Called from all over the host.
import type { Channel } from '../../contract/records.ts';
import type { Remark } from '../../contract/sentences.ts';
import { createLogFiles, printable, type LogFiles } from './files.ts';
import { LogRing, type Block, type Level } from './ring.ts';

export interface Log {
  readonly ring: LogRing;
  readonly files: LogFiles;
  /** One remark that belongs to no session. */
  line(channel: Channel, remark: Remark, level?: Level): void;
  block(block: Block): void;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly directory: () => string;
  /** Where the files go while that folder cannot be written. */
  readonly otherwise?: string;
  readonly keepDays: () => number;
  readonly now: () => number;
  readonly linesPerChannel?: number;
  /** Also told of every System line, for a terminal. */
  readonly echo?: (text: string, level: Level) => void;
}

export function createLog(options: LogOptions): Log {
  const ring = new LogRing(options.linesPerChannel ?? 10_000);
  const line: Log['line'] = (channel, remark, level = 'info') => {
    const clean = printable(typeof remark === 'string' ? remark : remark.text);
    const block: Block = { channel, session: 0, at: [options.now()], text: [clean], level: [level], said: [typeof remark === 'string' ? null : remark] };
    ring.add(block);
    files.write(block);
    if (channel === 'system') options.echo?.(clean, level);
  };
  const files = createLogFiles({
    ...options,
    onTrouble(problem) {
      ring.add({ channel: 'system', session: 0, at: [options.now()], text: [problem.text], level: ['error'], said: [problem] });
      options.echo?.(problem.text, 'error');
    },
  });
  return {
    ring, files, line,
    block(block) {
      ring.add(block);
      files.write(block);
    },
    close: () => files.close(),
  };
}
