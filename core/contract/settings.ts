// Every setting of Merpati, declared once: type, default, limits, unit, title, help, secrecy and how a change takes effect.
// The engine validates with it, the console draws its fields from it, the command line and the documentation follow from it.
// To add a setting: add a line here, an Indonesian title and help in renderer/locales/id, and use it.
import { z } from 'zod';

/** `live`: the next use sees it. `rebind`: the listeners it concerns are closed and opened. `restart`: at the next start. */
export type Apply = 'live' | 'rebind' | 'restart';

/** What a field says about itself beside its zod type. `internet`: stored now, used by Internet mail only. */
export interface FieldInfo {
  readonly title: string;
  readonly help: string;
  readonly unit?: 'port' | 'seconds' | 'minutes' | 'milliseconds' | 'hours' | 'days' | 'bytes' | 'kilobytes' | 'messages' | 'sessions';
  readonly apply: Apply;
  readonly secret?: boolean;
  readonly internet?: boolean;
}

const hostName = /^(?=.{1,253}$)[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?)*$/u;
const ipAddress = z.union([z.ipv4(), z.ipv6()]);
const cidr = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** A mail domain: any number of labels, invented names and single labels (`majuterus.lan`, `kantor`) included. Stored in lower case. */
export const domainName = z.string().trim().toLowerCase()
  .max(253, 'domain.too-long')
  .regex(hostName, 'domain.illegal');

/** A local IP address, or empty for "any". */
export const optionalIp = z.union([z.literal(''), ipAddress], 'ip.illegal');

const port = (value: number) => z.int('number.whole').min(1, 'port.range').max(65_535, 'port.range').default(value);
const whole = (value: number, min: number, max: number) => z.int('number.whole').min(min, 'number.range').max(max, 'number.range').default(value);
const flag = (value: boolean) => z.boolean().default(value);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, value: T[number]) => z.enum(values).default(value as never);

/** Macros of the account templates ($MAILBOX$ ...); the first list makes a difference between accounts. */
const personalMacro = /\$(MAILBOX|MAILBOXFIRSTCHARS\d{1,2}|USERNAME|USERFIRSTNAME|USERLASTNAME|USERFIRSTINITIAL|USERLASTINITIAL)\$/;
const knownMacro = /\$(MAILBOX|MAILBOXFIRSTCHARS\d{1,2}|USERNAME|USERFIRSTNAME|USERLASTNAME|USERFIRSTINITIAL|USERLASTINITIAL|DOMAIN|DOMAINIP|MACHINENAME)\$/g;
const template = (longest: number) => z.string().trim().min(1, 'required').max(longest)
  .refine((text) => personalMacro.test(text), 'template.same-for-all')
  .refine((text) => !/\$[A-Z0-9]*\$/.test(text.replace(knownMacro, '')), 'template.unknown-macro');
const info = (meta: FieldInfo) => ({ ...meta });

