// What the POP3 servers ask: log on and open the mailbox. Structurally the Pop3Backend of core/net/pop3/backend.ts without its
// sessions. Built by create-mail.ts.
import { sentence } from '../contract/sentences.ts';
import type { Mailboxes, OpenMailbox } from '../store/store.ts';
import type { Counting } from './counters.ts';
import { reason } from './describe.ts';
import type { ReasonCode } from './describe.ts';
import type { LogonResult, Logons } from './logon/logons.ts';
import type { Maildrop, MailEvent, PopConnection, PopOpening, PopRefusal } from './types.ts';

export interface PopSide {
  mayLogOn(session: PopConnection): boolean;
  logOn(user: string, password: string, session: PopConnection): Promise<PopOpening>;
  logOnApop(user: string, timestamp: string, digest: string, session: PopConnection): Promise<PopOpening>;
}

export interface PopSideOptions {
  readonly mailboxes: Mailboxes;
  readonly touch: (accountId: number, at: number) => void;
  readonly logons: Logons;
  readonly counting: Counting;
  readonly now: () => number;
  readonly tell: (event: MailEvent) => void;
}

export function createPopSide(options: PopSideOptions): PopSide {
  const { logons, mailboxes, tell } = options;

  function open(result: LogonResult): PopOpening {
    if (result.kind === 'refused') return { kind: 'refused', code: responseCode(result.reason.code), text: result.reason.text, disconnect: result.disconnect };
    const { account } = result;
    try {
      const mailbox = mailboxes.open(account.id);
      if (mailbox === null) return { kind: 'refused', code: 'IN-USE', text: reason('maildrop.in-use').text, disconnect: false };
      options.touch(account.id, options.now());
      return { kind: 'ok', address: account.address, maildrop: countedMaildrop(mailbox, options.counting) };
    } catch (cause) {
      tell({ kind: 'problem', id: null, what: sentence('say.problem.mailbox', { address: account.address }), cause });
      return { kind: 'refused', code: 'SYS/TEMP', text: reason('maildrop.failed').text, disconnect: false };
    }
  }

  return {
    mayLogOn: (session) => logons.mayLogOn(session),
    logOn: async (user, password, session) => open(await logons.logOn(user, password, session)),
    logOnApop: async (user, timestamp, digest, session) => open(await logons.logOnApop(user, timestamp, digest, session)),
  };
}

/** RFC 2449 §8.1, RFC 3206: AUTH makes a client ask for the password again, SYS/TEMP makes it wait. */
function responseCode(code: ReasonCode): PopRefusal['code'] {
  return code === 'login.busy' || code === 'login.blocked' || code === 'login.wait' ? 'SYS/TEMP' : 'AUTH';
}

function countedMaildrop(mailbox: OpenMailbox, counting: Counting): Maildrop {
  return {
    messages: mailbox.messages,
    read(index) {
      counting.add({ fetched: 1, bytesFetched: mailbox.messages[index]?.octets ?? 0 });
      return mailbox.read(index);
    },
    readStart: (index, bytes) => mailbox.readStart(index, bytes),
    remove: (indexes) => mailbox.remove(indexes),
    release: () => mailbox.release(),
  };
}
