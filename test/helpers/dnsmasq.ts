// A real DNS server on loopback: dnsmasq with records of the test and no way to the world. Names below `zones` that it does not know
// are NXDOMAIN (or no data, if the name is there), all others are refused.
import { spawn } from 'node:child_process';
import { freePorts } from './free-ports.ts';

export interface Dnsmasq {
  readonly address: string;
  readonly port: number;
  /** Everything it printed; each question is a line such as `query[MX] a.test from 127.0.0.1`. */
  output(): string;
  /** How often it was asked for this name and type. */
  asked(type: string, name: string): number;
  stop(): Promise<void>;
}

/**
 * @param records dnsmasq options without the dashes: `mx-host=a.test,mx1.a.test,10`, `host-record=mx1.a.test,127.0.0.2`,
 *   `txt-record=_mta-sts.a.test,"v=STSv1; id=1"`, `cname=www.a.test,a.test`, `local-ttl=60`
 */
export async function startDnsmasq(input: { records: readonly string[]; zones?: readonly string[]; address?: string; port?: number }): Promise<Dnsmasq> {
  const address = input.address ?? '127.0.0.1';
  const port = input.port ?? (await freePorts(1))[0] ?? 0;
  const zones = (input.zones ?? ['test']).map((zone) => `--local=/${zone}/`);
  const child = spawn('dnsmasq', [
    '--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--no-ping', '--log-queries', '--log-facility=-', '--pid-file=',
    '--bind-interfaces', `--listen-address=${address}`, `--port=${port}`, '--cache-size=0', '--local-ttl=300', ...zones,
    ...input.records.map((record) => `--${record}`),
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('started, version')) resolve();
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    child.on('error', reject);
    void exited.then(() => reject(new Error(`dnsmasq ended:\n${output}`)));
  });
  return {
    address, port, output: () => output,
    asked: (type, name) => output.split(`query[${type}] ${name} from`).length - 1,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
