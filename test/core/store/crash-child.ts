// A child process for crash.test.ts: works on a store until it is killed, and says on its standard output what has been answered.
import { writeSync } from 'node:fs';
import { openStore } from '../../../core/store/open.ts';

const [dataDirectory = '', mode = 'mail'] = process.argv.slice(2);
const actor = { who: 'child', from: 'test' };
const say = (line: string): void => void writeSync(1, `${line}\n`);
const store = await openStore({ dataDirectory });
const ids = [...store.directory().domains.values()].length === 0 ? [] : [1, 2, 3];
say('open');

async function deliver(): Promise<void> {
  const file = store.incoming.create();
  const text = `Subject: ${file.id}\r\n\r\nFrom x\r\n${'y'.repeat(Math.random() < 0.05 ? 60_000 : 200)}\r\n`;
  file.write(Buffer.from(text));
  await store.incoming.commit([{ file, receivedAt: Date.now(), reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: ids, queued: [] }]);
  say(`accepted ${file.id} ${text.length}`);
}

async function removeSome(id: number): Promise<void> {
  const mailbox = store.mailboxes.open(id);
  if (mailbox === null) return;
  const some = mailbox.messages.map((_, index) => index).filter(() => Math.random() < 0.3);
  say(`removing ${id} ${some.map((index) => mailbox.messages[index]?.uidl ?? '').join(' ')}`);
  await mailbox.remove(some);
  say(`removed ${id} ${some.map((index) => mailbox.messages[index]?.uidl ?? '').join(' ')}`);
  mailbox.release();
}

async function move(): Promise<void> {
  for (let round = 0; ; round += 1) {
    const account = store.accounts.get(1);
    if (account === null) return;
    const storageFormat = (['msg', 'maildir', 'mbox'] as const)[Math.floor(Math.random() * 3)] ?? 'msg';
    const { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, extractAttachments } = account;
    await store.accounts.change(1, account.revision, { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, extractAttachments, directory: `Users/place ${Math.floor(Math.random() * 3)}`, storageFormat }, {}, actor);
    say('moved');
  }
}

const loops: Promise<void>[] = Array.from({ length: 4 }, async () => {
  for (;;) {
    await deliver();
    if (Math.random() < 0.1) await removeSome(ids[Math.floor(Math.random() * ids.length)] ?? 1);
    if (Math.random() < 0.05) await store.settle();
  }
});
if (mode === 'move') loops.push(move());
await Promise.all(loops);
