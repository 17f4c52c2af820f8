// Everything that mail/ does, put together for host/: what the SMTP and POP3 servers ask, logons, events, counters.
// The results fit SmtpBackend and Pop3Backend of core/net structurally; host/ adds their sessions.
import { sentence } from '../contract/sentences.ts';
import type { Settings } from '../contract/settings.ts';
import { formatMailbox } from '../protocol/address.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { Store } from '../store/store.ts';
import { destinationOf } from './accept/plan.ts';
import type { Language } from './attachments/note.ts';
import { createCounting } from './counters.ts';
import type { MailCounters } from './counters.ts';
import type { Reason } from './describe.ts';
import { deliverOwn } from './deliver-own.ts';
import { createDiskSpace } from './disk-space.ts';
import { limitNotice } from './limit-notice.ts';
import { createSendingLimits } from './limits.ts';
import type { LimitReached } from './limits.ts';
import { createLogons } from './logon/logons.ts';
import { logonName } from './logon/user-name.ts';
import type { BlockedAddress } from './logon/throttle.ts';
import { createPopSide } from './pop-side.ts';
import type { PopSide } from './pop-side.ts';
import { policySource } from './policy.ts';
import type { Reporter } from './outbound/ports.ts';
import { createReporter } from './reports/reporter.ts';
import { routeRecipient } from './route.ts';
import type { Asker, RouteStep } from './route.ts';
import { createSmtpSide } from './smtp-side.ts';
import type { SmtpSide } from './smtp-side.ts';
import type { Destination, MailEvent } from './types.ts';
import { welcomeMessage } from './welcome.ts';
import { createWorkQueue } from './work-queue.ts';

export interface MailOptions {
  readonly store: Pick<Store, 'directory' | 'incoming' | 'mailboxes' | 'accounts' | 'freeBytes' | 'queues'>;
  /** The same object until a setting changes. */
  readonly settings: () => Settings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How this server names itself on a connection to this local address: in Received and in Message-IDs. */
  readonly hostName: (localAddress: string) => string;
  readonly language: () => Language;
  /** Resolves after so many milliseconds (failed logons are answered late); at shutdown at once. */
  readonly wait: (ms: number) => Promise<void>;
  readonly log: (event: MailEvent) => void;
  /** Counts to go on from. */
  readonly counters?: MailCounters;
}

export interface Explained {
  readonly destinations: readonly Destination[];
  /** Set when it is refused. */
  readonly reason: Reason | null;
  readonly steps: readonly RouteStep[];
}

export interface Mail {
  readonly smtp: SmtpSide;
  readonly pop3: PopSide;
  readonly logons: {
    blocked(): readonly BlockedAddress[];
    unblock(address: string): void;
  };
  /** How a message to this address would go, with every decision on the way; fit to be shown. */
  explain(recipient: Mailbox, asker: Asker): Explained;
  /** Reports to senders, for whoever sends what is queued. */
  readonly reporter: Reporter;
  /** Counts and logs what happens elsewhere in mail/: on the way out, in the queues. */
  tell(event: MailEvent): void;
  /** Puts the welcome message into the mailbox of a new account. */
  welcome(accountId: number): Promise<void>;
  counters(): MailCounters;
  resetCounters(): void;
}

export function createMail(options: MailOptions): Mail {
  const { store, now } = options;
  const counting = createCounting(options.counters);
  const policy = policySource(options.settings, () => store.directory());

  function tell(event: MailEvent): void {
    if (event.kind === 'refused') counting.add({ refused: 1 });
    if (event.kind === 'logon-failed') counting.add({ failedLogons: 1 });
    if (event.kind === 'sent') counting.add({ sent: event.recipients.length, bytesSent: event.bytes });
    if (event.kind === 'failed') counting.add({ bounced: event.recipients.length });
    options.log(event);
  }
  const extracting = createWorkQueue(2, 200);
  const logons = createLogons({ policy, apopSecret: (id) => store.accounts.apopSecret(id), now, wait: options.wait, tell });
  const space = createDiskSpace(() => store.freeBytes(), now, (cause) => tell({ kind: 'problem', id: null, what: sentence('say.problem.free-space'), cause }));
  const own = { incoming: store.incoming, now, counting, tell };

  function limitReached(event: LimitReached): void {
    const { who, reason, session, isNew } = event;
    tell({ kind: 'limit-reached', sessionId: session.sessionId, who, remoteAddress: session.remoteAddress, reason });
    const { postmaster, primary } = store.directory();
    if (!isNew || postmaster === null) return;
    const hostName = options.hostName('');
    const compose = (id: string, at: number): Buffer => limitNotice(event, { domain: primary?.name ?? hostName, toName: '', toAddress: postmaster.address, hostName, id, at }, options.language());
    deliverOwn(postmaster, compose, own).catch((cause: unknown) => tell({ kind: 'problem', id: null, what: sentence('say.problem.notice'), cause }));
  }
  const limits = createSendingLimits({
    limits: () => ({ messages: policy().settings['limits.messagesPerHour'], recipients: policy().settings['limits.recipientsPerHour'] }), now, reached: limitReached,
  });

  return {
    smtp: createSmtpSide({ incoming: store.incoming, policy, logons, space, limits, counting, now, hostName: options.hostName, language: options.language, extracting, tell }),
    pop3: createPopSide({ mailboxes: store.mailboxes, touch: (id, at) => store.accounts.touch(id, at), logons, counting, now, tell }),
    logons: { blocked: () => logons.blocked(), unblock: (address) => logons.unblock(address) },
    explain(recipient, asker) {
      const route = routeRecipient(recipient, asker, policy());
      if (route.kind === 'refused') return { destinations: [], reason: route.reason, steps: route.steps };
      return { destinations: route.targets.map((target) => destinationOf(target, formatMailbox(recipient))), reason: null, steps: route.steps };
    },
    reporter: createReporter({
      incoming: store.incoming, queues: { content: (message) => store.queues.content(message) }, policy, now, hostName: () => options.hostName(''), language: options.language,
      problem: (id, cause) => tell({ kind: 'problem', id, what: sentence('say.problem.report'), cause }),
    }),
    tell,
    async welcome(accountId) {
      const account = store.directory().accountById(accountId);
      if (account === null) return;
      const { address, fullName } = account;
      const logon = logonName(account, store.directory());
      await deliverOwn(account, (id, at) => welcomeMessage({ address, fullName, logon, hostName: options.hostName(''), language: options.language(), id, at }), own);
    },
    counters: () => counting.read(),
    resetCounters: () => counting.reset(),
  };
}
