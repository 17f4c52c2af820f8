// The contract between the engine and every console: desktop (MessagePort), browser (WebSocket), command line (local socket).
// Secrets go in, never out. A save carries the revision it was read at; a stale one is refused with CONFLICT.
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import {
  account, accountInput, accountQuery, alias, aliasInput, certificate, channel, clientSettings, domain, domainInput, historyEntry, logLine,
  dnsCacheEntry, dnsServer, explainedRoute, queueItem, queueQuery, queueState, serverName, serverState, session, smartHost, smartHostInput, statistics,
  testReport, traceEntry, traceEvent, traceQuery,
} from './records.ts';
import { hostField, logonMethods, optionalIp, settingChangesSchema, settingNames, settingsSchema, tlsChoices } from './settings.ts';

/** A problem with one field: `code` is an i18next key below `error.`, `params` its values, `message` plain English. */
export const issue = z.object({ field: z.string(), code: z.string(), message: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).default({}) });
export type Issue = z.output<typeof issue>;

const base = oc.errors({
  INVALID: { status: 422, message: 'Some values are not valid.', data: z.object({ issues: z.array(issue) }) },
  CONFLICT: { status: 409, message: 'Somebody else changed this in the meantime. Load it again and repeat the change.', data: z.object({ revision: z.int() }) },
  NOT_FOUND: { status: 404, message: 'It is not there any more.' },
  FORBIDDEN: { status: 403, message: 'You are not signed in as an administrator.' },
  REFUSED: { status: 400, message: 'That could not be done.', data: issue },
});

const none = z.object({}).default({});
const ok = z.object({ ok: z.literal(true) });
const byId = z.object({ id: z.int().positive() });
const byIds = z.object({ ids: z.array(z.int().positive()).min(1).max(1000) });
const done = z.object({ changed: z.int() });

/** What may be out of date after an event. A console that hears of it asks again. */
export const topic = z.enum(['settings', 'domains', 'accounts', 'aliases', 'servers', 'queues', 'sessions', 'statistics', 'certificate', 'history', 'smart-hosts', 'dns']);
export type Topic = z.output<typeof topic>;

