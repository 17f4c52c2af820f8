// What a readable shorthand of the command line is made of. Used by commands.ts and its neighbours, run by main.ts.
import type { Client } from './connect.ts';
import { print } from './output.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Flags {
  readonly json: boolean;
  readonly password?: string | undefined;
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly ip?: string | undefined;
  readonly file?: string | undefined;
  readonly format?: string | undefined;
  readonly directory?: string | undefined;
  readonly apop?: boolean | undefined;
  readonly extract?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly keepMail?: boolean | undefined;
  readonly channel?: string | undefined;
}

export interface Shorthand {
  readonly usage: string;
  readonly about: string;
  /** @param running a server holds the data folder; else the engine was started for this one command */
  run(client: Client, words: readonly string[], flags: Flags, running: boolean): Promise<void>;
}

export const out = (flags: Flags, value: unknown, text: () => string): void => print(flags.json ? JSON.stringify(value, null, 2) : text());
export const need = (value: string | undefined, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing.`);
  return value;
};
