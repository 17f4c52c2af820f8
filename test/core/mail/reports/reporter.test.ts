// Reports to senders, read by Python's mail package: who gets one, what it says to people and to programs, and what hostile words cannot do.
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../../core/contract/settings.ts';
import type { Settings } from '../../../../core/contract/settings.ts';
import { expiredReason, reason } from '../../../../core/mail/describe.ts';
import { replyReason } from '../../../../core/mail/describe-reply.ts';
import type { RecipientFate } from '../../../../core/mail/outbound/ports.ts';
import { createPolicy } from '../../../../core/mail/policy.ts';
import { createReporter } from '../../../../core/mail/reports/reporter.ts';
import { formatMailDate } from '../../../../core/protocol/mail-date.ts';
import type { AcceptedPart, QueuedMessage } from '../../../../core/store/store.ts';
import { MemoryIncoming } from '../memory-incoming.ts';
import { directoryOf, majuTerus } from '../world.ts';
import { readReport } from './read-report.ts';

const at = Date.UTC(2026, 10, 24, 5, 0, 0);
const usual = 'Return-Path: <dina@majuterus.lan>\r\nReceived: x\r\nSubject: Penawaran\r\nFrom: Dina <dina@majuterus.lan>\r\n\r\nIsi pesan.\r\n';
const queued: QueuedMessage = {
  id: 7, queue: 'retry', messageId: 'm1', octets: usual.length, reversePath: 'dina@majuterus.lan', subject: 'Penawaran', destination: 'far.example', via: '', queuedAt: at - 3_600_000,
  envid: null, ret: null, smtpUtf8: false, eightBit: false, attempts: 1, firstTriedAt: at, informedAt: null, recipients: [],
};
const unknownUser = { code: 550, enhanced: '5.1.1', text: '<b@far.example>: Recipient address rejected: User unknown' };
const fate: RecipientFate = { recipientId: 1, address: 'b@far.example', notify: null, orcpt: null, reply: unknownUser, host: 'mx.far.example', reason: replyReason('mx.far.example', unknownUser), at };

function setUp(changes: Partial<Settings> = {}, content: string | Buffer | Error = usual, language: 'en' | 'id' = 'en') {
  const incoming = new MemoryIncoming();
  const problems: unknown[] = [];
  const state = { directory: directoryOf(majuTerus) };
  const reporter = createReporter({
    incoming, policy: () => createPolicy({ ...defaultSettings, ...changes }, state.directory), now: () => at, hostName: () => 'majuterus.lan', language: () => language,
    queues: { content: () => (content instanceof Error ? Promise.reject(content) : Buffer.from(content)) }, problem: (_, cause) => problems.push(cause),
  });
  const bytesOf = (part: AcceptedPart) => Buffer.concat(incoming.open.get(part.file.id) ?? []);
  return { reporter, incoming, problems, state, bytesOf, read: (part: AcceptedPart) => readReport(bytesOf(part)) };
}

