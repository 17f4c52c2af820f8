// What a new account is called and where its mail lies, from the templates in the settings; free names only.
import type { AccountInput } from '../contract/records.ts';
import type { Settings } from '../contract/settings.ts';
import type { AccountTable } from './account-table.ts';
import type { AliasTable } from './aliases.ts';
import type { DomainTable } from './domains.ts';
import type { MessageDirectories } from './message-directories.ts';
import { expandDirectory, expandMailbox, safeName } from './templates.ts';
import type { TemplateFacts } from './templates.ts';

export class AccountSuggestions {
  private readonly table: AccountTable;
  private readonly domains: DomainTable;
  private readonly aliases: AliasTable;
  private readonly directories: MessageDirectories;
  private readonly settings: () => Settings;

  constructor(parts: { table: AccountTable; domains: DomainTable; aliases: AliasTable; directories: MessageDirectories; settings: () => Settings }) {
    this.table = parts.table;
    this.domains = parts.domains;
    this.aliases = parts.aliases;
    this.directories = parts.directories;
    this.settings = parts.settings;
  }

  /** A mailbox name as typed is kept; one from the template gets a number behind it if it is taken. */
  suggest(fullName: string, domainId: number, mailbox = ''): { readonly mailbox: string; readonly directory: string } {
    const name = mailbox.trim() === '' ? this.freeMailbox(fullName, domainId) : mailbox.trim();
    return { mailbox: name, directory: name === '' ? '' : this.directory({ fullName, domainId, mailbox: name }) };
  }

  /** From the template; a directory that is taken gets a number behind it. `own` keeps the one it has if that is what comes out. */
  directory(input: Pick<AccountInput, 'fullName' | 'domainId' | 'mailbox'>, own: { readonly directory: string } | null = null): string {
    const base = expandDirectory(this.settings()['directories.mail'], this.facts(input));
    let directory = base;
    for (let number = 2; directory !== own?.directory && !this.directories.isFree(directory); number += 1) directory = `${base}-${number}`;
    return directory;
  }

  private freeMailbox(fullName: string, domainId: number): string {
    if (fullName.trim() === '') return '';
    const base = expandMailbox(this.settings()['accounts.mailboxTemplate'], this.facts({ fullName, domainId, mailbox: safeName(fullName) }));
    if (base === '') return '';
    let name = base;
    for (let number = 2; this.isTaken(name, domainId); number += 1) name = `${base}${number}`;
    return name;
  }

  private isTaken(mailbox: string, domainId: number): boolean {
    return this.table.isTaken(domainId, mailbox, 0) || this.aliases.isFullAlias(mailbox.toLowerCase(), domainId);
  }

  private facts({ fullName, domainId, mailbox }: Pick<AccountInput, 'fullName' | 'domainId' | 'mailbox'>): TemplateFacts {
    const domain = this.domains.get(domainId);
    return { fullName, mailbox, domain: domain?.name ?? '', domainIp: domain?.ip ?? '' };
  }
}
