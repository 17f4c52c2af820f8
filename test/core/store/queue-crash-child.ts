// A child process for queue-crash.test.ts: accepts mail for elsewhere and settles it with reports until it is killed, and says on its
// standard output what it is about to do and what has been answered.
import { writeSync } from 'node:fs';
import { openStore } from '../../../core/store/open.ts';
import type { AcceptedPart } from '../../../core/store/store.ts';

const [dataDirectory = ''] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);
const store = await openStore({ dataDirectory });
const reason = { code: 'remote.waiting', params: {}, text: 'waiting' };
const busy = new Set<number>();
say('open');

function part(text: string, more: Partial<AcceptedPart>): AcceptedPart {
  const file = store.incoming.create();
  file.write(Buffer.from(text));
  return { file, receivedAt: Date.now(), reversePath: 'a@kantor.lan', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [], queued: [], ...more };
}

async function accept(): Promise<void> {
  const text = `Subject: x\r\n\r\n${'y'.repeat(Math.random() < 0.1 ? 60_000 : 200)}\r\n`;
  const message = part(text, { queued: ['a@contoh.id', 'b@contoh.id', 'c@jauh.example'].map((address) => ({ queue: 'remote', address, destination: address.slice(2), notify: null, orcpt: null, reason })) });
  await store.incoming.commit([message]);
  say(`accepted ${message.file.id} ${text.length}`);
}

async function settle(): Promise<void> {
  const destination = Math.random() < 0.5 ? 'contoh.id' : 'jauh.example';
  const taken = store.queues.take({ destination, reversePath: 'a@kantor.lan', via: '' }, Date.now(), ['remote', 'retry'], 0, 50).filter(({ id }) => !busy.has(id));
  const message = taken[Math.floor(Math.random() * taken.length)];
  if (message === undefined) return;
  busy.add(message.id);
  await store.queues.content(message);
  const done = message.recipients.filter(() => Math.random() < 0.7);
  const names = done.map(({ address }) => `${message.messageId}/${address}`);
  say(`settling ${names.join(' ')}`);
  await store.queues.settle([{
    id: message.id, done: done.map(({ id }) => id), toBad: [],
    rest: { queue: 'retry', nextTryAt: Date.now(), attempts: message.attempts + 1, firstTriedAt: 1, triedAt: 1, informedAt: null, host: '', reasons: new Map() },
  }], names.map((name) => part(`Subject: ${name}\r\n\r\n${Math.random() < 0.1 ? 'z'.repeat(60_000) : ''}\r\n`, { local: [1] })));
  say(`settled ${names.join(' ')}`);
  busy.delete(message.id);
}

await Promise.all(Array.from({ length: 4 }, async () => {
  for (;;) {
    await accept();
    for (let count = 0; count < 3; count += 1) await settle();
    if (Math.random() < 0.03) await store.settle();
  }
}));
