// The things the console shows and edits, as they cross the wire. JSON values only: instants are epoch milliseconds, sizes are bytes.
import { z } from 'zod';
import { domainName, hostField, logonMethods, optionalIp, tlsChoices } from './settings.ts';

const id = z.int().positive();
const instant = z.int().nonnegative();

/** Left part of an address: RFC 5321 §4.1.2 dot-string, letters beyond ASCII allowed (RFC 6531). Compared without regard to case. */
export const mailboxName = z.string().trim().normalize('NFC')
  .min(1, 'required')
  .max(64, 'mailbox.too-long')
  .regex(/^[\p{L}\p{N}!#$%&'*+/=?^_`{}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{}~-]+)*$/u, 'mailbox.illegal')
  .refine((name) => !/[!|/\\]/.test(name), 'mailbox.illegal');

export const storageFormat = z.enum(['msg', 'maildir', 'mbox']);
export type StorageFormat = z.output<typeof storageFormat>;

export const domain = z.object({
  id, name: z.string(), ip: z.string(), bindToIp: z.boolean(), isPrimary: z.boolean(), accounts: z.int(), revision: z.int(),
});
export type Domain = z.output<typeof domain>;
export const domainInput = z.object({ name: domainName, ip: optionalIp.default(''), bindToIp: z.boolean().default(false) });
export type DomainInput = z.output<typeof domainInput>;

/** An account without its secrets. `directory` is as stored: relative to the data folder, or absolute. */
export const account = z.object({
  id, domainId: id, domainName: z.string(), mailbox: z.string(), address: z.string(), fullName: z.string(),
  enabled: z.boolean(), allowPopImap: z.boolean(), passwordSet: z.boolean(), apop: z.boolean(), notes: z.string(),
  directory: z.string(), storageFormat, extractAttachments: z.boolean(),
  messages: z.int(), bytes: z.int(), lastAccessAt: instant.nullable(), createdAt: instant, revision: z.int(),
});
export type Account = z.output<typeof account>;

const password = z.string().min(1, 'required').max(256, 'password.too-long').refine((text) => !/[\x00-\x1f\x7f]/.test(text), 'password.illegal');
export const accountInput = z.object({
  domainId: id,
  mailbox: mailboxName,
  fullName: z.string().trim().max(200).refine((text) => !/[\x00-\x1f\x7f]/.test(text), 'text.illegal').default(''),
  /** Absent: unchanged (an edit), or no password yet (a new account: nobody can log on). */
  password: password.optional(),
  enabled: z.boolean().default(true),
  allowPopImap: z.boolean().default(true),
  /** APOP needs the password in readable form; it is then kept encrypted beside the hash. Turning it on needs `password`. */
  apop: z.boolean().default(false),
  notes: z.string().max(20_000).default(''),
  /** Empty: from the template. */
  directory: z.string().trim().max(1000).refine((text) => !/[\x00-\x1f]/.test(text), 'text.illegal').default(''),
  storageFormat: storageFormat.default('msg'),
  extractAttachments: z.boolean().default(false),
});
export type AccountInput = z.output<typeof accountInput>;

export const accountSort = z.enum(['domain', 'mailbox', 'fullName', 'directory', 'messages', 'bytes', 'lastAccessAt']);
export const accountQuery = z.object({
  search: z.string().max(200).default(''), domainId: id.nullable().default(null),
  sort: accountSort.default('mailbox'), descending: z.boolean().default(false),
  offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(1000).default(200),
});
export type AccountQuery = z.output<typeof accountQuery>;

export const alias = z.object({ id, alias: z.string(), target: z.string() });
export type Alias = z.output<typeof alias>;
/** `alias` is a full address of a local domain, or a bare name valid in every local domain; `target` is the address of an account. */
export const aliasInput = z.object({
  alias: z.string().trim().normalize('NFC').toLowerCase().min(1, 'required').max(320).refine((alias) => alias === '' || mailboxName.safeParse(alias.replace(/@[^@]*$/, '')).success, 'mailbox.illegal'),
  target: z.string().trim().normalize('NFC').toLowerCase().min(3, 'required').max(320),
});
export type AliasInput = z.output<typeof aliasInput>;

export const serverName = z.enum(['smtp', 'submission', 'smtps', 'pop3', 'pop3s']);
export type ServerName = z.output<typeof serverName>;
/** One listening server. `failed`: switched on, but at least one address could not be bound; `problem` says why and what to do. */
export const serverState = z.object({
  name: serverName, enabled: z.boolean(), state: z.enum(['active', 'inactive', 'failed']), port: z.int(),
  addresses: z.array(z.object({ address: z.string(), port: z.int(), listening: z.boolean(), problem: z.string(), problemCode: z.string() })),
  sessions: z.int(),
});
export type ServerState = z.output<typeof serverState>;

export const channel = z.enum(['system', 'routing', 'smtp-in', 'smtp-out', 'pop3', 'imap', 'multipop', 'domainpop', 'ras', 'worldclient', 'content-filter']);
export type Channel = z.output<typeof channel>;
const words = z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])), text: z.string() });
/**
 * One line of a session log. `sequence` grows over all channels of one run; `session` groups a transcript, 0 = none. `text` is English; a line
 * that the engine composed itself has the key and the values of its sentence too (sentences.ts), for a console in another language.
 */
