// A private Postfix on loopback: own configuration, queue and ports, nothing of the system's instance. As smart host (users, TLS,
// takes mail for everywhere) or as the MX of domains. What it delivers lands in one Maildir that the test reads; nothing leaves it.
// Needs root, as master(8) does.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDovecot, type Dovecot } from './dovecot.ts';
import { freePorts } from './free-ports.ts';
import { run } from './run.ts';

export interface PostfixInput {
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Its name in the greeting. */
  readonly name?: string;
  /** It takes mail for these domains from everybody. Default: for every domain, as a relay. */
  readonly domains?: readonly string[];
  /** Only these addresses exist; others of `domains` are 550 5.1.1. Default: all exist. */
  readonly mailboxes?: readonly string[];
  /** Answers to RCPT by address or domain, such as { 'slow@b.test': '450 4.2.0 later' }. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** Who may log on, with the password; then nobody may relay without a logon. Dovecot answers for it: PLAIN, LOGIN, CRAM-MD5. */
  readonly users?: Readonly<Record<string, string>>;
  /** Offers STARTTLS and listens on `tlsPort`, TLS from the first byte. `required`: no mail and no logon before STARTTLS. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string; readonly required?: boolean };
  /** Further lines of main.cf; the last one of a name wins. */
  readonly main?: readonly string[];
}
export interface PostfixMessage {
  /** Envelope sender, '' for the null sender. */
  readonly sender: string;
  readonly recipient: string;
  /** As received, from its first header on (Postfix adds Return-Path, X-Original-To, Delivered-To, Received), LF line ends. */
  readonly text: string;
}
export interface Postfix {
  readonly address: string;
  readonly port: number;
  /** TLS from the first byte; 0 without `tls`. */
  readonly tlsPort: number;
  /** What it has delivered, oldest first. */
  messages(): PostfixMessage[];
  /** Waits until it has delivered so many; fails with its log after 20 s. */
  delivered(count: number): Promise<PostfixMessage[]>;
  /** What waits in its queue (postqueue -j). */
  queue(): Promise<readonly { readonly queue_id: string; readonly sender: string; readonly recipients: readonly { readonly address: string }[] }[]>;
  log(): string;
  /** May be called twice. Removes its files. */
  stop(): Promise<void>;
}

const nobody = 65_534;

