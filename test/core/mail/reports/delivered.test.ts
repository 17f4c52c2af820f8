// NOTIFY=SUCCESS for a recipient here: the report is committed with the delivery, or neither is.
import { expect, test } from 'vitest';
import { defaultSettings } from '../../../../core/contract/settings.ts';
import { createMail } from '../../../../core/mail/create-mail.ts';
import type { Envelope, MessageSink, RcptCommand, SmtpConnection } from '../../../../core/mail/types.ts';
import { MemoryIncoming } from '../memory-incoming.ts';
import { directoryOf, mailbox, majuTerus } from '../world.ts';
import { readReport } from './read-report.ts';

const lan: SmtpConnection = { server: 'smtp', remoteAddress: '192.168.0.7', localAddress: '192.168.0.1', tls: false, sessionId: 5, helo: 'pc1', esmtp: true, login: null };
const stranger: SmtpConnection = { ...lan, remoteAddress: '203.0.113.9' };

function setUp() {
  const incoming = new MemoryIncoming();
  const mail = createMail({
    store: {
      incoming, directory: () => directoryOf(majuTerus), freeBytes: () => Promise.resolve(1e12), mailboxes: { open: () => null }, accounts: { apopSecret: () => null, touch: () => undefined },
    } as unknown as Parameters<typeof createMail>[0]['store'],
    settings: () => settings, now: () => Date.UTC(2026, 10, 24), hostName: () => 'majuterus.lan', language: () => 'en', wait: () => Promise.resolve(), log: () => undefined,
  });
  return { mail, incoming };
}
const settings = { ...defaultSettings, 'unknown.refuse': false, 'unknown.toBad': true };

function rcpt(path: string, notify: RcptCommand['notify']): RcptCommand {
  return { forwardPath: mailbox(path), notify, orcpt: `rfc822;${path}` };
}
function envelope(from: string | null, recipients: readonly RcptCommand[]): Envelope {
  return { mail: { reversePath: from === null ? null : mailbox(from), size: null, body: '7BIT', smtpUtf8: false, ret: 'FULL', envid: 'e1' }, recipients };
}
async function send(world: ReturnType<typeof setUp>, session: SmtpConnection, mail: Envelope) {
  const sink = world.mail.smtp.message(mail, session) as MessageSink;
  sink.write(Buffer.from('Subject: Rapat\r\n\r\nrahasia\r\n'));
  return sink.finish();
}

test('whoever asked hears of the addresses he wrote, with the header only', async () => {
  const world = setUp();
  const recipients = [rcpt('INFO@majuterus.lan', ['SUCCESS', 'FAILURE']), rcpt('sari@majuterus.lan', ['FAILURE']), rcpt('nobody@majuterus.lan', ['SUCCESS'])];
  expect(await send(world, lan, envelope('sari@majuterus.lan', recipients))).toMatchObject({ kind: 'ok' });
  const [message, report] = world.incoming.committed;
  expect(message).toMatchObject({ local: [1, 2] });
  expect(report).toMatchObject({ reversePath: '', subject: 'Delivered: Rapat', local: [2], queued: [] });
  const read = readReport(Buffer.from(report!.text, 'latin1'));
  expect(read).toMatchObject({ defects: [], parts: ['text/plain', 'message/delivery-status', 'text/rfc822-headers'], original: { Subject: 'Rapat' } });
  expect(read.status).toEqual([
    expect.objectContaining({ 'Original-Envelope-Id': 'e1' }),
    { 'Original-Recipient': 'rfc822; INFO@majuterus.lan', 'Final-Recipient': 'rfc822; INFO@majuterus.lan', Action: 'delivered', Status: '2.0.0' },
  ]);
  expect(report!.text).not.toMatch(/rahasia|dina@/);
});

test('a sender elsewhere gets it by the queue; nobody else gets any', async () => {
  const world = setUp();
  const asked = [rcpt('dina@majuterus.lan', ['SUCCESS'])];
  await send(world, lan, envelope('a@far.example', asked));
  expect(world.incoming.committed).toMatchObject([{ local: [1] }, { local: [], queued: [{ queue: 'remote', address: 'a@far.example', destination: 'far.example' }] }]);
  world.incoming.committed.length = 0;
  await send(world, stranger, envelope('a@far.example', asked));
  await send(world, lan, envelope(null, asked));
  await send(world, lan, envelope('a@far.example', [rcpt('dina@majuterus.lan', null), rcpt('sari@majuterus.lan', ['NEVER'])]));
  expect(world.incoming.committed).toHaveLength(3);
});

test('when the message is refused, no report is left', async () => {
  const world = setUp();
  world.incoming.failCommitWith = new Error('disk');
  expect(await send(world, lan, envelope('sari@majuterus.lan', [rcpt('dina@majuterus.lan', ['SUCCESS'])]))).toMatchObject({ kind: 'refused' });
  expect(world.incoming.open.size).toBe(0);
});
