// Merpati as a relay: everything for elsewhere goes to one smart host. Loopback may send without logon, as with Postfix's mynetworks.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../core/host/cli/connect.ts';
import { entries, merpati as command, serve } from '../crash/engine-process.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { greeting } from './greeting.ts';
import type { RelaySystem } from './relay.ts';
import { domain } from './system.ts';

export function merpatiRelay(nodeOptions: readonly string[]): RelaySystem {
  return {
    name: 'merpati',
    async start(directory, sinkPort) {
      const entry = existsSync(entries.built) ? entries.built : entries.source;
      const data = join(directory, 'data');
      const [smtpPort = 0] = await freePorts(1);
      await command(data, ['settings', 'set',
        `domain.name=${domain}`, 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtpPort}`,
        'servers.submission=false', 'servers.smtps=false', 'servers.pop3=false', 'servers.pop3s=false', 'sessions.maxPerAddress=20000',
        'security.relayAddresses=127.0.0.0/8', 'limits.messagesPerHour=0', 'limits.recipientsPerHour=0',
        `delivery.smartHost=127.0.0.1:${sinkPort}`, 'delivery.mode=smart-host', 'delivery.smartHostTls=none',
      ], entry);
      const engine = await serve(data, { entry, nodeOptions });
      await greeting(smtpPort);
      // Connected beforehand: the start of a command line would be measured otherwise.
      const connection = await connect(data);
      const freeze = async (frozen: boolean): Promise<void> => {
        await connection.client.queues.freeze({ queue: 'remote', frozen });
      };
      return {
        smtpPort, pids: [engine.pid],
        async stop() {
          await connection.close();
          await engine.stop();
        },
        freeze: () => freeze(true),
        release: () => freeze(false),
      };
    },
  };
}
