// `npm exec -c 'node test/bench/queued.ts'`: a queue of many messages (50,000): how much memory the engine takes with it, how long it
// takes to be back in service, and how long the console waits for a page. One system only: there is nothing to compare it with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../core/host/cli/connect.ts';
import { entries, merpati as command, serve } from '../crash/engine-process.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { greeting } from './greeting.ts';
import { buildLoad } from './load.ts';
import { domain, memoryOf } from './system.ts';

const messages = Number(process.argv[2] ?? 50_000);
const options = { entry: entries.built, nodeOptions: ['--max-semi-space-size=4', '--enable-source-maps'] };
const directory = mkdtempSync(join(tmpdir(), 'merpati-queued-'));
const data = join(directory, 'data');
const say = (what: string, value: string): void => console.log(`${what.padEnd(44)} ${value}`);
const mebibytes = (pid: number): string => `${(memoryOf([pid]).bytes / 1_048_576).toFixed(0)} MiB`;

try {
  const [smtpPort = 0] = await freePorts(1);
  await command(data, ['settings', 'set',
    `domain.name=${domain}`, 'domain.ip=127.0.0.1', 'domain.bindToIp=true', `ports.smtp=${smtpPort}`, 'servers.submission=false', 'servers.smtps=false', 'servers.pop3=false', 'servers.pop3s=false',
    'security.relayAddresses=127.0.0.0/8', 'limits.messagesPerHour=0', 'limits.recipientsPerHour=0', 'dns.useSystem=false', 'queues.frozenRemote=true',
  ], entries.built);
  let engine = await serve(data, options);
  await greeting(smtpPort);
  say('memory, empty queue', mebibytes(engine.pid));
  const load = buildLoad(directory);
  await load.smtp(smtpPort, { connections: 20, messages, run: 'queued', domain: 'far.example' });
  say(`memory with ${messages} queued`, mebibytes(engine.pid));
  await engine.stop();
  const started = performance.now();
  engine = await serve(data, options);
  await greeting(smtpPort);
  say('back in service after', `${(performance.now() - started).toFixed(0)} ms`);
  const connection = await connect(data);
  const { client } = connection;
  for (const [what, query] of [['first page', {}], ['page in the middle', { offset: messages / 2 }], ['search', { search: `u${messages % 97}@` }], ['sorted by size', { sort: 'bytes' }]] as const) {
    const asked = performance.now();
    await client.queues.messages({ queue: 'remote', limit: 200, ...query });
    say(`queue window: ${what}`, `${(performance.now() - asked).toFixed(0)} ms`);
  }
  // No DNS server: everything is looked at and waits.
  await client.queues.freeze({ queue: 'remote', frozen: false });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  say('memory, all due and no way out', mebibytes(engine.pid));
  await connection.close();
  await engine.stop();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