describe('a failure', () => {
  test('says to people and to programs what became of which message', async () => {
    const world = setUp();
    const [part, ...more] = await world.reporter.failed({ ...queued, envid: 'QQ+2B1' }, [{ ...fate, orcpt: 'rfc822;Bob@far.example' }]);
    expect(more).toEqual([]);
    expect(part).toMatchObject({ receivedAt: at, reversePath: '', subject: 'Not delivered: Penawaran', envid: null, ret: null, smtpUtf8: false, eightBit: false, local: [1], queued: [] });
    const report = world.read(part!);
    expect(report).toMatchObject({
      defects: [], type: 'multipart/report', reportType: 'delivery-status', parts: ['text/plain', 'message/delivery-status', 'message/rfc822'],
      header: { 'Return-Path': '<>', From: 'Mail Delivery System <postmaster@majuterus.lan>', To: 'dina@majuterus.lan', Subject: 'Not delivered: Penawaran', 'Auto-Submitted': 'auto-replied', 'Message-ID': `<${part!.file.id}@majuterus.lan>`, 'MIME-Version': '1.0' },
      original: { Subject: 'Penawaran' }, originalText: 'Isi pesan.\n',
    });
    expect(report.original).not.toHaveProperty('Return-Path');
    expect(report.status).toEqual([
      { 'Original-Envelope-Id': 'QQ+1', 'Reporting-MTA': 'dns; majuterus.lan', 'Arrival-Date': formatMailDate(at - 3_600_000) },
      {
        'Original-Recipient': 'rfc822; Bob@far.example', 'Final-Recipient': 'rfc822; b@far.example', Action: 'failed', Status: '5.1.1', 'Remote-MTA': 'dns; mx.far.example',
        'Diagnostic-Code': 'smtp; 550 5.1.1 <b@far.example>: Recipient address rejected: User unknown', 'Last-Attempt-Date': formatMailDate(at),
      },
    ]);
    expect(report.text).toMatch(/^Your message could not be delivered and has been given up\.\n\n {2}Subject: Penawaran\n {2}Sent: [^\n]*2026[^\n]*\n\n {2}To: +b@far\.example\n\nWhat happened: mx\.far\.example has no mailbox with this address\.\nWhere it lies: [^]*\nWhat to do: Compare the address[^]*\nIn the words of the server mx\.far\.example:\n {4}550 5\.1\.1 <b@far\.example>:[^]*Your message is attached\. [^]*\nDalam bahasa Indonesia: pesan Anda kepada b@far\.example tidak dapat\ndiantar\.\n$/);
    expect(report.text.split('\n').every((line) => line.length <= 76)).toBe(true);
  });

  test('in Indonesian, with recipients of one fate together and encoded words where they are needed', async () => {
    const world = setUp({}, usual, 'id');
    const [part] = await world.reporter.failed({ ...queued, subject: `Café ${'报告 '.repeat(30)}` }, [fate, { ...fate, address: 'c@far.example' }, { ...fate, address: 'd@far.example', reply: null, reason: reason('host.timeout', { host: 'mx2.far.example' }), host: '' }]);
    const bytes = world.bytesOf(part!);
    expect(bytes.toString('latin1')).toMatch(/^[\t\r\n\x20-\x7e]+$/);
    expect(bytes.toString().split('\r\n').every((line) => line.length <= 100)).toBe(true);
    const report = world.read(part!);
    expect(report.header['Subject']).toBe(`Tidak terkirim: Café ${'报告 '.repeat(30)}`.trim());
    expect(report.text.match(/Yang terjadi:/g)).toHaveLength(2);
    expect(report.text).toMatch(/Kepada: +b@far\.example\n {2}Kepada: +c@far\.example\n\nYang terjadi: Di mx\.far\.example tidak ada kotak\ssurat/);
    expect(report.text).toContain('In English: your message to b@far.example and 2 more could not be\ndelivered.');
    expect(report.status.map((group) => [group['Final-Recipient'], group['Status'], group['Remote-MTA'], group['Diagnostic-Code']?.slice(0, 12)])).toEqual([
      [undefined, undefined, undefined, undefined], ['rfc822; b@far.example', '5.1.1', 'dns; mx.far.example', 'smtp; 550 5.'], ['rfc822; c@far.example', '5.1.1', 'dns; mx.far.example', 'smtp; 550 5.'],
      ['rfc822; d@far.example', '4.4.1', undefined, 'x-merpati; m'],
    ]);
  });

  test.each<[string, Partial<RecipientFate>, string]>([
    ['the code of the reply', {}, '5.1.1'],
    ['no enhanced code: its class', { reply: { code: 554, enhanced: '', text: 'no' } }, '5.0.0'],
    ['tried for too long: what stopped it', { reply: { code: 452, enhanced: '4.2.2', text: 'full' }, reason: expiredReason(5, replyReason('mx', { code: 452, enhanced: '4.2.2', text: 'full' })) }, '4.2.2'],
    ['tried for too long without an answer', { reply: null, reason: expiredReason(5, reason('host.timeout', { host: 'mx' })) }, '4.4.1'],
    ['no such domain', { reply: null, reason: reason('dns.no-such-domain', { domain: 'far.example' }) }, '5.1.2'],
    ['a reason that is not known', { reply: null, reason: { code: 'x', params: {}, text: 'x' } }, '5.0.0'],
  ])('status: %s', async (_, changes, status) => {
    const world = setUp();
    const [part] = await world.reporter.failed(queued, [{ ...fate, ...changes }]);
    expect(world.read(part!).status[1]).toMatchObject({ Action: 'failed', Status: status });
  });

  test.each<[string | null, Partial<QueuedMessage>, number]>([
    [null, {}, 1], ['FAILURE', {}, 1], ['SUCCESS,FAILURE', {}, 1], ['failure,delay', {}, 1], ['NEVER', {}, 0], ['SUCCESS,DELAY', {}, 0], [null, { reversePath: '' }, 0],
  ])('NOTIFY=%s, %o: %i', async (notify, changes, count) => {
    const world = setUp({ 'retry.badReports': true });
    expect(await world.reporter.failed({ ...queued, ...changes }, [{ ...fate, notify }])).toHaveLength(count);
    expect(world.incoming.open.size).toBe(count);
  });

  test('only recipients whose failure is asked for are named', async () => {
    const world = setUp();
    const [part] = await world.reporter.failed(queued, [fate, { ...fate, address: 'secret@far.example', notify: 'NEVER' }]);
    expect(world.bytesOf(part!).toString()).not.toContain('secret@');
  });

  test('RET=HDRS, a large message, and one that cannot be read come back as a header', async () => {
    const header = { parts: ['text/plain', 'message/delivery-status', 'text/rfc822-headers'], original: { Subject: 'Penawaran' }, originalText: null };
    const asked = setUp();
    expect(asked.read((await asked.reporter.failed({ ...queued, ret: 'HDRS' }, [fate]))[0]!)).toMatchObject(header);
    const large = setUp({}, usual + 'x'.repeat(200_000));
    const [part] = await large.reporter.failed({ ...queued, octets: 200_000 }, [fate]);
    expect(large.read(part!)).toMatchObject(header);
    expect(large.bytesOf(part!).length).toBeLessThan(8000);
    expect(large.read(part!).text).toContain('without its text');
    const gone = setUp({}, new Error('no file'));
    expect(gone.read((await gone.reporter.failed(queued, [fate]))[0]!)).toMatchObject(header);
    expect(gone.problems).toEqual([new Error('no file')]);
    const endless = setUp({}, `Subject: Penawaran\r\n${'X-Long: y\r\n'.repeat(50_000)}\r\n`);
    const bytes = endless.bytesOf((await endless.reporter.failed({ ...queued, ret: 'HDRS' }, [fate]))[0]!);
    expect(bytes.length).toBeLessThan(110_000);
    expect(bytes.toString()).toMatch(/X-Long: y\r\n\r\n--=_\w+--\r\n$/);
  });

  test('a message beyond ASCII is attached as it was', async () => {
    const world = setUp({}, Buffer.from(usual.replace('Isi pesan', 'Isi pesän')));
    const [part] = await world.reporter.failed(queued, [fate]);
    expect(part).toMatchObject({ eightBit: true, smtpUtf8: false });
    expect(world.read(part!)).toMatchObject({ defects: [], originalText: 'Isi pesän.\n', parts: ['text/plain', 'message/delivery-status', 'message/rfc822'] });
    const broken = setUp({}, Buffer.from(usual.replace('Penawaran', 'Penawärän')));
    const [headerOnly] = await broken.reporter.failed({ ...queued, ret: 'HDRS' }, [fate]);
    expect(headerOnly?.eightBit).toBe(false);
    expect(broken.read(headerOnly!)).toMatchObject({ defects: [], original: { Subject: 'Penawärän' } });
  });

  test('addresses beyond ASCII: in the global form for who can read it, in ASCII for the others (RFC 6533)', async () => {
    const utf8 = { ...fate, address: 'jörg@far.example', orcpt: 'utf-8;j\\x{F6}rg@far.example' };
    const world = setUp();
    const [part] = await world.reporter.failed({ ...queued, smtpUtf8: true }, [utf8]);
    expect(part).toMatchObject({ smtpUtf8: true, eightBit: true });
    const report = world.read(part!);
    expect(report.parts).toEqual(['text/plain', 'message/global-delivery-status', 'message/rfc822']);
    expect(report.status[1]).toMatchObject({ 'Final-Recipient': 'utf-8; jörg@far.example', 'Original-Recipient': 'utf-8; jörg@far.example' });
    const plain = setUp();
    const ascii = plain.read((await plain.reporter.failed(queued, [{ ...utf8, address: 'jörg@münchen.example' }]))[0]!);
    expect(ascii.parts[1]).toBe('message/delivery-status');
    expect(ascii.status[1]).toMatchObject({ 'Final-Recipient': 'utf-8; j\\x{F6}rg@m\\x{FC}nchen.example', 'Original-Recipient': 'utf-8; j\\x{F6}rg@far.example' });
    const domain = plain.read((await plain.reporter.failed(queued, [{ ...fate, address: 'b@münchen.example' }]))[0]!);
    expect(domain.status[1]).toMatchObject({ 'Final-Recipient': 'rfc822; b@xn--mnchen-3ya.example' });
  });
});