export async function startPostfix(input: PostfixInput = {}): Promise<Postfix> {
  const directory = mkdtempSync(join(tmpdir(), 'merpati-postfix-'));
  chmodSync(directory, 0o755);
  const address = input.address ?? '127.0.0.1';
  const [free = 0, tlsPort = 0] = await freePorts(2);
  const port = input.port ?? free;
  const config = join(directory, 'etc');
  for (const name of ['etc', 'spool', 'lib', 'mail/all/new', 'mail/all/cur', 'mail/all/tmp']) mkdirSync(join(directory, name), { recursive: true });
  execFileSync('chown', ['postfix:postfix', join(directory, 'lib')]);
  for (const name of ['mail', 'mail/all', 'mail/all/new', 'mail/all/cur', 'mail/all/tmp']) chownSync(join(directory, name), nobody, nobody);
  const dovecot = input.users === undefined ? null : await startDovecot({ users: input.users });
  writeFileSync(join(config, 'main.cf'), `${[...mainCf(directory, input, dovecot), ...(input.main ?? [])].join('\n')}\n`);
  writeFileSync(join(config, 'master.cf'), masterCf(address, port, input.tls === undefined ? 0 : tlsPort));
  writeFileSync(join(config, 'refusals'), Object.entries(input.refusals ?? {}).map(([name, answer]) => `${name} ${answer}\n`).join(''));
  writeFileSync(join(config, 'mailboxes'), (input.mailboxes ?? []).map((name) => `${name} all/\n`).join(''));
  execFileSync('postfix', ['-c', config, 'start'], { stdio: 'pipe' });
  const pid = Number(readFileSync(join(directory, 'spool/pid/master.pid'), 'utf8'));
  const log = (): string => existsSync(join(directory, 'mail.log')) ? readFileSync(join(directory, 'mail.log'), 'utf8') : '';
  const messages = (): PostfixMessage[] => readMessages(join(directory, 'mail/all/new'));
  let stopped = false;
  return {
    address, port, tlsPort: input.tls === undefined ? 0 : tlsPort, messages, log,
    async delivered(count) {
      for (let waited = 0; waited < 20_000; waited += 50) {
        const found = messages();
        if (found.length >= count) return found;
        await pause(50);
      }
      throw new Error(`Postfix delivered ${messages().length} messages instead of ${count}:\n${log()}`);
    },
    async queue() {
      const { out } = await run('postqueue', ['-c', config, '-j']);
      return out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as never);
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      process.kill(pid, 'SIGTERM');
      for (let waited = 0; existsSync(`/proc/${pid}`) && waited < 10_000; waited += 20) await pause(20);
      await dovecot?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function mainCf(directory: string, input: PostfixInput, dovecot: Dovecot | null): string[] {
  const { domains, mailboxes, users, tls } = input;
  const relays = users === undefined ? 'permit_mynetworks' : 'permit_sasl_authenticated';
  return [
    'compatibility_level = 3.6', `myhostname = ${input.name ?? 'postfix.test'}`, 'mydestination =', 'mynetworks = 127.0.0.0/8 [::1]/128', 'inet_interfaces = loopback-only', 'inet_protocols = all',
    `queue_directory = ${directory}/spool`, `data_directory = ${directory}/lib`, 'multi_instance_enable = no', 'syslog_name = postfix',
    `maillog_file_prefixes = ${directory}`, `maillog_file = ${directory}/mail.log`, 'biff = no', 'alias_maps =', 'alias_database =', 'append_dot_mydomain = no',
    // Nothing leaves: every way ends in the Maildir, no name is looked up.
    'default_transport = virtual', 'virtual_transport = virtual', 'smtpd_peername_lookup = no', 'smtp_host_lookup = native', 'disable_dns_lookups = yes', 'notify_classes =',
    `virtual_mailbox_domains = ${(domains ?? []).join(' ')}`, `virtual_mailbox_base = ${directory}/mail`, 'virtual_mailbox_limit = 0', 'mailbox_size_limit = 0',
    `virtual_mailbox_maps = ${mailboxes === undefined ? 'static:all/' : `texthash:${directory}/etc/mailboxes`}`, `virtual_uid_maps = static:${nobody}`, `virtual_gid_maps = static:${nobody}`,
    `smtpd_relay_restrictions = ${domains === undefined || users !== undefined ? `${relays}, ` : ''}reject_unauth_destination`,
    `smtpd_recipient_restrictions = check_recipient_access texthash:${directory}/etc/refusals`,
    'smtpd_client_connection_count_limit = 0', 'smtpd_client_connection_rate_limit = 0', 'in_flow_delay = 0', 'smtpd_error_sleep_time = 0', 'smtputf8_enable = yes',
    'local_header_rewrite_clients =', 'always_add_missing_headers = no', // messages stay as they came
    ...(dovecot === null ? [] : ['smtpd_sasl_auth_enable = yes', 'smtpd_sasl_type = dovecot', `smtpd_sasl_path = ${dovecot.authSocket}`]),
    ...(tls === undefined ? [] : [
      `smtpd_tls_security_level = ${tls.required === true ? 'encrypt' : 'may'}`, `smtpd_tls_key_file = ${tls.keyFile}`, `smtpd_tls_cert_file = ${tls.certificateFile}`, `smtpd_tls_auth_only = ${tls.required === true ? 'yes' : 'no'}`,
    ]),
  ];
}

function masterCf(address: string, port: number, tlsPort: number): string {
  const inet = (of: number, more = ''): string => `${address.includes(':') ? `[${address}]` : address}:${of} inet n - n - - smtpd${more}`;
  return `${[
    inet(port), ...(tlsPort === 0 ? [] : [inet(tlsPort, ' -o smtpd_tls_wrappermode=yes')]),
    'pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr', 'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`), 'verify unix - - n - 1 verify', 'flush unix n - n 1000? 0 flush', 'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp', 'relay unix - - n - - smtp', 'showq unix n - n - - showq', 'error unix - - n - - error', 'retry unix - - n - - error', 'discard unix - - n - - discard',
    'virtual unix - n n - - virtual', 'anvil unix - - n - 1 anvil', 'scache unix - - n - 1 scache', 'postlog unix-dgram n - n - 1 postlogd',
  ].join('\n')}\n`;
}

function readMessages(directory: string): PostfixMessage[] {
  // <seconds>.V<device>I<inode>M<microseconds>.<host>
  const time = (name: string): number => Number(name.split('.')[0]) + Number(/M(\d+)/.exec(name)?.[1] ?? 0) / 1e6;
  return readdirSync(directory).sort((one, other) => time(one) - time(other)).map((name) => {
    const text = readFileSync(join(directory, name), 'latin1');
    return { sender: /^Return-Path: <(.*)>$/m.exec(text)?.[1] ?? '', recipient: /^Delivered-To: (.*)$/m.exec(text)?.[1] ?? '', text };
  });
}
