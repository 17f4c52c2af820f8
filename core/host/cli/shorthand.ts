// What a shorthand of the command line is, and what all of them use.
import type { Client } from './connect.ts';
import { print } from './output.ts';

/** The command line was not understood: exit code 2. */
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
  readonly sender?: string | undefined;
  readonly tls?: string | undefined;
  readonly user?: string | undefined;
}

export interface Shorthand {
  readonly usage: string;
  readonly about: string;
  readonly run: (client: Client, words: readonly string[], flags: Flags, running: boolean) => Promise<void>;
}

export const out = (flags: Flags, value: unknown, text: () => string): void => print(flags.json ? JSON.stringify(value, null, 2) : text());

export function need(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing.`);
  return value;
}
