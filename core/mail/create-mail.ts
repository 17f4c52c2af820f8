// Everything that mail/ does, put together for host/: what the SMTP and POP3 servers ask, logons, events, counters.
// The results fit SmtpBackend and Pop3Backend of core/net structurally; host/ adds their sessions.
import { isAscii } from 'node:buffer';
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
import { createDiskSpace } from './disk-space.ts';
import { createLogons } from './logon/logons.ts';
import { logonName } from './logon/user-name.ts';
import type { BlockedAddress } from './logon/throttle.ts';
import { createPopSide } from './pop-side.ts';
import type { PopSide } from './pop-side.ts';
import { policySource } from './policy.ts';
import { routeRecipient } from './route.ts';
import type { Asker, RouteStep } from './route.ts';
import { createSmtpSide } from './smtp-side.ts';
import type { SmtpSide } from './smtp-side.ts';
import type { Destination, MailEvent } from './types.ts';
import { welcomeMessage } from './welcome.ts';
import { createWorkQueue } from './work-queue.ts';

export interface MailOptions {
  readonly store: Pick<Store, 'directory' | 'incoming' | 'mailboxes' | 'accounts' | 'freeBytes'>;
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
    options.log(event);
  }
  const extracting = createWorkQueue(2, 200);
  const logons = createLogons({ policy, apopSecret: (id) => store.accounts.apopSecret(id), now, wait: options.wait, tell });
  const space = createDiskSpace(() => store.freeBytes(), now, (cause) => tell({ kind: 'problem', id: null, what: sentence('say.problem.free-space'), cause }));

  return {
    smtp: createSmtpSide({ incoming: store.incoming, policy, logons, space, counting, now, hostName: options.hostName, language: options.language, extracting, tell }),
    pop3: createPopSide({ mailboxes: store.mailboxes, touch: (id, at) => store.accounts.touch(id, at), logons, counting, now, tell }),
    logons: { blocked: () => logons.blocked(), unblock: (address) => logons.unblock(address) },
    explain(recipient, asker) {
      const route = routeRecipient(recipient, asker, policy());
      if (route.kind === 'refused') return { destinations: [], reason: route.reason, steps: route.steps };
      return { destinations: route.targets.map((target) => destinationOf(target, formatMailbox(recipient))), reason: null, steps: route.steps };
    },
    async welcome(accountId) {
      const account = store.directory().accountById(accountId);
      if (account === null) return;
      const file = store.incoming.create();
      const at = now();
      const { address, fullName } = account;
      const logon = logonName(account, store.directory());
      const message = welcomeMessage({ address, fullName, logon, hostName: options.hostName(''), language: options.language(), id: file.id, at });
      const subject = /^Subject: (.*)\r$/m.exec(message.toString('latin1'))?.[1] ?? '';
      file.write(message);
      await store.incoming.commit([{ file, receivedAt: at, reversePath: '', subject, envid: null, ret: null, smtpUtf8: false, eightBit: !isAscii(message), local: [accountId], queued: [] }]);
      counting.add({ delivered: 1 });
      const destinations = [{ recipient: address, kind: 'local', address, reason: null }] as const;
      tell({ kind: 'accepted', id: file.id, sessionId: 0, from: '', to: [address], subject, bytes: message.length, remoteAddress: '', destinations });
    },
    counters: () => counting.read(),
    resetCounters: () => counting.reset(),
  };
}
