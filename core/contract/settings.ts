// Every setting of Merpati, declared once: type, default, limits, unit, title, help, secrecy and how a change takes effect.
// The engine validates with it, the console draws its fields from it, the command line and the documentation follow from it.
// To add a setting: add a line here, an Indonesian title and help in renderer/locales/id, and use it.
import { z } from 'zod';

/** `live`: the next use sees it. `rebind`: the listeners it concerns are closed and opened. `restart`: at the next start. */
export type Apply = 'live' | 'rebind' | 'restart';

/** What a field says about itself beside its zod type. `internet`: of no use on a LAN without Internet mail. */
export interface FieldInfo {
  readonly title: string;
  readonly help: string;
  readonly unit?: 'port' | 'seconds' | 'minutes' | 'milliseconds' | 'hours' | 'days' | 'bytes' | 'kilobytes' | 'messages' | 'sessions';
  readonly apply: Apply;
  /** Kept encrypted. It goes in and never out: wherever values are read it is '', and `secretsSet` says whether there is one. */
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

/** `host`, `[host]` (no MX look-up), `host:port`, `[ipv6]:port`, an IP address; or empty. */
const label = String.raw`[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?`;
const hostAndPort = new RegExp(String.raw`^(?=.{1,300}$)(\[?${label}(\.${label})*\.?\]?|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(:([1-9]\d{0,4}))?$`, 'u');
export const hostField = z.union([z.literal(''), z.string().trim().max(300).regex(hostAndPort, 'host.illegal')
  .refine((text) => Number(/\]?:(\d{1,5})$/.exec(text)?.[1] ?? 1) <= 65_535 || text.split(':').length > 2, 'port.range')], 'host.illegal');
/** Text of one line: no control characters. */
const line = (longest: number) => z.string().trim().max(longest).refine((text) => !/[\x00-\x1f\x7f]/.test(text), 'text.illegal');
const secretText = z.string().max(1000).refine((text) => !/[\x00-\x08\x0a-\x1f\x7f]/.test(text), 'password.illegal').default('');

/** How a connection that we open is protected. `opportunistic`: STARTTLS if the server offers it; `tls`: TLS from the first byte. */
/** How mail for the Internet leaves. */
export const deliveryModes = ['smart-host', 'direct-then-smart-host', 'direct'] as const;
export const tlsChoices = ['none', 'opportunistic', 'starttls', 'tls'] as const;
export const logonMethods = ['auto', 'plain', 'login', 'cram-md5', 'xoauth2'] as const;
/** A pair of DNS servers under a name of one's own. */
export const dnsPreset = z.strictObject({ name: line(60).min(1, 'required'), primary: ipAddress, backup: optionalIp });

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
/** No `..` leads out of the data folder; a whole path may lie anywhere. */
function staysInside(path: string): boolean {
  if (/^([\\/]|[A-Za-z]:)/.test(path)) return true;
  let depth = 0;
  for (const part of path.split(/[\\/]/)) {
    depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1;
    if (depth < 0) return false;
  }
  return true;
}
const info = (meta: FieldInfo) => ({ ...meta });

