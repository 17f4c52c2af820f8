// Puts sending to the Internet together: resolver and SMTP client of net/, the sender of mail/, the queues of the store. engine.ts calls it
// once; `start` only where the engine serves mail, not for one command on a data folder.
import type { QueueItem } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Mail } from '../../mail/create-mail.ts';
import { explainQueued, explainRecipient } from '../../mail/outbound/explain.ts';
import { identityOf } from '../../mail/outbound/identity.ts';
import type { PlanContext } from '../../mail/outbound/route-plan.ts';
import { Sender } from '../../mail/outbound/sender.ts';
import { createPolicy } from '../../mail/policy.ts';
import { createResolver } from '../../net/dns/resolver.ts';
import type { OutboundSessions } from '../../net/session.ts';
import { createSmtpClient } from '../../net/smtp-client/client.ts';
import type { Store } from '../../store/store.ts';
import { localAddresses } from '../local-addresses.ts';
import { Refusal } from '../refusal.ts';
import { createChecks } from './checks.ts';
import type { Internet } from './internet.ts';
import { LocalAddresses } from './known-addresses.ts';
import { dnsOptions } from './options.ts';
import { createQueueActions } from './queue-actions.ts';

export interface InternetParts {
  readonly store: Pick<Store, 'settings' | 'directory' | 'smartHosts' | 'queues' | 'onChange'>;
  readonly mail: Pick<Mail, 'reporter' | 'tell'>;
  readonly sessions: OutboundSessions;
  readonly now: () => number;
}
export interface RunningInternet extends Internet {
  start(): void;
  /** Messages on their way come to an end, within limits. */
  stop(): Promise<void>;
}

export function createInternet({ store, mail, sessions, now }: InternetParts): RunningInternet {
  const settings = (): Settings => store.settings.read().values;
  const resolver = createResolver(() => dnsOptions(settings()), { now });
  const client = createSmtpClient();
  const addresses = new LocalAddresses(localAddresses);
  const routing = (): PlanContext => ({
    settings: settings(), directory: store.directory(), smartHosts: store.smartHosts.list(), smartHostPassword: (id) => store.smartHosts.password(id),
    secret: (name) => store.settings.secret(name), resolver, localAddresses: addresses.list(), random: Math.random,
  });
  const sender = new Sender({
    queues: store.queues, onChange: (listener) => store.onChange(listener), settings, routing, client, reporter: mail.reporter, transcripts: sessions, tell: (event) => mail.tell(event),
  });

  return {
    start: () => sender.start(),
    stop: () => sender.stop(),
    sending: () => sender.sending(),
    asShown: (item: QueueItem) => ({ ...item, sending: sender.isSending(item.id) }),
    processNow: () => sender.processNow(),
    ...createQueueActions({ store, reporter: mail.reporter, now, isSending: (id) => sender.isSending(id), wake: () => sender.wake(), tell: (event) => mail.tell(event) }),
    async explain({ sender: from, recipients, queueItem }) {
      const policy = createPolicy(settings(), store.directory());
      // Of an explanation without a sender people expect that of a user of theirs; reports go out with the null sender.
      const user = from === '<>' ? '' : from === '' ? store.directory().postmaster?.address ?? '' : from;
      if (queueItem === undefined) return await Promise.all(recipients.map((recipient) => explainRecipient({ recipient, sender: user }, policy, routing())));
      const message = store.queues.message(queueItem);
      if (message === null) throw new Refusal('not-found', 'This message is not in the queue any more.');
      return [...await explainQueued(message, routing())];
    },
    dns: { servers: () => resolver.servers(), cache: () => resolver.cacheEntries(), clearCache: () => resolver.clearCache() },
    checks: createChecks({ store, resolver, client, identity: () => identityOf('', routing(), []), systemServers: () => resolver.servers() }),
  };
}
