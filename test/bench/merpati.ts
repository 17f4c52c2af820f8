// Merpati as `npm run merpati -- serve` runs it: dist/merpati.js, set up through its own command line.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entries, merpati as command, serve } from '../crash/engine-process.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { greeting } from './greeting.ts';
import { domain, password, type System } from './system.ts';

/** As scripts/bootstrap.mjs has it. */
const engineOptions = ['--max-semi-space-size=4', '--enable-source-maps'];

/** @param nodeOptions such as --cpu-prof, to look into it */
export function merpati(nodeOptions: readonly string[] = []): System {
  return {
    name: 'merpati',
    title: 'Merpati',
    durability: '250: bytes and facts fsynced in the database log, readable by then; the file in the mailbox follows, fsynced',
    async start(directory, accounts) {
      const entry = existsSync(entries.built) ? entries.built : entries.source;
      const data = join(directory, 'data');
      const [smtpPort, pop3Port] = await freePorts(2);
      if (smtpPort === undefined || pop3Port === undefined) throw new Error('No free ports.');
      await command(data, ['settings', 'set',
        `domain.name=${domain}`, 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtpPort}`, `ports.pop3=${pop3Port}`,
        'servers.submission=false', 'servers.smtps=false', 'servers.pop3s=false', 'accounts.welcomeMessage=false',
        'sessions.maxSmtp=10000', 'sessions.maxPop3=10000', 'sessions.maxPerAddress=20000',
      ], entry);
      const roster = join(directory, 'accounts.csv');
      writeFileSync(roster, Array.from({ length: accounts }, (_, i) => `u${i + 1}@${domain},${password},User ${i + 1}\n`).join(''));
      await command(data, ['accounts', 'add', '--file', roster], entry);
      const engine = await serve(data, { entry, nodeOptions: [...engineOptions, ...nodeOptions] });
      await Promise.all([greeting(smtpPort), greeting(pop3Port)]);
      return { smtpPort, pop3Port, pids: [engine.pid], settled: () => Promise.resolve(), stop: () => engine.stop() };
    },
  };
}
