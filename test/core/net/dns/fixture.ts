// Options of a resolver that asks one port on loopback and nothing else.
import type { DnsOptions } from '../../../../core/net/dns/types.ts';

export function dnsOptions(port: number, more: Partial<DnsOptions> = {}): DnsOptions {
  return {
    useSystem: false, primary: '127.0.0.1', backup: '', retries: 0, port, useHostsFile: false, hostsFile: '', cache: true, staticMx: [],
    mxMs: 2000, aMs: 2000, strictTls: 'policies', ...more,
  };
}
