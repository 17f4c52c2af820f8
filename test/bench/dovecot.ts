// A private Dovecot: own configuration, base directory, mail and port, run in the foreground as our child.
// `shipped`: what Debian's conf.d says, with a password file and Maildirs instead of system users. `tuned`: Dovecot's documented
// high-performance modes. mail_fsync stays at "optimized" in both: everything delivered or deleted is on disk before the answer.
import { spawn, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tuning } from './postfix.ts';
import { domain, password } from './system.ts';

export interface DovecotInput {
  readonly directory: string;
  readonly tuning: Tuning;
  readonly port: number;
  readonly accounts: number;
  readonly mailDirectory: string;
  readonly uid: number;
  /** Path of the lmtp program, null for none. */
  readonly lmtp: string | null;
}

const tunedSettings = `
auth_cache_size = 10 M
auth_cache_ttl = 1 hour
stats_writer_socket_path =
maildir_very_dirty_syncs = yes
pop3_no_flag_updates = yes
default_client_limit = 10000
service pop3-login {
  service_count = 0
  client_limit = 10000
  process_min_avail = 2
  vsz_limit = 1 G
}
service pop3 {
  service_count = 1000
  process_min_avail = 8
  process_limit = 2000
}
service auth {
  client_limit = 20000
}
service lmtp {
  process_min_avail = 4
}
`;

/** The salted hash that is cheapest for Dovecot: a slow one would decide the session rate instead of Dovecot. */
function passwordHash(): string {
  const salt = randomBytes(8);
  return '{SSHA256}' + Buffer.concat([createHash('sha256').update(password).update(salt).digest(), salt]).toString('base64');
}

/** Starts it; returns the pid and a stop that waits. */
export function startDovecot(input: DovecotInput): { readonly pid: number; readonly lmtpSocket: string; stop(): Promise<void> } {
  const { directory } = input;
  mkdirSync(join(directory, 'run'), { recursive: true });
  const hash = passwordHash();
  writeFileSync(join(directory, 'passwd'), Array.from({ length: input.accounts }, (_, i) => `u${i + 1}@${domain}:${hash}\n`).join(''));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mail.bench.test', '-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')], { stdio: 'ignore' });
  const configuration = join(directory, 'dovecot.conf');
  writeFileSync(configuration, `
protocols = pop3${input.lmtp === null ? '' : ' lmtp'}
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
listen = 127.0.0.1
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
auth_mechanisms = plain
first_valid_uid = ${input.uid}
mail_location = maildir:~
passdb {
  driver = passwd-file
  args = username_format=%u ${directory}/passwd
}
userdb {
  driver = static
  args = uid=${input.uid} gid=${input.uid} home=${input.mailDirectory}/%n
}
service pop3-login {
  inet_listener pop3 {
    port = ${input.port}
  }
  inet_listener pop3s {
    port = 0
  }
}
${input.lmtp === null ? '' : `service lmtp {
  executable = ${input.lmtp}
  unix_listener lmtp {
    mode = 0666
  }
}`}
${input.tuning === 'tuned' ? tunedSettings : ''}`);
  const output = openSync(join(directory, 'output.log'), 'a');
  const child = spawn('dovecot', ['-F', '-c', configuration], { stdio: ['ignore', output, output] });
  const ended = once(child, 'exit');
  if (child.pid === undefined) throw new Error('dovecot could not be started.');
  return {
    pid: child.pid,
    lmtpSocket: join(directory, 'run/lmtp'),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
