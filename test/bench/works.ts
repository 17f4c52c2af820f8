// The works of the bench: each is done on one running system and says how it went, in numbers with units.
// What a work leaves behind it clears away afterwards, outside the measured time.
import type { Load } from './load.ts';
import { processorTimeOf, type Running } from './system.ts';

export interface Measured {
  /** The number that is compared. */
  readonly value: number;
  /** More numbers of the same run, for the JSON. */
  readonly more?: Readonly<Record<string, number>>;
}

export interface Work {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** What issue and README aim at, as a ratio to the tuned pair. */
  readonly aim?: number;
  run(load: Load, system: Running, round: number): Promise<Measured>;
}

/** Accounts u1 to u100 are for mail in small mailboxes; each round has a big one of its own behind them. */
export const smallAccounts = 100;

interface Delivery {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  readonly messages: number;
  readonly size: number;
  readonly recipients?: number;
  readonly perConnection?: number;
  readonly aim?: number;
}

/** Copies readable by POP3 per second, counted from the first MAIL until the last account shows its last message. */
function delivery({ name, title, connections, messages, size, recipients = 1, perConnection = 0, aim }: Delivery): Work {
  return {
    name, title, unit: 'delivered/s', better: 'more', ...(aim === undefined ? {} : { aim }),
    async run(load, system, round) {
      const copies = messages * recipients;
      const before = processorTimeOf(system.pids);
      const sent = await load.smtp(system.smtpPort, { connections, messages, size, recipients, 'per-connection': perConnection, run: `${name}-${round}` });
      const seen = await load.pop3(system.pop3Port, { work: 'check', clients: 1, expect: copies / smallAccounts });
      const used = processorTimeOf(system.pids) - before;
      await load.pop3(system.pop3Port, { work: 'purge', clients: 4 });
      return {
        value: copies / (seen.end - sent.firstMail),
        more: { acceptedPerSecond: messages / (sent.lastAccepted - sent.firstMail), lagMs: (seen.end - sent.lastAccepted) * 1000, polls: seen.asked, processorMsEach: used * 1000 / copies },
      };
    },
  };
}

/** Short sessions per second: connect, log in, UIDL, RETR 1, QUIT. */
function sessions(clients: number, count: number): Work {
  return {
    name: `sessions-${clients}`, title: `POP3 sessions, ${clients} client${clients === 1 ? '' : 's'}`, unit: 'sessions/s', better: 'more', aim: 1.5,
    async run(load, system, round) {
      await load.smtp(system.smtpPort, { connections: 4, messages: smallAccounts, run: `sessions-${clients}-${round}` });
      await load.pop3(system.pop3Port, { work: 'check', expect: 1 });
      const before = processorTimeOf(system.pids);
      const read = await load.pop3(system.pop3Port, { work: 'short', clients, sessions: count });
      const used = processorTimeOf(system.pids) - before;
      await load.pop3(system.pop3Port, { work: 'purge', clients: 4 });
      return { value: read.sessions / (read.end - read.start), more: { processorMsEach: used * 1000 / read.sessions } };
    },
  };
}

/** Messages fetched per second in sessions of `each` messages over 10 clients. */
function fetch(each: number, count: number): Work {
  const accounts = 50;
  return {
    name: 'fetch', title: `${each} messages a session, 10 clients`, unit: 'messages/s', better: 'more', aim: 1,
    async run(load, system, round) {
      await load.smtp(system.smtpPort, { connections: 20, messages: accounts * each, accounts, run: `fetch-${round}` });
      await load.pop3(system.pop3Port, { work: 'check', expect: each, accounts });
      const before = processorTimeOf(system.pids);
      const read = await load.pop3(system.pop3Port, { work: 'fetch', clients: 10, sessions: count, expect: each, accounts });
      const used = processorTimeOf(system.pids) - before;
      await load.pop3(system.pop3Port, { work: 'purge', clients: 4, accounts });
      return { value: read.fetched / (read.end - read.start), more: { processorMsEach: used * 1000 / read.fetched, megabytesPerSecond: read.octets / 1e6 / (read.end - read.start) } };
    },
  };
}

/** One mailbox of many messages: milliseconds from connecting to the end of UIDL, at the first visit and later. */
function large(messages: number): Work[] {
  const fill = async (load: Load, system: Running, round: number): Promise<{ first: number; of: Record<string, string | number> }> => {
    const first = smallAccounts + 1 + round;
    await load.smtp(system.smtpPort, { connections: 20, messages, accounts: 1, first, run: `large-${round}` });
    return { first, of: { accounts: 1, first, expect: messages } };
  };
  const visit = async (load: Load, system: Running, of: Record<string, string | number>): Promise<Measured> => {
    const read = await load.pop3(system.pop3Port, { work: 'list', ...of });
    return { value: (read.uidl - read.start) * 1000, more: { statMs: (read.stat - read.start) * 1000 } };
  };
  return [
    {
      name: 'large-first', title: `Mailbox of ${messages}, first visit`, unit: 'ms', better: 'less', aim: 2,
      async run(load, system, round) {
        const { of } = await fill(load, system, round);
        // Waiting for late deliveries by STAT would be the first visit already.
        await system.settled();
        return visit(load, system, of);
      },
    },
    {
      name: 'large-again', title: `Mailbox of ${messages}, again`, unit: 'ms', better: 'less', aim: 2,
      run: (load, system, round) => visit(load, system, { accounts: 1, first: smallAccounts + 1 + round, expect: messages }),
    },
  ];
}

/** @param part 1 for the whole bench, less for a quick look */
export function works(part: number): readonly Work[] {
  const scaled = (count: number, step: number) => Math.max(step, Math.round(count * part / step) * step);
  const mail = (connections: number, size: number, count: number, perConnection = 0): Work => delivery({
    name: `${size / 1024}k-${connections}${perConnection === 0 ? '' : '-single'}`,
    title: `${size / 1024} KiB, ${connections} connection${connections === 1 ? '' : 's'}${perConnection === 0 ? '' : ', one message each'}`,
    connections, size, perConnection, messages: scaled(count, 100), aim: connections === 1 ? 1.5 : 4,
  });
  return [
    mail(1, 4096, 1000), mail(10, 4096, 6000), mail(50, 4096, 6000),
    mail(1, 4096, 500, 1), mail(10, 4096, 4000, 1), mail(50, 4096, 4000, 1),
    mail(1, 65_536, 500), mail(10, 65_536, 2000), mail(50, 65_536, 2000),
    delivery({ name: 'ten-recipients', title: '4 KiB to ten recipients, 10 connections', connections: 10, size: 4096, messages: scaled(600, 10), recipients: 10 }),
    sessions(1, scaled(600, 100)), sessions(10, scaled(2000, 100)), sessions(50, scaled(2000, 100)),
    fetch(scaled(100, 10), 200),
    ...large(scaled(20_000, 1000)),
  ];
}
