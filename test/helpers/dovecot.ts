// A private Dovecot on loopback: POP3 (with APOP) for its users, and the logons of a private Postfix.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';

export interface DovecotInput {
  /** Name -> password. */
  readonly users: Readonly<Record<string, string>>;
  readonly address?: string;
  /** Offers STLS, and POP3 over TLS on `tlsPort`. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string; readonly required?: boolean };
  /** SASL mechanisms; `apop` makes the POP3 banner carry a challenge. */
  readonly mechanisms?: readonly string[];
}
export interface Dovecot {
  readonly address: string;
  readonly pop3Port: number;
  readonly tlsPort: number;
  /** For smtpd_sasl_path. */
  readonly authSocket: string;
  output(): string;
  stop(): Promise<void>;
}

export async function startDovecot(input: DovecotInput): Promise<Dovecot> {
  const directory = mkdtempSync(join(tmpdir(), 'merpati-dovecot-'));
  chmodSync(directory, 0o755);
  const [pop3Port = 0, tlsPort = 0] = await freePorts(2);
  const address = input.address ?? '127.0.0.1';
  const authSocket = join(directory, 'auth');
  mkdirSync(join(directory, 'mail'), { mode: 0o777 });
  chmodSync(join(directory, 'mail'), 0o777);
  writeFileSync(join(directory, 'passwd'), Object.entries(input.users).map(([name, password]) => `${name}:{PLAIN}${password}\n`).join(''));
  writeFileSync(join(directory, 'dovecot.conf'), `
protocols = pop3
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
listen = ${address}
${input.tls === undefined ? 'ssl = no' : `ssl = ${input.tls.required === true ? 'required' : 'yes'}
ssl_cert = <${input.tls.certificateFile}
ssl_key = <${input.tls.keyFile}`}
disable_plaintext_auth = ${input.tls?.required === true ? 'yes' : 'no'}
auth_mechanisms = ${(input.mechanisms ?? ['plain', 'login', 'cram-md5']).join(' ')}
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${directory}/passwd
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=${directory}/mail/%u
}
service auth {
  unix_listener ${authSocket} {
    mode = 0666
  }
}
# No waiting after a wrong password: it would be for all that come from loopback.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${pop3Port}
  }
  inet_listener pop3s {
    port = ${input.tls === undefined ? 0 : tlsPort}
  }
}
`);
  const child = spawn('dovecot', ['-F', '-c', join(directory, 'dovecot.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('starting up')) resolve();
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    child.on('error', reject);
    void exited.then(() => reject(new Error(`dovecot ended:\n${output}`)));
  });
  return {
    address, pop3Port, tlsPort: input.tls === undefined ? 0 : tlsPort, authSocket, output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
