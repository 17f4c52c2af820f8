// A child process for durability.test.ts: accepts messages one by one and says so after each.
import { writeSync } from 'node:fs';
import { openStore } from '../../../core/store/open.ts';

const store = await openStore({ dataDirectory: process.argv[2] ?? '' });
for (let count = 0; count < 12; count += 1) {
  const file = store.incoming.create();
  file.write(Buffer.alloc(count % 3 === 2 ? 80_000 : 300, 'x'));
  await store.incoming.commit([{ file, receivedAt: 1, reversePath: '', subject: '', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [1], queued: [] }]);
  writeSync(1, `accepted ${file.id} ${count % 3 === 2 ? 'large' : 'small'}\n`);
  if (count % 4 !== 3) continue;
  const mailbox = store.mailboxes.open(1);
  await mailbox?.remove([0]);
  writeSync(1, 'accepted a removal\n');
  mailbox?.release();
}
await store.close();
