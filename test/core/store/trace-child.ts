// A child process for trace.test.ts: notes what happens to messages until it is killed.
import { writeSync } from 'node:fs';
import { openStore } from '../../../core/store/open.ts';

const [dataDirectory = ''] = process.argv.slice(2);
const store = await openStore({ dataDirectory });
let next = 0;
function note(count: number): void {
  for (; count > 0; count -= 1) {
    store.trace.note([{
      messageId: `m${next}`, event: { at: Date.now(), kind: 'accepted', recipient: '', facts: {}, text: '', level: 'info', session: 0 },
      message: { from: 'a@kantor.lan', to: ['b@contoh.id'], subject: 'S', bytes: 1, peer: '' },
    }]);
    next += 1;
  }
}
note(300);
await store.trace.flush();
writeSync(1, 'written\n');
for (;;) {
  note(50);
  await store.trace.flush();
}
