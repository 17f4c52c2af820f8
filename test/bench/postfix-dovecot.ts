// The pair that Merpati is compared with: Postfix takes the mail and delivers it into Maildirs, Dovecot serves them by POP3.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDovecot } from './dovecot.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { greeting } from './greeting.ts';
import { startPostfix, type Tuning } from './postfix.ts';
import type { System } from './system.ts';

/** Owner of the mail. No such user needs to exist. */
const uid = 5000;

/** @param lmtp Dovecot's lmtp program, to deliver through it; null: Postfix's virtual(8) writes the Maildirs, which is faster */
export function postfixDovecot(tuning: Tuning, lmtp: string | null): System {
  return {
    name: lmtp === null ? tuning : `${tuning}-lmtp`,
    title: `Postfix + Dovecot, ${tuning === 'tuned' ? 'tuned' : 'as Debian ships'}, delivery by ${lmtp === null ? 'virtual(8)' : "Dovecot's LMTP"}`,
    durability: `250: queue file fsynced, delivered later; delivery: Maildir file fsynced${lmtp === null ? ', directory not' : ' and its directory'}`,
    async start(directory, accounts) {
      const mailDirectory = join(directory, 'mail');
      mkdirSync(mailDirectory);
      for (let i = 1; i <= accounts; i++) mkdirSync(join(mailDirectory, `u${i}`), { mode: 0o700 });
      execFileSync('chown', ['-R', `${uid}:${uid}`, mailDirectory]);
      const [smtpPort, pop3Port] = await freePorts(2);
      if (smtpPort === undefined || pop3Port === undefined) throw new Error('No free ports.');
      const common = { tuning, accounts, mailDirectory, uid };
      const dovecot = startDovecot({ ...common, directory: join(directory, 'dovecot'), port: pop3Port, lmtp });
      const parts: { stop(): void | Promise<void> }[] = [dovecot];
      const stop = async () => {
        for (const part of parts.splice(0).reverse()) await part.stop();
      };
      try {
        const postfix = startPostfix({ ...common, directory: join(directory, 'postfix'), port: smtpPort, lmtpSocket: lmtp === null ? null : dovecot.lmtpSocket });
        parts.push(postfix);
        await Promise.all([greeting(smtpPort), greeting(pop3Port)]);
        return { smtpPort, pop3Port, pids: [postfix.pid, dovecot.pid], settled: () => emptyQueue(join(directory, 'postfix/spool')), stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

/** Waits until Postfix holds no message any more. */
async function emptyQueue(spool: string): Promise<void> {
  const queues = ['maildrop', 'incoming', 'active', 'deferred'].map((name) => join(spool, name));
  const holdsMail = (path: string) => readdirSync(path, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
  while (queues.some(holdsMail)) await delay(50);
}
