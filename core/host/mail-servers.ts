// Joins the servers of net/ with the decisions of mail/: here the compiler checks that the two fit.
import { hostname } from 'node:os';
import type { ServerName } from '../contract/records.ts';
import { sentence, type Remark } from '../contract/sentences.ts';
import type { Settings } from '../contract/settings.ts';
import type { Mail } from '../mail/create-mail.ts';
import { createPop3Server } from '../net/pop3/server.ts';
import { createSmtpServer } from '../net/smtp/server.ts';
import type { Store } from '../store/store.ts';
import type { ServerCertificates } from './certificates.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { Level } from './log/ring.ts';
import type { ListeningServer } from './servers.ts';

export interface MailServerParts {
  readonly mail: Mail;
  readonly sessions: LiveSessions;
  readonly settings: () => Settings;
  readonly hostName: (localAddress: string) => string;
  readonly certificates: ServerCertificates;
  readonly note: (remark: Remark, level: Level) => void;
}

/** How this server calls itself to a caller: the domain whose IP he called, else HELO domain, primary domain, name of the computer. */
export function greetingName(store: Store): (localAddress: string) => string {
  return (localAddress) => {
    const directory = store.directory();
    const byIp = directory.domainByIp(localAddress);
    if (byIp !== null && !byIp.isPrimary) return byIp.name;
    return store.settings.read().values['domain.helo'] || directory.primary?.name || hostname() || 'localhost';
  };
}

export function createMailServer(name: ServerName, parts: MailServerParts): ListeningServer {
  const { mail, sessions, settings, hostName, certificates, note } = parts;
  const timers = () => ({ greetingName: hostName, inactiveMs: settings()['timers.inactiveMinutes'] * 60_000, latencyMs: settings()['timers.latencyMs'] });
  const tls = () => certificates.material();
  const server = name === 'pop3' || name === 'pop3s'
    ? createPop3Server({ name, backend: { ...mail.pop3, sessions }, options: timers, tls, onError: (error) => note(sentence('say.connection-failed', { cause: error.message }), 'error') })
    : createSmtpServer({
      name, backend: { ...mail.smtp, sessions }, tls, log: note,
      options: () => ({ ...timers(), maxMessageBytes: settings()['smtp.maxMessageKb'] * 1024, maxRecipients: settings()['smtp.maxRecipients'] }),
    });
  certificates.onMaterial(() => server.updateTls());
  return server;
}
