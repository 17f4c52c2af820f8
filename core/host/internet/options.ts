// The settings of this moment in the words of net/: for the resolver and for connections to other servers.
import type { Settings } from '../../contract/settings.ts';
import type { SmtpTimeouts } from '../../mail/outbound/ports.ts';
import type { DnsOptions } from '../../net/dns/types.ts';

export function dnsOptions(settings: Settings): DnsOptions {
  return {
    useSystem: settings['dns.useSystem'], primary: settings['dns.primary'], backup: settings['dns.backup'], retries: settings['dns.retries'], port: settings['ports.dns'],
    useHostsFile: settings['dns.useHostsFile'], hostsFile: settings['dns.hostsFile'], cache: settings['dns.cache'], staticMx: settings['dns.staticMx'],
    mxMs: settings['timers.mxSeconds'] * 1000, aMs: settings['timers.aSeconds'] * 1000, strictTls: settings['delivery.strictTls'],
  };
}

export function smtpTimeouts(settings: Settings): SmtpTimeouts {
  return { connectMs: settings['timers.connectSeconds'] * 1000, greetingMs: settings['timers.greetingSeconds'] * 1000, dataMs: settings['timers.dataMinutes'] * 60_000 };
}
