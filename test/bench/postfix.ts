// A private Postfix: own configuration, queue, data directory and port, started and stopped through its own master.pid.
// The system's instance is not touched. `shipped`: Debian's master.cf and main.cf plus the virtual mailboxes, which any installation
// has to add. `tuned`: see the comments; durability stays as it is (virtual(8) fsyncs every delivered file, cleanup every queue file).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { domain } from './system.ts';

export type Tuning = 'shipped' | 'tuned';

export interface PostfixInput {
  readonly directory: string;
  readonly tuning: Tuning;
  readonly port: number;
  readonly accounts: number;
  readonly mailDirectory: string;
  readonly uid: number;
  /** Deliver over this LMTP socket instead of virtual(8). */
  readonly lmtpSocket: string | null;
}

const tunedMain = [
  'in_flow_delay = 0', // no pause for senders that are faster than delivery
  'smtpd_peername_lookup = no',
  'default_process_limit = 400',
  'smtpd_client_connection_count_limit = 0',
  'smtpd_client_connection_rate_limit = 0',
  'smtpd_client_event_limit_exceptions = 127.0.0.0/8', // anvil is not asked at all
  'virtual_destination_concurrency_limit = 40',
  'virtual_destination_recipient_limit = 1',
  'lmtp_destination_concurrency_limit = 40',
  'lmtp_destination_recipient_limit = 100',
  'lmtp_connection_cache_on_demand = yes',
  'qmgr_message_active_limit = 40000',
  'qmgr_message_recipient_limit = 40000',
  'enable_long_queue_ids = yes',
  'hash_queue_names = deferred, defer',
  'local_header_rewrite_clients =', // no address rewriting in headers
  'receive_override_options = no_address_mappings', // no canonical, alias or always_bcc look-ups: there are none
  'max_use = 10000', // processes live long
  'smtpd_timeout = 600s',
];

/** Writes everything and starts it; returns the pid of master. */
export function startPostfix(input: PostfixInput): { readonly pid: number; stop(): void } {
  const config = join(input.directory, 'etc');
  const queue = join(input.directory, 'spool');
  const data = join(input.directory, 'lib');
  for (const path of [config, queue, data]) mkdirSync(path, { recursive: true });
  execFileSync('chown', ['postfix:postfix', data]);
  const transport = input.lmtpSocket === null ? 'virtual' : `lmtp:unix:${input.lmtpSocket}`;
  writeFileSync(join(config, 'main.cf'), [
    'compatibility_level = 3.6', 'smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)', 'biff = no', 'append_dot_mydomain = no', 'readme_directory = no',
    'myhostname = mail.bench.test', 'mydestination =', 'mynetworks = 127.0.0.0/8', 'inet_interfaces = 127.0.0.1', 'inet_protocols = ipv4',
    'mailbox_size_limit = 0', 'recipient_delimiter = +', 'smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination',
    `queue_directory = ${queue}`, `data_directory = ${data}`, 'multi_instance_enable = no', `syslog_name = merpati-bench-${input.tuning}`,
    `maillog_file_prefixes = ${input.directory}`, `maillog_file = ${join(input.directory, 'mail.log')}`,
    `virtual_transport = ${transport}`, `virtual_mailbox_domains = ${domain}`, `virtual_mailbox_base = ${input.mailDirectory}`, `virtual_mailbox_maps = hash:${config}/mailboxes`,
    `virtual_uid_maps = static:${input.uid}`, `virtual_gid_maps = static:${input.uid}`, 'virtual_mailbox_limit = 0', 'alias_maps =', 'alias_database =',
    ...(input.tuning === 'tuned' ? tunedMain : []), '',
  ].join('\n'));
  writeFileSync(join(config, 'master.cf'), masterCf(input));
  writeFileSync(join(config, 'mailboxes'), Array.from({ length: input.accounts }, (_, i) => `u${i + 1}@${domain} u${i + 1}/\n`).join(''));
  execFileSync('postmap', ['-c', config, `hash:${config}/mailboxes`]);
  if (input.tuning === 'shipped') fillChroot(queue);
  execFileSync('postfix', ['-c', config, 'start'], { stdio: 'pipe' });
  return {
    pid: Number(readFileSync(join(queue, 'pid/master.pid'), 'utf8')),
    stop: () => void execFileSync('postfix', ['-c', config, 'stop'], { stdio: 'pipe' }),
  };
}

/** Debian's master.cf with our port. Tuned: nothing chrooted, and a ready smtpd for every connection of the work. */
function masterCf(input: PostfixInput): string {
  const lines = readFileSync('/usr/share/postfix/master.cf.dist', 'utf8').split('\n').filter((line) => !line.startsWith('#') && line !== '');
  return lines.map((line) => {
    const fields = line.split(/\s+/);
    if (line.startsWith(' ')) return line;
    if (fields[0] === 'smtp' && fields[1] === 'inet') fields[0] = `127.0.0.1:${input.port}`;
    if (input.tuning === 'tuned' && fields[4] === 'y') fields[4] = 'n';
    return fields.join(' ');
  }).join('\n') + '\n';
}

/** What Debian's start script copies, so that chrooted services can look up names. */
function fillChroot(queue: string): void {
  mkdirSync(join(queue, 'etc'), { recursive: true });
  for (const name of ['localtime', 'services', 'resolv.conf', 'hosts', 'host.conf', 'nsswitch.conf']) {
    if (!existsSync(`/etc/${name}`)) continue;
    copyFileSync(`/etc/${name}`, join(queue, 'etc', name));
    chmodSync(join(queue, 'etc', name), 0o644);
  }
}