export const settingFields = {
  // Primary Domain Configuration, Domain/ISP
  'domain.name': z.union([z.literal(''), domainName], 'domain.illegal').default('').meta(info({ title: 'Domain name', help: 'Mail for everyone at this name is kept here. On a LAN any name will do, such as majuterus.lan; Internet mail needs a registered one.', apply: 'live' })),
  'domain.helo': z.union([z.literal(''), domainName, z.string().regex(/^\[[0-9A-Fa-f:.]+\]$/)], 'domain.illegal').default('').meta(info({ title: 'HELO domain', help: 'The name this server gives when it greets another one. Empty: the domain name.', apply: 'live' })),
  'domain.ip': optionalIp.default('').meta(info({ title: 'Domain IP', help: 'The IP address of this computer on the LAN. It chooses the domain for logons without @domain, and the address the server listens on if bound to it.', apply: 'rebind' })),
  'domain.bindToIp': flag(false).meta(info({ title: 'Bind listening sockets to this IP only', help: 'Listen on the Domain IP alone, not on every address of this computer. Used when several domains each have their own address.', apply: 'rebind' })),
  'delivery.smartHost': z.string().trim().max(300).regex(/^\S*$/, 'host.illegal').default('').meta(info({ title: "ISP or Smart host's IP or domain name", help: 'The server that takes all Internet mail and passes it on. Leave it empty on a LAN.', apply: 'live', internet: true })),
  'delivery.mode': oneOf(['smart-host', 'direct-then-smart-host', 'direct'], 'direct').meta(info({ title: 'Delivery', help: 'How mail for the Internet leaves.', apply: 'live', internet: true })),
  // Ports
  'ports.smtp': port(25).meta(info({ title: 'SMTP inbound port', help: 'Where other servers and simple clients hand in mail. The standard is 25.', unit: 'port', apply: 'rebind' })),
  'ports.submission': port(587).meta(info({ title: 'MSA (submission) port', help: 'Where mail clients hand in mail after logging on. The standard is 587.', unit: 'port', apply: 'rebind' })),
  'ports.smtps': port(465).meta(info({ title: 'SMTP SSL port', help: 'Submission over TLS from the first byte. The standard is 465.', unit: 'port', apply: 'rebind' })),
  'ports.pop3': port(110).meta(info({ title: 'POP3 inbound port', help: 'Where mail clients fetch mail. The standard is 110.', unit: 'port', apply: 'rebind' })),
  'ports.pop3s': port(995).meta(info({ title: 'POP3 SSL port', help: 'POP3 over TLS from the first byte. The standard is 995.', unit: 'port', apply: 'rebind' })),
  'servers.smtp': flag(true).meta(info({ title: 'SMTP server', help: 'Receives mail on the SMTP inbound port.', apply: 'rebind' })),
  'servers.submission': flag(true).meta(info({ title: 'MSA (submission) server', help: 'Takes mail from clients that log on.', apply: 'rebind' })),
  'servers.smtps': flag(true).meta(info({ title: 'SMTP SSL server', help: 'Takes mail from clients that log on, over TLS.', apply: 'rebind' })),
  'servers.pop3': flag(true).meta(info({ title: 'POP3 server', help: 'Lets mail clients fetch their mail.', apply: 'rebind' })),
  'servers.pop3s': flag(true).meta(info({ title: 'POP3 SSL server', help: 'Lets mail clients fetch their mail over TLS.', apply: 'rebind' })),
  // DNS
  'dns.useSystem': flag(true).meta(info({ title: 'Use the DNS servers of this computer', help: 'Ask the servers that the operating system knows.', apply: 'live', internet: true })),
  'dns.primary': optionalIp.default('').meta(info({ title: "Primary DNS server's IP address", help: 'The first server asked for the mail servers of other domains.', apply: 'live', internet: true })),
  'dns.backup': optionalIp.default('').meta(info({ title: "Backup DNS server's IP address", help: 'Asked when the first does not answer.', apply: 'live', internet: true })),
  // Timers
  'timers.inactiveMinutes': whole(10, 1, 1440).meta(info({ title: 'SMTP and POP3 sessions time out after', help: 'A session in which nothing is said for this long is closed. The standards ask for at least 5 (SMTP) and 10 (POP3) minutes.', unit: 'minutes', apply: 'live' })),
  'timers.latencyMs': whole(0, 0, 10_000).meta(info({ title: 'Latency', help: 'Pause between two protocol commands. 0 for none.', unit: 'milliseconds', apply: 'live' })),
  'timers.maxHops': whole(50, 5, 500).meta(info({ title: 'Maximum message hop count', help: 'A message that has passed through more servers than this is going in circles and is refused.', apply: 'live' })),
  // Sessions
  'sessions.maxSmtp': whole(200, 1, 20_000).meta(info({ title: 'Maximum concurrent SMTP inbound sessions', help: 'Above it a caller hears that the server is too busy and tries again later.', unit: 'sessions', apply: 'live' })),
  'sessions.maxPop3': whole(200, 1, 20_000).meta(info({ title: 'Maximum concurrent POP3 inbound sessions', help: 'Above it a caller hears that the server is too busy and tries again later.', unit: 'sessions', apply: 'live' })),
  'sessions.maxPerAddress': whole(100, 1, 20_000).meta(info({ title: 'Maximum concurrent sessions from one address', help: 'So that one computer cannot take every session.', unit: 'sessions', apply: 'live' })),
  'smtp.maxMessageKb': whole(51_200, 1, 2_000_000).meta(info({ title: 'Largest message accepted', help: 'A larger message is refused with a clear answer. Attachments grow by a third on their way.', unit: 'kilobytes', apply: 'live' })),
  'smtp.maxRecipients': whole(500, 100, 50_000).meta(info({ title: 'Most recipients of one message', help: 'The standard asks for at least 100.', apply: 'live' })),
  // Directories
  'directories.mail': template(400).default('Users/$DOMAIN$/$MAILBOX$').meta(info({ title: 'Message directory of new accounts', help: 'Where a new account keeps its mail. $DOMAIN$ and $MAILBOX$ are filled in. A relative path lies in the data folder.', apply: 'live' })),
  'directories.logs': z.string().trim().min(1, 'required').max(400).default('Logs').meta(info({ title: 'Log files', help: 'Where the daily log files are written. A relative path lies in the data folder.', apply: 'live' })),
  'accounts.mailboxTemplate': template(200).default('$USERFIRSTINITIAL$$USERLASTNAME$').meta(info({ title: 'Mailbox name of new accounts', help: 'Suggested from the full name while it is typed, such as KKumalawati for Kurnia Kumalawati.', apply: 'live' })),
  'accounts.welcomeMessage': flag(true).meta(info({ title: 'Put a welcome message into the mailbox of new accounts', help: 'The first message a user finds. It shows that his mail client is set up right.', apply: 'live' })),
  'logs.keepDays': whole(30, 1, 3650).meta(info({ title: 'Keep log files for', help: 'Older log files are deleted.', unit: 'days', apply: 'live' })),
  // Unknown Mail
  'unknown.refuse': flag(true).meta(info({ title: "...returned to sender with a 'no such user' warning", help: 'The sending server is told at once, so that its user hears of it. Nothing is stored here.', apply: 'live' })),
  'unknown.toPostmaster': flag(false).meta(info({ title: '...sent to the "Postmaster" user', help: 'The mail is delivered to the postmaster.', apply: 'live' })),
  'unknown.toBad': flag(false).meta(info({ title: '...placed in bad message directory', help: 'The mail is kept in the bad queue, where you can look at it.', apply: 'live' })),
  'postmaster.account': z.string().trim().max(320).default('').meta(info({ title: 'Postmaster', help: 'The account that receives mail for postmaster. Empty: the first account made.', apply: 'live' })),
  // Archival
  'archival.addresses': z.string().trim().max(2000).default('').meta(info({ title: 'Send copies of all inbound and outbound mail to these addresses', help: 'Local addresses, separated by commas.', apply: 'live' })),
  'archival.markSubject': flag(false).meta(info({ title: 'Insert "(Archive Copy)" into message Subject header', help: 'So that archive copies are easy to tell apart.', apply: 'live' })),
  // Security
  'security.plainLogon': oneOf(['lan', 'always', 'never'], 'lan').meta(info({ title: 'Logons without TLS', help: 'Old clients cannot encrypt. On your own LAN that can be allowed; elsewhere a password would be readable on the way.', apply: 'live' })),
  'security.lanAddresses': z.array(cidr).max(200).default(['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']).meta(info({ title: 'LAN IPs', help: 'Addresses that count as your own LAN.', apply: 'live' })),
  'security.localSenders': oneOf(['lan', 'login'], 'lan').meta(info({ title: 'Senders of your own domains', help: 'Whether somebody on the LAN may write from a local address to a local address without logging on. From outside the LAN it always takes a logon.', apply: 'live' })),
  'security.relayAddresses': z.array(cidr).max(200).default([]).meta(info({ title: 'Addresses that may send to the Internet without logon', help: 'For devices that cannot log on, such as a scanner. Normally empty.', apply: 'live' })),
  // Console and this computer
  'console.language': oneOf(['system', 'en', 'id'], 'system').meta(info({ title: 'Language', help: 'Language of the console and the tray.', apply: 'live' })),
  'console.theme': oneOf(['system', 'light', 'dark'], 'system').meta(info({ title: 'Appearance', help: 'Light, dark, or as the system says.', apply: 'live' })),
  'console.startAtLogon': flag(false).meta(info({ title: 'Start Merpati when I log on', help: 'Starts in the tray.', apply: 'live' })),
  'setup.finished': flag(false).meta(info({ title: 'The set-up guide is finished', help: 'It can be opened again from the Help menu.', apply: 'live' })),
} as const;

export type SettingName = keyof typeof settingFields;
export type Settings = { readonly [K in SettingName]: z.output<(typeof settingFields)[K]> };
export type SettingChanges = { -readonly [K in SettingName]?: Settings[K] };

export const settingNames = Object.keys(settingFields) as readonly SettingName[];

/** Every setting at its default. */
export const defaultSettings: Settings = Object.fromEntries(
  settingNames.map((name) => [name, settingFields[name].parse(undefined)]),
) as unknown as Settings;

/** The declared facts of a setting. */
export function settingInfo(name: SettingName): FieldInfo {
  return settingFields[name].meta() as unknown as FieldInfo;
}

/** Some settings, each valid by its own field; unknown names are refused. */
export const settingChangesSchema: z.ZodType<SettingChanges> = z.strictObject(
  Object.fromEntries(settingNames.map((name) => [name, settingFields[name].unwrap().optional()])),
);

/** All settings, as an answer carries them. */
export const settingsSchema: z.ZodType<Settings> = z.object(settingFields);