export const logLine = z.object({
  sequence: z.int(), at: instant, channel, session: z.int(), text: z.string(), level: z.enum(['info', 'warning', 'error']),
  key: z.string().optional(), params: z.record(z.string(), z.union([z.string(), z.number(), words, z.array(words)])).optional(),
});
export type LogLine = z.output<typeof logLine>;

/** What a live session belongs to: a server of ours, or our sending to others. */
export const sessionKind = z.enum([...serverName.options, 'smtp-out']);
export type SessionKind = z.output<typeof sessionKind>;
export const session = z.object({
  id: z.int(), server: sessionKind, channel, peer: z.string(), local: z.string(), startedAt: instant, lastActiveAt: instant,
  tls: z.boolean(), account: z.string(), from: z.string(), to: z.array(z.string()), bytesIn: z.int(), bytesOut: z.int(), state: z.string(),
});
export type Session = z.output<typeof session>;

export const queueName = z.enum(['local', 'remote', 'retry', 'holding', 'bad']);
export type QueueName = z.output<typeof queueName>;
/**
 * Why something happened, for people: `code` is an i18next key below `reason.`, `params` its values, `text` plain English.
 * For the reply of another server `code` is `reply.<topic>`, its keys are `<code>.means`, `.fault` and `.cure`, and params hold host, code, enhanced
 * and its own words (`said`). Some of our own reasons have advice below `reason.<code>.cure`.
 */
export const reason = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])), text: z.string() });
export type ReasonRecord = z.output<typeof reason>;

/** `frozen`: nothing is sent from it until it is released. `sending`: messages on their way at this moment. */
export const queueState = z.object({ name: queueName, messages: z.int(), bytes: z.int(), oldestAt: instant.nullable(), frozen: z.boolean(), sending: z.int() });
export const queueRecipient = z.object({ id, address: z.string(), reason: reason.nullable() });
/**
 * One unit of sending: a message and its recipients at one destination. A message to three domains is three items with one `messageId`.
 * `destination`: lower-case domain (A-labels) or address literal; '' for what stays here (bad). `via`: the host that an administrator sent it
 * to, '' = as the settings say. `host`: the server that was tried last. `nextTryAt` null: not by itself (holding, bad, frozen).
 */
export const queueItem = z.object({
  id, messageId: z.string(), queue: queueName, from: z.string(), to: z.array(z.string()), recipients: z.array(queueRecipient), subject: z.string(), bytes: z.int(),
  queuedAt: instant, destination: z.string(), attempts: z.int(), triedAt: instant.nullable(), nextTryAt: instant.nullable(), expiresAt: instant.nullable(),
  host: z.string(), via: z.string(), sending: z.boolean(), reason: reason.nullable(),
});
export type QueueItem = z.output<typeof queueItem>;
export const queueSort = z.enum(['queuedAt', 'from', 'to', 'subject', 'bytes', 'attempts', 'nextTryAt', 'destination']);
/** `search`: part of sender, recipient, subject, destination or message id. */
export const queueQuery = z.object({
  queue: queueName, search: z.string().max(200).default(''), sort: queueSort.default('queuedAt'), descending: z.boolean().default(false),
  offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(1000).default(200),
});
export type QueueQuery = z.output<typeof queueQuery>;

/** A smart host of its own for one destination domain (`domain`, subdomains with a leading dot) or for what one account sends (`account`: its address). */
export const smartHost = z.object({
  id, kind: z.enum(['domain', 'account']), match: z.string(), host: z.string(), tls: z.enum(tlsChoices), verify: z.boolean(),
  user: z.string(), passwordSet: z.boolean(), method: z.enum(logonMethods), enabled: z.boolean(), revision: z.int(),
});
export type SmartHost = z.output<typeof smartHost>;
export const smartHostInput = z.object({
  kind: z.enum(['domain', 'account']),
  match: z.string().trim().normalize('NFC').toLowerCase().min(1, 'required').max(320),
  /** Empty: send directly to the servers of the domain, whatever the delivery mode says. */
  host: hostField.default(''),
  tls: z.enum(tlsChoices).default('opportunistic'), verify: z.boolean().default(true),
  user: z.string().trim().max(320).refine((text) => !/[\x00-\x1f\x7f]/.test(text), 'text.illegal').default(''),
  /** Absent: unchanged. */
  password: z.string().max(1000).optional(),
  method: z.enum(logonMethods).default('auto'), enabled: z.boolean().default(true),
});
export type SmartHostInput = z.output<typeof smartHostInput>;

