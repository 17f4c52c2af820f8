// Reads a class list: one person a line, `Full name[, mailbox[, password]]`, separated by comma, semicolon or tab, as it comes
// from a spreadsheet. What is missing is filled in: the mailbox by the engine's template, the password by the generator.
import { accountInput } from '../../../core/contract/records.ts';
import type { Issue } from '../../../core/contract/contract.ts';
import { check } from '../check.ts';

export interface RosterLine {
  /** From 1, as the reader counts. */
  readonly line: number;
  readonly fullName: string;
  /** '' = to be suggested. */
  readonly mailbox: string;
  /** '' = to be made. */
  readonly password: string;
  readonly issue: Issue | null;
}

/** Splits a line; a part in double quotes may hold the separator, and `""` is a quote in it. */
function splitLine(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '"' && quoted && text.charAt(index + 1) === '"') { part += '"'; index++; }
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ',' || char === ';' || char === '\t')) { parts.push(part); part = ''; }
    else part += char;
  }
  return [...parts, part].map((one) => one.trim());
}

/** Lines with people on them; a heading line such as "Full name, Mailbox" is left out. */
export function readRoster(text: string, domainId: number): RosterLine[] {
  const seen = new Set<string>();
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const parts = splitLine(raw);
    // Spreadsheets leave rows of nothing but separators behind.
    if (parts.every((part) => part === '')) return [];
    const [fullName = '', mailbox = '', password = ''] = parts;
    if (index === 0 && /^(full ?name|name|nama( lengkap)?)$/i.test(fullName)) return [];
    return [{ line: index + 1, fullName, mailbox, password, issue: issueOf({ fullName, mailbox, password }, domainId, seen) }];
  });
}

function issueOf({ fullName, mailbox, password }: { fullName: string; mailbox: string; password: string }, domainId: number, seen: Set<string>): Issue | null {
  if (fullName === '' && mailbox === '') return { field: 'fullName', code: 'required', message: 'A name is missing.', params: {} };
  const [found] = check(accountInput, { domainId, fullName, mailbox: mailbox === '' ? 'x' : mailbox, ...(password === '' ? {} : { password }) });
  if (found !== undefined) return found;
  if (mailbox === '') return null;
  const key = mailbox.toLowerCase();
  if (seen.has(key)) return { field: 'mailbox', code: 'account.twice', message: 'This mailbox stands twice in the list.', params: { mailbox } };
  seen.add(key);
  return null;
}