describe('where it goes', () => {
  test.each<[string, Partial<AcceptedPart>]>([
    ['dina@majuterus.lan', { local: [1], queued: [] }],
    ['INFO@majuterus.lan', { local: [1], queued: [] }],
    ['postmaster@majuterus.lan', { local: [1], queued: [] }],
    ['jörg@münchen.de', { local: [5], queued: [] }],
    ['a@Bücher.example', { local: [], queued: [{ queue: 'remote', address: 'a@Bücher.example', destination: 'xn--bcher-kva.example', notify: 'NEVER', orcpt: null, reason: reason('remote.waiting') }] }],
    ['gone@majuterus.lan', { local: [], queued: [{ queue: 'bad', address: 'gone@majuterus.lan', destination: '', notify: 'NEVER', orcpt: null, reason: reason('bad.report', { address: 'gone@majuterus.lan' }) }] }],
    ['off@majuterus.lan', { local: [], queued: [{ queue: 'bad', address: 'off@majuterus.lan', destination: '', notify: 'NEVER', orcpt: null, reason: reason('bad.report', { address: 'off@majuterus.lan' }) }] }],
  ])('a report for %s', async (reversePath, expected) => {
    const world = setUp({ 'retry.badReports': true });
    const parts = await world.reporter.failed({ ...queued, reversePath }, [fate]);
    expect(parts).toMatchObject([{ reversePath: '', ...expected }]);
    expect(world.bytesOf(parts[0]!).toString().startsWith('Return-Path: <>')).toBe(expected.local!.length > 0);
  });

  test('one that cannot be delivered is dropped if the bad queue does not want it', async () => {
    const world = setUp({ 'retry.badReports': false });
    expect(await world.reporter.failed({ ...queued, reversePath: 'gone@majuterus.lan' }, [fate])).toEqual([]);
  });

  test('the postmaster gets the same report if he wants to, once, and of every failure', async () => {
    const world = setUp({ 'retry.informPostmaster': true });
    const sari = { ...queued, reversePath: 'sari@majuterus.lan' };
    expect((await world.reporter.failed(sari, [fate])).map(({ local }) => local)).toEqual([[2, 1]]);
    expect((await world.reporter.failed(queued, [fate])).map(({ local }) => local)).toEqual([[1]]);
    const parts = await world.reporter.failed(sari, [fate, { ...fate, address: 'c@far.example', notify: 'NEVER' }]);
    expect(parts.map(({ local }) => local)).toEqual([[2], [1]]);
    expect(parts.map((part) => world.bytesOf(part).includes('c@far.example'))).toEqual([false, true]);
    expect((await world.reporter.failed(sari, [{ ...fate, notify: 'NEVER' }])).map(({ local }) => local)).toEqual([[1]]);
    expect(await world.reporter.failed({ ...queued, reversePath: '' }, [fate])).toEqual([]);
    expect((await world.reporter.delayed(sari, [fate], { nextTryAt: at, expiresAt: at })).map(({ local }) => local)).toEqual([[2]]);
    world.state.directory = directoryOf({ ...majuTerus, postmaster: null });
    expect((await world.reporter.failed(sari, [fate])).map(({ local }) => local)).toEqual([[2]]);
  });

  test('a disk that is full leaves no file behind', async () => {
    const world = setUp();
    world.incoming.pauses = true;
    world.incoming.failDrainWith = new Error('full');
    await expect(world.reporter.failed(queued, [fate])).rejects.toThrow('full');
    expect(world.incoming.open.size).toBe(0);
  });
});