/** One decision on the way of a message, in order. `kind` is an i18next key below `step.`, `facts` its values, `text` plain English; `grave`: it ends here. */
export const routeStep = z.object({
  kind: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])), text: z.string(), level: z.enum(['info', 'good', 'warning', 'error']),
});
export type RouteStepRecord = z.output<typeof routeStep>;
export const explainedRoute = z.object({
  recipient: z.string(), outcome: z.enum(['local', 'remote', 'bad', 'refused', 'undeliverable', 'waits']), steps: z.array(routeStep),
});
export type ExplainedRoute = z.output<typeof explainedRoute>;

/**
 * What a test says while it runs, and its verdict at the end. Verdict: `code` below `verdict.` says in one sentence what is the matter and
 * what to do; `details` are further findings in words.
 */
export const testReport = z.object({
  lines: z.array(z.object({ at: instant, text: z.string(), level: z.enum(['info', 'warning', 'error']) })),
  verdict: z.object({ ok: z.boolean(), code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])), text: z.string() }).nullable(),
});
export type TestReport = z.output<typeof testReport>;

/** What happened to a message, or to somebody who was refused. `kind` is an i18next key below `trace.`. */
export const traceEvent = z.object({
  at: instant, kind: z.string(), recipient: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])), text: z.string(), level: z.enum(['info', 'good', 'warning', 'error']),
  session: z.int(),
});
export type TraceEvent = z.output<typeof traceEvent>;
/** One line of the search: a message (`messageId`), or a refusal ('' and a number of its own). */
export const traceEntry = z.object({
  id, messageId: z.string(), at: instant, from: z.string(), to: z.array(z.string()), subject: z.string(), bytes: z.int(), peer: z.string(),
  state: z.enum(['delivered', 'sent', 'waiting', 'failed', 'refused', 'kept', 'removed', 'mixed']), lastAt: instant,
});
export type TraceEntry = z.output<typeof traceEntry>;
/** `text` is looked for in sender, recipients, subject and message id. */
export const traceQuery = z.object({
  text: z.string().max(300).default(''), since: instant.nullable().default(null), until: instant.nullable().default(null),
  state: z.enum(['any', 'delivered', 'sent', 'waiting', 'failed', 'refused', 'kept', 'removed', 'mixed']).default('any'),
  before: z.int().nullable().default(null), limit: z.int().min(1).max(500).default(100),
});
export type TraceQuery = z.output<typeof traceQuery>;

/** An answer of DNS that is remembered. `expiresAt` null: fixed by the administrator or the hosts file. */
export const dnsCacheEntry = z.object({ name: z.string(), type: z.string(), answer: z.string(), server: z.string(), expiresAt: instant.nullable() });
/** Where look-ups go at this moment, and where each server comes from. */
export const dnsServer = z.object({ address: z.string(), from: z.enum(['setting', 'system']), lastProblem: z.string() });
export type QueueState = z.output<typeof queueState>;

export const statistics = z.object({
  since: instant, received: z.int(), delivered: z.int(), queuedRemote: z.int(), sent: z.int(), bytesSent: z.int(), bounced: z.int(), refused: z.int(), bytesReceived: z.int(), bytesFetched: z.int(), fetched: z.int(),
  smtpSessions: z.int(), smtpOutSessions: z.int(), pop3Sessions: z.int(), failedLogons: z.int(), accounts: z.int(), domains: z.int(),
});
export type Statistics = z.output<typeof statistics>;

export const historyEntry = z.object({
  id, at: instant, who: z.string(), from: z.string(), subject: z.string(), action: z.enum(['create', 'change', 'delete']),
  changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
});
export type HistoryEntry = z.output<typeof historyEntry>;

export const certificate = z.object({
  source: z.enum(['own-authority', 'imported']), subject: z.string(), names: z.array(z.string()), issuer: z.string(), validFrom: instant, validTo: instant, fingerprint256: z.string(),
});
export type Certificate = z.output<typeof certificate>;

/** What a person types into a mail client. */
export const clientSettings = z.object({
  accountId: id, fullName: z.string(), address: z.string(), logon: z.string(),
  hosts: z.array(z.string()),
  incoming: z.array(z.object({ protocol: z.literal('POP3'), port: z.int(), security: z.enum(['none', 'STARTTLS', 'TLS']) })),
  outgoing: z.array(z.object({ protocol: z.literal('SMTP'), port: z.int(), security: z.enum(['none', 'STARTTLS', 'TLS']), logon: z.boolean() })),
});
export type ClientSettings = z.output<typeof clientSettings>;