export const contract = {
  system: {
    info: base.input(none).output(z.object({
      product: z.string(), version: z.string(), startedAt: z.int(), dataDirectory: z.string(), hostName: z.string(),
      localAddresses: z.array(z.string()), platform: z.string(), host: z.enum(['desktop', 'headless']), defaultLanguage: z.enum(['en', 'id']),
    })),
    /** Topics that changed, gathered for a moment; the first event comes at once. */
    events: base.input(none).output(eventIterator(z.object({ topics: z.array(topic) }))),
    shutDown: base.input(none).output(ok),
  },
  settings: {
    /** `secretsSet`: the secret settings that have a value; their values are ''. A change to a secret setting sets it, '' clears it. */
    get: base.input(none).output(z.object({ values: settingsSchema, secretsSet: z.array(z.enum(settingNames as [string, ...string[]])), revision: z.int() })),
    /** `warnings`: the save took place, but something does not work with it yet (a port that cannot be bound, an IP that is not here). */
    set: base.input(z.object({ revision: z.int(), changes: settingChangesSchema }))
      .output(z.object({ revision: z.int(), warnings: z.array(issue) })),
    describe: base.input(none).output(z.array(z.object({ name: z.enum(settingNames as [string, ...string[]]), schema: z.unknown() }))),
    history: base.input(z.object({ before: z.int().optional(), limit: z.int().min(1).max(500).default(100) })).output(z.array(historyEntry)),
  },
  domains: {
    list: base.input(none).output(z.array(domain)),
    add: base.input(domainInput).output(domain),
    change: base.input(byId.extend({ revision: z.int(), value: domainInput })).output(domain),
    /** Refused while it has accounts. */
    remove: base.input(byId).output(ok),
  },
  accounts: {
    list: base.input(accountQuery).output(z.object({ total: z.int(), matching: z.int(), accounts: z.array(account) })),
    get: base.input(byId).output(account),
    find: base.input(z.object({ address: z.string() })).output(account),
    add: base.input(accountInput).output(account),
    change: base.input(byId.extend({ revision: z.int(), value: accountInput })).output(account),
    /** `mail: 'delete'` removes the messages too; `'keep'` leaves the files where they are. */
    remove: base.input(z.object({ ids: z.array(z.int().positive()).min(1).max(1000), mail: z.enum(['keep', 'delete']) })).output(z.object({ removed: z.int() })),
    /** Templates filled in from the full name, with a free mailbox name. */
    suggest: base.input(z.object({ fullName: z.string().max(200), domainId: z.int().positive(), mailbox: z.string().max(64).optional() }))
      .output(z.object({ mailbox: z.string(), directory: z.string() })),
    clientSettings: base.input(byId).output(clientSettings),
  },
  aliases: {
    list: base.input(none).output(z.array(alias)),
    add: base.input(aliasInput).output(alias),
    change: base.input(byId.extend({ value: aliasInput })).output(alias),
    remove: base.input(byId).output(ok),
  },
  servers: {
    list: base.input(none).output(z.array(serverState)),
    /** Switches a server on or off (and remembers it). */
    switch: base.input(z.object({ server: serverName, enabled: z.boolean() })).output(serverState),
    /** Tries again to bind whatever is `failed`. */
    retry: base.input(none).output(z.array(serverState)),
  },
  sessions: {
    list: base.input(none).output(z.array(session)),
    /** What was said so far, then what is said, until the session ends. */
    follow: base.input(z.object({ id: z.int() })).output(eventIterator(z.object({ lines: z.array(logLine), ended: z.boolean() }))),
    disconnect: base.input(z.object({ id: z.int() })).output(ok),
  },
  queues: {
    list: base.input(none).output(z.array(queueState)),
    messages: base.input(queueQuery).output(z.object({ total: z.int(), matching: z.int(), items: z.array(queueItem) })),
    get: base.input(byId).output(queueItem),
    /** The text of a queued message, at most `limit` bytes from `offset`, as latin1. */
    read: base.input(byId.extend({ offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(1_000_000).default(100_000) })).output(z.object({ text: z.string(), truncated: z.boolean() })),
    remove: base.input(byIds).output(z.object({ removed: z.int() })),
    /** Tried at once, whatever its next time is; from holding or bad it goes back to the remote queue. */
    retry: base.input(byIds).output(done),
    /** Into the holding queue: nothing happens to it until it is released. */
    hold: base.input(byIds).output(done),
    /** Back to the queue it belongs to. */
    release: base.input(byIds).output(done),
    /** Through this host instead of what the settings say; '' = as the settings say. */
    reroute: base.input(byIds.extend({ host: hostField })).output(done),
    /** Another address for one recipient; it may belong to another destination, or to this server. */
    changeRecipient: base.input(byId.extend({ recipientId: z.int().positive(), address: z.string().trim().min(3, 'required').max(320) })).output(ok),
    /** Back to its sender at once with a report, instead of waiting until it is given up. */
    giveBack: base.input(byIds).output(done),
    freeze: base.input(z.object({ queue: z.enum(['remote', 'retry']), frozen: z.boolean() })).output(ok),
    /** Sends now what waits in the remote and retry queues, due or not. `note`: an i18next key below `note.`. */
    process: base.input(none).output(z.object({ note: z.string(), messages: z.int() })),
  },
  smartHosts: {
    list: base.input(none).output(z.array(smartHost)),
    add: base.input(smartHostInput).output(smartHost),
    change: base.input(byId.extend({ revision: z.int(), value: smartHostInput })).output(smartHost),
    remove: base.input(byId).output(ok),
  },
  route: {
    /** Every decision for these recipients from this sender (''  = an account that has logged on; null reverse-path: '<>'), or for a queued item; nothing is sent, DNS is asked. */
    explain: base.input(z.object({ sender: z.string().max(320).default(''), recipients: z.array(z.string().max(320)).max(20).default([]), queueItem: z.int().positive().optional() }))
      .output(z.array(explainedRoute)),
  },
  dns: {
    servers: base.input(none).output(z.array(dnsServer)),
    cache: base.input(none).output(z.array(dnsCacheEntry)),
    clearCache: base.input(none).output(ok),
  },
  /** Test buttons: live lines, then a verdict. What is not saved yet is tested as typed; an absent password means the saved one. */
  tests: {
    smartHost: base.input(z.object({
      host: hostField, tls: z.enum(tlsChoices), verify: z.boolean().default(true), logon: z.boolean(), user: z.string().max(320).default(''), password: z.string().max(1000).optional(),
      method: z.enum(logonMethods).default('auto'), smartHostId: z.int().positive().optional(),
      popBefore: z.object({ host: hostField, tls: z.enum(tlsChoices), user: z.string().max(320), password: z.string().max(1000).optional() }).nullable().default(null),
      /** Ask whether it would take a message from this sender to this recipient (MAIL and RCPT, no DATA). */
      from: z.string().max(320).default(''), to: z.string().max(320).default(''),
    })).output(eventIterator(testReport)),
    dns: base.input(z.object({ useSystem: z.boolean(), primary: optionalIp, backup: optionalIp, name: z.string().trim().max(253).default('') })).output(eventIterator(testReport)),
    /** Whether this line lets connections to port 25 of other servers through: tries the mail servers of a well-known domain, or `host`. */
    port25: base.input(z.object({ host: hostField.default('') })).output(eventIterator(testReport)),
    /** Whether the domain is known to DNS, has an MX that leads here, and the HELO domain fits. */
    domain: base.input(none).output(eventIterator(testReport)),
  },
  trace: {
    search: base.input(traceQuery).output(z.object({ entries: z.array(traceEntry), more: z.boolean() })),
    get: base.input(z.object({ id: z.int().positive().optional(), messageId: z.string().max(64).optional() })).output(z.object({ entry: traceEntry, events: z.array(traceEvent) })),
  },
  logs: {
    /** Lines kept in memory after `after`, then new ones as they come, in batches. */
    follow: base.input(z.object({ channels: z.array(channel).min(1).optional(), after: z.int().default(0) })).output(eventIterator(z.object({ lines: z.array(logLine) }))),
    files: base.input(none).output(z.array(z.object({ name: z.string(), bytes: z.int(), changedAt: z.int() }))),
  },
  statistics: {
    get: base.input(none).output(statistics),
    reset: base.input(none).output(ok),
  },
  certificate: {
    get: base.input(none).output(certificate),
    /** PEM of the authority that clients should trust; empty for an imported certificate. */
    root: base.input(none).output(z.object({ pem: z.string() })),
    /** Refused unless key and certificate belong together. */
    import: base.input(z.object({ certificatePem: z.string().max(200_000), keyPem: z.string().max(100_000) })).output(certificate),
    /** Back to a certificate of our own authority, for the present names and addresses. */
    renew: base.input(none).output(certificate),
  },
  /** Access to the console from a browser. */
  access: {
    get: base.input(none).output(z.object({ passwordSet: z.boolean(), you: z.string(), transport: z.enum(['desktop', 'browser', 'local']) })),
    setPassword: base.input(z.object({ password: z.string().min(8, 'password.too-short').max(256) })).output(ok),
    /** A one-time sign-in link for a browser on this computer: `path` behind one of the addresses at which the console can be reached. */
    link: base.input(none).output(z.object({ path: z.string(), expiresAt: z.int(), consoles: z.array(z.string()) })),
  },
};
export type Contract = typeof contract;