export const settingFields = {
  // Primary Domain Configuration, Domain/ISP
  'domain.name': z.union([z.literal(''), domainName], 'domain.illegal').default('').meta(info({ title: 'Domain name', help: 'Mail for everyone at this name is kept here. On a LAN any name will do, such as majuterus.lan; Internet mail needs a registered one.', apply: 'live' })),
  'domain.helo': z.union([z.literal(''), domainName, z.string().regex(/^\[[0-9A-Fa-f:.]+\]$/)], 'domain.illegal').default('').meta(info({ title: 'HELO domain', help: 'The name this server gives when it greets another one. Empty: the domain name.', apply: 'live' })),
  'domain.ip': optionalIp.default('').meta(info({ title: 'Domain IP', help: 'The IP address of this computer on the LAN. It chooses the domain for logons without @domain, and the address the server listens on if bound to it.', apply: 'rebind' })),
  'domain.bindToIp': flag(false).meta(info({ title: 'Bind listening sockets to this IP only', help: 'Listen on the Domain IP alone, not on every address of this computer. Used when several domains each have their own address.', apply: 'rebind' })),
  'delivery.smartHost': hostField.default('').meta(info({ title: "ISP or Smart host's IP or domain name", help: 'The server that takes all Internet mail and passes it on, such as mail.bsmdaemon.com, [192.0.2.1] or smtp.example.org:587. Leave it empty on a LAN.', apply: 'live', internet: true })),
  'delivery.mode': oneOf(deliveryModes, 'direct').meta(info({ title: 'Delivery', help: 'How mail for the Internet leaves.', apply: 'live', internet: true })),
  'delivery.smartHostTls': oneOf(tlsChoices, 'opportunistic').meta(info({ title: 'Encryption', help: 'How the connection to the smart host is protected. Port 587 usually wants STARTTLS, port 465 TLS.', apply: 'live', internet: true })),
  'delivery.smartHostVerify': flag(true).meta(info({ title: 'Check the certificate of the smart host', help: 'With STARTTLS required or TLS: send only to the server that can prove its name. Switch it off only for a server of your own with a certificate of its own making.', apply: 'live', internet: true })),
  'delivery.smartHostLogon': flag(false).meta(info({ title: 'Host requires authentication', help: 'Log on to the smart host before sending. Nearly every provider asks for it today.', apply: 'live', internet: true })),
  'delivery.smartHostUser': line(320).default('').meta(info({ title: 'User name', help: 'Often the whole address at the provider.', apply: 'live', internet: true })),
  'delivery.smartHostPassword': secretText.meta(info({ title: 'Password', help: 'Kept encrypted. Some providers want an app password here, made on their web site, or an access token (XOAUTH2).', apply: 'live', internet: true, secret: true })),
  'delivery.smartHostMethod': oneOf(logonMethods, 'auto').meta(info({ title: 'Method of logging on', help: 'Automatic takes the best one that the server offers. XOAUTH2: the password field holds an access token.', apply: 'live', internet: true })),
  'delivery.popBefore': flag(false).meta(info({ title: 'Host requires a POP check first', help: 'Some old providers let somebody send only after he has looked into his mailbox.', apply: 'live', internet: true })),
  'delivery.popHost': hostField.default('').meta(info({ title: 'POP host', help: 'Name or address of the POP server. Empty: the smart host.', apply: 'live', internet: true })),
  'delivery.popTls': oneOf(tlsChoices, 'opportunistic').meta(info({ title: 'Encryption of the POP check', help: 'How the connection to the POP server is protected.', apply: 'live', internet: true })),
  'delivery.popUser': line(320).default('').meta(info({ title: 'POP user name', help: 'Logon name of the mailbox at the provider.', apply: 'live', internet: true })),
  'delivery.popPassword': secretText.meta(info({ title: 'POP password', help: 'Kept encrypted.', apply: 'live', internet: true, secret: true })),
  'delivery.strictTls': oneOf(['opportunistic', 'policies', 'always'], 'policies').meta(info({ title: 'Encryption to other servers', help: 'Sent directly, mail is encrypted wherever the other server can. Policies: and never in clear text to a domain that publishes a policy against it (MTA-STS, DANE).', apply: 'live', internet: true })),
  // Ports
  'ports.smtp': port(25).meta(info({ title: 'SMTP inbound port', help: 'Where other servers and simple clients hand in mail. The standard is 25.', unit: 'port', apply: 'rebind' })),
  'ports.submission': port(587).meta(info({ title: 'MSA (submission) port', help: 'Where mail clients hand in mail after logging on. The standard is 587.', unit: 'port', apply: 'rebind' })),
  'ports.smtps': port(465).meta(info({ title: 'SMTP SSL port', help: 'Submission over TLS from the first byte. The standard is 465.', unit: 'port', apply: 'rebind' })),
  'ports.pop3': port(110).meta(info({ title: 'POP3 inbound port', help: 'Where mail clients fetch mail. The standard is 110.', unit: 'port', apply: 'rebind' })),
  'ports.pop3s': port(995).meta(info({ title: 'POP3 SSL port', help: 'POP3 over TLS from the first byte. The standard is 995.', unit: 'port', apply: 'rebind' })),
  'ports.smtpOut': port(25).meta(info({ title: 'SMTP outbound port', help: 'The port of other servers that mail is sent to. The standard is 25; a smart host may have its own after a colon.', unit: 'port', apply: 'live', internet: true })),
  'ports.dns': port(53).meta(info({ title: 'DNS outbound port', help: 'The port of the DNS servers. The standard is 53.', unit: 'port', apply: 'live', internet: true })),
  'servers.smtp': flag(true).meta(info({ title: 'SMTP server', help: 'Receives mail on the SMTP inbound port.', apply: 'rebind' })),
  'servers.submission': flag(true).meta(info({ title: 'MSA (submission) server', help: 'Takes mail from clients that log on.', apply: 'rebind' })),
  'servers.smtps': flag(true).meta(info({ title: 'SMTP SSL server', help: 'Takes mail from clients that log on, over TLS.', apply: 'rebind' })),
  'servers.pop3': flag(true).meta(info({ title: 'POP3 server', help: 'Lets mail clients fetch their mail.', apply: 'rebind' })),
  'servers.pop3s': flag(true).meta(info({ title: 'POP3 SSL server', help: 'Lets mail clients fetch their mail over TLS.', apply: 'rebind' })),
  // DNS
  'dns.useSystem': flag(true).meta(info({ title: 'Use the DNS servers of this computer', help: 'Ask the servers that the operating system knows.', apply: 'live', internet: true })),
  'dns.primary': optionalIp.default('').meta(info({ title: "Primary DNS server's IP address", help: 'The first server asked for the mail servers of other domains.', apply: 'live', internet: true })),
  'dns.backup': optionalIp.default('').meta(info({ title: "Backup DNS server's IP address", help: 'Asked when the first does not answer.', apply: 'live', internet: true })),
  'dns.retries': whole(2, 0, 10).meta(info({ title: 'Retry failed or incomplete DNS queries this many times', help: 'After every server has been asked once without an answer.', apply: 'live', internet: true })),
  'dns.hostsFile': line(1000).default('').meta(info({ title: 'Hosts file', help: 'Asked before DNS: lines with an IP address and names. Empty: the hosts file of this computer.', apply: 'live', internet: true })),
  'dns.useHostsFile': flag(true).meta(info({ title: 'Look into the hosts file first', help: 'Names found there are not asked of DNS.', apply: 'live', internet: true })),
  'dns.cache': flag(true).meta(info({ title: 'Remember answers (MX cache)', help: 'For as long as the answer says it is good. A thin line is spared, and a slow DNS server.', apply: 'live', internet: true })),
  'dns.staticMx': z.array(z.string().trim().max(600).regex(/^\S+\s+\S+$/, 'mx.illegal')).max(500).default([]).meta(info({ title: 'Fixed mail servers', help: 'One domain and its mail server a line, such as contoh.id mail.contoh.id. DNS is not asked for these domains.', apply: 'live', internet: true })),
  'dns.presets': z.array(dnsPreset).max(50).default([]).meta(info({ title: 'Own DNS presets', help: 'Pairs of DNS servers under a name of your own.', apply: 'live', internet: true })),
  // Timers
  'timers.connectSeconds': whole(30, 1, 600).meta(info({ title: 'Wait for sockets to connect before giving up', help: 'Then the next server of the domain is tried, or the message waits.', unit: 'seconds', apply: 'live', internet: true })),
  'timers.greetingSeconds': whole(60, 1, 600).meta(info({ title: 'Wait for protocol dialog to start before giving up', help: 'How long another server may take to greet us and to answer a command. The standard asks for 5 minutes.', unit: 'seconds', apply: 'live', internet: true })),
  'timers.dataMinutes': whole(10, 1, 60).meta(info({ title: 'Wait for the answer to a sent message', help: 'Giving up too early sends the message twice. The standard asks for 10 minutes.', unit: 'minutes', apply: 'live', internet: true })),
  'timers.mxSeconds': whole(10, 1, 120).meta(info({ title: 'Wait for MX DNS server responses', help: 'For each server and each try.', unit: 'seconds', apply: 'live', internet: true })),
  'timers.aSeconds': whole(10, 1, 120).meta(info({ title: 'Wait for A-Record DNS server responses', help: 'For each server and each try.', unit: 'seconds', apply: 'live', internet: true })),
  'timers.inactiveMinutes': whole(10, 1, 1440).meta(info({ title: 'SMTP and POP3 sessions time out after', help: 'A session in which nothing is said for this long is closed. The standards ask for at least 5 (SMTP) and 10 (POP3) minutes.', unit: 'minutes', apply: 'live' })),
  'timers.latencyMs': whole(0, 0, 10_000).meta(info({ title: 'Latency', help: 'Pause between two protocol commands. 0 for none.', unit: 'milliseconds', apply: 'live' })),
  'timers.maxHops': whole(50, 5, 500).meta(info({ title: 'Maximum message hop count', help: 'A message that has passed through more servers than this is going in circles and is refused.', apply: 'live' })),
  // Sessions
  'sessions.maxSmtpOut': whole(30, 1, 1000).meta(info({ title: 'Maximum concurrent SMTP outbound sessions', help: 'How many connections may send at once. 5 to 10 for a modem.', unit: 'sessions', apply: 'live', internet: true })),
  'sessions.maxPerDestination': whole(5, 1, 200).meta(info({ title: 'Maximum concurrent sessions to one destination', help: 'So that one domain cannot take every connection, and no server feels attacked.', unit: 'sessions', apply: 'live', internet: true })),
  'sessions.maxMessagesPerSession': whole(0, 0, 10_000).meta(info({ title: 'Maximum SMTP outbound messages spooled per session', help: '0: until the queue is empty.', unit: 'messages', apply: 'live', internet: true })),
  'sessions.maxSmtp': whole(200, 1, 20_000).meta(info({ title: 'Maximum concurrent SMTP inbound sessions', help: 'Above it a caller hears that the server is too busy and tries again later.', unit: 'sessions', apply: 'live' })),
  'sessions.maxPop3': whole(200, 1, 20_000).meta(info({ title: 'Maximum concurrent POP3 inbound sessions', help: 'Above it a caller hears that the server is too busy and tries again later.', unit: 'sessions', apply: 'live' })),
  'sessions.maxPerAddress': whole(100, 1, 20_000).meta(info({ title: 'Maximum concurrent sessions from one address', help: 'So that one computer cannot take every session.', unit: 'sessions', apply: 'live' })),
  'smtp.maxMessageKb': whole(51_200, 1, 2_000_000).meta(info({ title: 'Largest message accepted', help: 'A larger message is refused with a clear answer. Attachments grow by a third on their way.', unit: 'kilobytes', apply: 'live' })),
  'smtp.maxRecipients': whole(500, 100, 50_000).meta(info({ title: 'Most recipients of one message', help: 'The standard asks for at least 100.', apply: 'live' })),
  // Retry settings
  'retry.primaryMinutes': whole(60, 0, 1440).meta(info({ title: 'Keep message in the primary queue for at least', help: 'Tried often for so long after the first failure; then it moves to the retry queue.', unit: 'minutes', apply: 'live', internet: true })),
  'retry.everyMinutes': whole(60, 1, 1440).meta(info({ title: 'Retry sending undeliverable mail once every', help: 'How often a message in the retry queue is tried. The standard asks for at least 30 minutes.', unit: 'minutes', apply: 'live', internet: true })),
  'retry.days': whole(5, 0, 60).meta(info({ title: 'If a message is still undeliverable after', help: 'Then it is given up. The standard asks for 4 to 5 days; 0: after the first retry.', unit: 'days', apply: 'live', internet: true })),
  'retry.informSender': flag(true).meta(info({ title: 'Inform the sender when message is placed in retry queue', help: 'A notice that it is late and still being tried.', apply: 'live', internet: true })),
  'retry.informAgain': flag(false).meta(info({ title: 'Inform the sender when subsequent delivery attempts fail', help: 'Once a day at most.', apply: 'live', internet: true })),
  'retry.includeOriginal': flag(false).meta(info({ title: 'Include original message when informing sender', help: 'Otherwise the notice carries its header only.', apply: 'live', internet: true })),
  'retry.badQueue': flag(false).meta(info({ title: 'Place the undeliverable message in the bad message queue', help: 'You can look at it there, and send it again.', apply: 'live', internet: true })),
  'retry.informPostmaster': flag(false).meta(info({ title: 'Inform the postmaster that the message could not be delivered', help: 'The postmaster gets the same report as the sender.', apply: 'live', internet: true })),
  'retry.badReports': flag(true).meta(info({ title: 'Place undeliverable DSN messages into bad queue', help: 'Reports that cannot be delivered themselves. Otherwise they are dropped.', apply: 'live', internet: true })),
  // Queues
  'queues.frozenRemote': flag(false).meta(info({ title: 'Remote queue is frozen', help: 'Mail is taken and kept, and nothing is sent from the remote queue.', apply: 'live', internet: true })),
  'queues.frozenRetry': flag(false).meta(info({ title: 'Retry queue is frozen', help: 'Nothing is sent from the retry queue.', apply: 'live', internet: true })),
  // Directories
  'directories.mail': template(400).refine(staysInside, 'template.outside').default('Users/$DOMAIN$/$MAILBOX$').meta(info({ title: 'Message directory of new accounts', help: 'Where a new account keeps its mail. $DOMAIN$ and $MAILBOX$ are filled in. A relative path lies in the data folder.', apply: 'live' })),
  'directories.logs': line(400).min(1, 'required').default('Logs').meta(info({ title: 'Log files', help: 'Where the daily log files are written. A relative path lies in the data folder.', apply: 'live' })),
  'accounts.mailboxTemplate': template(200).default('$USERFIRSTINITIAL$$USERLASTNAME$').meta(info({ title: 'Mailbox name of new accounts', help: 'Suggested from the full name while it is typed, such as KKumalawati for Kurnia Kumalawati.', apply: 'live' })),
  'accounts.welcomeMessage': flag(true).meta(info({ title: 'Put a welcome message into the mailbox of new accounts', help: 'The first message a user finds. It shows that his mail client is set up right.', apply: 'live' })),
  'logs.keepDays': whole(30, 1, 3650).meta(info({ title: 'Keep log files for', help: 'Older log files are deleted.', unit: 'days', apply: 'live' })),
  // Unknown Mail
  'unknown.refuse': flag(true).meta(info({ title: "...returned to sender with a 'no such user' warning", help: 'The sending server is told at once, so that its user hears of it. Nothing is stored here.', apply: 'live' })),
  'unknown.toPostmaster': flag(false).meta(info({ title: '...sent to the "Postmaster" user', help: 'The mail is delivered to the postmaster.', apply: 'live' })),
  'unknown.toBad': flag(false).meta(info({ title: '...placed in bad message directory', help: 'The mail is kept in the bad queue, where you can look at it.', apply: 'live' })),
  'postmaster.account': line(320).default('').meta(info({ title: 'Postmaster', help: 'The account that receives mail for postmaster. Empty: the first account made.', apply: 'live' })),
  // Archival
  'archival.addresses': line(2000).default('').meta(info({ title: 'Send copies of all inbound and outbound mail to these addresses', help: 'Local addresses, separated by commas.', apply: 'live' })),
  'archival.markSubject': flag(false).meta(info({ title: 'Insert "(Archive Copy)" into message Subject header', help: 'So that archive copies are easy to tell apart.', apply: 'live' })),
  // Security
  'security.plainLogon': oneOf(['lan', 'always', 'never'], 'lan').meta(info({ title: 'Logons without TLS', help: 'Old clients cannot encrypt. On your own LAN that can be allowed; elsewhere a password would be readable on the way.', apply: 'live' })),
  'security.lanAddresses': z.array(cidr).max(200).default(['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']).meta(info({ title: 'LAN IPs', help: 'Addresses that count as your own LAN.', apply: 'live' })),
  'security.localSenders': oneOf(['lan', 'login'], 'lan').meta(info({ title: 'Senders of your own domains', help: 'Whether somebody on the LAN may write from a local address to a local address without logging on. From outside the LAN it always takes a logon.', apply: 'live' })),
  'security.relayAddresses': z.array(cidr).max(200).default([]).meta(info({ title: 'Addresses that may send to the Internet without logon', help: 'For devices that cannot log on, such as a scanner. Normally empty.', apply: 'live' })),
  'limits.messagesPerHour': whole(300, 0, 1_000_000).meta(info({ title: 'Most Internet messages of one account in an hour', help: 'A stolen password cannot send thousands. Above it the account is told to wait, and the postmaster hears of it. 0: no limit.', unit: 'messages', apply: 'live', internet: true })),
  'limits.recipientsPerHour': whole(1000, 0, 1_000_000).meta(info({ title: 'Most Internet recipients of one account in an hour', help: 'Counted apart from messages: one message may have many. 0: no limit.', apply: 'live', internet: true })),
  'trace.keepDays': whole(30, 1, 3650).meta(info({ title: 'Keep the trace of messages for', help: 'How far back Trace can tell what became of a message.', unit: 'days', apply: 'live' })),
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

export const secretSettings: readonly SettingName[] = settingNames.filter((name) => settingInfo(name).secret === true);

/** All settings, as an answer carries them: secret ones are ''. */
export const settingsSchema: z.ZodType<Settings> = z.object(settingFields);
