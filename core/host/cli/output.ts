// Words and tables on a terminal.
import { ORPCError } from '@orpc/client';
import type { Issue } from '../../contract/contract.ts';
import { StoreError } from '../../store/errors.ts';

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** Aborts when whoever read what we print has gone (`merpati logs -f | head`), or at Ctrl-C: then there is nothing more to do. */
export function outputClosed(): AbortSignal {
  const gone = new AbortController();
  process.stdout.once('error', () => gone.abort());
  process.once('SIGINT', () => gone.abort());
  return gone.signal;
}

/** Columns as wide as their widest cell; control characters shown as `?` so that no stored text can play with the terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = [head, ...rows].map((row) => row.map((cell) => cell.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => (row[column] ?? '').length)));
  return clean.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** What went wrong in a sentence or a few. */
export function explain(error: unknown): string {
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    if (typeof data === 'object' && data !== null && 'issues' in data && Array.isArray(data.issues)) {
      return (data.issues as Issue[]).map(({ field, message, code }) => `${field === '' ? '' : `${field}: `}${sentence(message, code)}`).join('\n');
    }
    return error.message;
  }
  if (error instanceof StoreError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

const sentences: Readonly<Record<string, string>> = {
  'domain.illegal': 'This is no domain name. Use letters, digits, hyphens and dots, such as majuterus.lan.',
  'domain.too-long': 'A domain name has at most 253 characters.',
  'ip.illegal': 'This is no IP address.',
  'port.range': 'A port is a number from 1 to 65535.',
  'number.range': 'The number is too small or too large.',
  'number.whole': 'Only whole numbers.',
  'mailbox.illegal': 'A mailbox name may not contain spaces, slashes, ! | or @.',
  'mailbox.too-long': 'A mailbox name has at most 64 characters.',
  'password.too-short': 'The password needs at least 8 characters.',
  'host.illegal': 'A host name contains no spaces.',
  'template.outside': 'The dots (..) lead out of the data folder. Leave them out, or write the whole path.',
  required: 'This may not be empty.',
};
const sentence = (message: string, code: string): string => sentences[code] ?? message;

export function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
