// The parts of a running engine, as the procedures of the contract see them. host/engine.ts puts them together.
import type { Issue } from '../contract/contract.ts';
import type { Account, Certificate, ClientSettings } from '../contract/records.ts';
import type { SettingChanges } from '../contract/settings.ts';
import type { Actor, Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { Log } from './log/log.ts';
import type { Servers } from './servers.ts';
import type { Mail } from '../mail/create-mail.ts';
import type { Internet } from './internet/internet.ts';

export interface Parts {
  readonly store: Store;
  readonly mail: Mail;
  readonly internet: Internet;
  readonly log: Log;
  readonly sessions: LiveSessions;
  readonly servers: Servers;
  readonly changes: Changes;
  readonly counters: SessionCounters;
  readonly certificates: Certificates;
  readonly access: Access;
  readonly startedAt: number;
  readonly host: 'desktop' | 'headless';
  readonly defaultLanguage: 'en' | 'id';
  now(): number;
  requestShutDown(): void;
  /** Saves, applies by difference, and says what does not work yet. */
  saveSettings(changes: SettingChanges, revision: number, actor: Actor): Promise<{ revision: number; warnings: Issue[] }>;
  clientSettings(account: Account): ClientSettings;
  /** The addresses at which browsers of this computer reach the console. */
  consoles(): readonly string[];
}

/** Since the start, or since they were cleared; the counts of messages are mail's. */
export interface SessionCounters {
  since: number;
  smtpSessions: number;
  smtpOutSessions: number;
  pop3Sessions: number;
}

export interface Certificates {
  info(): Certificate;
  rootPem(): string;
  import(certificatePem: string, keyPem: string): Promise<Certificate>;
  renew(): Promise<Certificate>;
}

/** Who may open the console in a browser. */
export interface Access {
  passwordSet(): boolean;
  /** Ends every session of a browser but `session`. */
  setPassword(password: string, session?: string): Promise<void>;
  checkPassword(password: string): Promise<boolean>;
  link(): { path: string; expiresAt: number };
  /** True once for a link that is still good. */
  useLink(token: string): boolean;
}