describe('delays and successes', () => {
  const busy = { code: 451, enhanced: '4.3.2', text: 'later' };
  const late: RecipientFate = { ...fate, reply: busy, reason: replyReason('mx.far.example', busy) };
  const facts = { nextTryAt: at + 3_600_000, expiresAt: at + 5 * 86_400_000 };

  test('a delay names the next try and the end, and carries the header', async () => {
    const world = setUp();
    const [part] = await world.reporter.delayed(queued, [late], facts);
    const report = world.read(part!);
    expect(report).toMatchObject({ defects: [], header: { Subject: 'Delayed, still being tried: Penawaran' }, parts: ['text/plain', 'message/delivery-status', 'text/rfc822-headers'] });
    expect(report.status[1]).toMatchObject({ Action: 'delayed', Status: '4.3.2', 'Will-Retry-Until': formatMailDate(facts.expiresAt) });
    expect(report.text).toMatch(/need not send it again[^]*\nNext try: [^\n]*2026[^\n]*\nTried until: /);
    const whole = setUp({ 'retry.includeOriginal': true });
    expect(whole.read((await whole.reporter.delayed(queued, [late], facts))[0]!).originalText).toBe('Isi pesan.\n');
  });

  test.each([[null, 1, 0], ['DELAY', 1, 0], ['SUCCESS', 0, 1], ['SUCCESS,DELAY', 1, 1], ['FAILURE', 0, 0], ['NEVER', 0, 0]])('NOTIFY=%s: %i of delay, %i of success', async (notify, delays, successes) => {
    const world = setUp();
    expect(await world.reporter.delayed(queued, [{ ...late, notify }], facts)).toHaveLength(delays);
    const parts = await world.reporter.relayed(queued, [{ ...fate, notify, reply: { code: 250, enhanced: '2.0.0', text: 'queued' } }]);
    expect(parts).toHaveLength(successes);
    if (parts[0] !== undefined) expect(world.read(parts[0]).status[1]).toMatchObject({ Action: 'relayed', Status: '2.0.0', 'Diagnostic-Code': 'smtp; 250 2.0.0 queued' });
  });
});

test('nothing from outside brings a field, a part or a line of its own', async () => {
  const evil = 'x\r\nBcc: v@w\r\n\r\n--=_id000000000000000001\r\nContent-Type: text/html\r\n\r\n\u202e<b>';
  for (const smtpUtf8 of [false, true]) {
    const world = setUp();
    const [part] = await world.reporter.failed({ ...queued, smtpUtf8, subject: evil, envid: 'a+0D+0ABcc:x' }, [{ ...fate, address: evil, orcpt: `rfc822;${evil}`, host: evil, reply: { code: 550, enhanced: '5.1.1\r\nX: y', text: evil }, reason: replyReason(evil, { code: 550, enhanced: evil, text: evil }) }]);
    const report = world.read(part!);
    expect(report).toMatchObject({ defects: [], parts: ['text/plain', expect.any(String), 'message/rfc822'] });
    expect([report.header, ...report.status].flatMap((fields) => Object.keys(fields)).filter((name) => /^(bcc|x|content-type)$/i.test(name))).toEqual(['Content-Type']);
    expect(report.text).not.toMatch(/^(Bcc|X): /m);
    expect(report.text).not.toContain('\u202e');
  }
});
