// Postfix as a relay to the same sink: as Debian ships it, and tuned for many deliveries at once. Queue files are fsynced either way.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../helpers/free-ports.ts';
import { greeting } from './greeting.ts';
import { startPostfix, type Tuning } from './postfix.ts';
import type { RelaySystem } from './relay.ts';

const tunedRelay = ['default_destination_concurrency_limit=40', 'initial_destination_concurrency=20', 'smtp_connection_cache_on_demand=yes', 'smtp_connection_reuse_count_limit=10000', 'smtp_tls_security_level=none'];

export function postfixRelay(tuning: Tuning): RelaySystem {
  return {
    name: tuning,
    async start(directory, sinkPort) {
      const [smtpPort = 0] = await freePorts(1);
      const mailDirectory = join(directory, 'mail');
      mkdirSync(mailDirectory);
      const postfix = startPostfix({ directory, tuning, port: smtpPort, accounts: 1, mailDirectory, uid: 5000, lmtpSocket: null });
      const config = join(directory, 'etc');
      const set = (...words: readonly string[]): void => {
        execFileSync('postconf', ['-c', config, '-e', ...words]);
        execFileSync('postfix', ['-c', config, 'reload'], { stdio: 'pipe' });
      };
      set(`relayhost=[127.0.0.1]:${sinkPort}`, ...(tuning === 'tuned' ? tunedRelay : []));
      await greeting(smtpPort);
      return {
        smtpPort, pids: [postfix.pid],
        stop() {
          postfix.stop();
          return Promise.resolve();
        },
        freeze() {
          set('defer_transports=smtp');
          return Promise.resolve();
        },
        release() {
          set('defer_transports=');
          execFileSync('postqueue', ['-c', config, '-f']);
          return Promise.resolve();
        },
      };
    },
  };
}
