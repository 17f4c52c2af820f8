// Accepting a message: the bytes that are stored, where the copies go, and every way it can fail. Store in memory, clock set.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../core/contract/settings.ts';
import type { Settings } from '../../../core/contract/settings.ts';
import { createMail } from '../../../core/mail/create-mail.ts';
import { formatEvent } from '../../../core/mail/events.ts';
import type { Envelope, MailEvent, MessageSink, SmtpConnection } from '../../../core/mail/types.ts';
import { formatMailDate } from '../../../core/protocol/mail-date.ts';
import { StoreError } from '../../../core/store/errors.ts';
import { MemoryIncoming } from './memory-incoming.ts';
import { directoryOf, mailbox, majuTerus } from './world.ts';
import type { World } from './world.ts';

const at = Date.UTC(2003, 2, 3, 2, 5, 7);
const lan: SmtpConnection = { server: 'smtp', remoteAddress: '192.168.0.7', localAddress: '192.168.0.1', tls: false, sessionId: 5, helo: 'pc1.kantor', esmtp: true, login: null };
const dina: SmtpConnection = { ...lan, tls: true, login: { accountId: 1, address: 'dina@majuterus.lan' } };

function setUp(changes: Partial<Settings> = {}, world: World = majuTerus) {
  const incoming = new MemoryIncoming();
  const events: MailEvent[] = [];
  const state = { settings: { ...defaultSettings, ...changes }, directory: directoryOf(world), free: 1e12 };
  const mail = createMail({
    store: {
      incoming, directory: () => state.directory, freeBytes: () => Promise.resolve(state.free),
      mailboxes: { open: () => null }, accounts: { apopSecret: () => null, touch: () => undefined },
    } as unknown as Parameters<typeof createMail>[0]['store'],
    settings: () => state.settings, now: () => at, hostName: () => 'majuterus.lan', language: () => 'en', wait: () => Promise.resolve(), log: (event) => events.push(event),
  });
  return { mail, incoming, events, state };
}

function envelope(from: string | null, to: readonly string[], more: Partial<Envelope['mail']> = {}): Envelope {
  return {
    mail: { reversePath: from === null ? null : mailbox(from), size: null, body: '8BITMIME', smtpUtf8: false, ret: null, envid: null, ...more },
    recipients: to.map((path) => ({ forwardPath: mailbox(path), notify: null, orcpt: null })),
  };
}

type World2 = ReturnType<typeof setUp>;
async function send(world: World2, session: SmtpConnection, mail: Envelope, text: string, cut: (text: string) => readonly string[] = (whole) => [whole]) {
  const sink = world.mail.smtp.message(mail, session) as MessageSink;
  for (const piece of cut(text)) if (!sink.write(Buffer.from(piece, 'latin1'))) await sink.drained();
  return sink.finish();
}
const stored = (world: World2): string[] => world.incoming.committed.map((part) => part.text);
const usual = 'Date: Mon, 3 Mar 2003 09:05:00 +0700\r\nMessage-ID: <1@x>\r\nSubject: Rapat\r\n\r\nIsi.\r\n';
const date = formatMailDate(at);

describe('what is stored', () => {
  test('a local copy: Return-Path, one Received, then exactly what was sent', async () => {
    const world = setUp();
    const result = await send(world, lan, envelope('a@far.example', ['sari@majuterus.lan']), usual);
    expect(result).toEqual({ kind: 'ok', id: 'id000000000000000001' });
    expect(stored(world)).toEqual([
      `Return-Path: <a@far.example>\r\nReceived: from pc1.kantor ([192.168.0.7])\r\n\tby majuterus.lan with ESMTP id id000000000000000001\r\n\tfor <sari@majuterus.lan>; ${date}\r\n${usual}`,
    ]);
    expect(world.incoming.committed[0]).toMatchObject({ receivedAt: at, reversePath: 'a@far.example', subject: 'Rapat', local: [2], queued: [] });
  });

  test('several recipients are not named, aliases of one account make one copy, elsewhere keeps its DSN parameters', async () => {
    const world = setUp();
    const mail = envelope('dina@majuterus.lan', ['sari@majuterus.lan', 'kurnia@majuterus.lan', 'INFO@sales.majuterus.lan', 'dina@majuterus.lan'], { envid: 'QQ314159', ret: 'HDRS' });
    const remote = { forwardPath: mailbox('b@far.example'), notify: ['SUCCESS', 'DELAY'] as const, orcpt: 'rfc822;b@far.example' };
    await send(world, dina, { ...mail, recipients: [...mail.recipients, remote, remote] }, usual);
    const [part] = world.incoming.committed;
    expect(part!.text).toMatch(/^Return-Path: <dina@majuterus\.lan>\r\nReceived: from pc1\.kantor \(\[192\.168\.0\.7\]\)\r\n\tby majuterus\.lan with ESMTPSA id \w+; /);
    expect(part).toMatchObject({
      local: [2, 1], envid: 'QQ314159', ret: 'HDRS',
      queued: [{ queue: 'remote', address: 'b@far.example', notify: 'SUCCESS,DELAY', orcpt: 'rfc822;b@far.example', destination: 'far.example', reason: { code: 'remote.waiting', params: {}, text: 'Waiting to be sent to another server.' } }],
    });
    expect(world.mail.counters()).toMatchObject({ received: 1, delivered: 2, queuedRemote: 1, bytesReceived: usual.length });
  });

  test.each([
    ['b@Far.Example', 'far.example'], ['b@münchen.example', 'xn--mnchen-3ya.example'], ['b@[203.0.113.5]', '[203.0.113.5]'],
  ])('what leaves for %s is queued for %s', async (address, destination) => {
    const world = setUp();
    await send(world, dina, envelope('dina@majuterus.lan', [address]), usual);
    expect(world.incoming.committed[0]?.queued.map((entry) => entry.destination)).toEqual([destination]);
  });

  test.each([
    ['7BIT', usual, false], ['8BITMIME', usual, true], ['7BIT', `${usual}\x80\r\n`, true], ['7BIT', usual.replace('Rapat', 'Rapat \xff'), true],
  ] as const)('BODY=%s, %j: eight bits %s', async (declared, text, eightBit) => {
    const world = setUp();
    await send(world, lan, envelope('a@far.example', ['sari@majuterus.lan'], { body: declared }), text, (whole) => whole.split(/(?=Z|\x80|\xff)/));
    expect(world.incoming.committed[0]?.eightBit).toBe(eightBit);
  });

  test('a message that only leaves has no Return-Path', async () => {
    const world = setUp();
    await send(world, dina, envelope('dina@majuterus.lan', ['b@far.example']), `Return-Path: <forged@x>\r\n${usual}`);
    expect(stored(world)[0]).toMatch(/^Received: [^]*\tfor <b@far\.example>; /);
    expect(stored(world)[0]).not.toContain('Return-Path');
  });

  test.each<[Partial<SmtpConnection>, boolean, string]>([
    [{ esmtp: false }, false, 'SMTP'], [{}, false, 'ESMTP'], [{ tls: true }, false, 'ESMTPS'], [{ login: dina.login }, false, 'ESMTPA'], [{ tls: true, login: dina.login }, false, 'ESMTPSA'],
    [{}, true, 'UTF8SMTP'], [{ tls: true, login: dina.login }, true, 'UTF8SMTPSA'],
  ])('%o, SMTPUTF8 %s: with %s', async (session, smtpUtf8, word) => {
    const world = setUp();
    await send(world, { ...lan, ...session }, envelope(null, ['sari@majuterus.lan'], { smtpUtf8 }), usual);
    expect(stored(world)[0]).toContain(` with ${word} id `);
    expect(stored(world)[0]).toMatch(/^Return-Path: <>\r\n/);
  });

  test.each([
    ['pc1.kantor', '192.168.0.7', 'from pc1.kantor ([192.168.0.7])'],
    ['[192.168.0.7]', '192.168.0.7', 'from [192.168.0.7] ([192.168.0.7])'],
    ['bücher.example', '2001:DB8::1', 'from xn--bcher-kva.example ([IPv6:2001:db8::1])'],
    ['evil) by me (', '192.168.0.7', 'from [192.168.0.7] ([192.168.0.7])'],
    ['a\r\nX-Forged: 1', '192.168.0.7', 'from [192.168.0.7] ([192.168.0.7])'],
    ['', '192.168.0.7', 'from [192.168.0.7] ([192.168.0.7])'],
  ])('HELO %j', async (helo, remoteAddress, expected) => {
    const world = setUp();
    await send(world, { ...lan, helo, remoteAddress }, envelope(null, ['sari@majuterus.lan']), usual);
    expect(stored(world)[0]).toContain(`Received: ${expected}\r\n`);
    expect(stored(world)[0]).not.toContain('X-Forged');
  });

  test('domains beyond ASCII are spelled in ASCII unless the sender asked for SMTPUTF8', async () => {
    const world = setUp();
    await send(world, lan, envelope('a@bücher.example', ['jörg@münchen.de']), usual);
    await send(world, lan, envelope('ä@bücher.example', ['jörg@münchen.de'], { smtpUtf8: true }), usual);
    expect(stored(world)[0]).toMatch(/^Return-Path: <a@xn--bcher-kva\.example>/);
    expect(Buffer.from(stored(world)[1]!, 'latin1').toString()).toMatch(/^Return-Path: <ä@bücher\.example>[^]*for <jörg@münchen\.de>;/);
  });

  const traceLines = 4;
  const body = (text: string): string => text.split('\r\n').slice(traceLines).join('\r\n');
  test.each([
    ['nothing is added to a complete message', lan, 'dina@majuterus.lan', usual, usual],
    ['Date and Message-ID are added where mail starts', lan, 'dina@majuterus.lan', 'Subject: x\r\n\r\ny\r\n', `Subject: x\r\nDate: ${date}\r\nMessage-ID: <id000000000000000001@majuterus.lan>\r\n\r\ny\r\n`],
    ['case does not matter', dina, 'dina@majuterus.lan', 'DATE: x\r\nmessage-id:y\r\n\r\n', 'DATE: x\r\nmessage-id:y\r\n\r\n'],
    ['nothing is added to mail that passes through', lan, 'a@far.example', 'Subject: x\r\n\r\ny\r\n', 'Subject: x\r\n\r\ny\r\n'],
    ['nothing is read in the body', lan, 'dina@majuterus.lan', '\r\nDate: x\r\nMessage-ID: y\r\n', `Date: ${date}\r\nMessage-ID: <id000000000000000001@majuterus.lan>\r\n\r\nDate: x\r\nMessage-ID: y\r\n`],
    ['a body without header gets its blank line', lan, 'a@far.example', 'Halo dunia\r\nSubject: x\r\n', '\r\nHalo dunia\r\nSubject: x\r\n'],
    ['a body that follows the header at once, too', lan, 'a@far.example', 'Subject: x\r\nHalo dunia\r\n', 'Subject: x\r\n\r\nHalo dunia\r\n'],
    ['a header alone stays as it is', lan, 'a@far.example', 'Subject: x\r\n', 'Subject: x\r\n'],
    ['an empty message', lan, 'a@far.example', '', ''],
    ['a Return-Path from outside goes, folded or not', lan, 'a@far.example', 'Return-Path:\r\n <x@y>\r\nSubject: x\r\nReturn-path: <z>\r\n\r\nReturn-Path: body\r\n', 'Subject: x\r\n\r\nReturn-Path: body\r\n'],
    ['the line of an mbox file goes', lan, 'a@far.example', 'From a@far.example Mon Mar  3 09:05:00 2003\r\nSubject: x\r\n\r\n', 'Subject: x\r\n\r\n'],
    ['bytes beyond ASCII and NUL stay', lan, 'a@far.example', 'Subject: x\r\n\r\n\0\x80\xff.\r\n..\r\n', 'Subject: x\r\n\r\n\0\x80\xff.\r\n..\r\n'],
  ])('%s', async (_, session, from, text, expected) => {
    const world = setUp();
    await send(world, session, envelope(from, ['sari@majuterus.lan']), text);
    expect(body(stored(world)[0]!)).toBe(expected);
  });

  test('however the bytes are cut, the same is stored', async () => {
    const text = 'Return-Path: <x>\r\nReceived: a\r\n\tb\r\nSubject: =?utf-8?B?UmFwYXQg8J+YgA==?=\r\nX: y\r\n z\r\n\r\nBody\r\n\r\nmore\r\n';
    const whole = setUp();
    await send(whole, lan, envelope('dina@majuterus.lan', ['sari@majuterus.lan']), text);
    for (let cut = 1; cut < text.length; cut += 1) {
      const world = setUp();
      await send(world, lan, envelope('dina@majuterus.lan', ['sari@majuterus.lan']), text, () => [text.slice(0, cut), text.slice(cut)]);
      expect(stored(world)).toEqual(stored(whole));
    }
    const single = setUp();
    await send(single, lan, envelope('dina@majuterus.lan', ['sari@majuterus.lan']), text, (all) => all.split(''));
    expect(stored(single)).toEqual(stored(whole));
    expect(whole.incoming.committed[0]!.subject).toBe('Rapat 😀');
  });

  test('any bytes at all are stored whole after the trace, but for what has to go', async () => {
    const piece = fc.constantFrom('Subject: x\r\n', ' fold\r\n', '\r\n', 'no header\r\n', 'A:b\r\n', 'X y: z\r\n', ':\r\n', '\t\r\n', '\0\r\n', 'é: \r\n', 'Received: r\r\n');
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 30 }), async (pieces, size) => {
      const text = pieces.join('');
      const world = setUp();
      await send(world, lan, envelope('a@far.example', ['sari@majuterus.lan']), text, (all) => all.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []);
      const kept = body(stored(world)[0]!);
      // At most one blank line was put in.
      const inserted = kept.length - text.length;
      expect([0, 2]).toContain(inserted);
      const place = inserted === 0 ? -1 : kept.split('').findIndex((_, index) => kept.slice(index, index + 2) === '\r\n' && kept.slice(0, index) + kept.slice(index + 2) === text);
      expect(inserted === 0 ? kept === text : place >= 0).toBe(true);
    }), { numRuns: 300 });
  });
});

describe('subjects for people', () => {
  test.each([
    ['Subject: =?utf-8?Q?Sel=C3=A9?=\r\n =?iso-8859-1?Q?ction?=\r\n', 'Selé ction'.replace(' ', '')],
    ['Subject: tab\there \x1b[31m\r\n', 'tab here  [31m'],
    ['Subject:\r\n folded\r\n more\r\n', 'folded more'],
    ['Subject: =?x-unknown?B?////?=\r\n', expect.any(String)],
    ['Subject: first\r\nSubject: second\r\n', 'first'],
    ['X: y\r\n', ''],
    [`Subject: ${'x'.repeat(5000)}\r\n`, 'x'.repeat(250)],
  ])('%j', async (header, expected) => {
    const world = setUp();
    await send(world, lan, envelope(null, ['sari@majuterus.lan']), `${header}\r\n`);
    expect(world.incoming.committed[0]!.subject).toEqual(expected);
  });
});

describe('archive copies', () => {
  test('are one more local copy, made once', async () => {
    const world = setUp({ 'archival.addresses': 'sari, info@majuterus.lan,nobody@majuterus.lan,a@far.example,??' });
    await send(world, lan, envelope(null, ['sari@majuterus.lan']), usual);
    expect(world.incoming.committed.map((part) => part.local)).toEqual([[2, 1]]);
  });
  test('with the mark in the subject are a file of their own, and mail that leaves has a copy with Return-Path', async () => {
    const world = setUp({ 'archival.addresses': 'sari@majuterus.lan', 'archival.markSubject': true });
    await send(world, dina, envelope('dina@majuterus.lan', ['b@far.example']), 'Date: x\r\nMessage-ID: y\r\nsubject:\tRapat\r\n besok\r\n\r\nIsi\r\n');
    await send(world, dina, envelope('dina@majuterus.lan', ['b@far.example']), 'Date: x\r\nMessage-ID: y\r\n\r\nIsi\r\n');
    const [queued, archived, , untitled] = world.incoming.committed;
    expect(queued).toMatchObject({ local: [], subject: 'Rapat besok' });
    expect(archived).toMatchObject({ local: [2], queued: [], subject: '(Archive Copy) Rapat besok' });
    expect(archived!.text).toMatch(/^Return-Path: <dina@majuterus\.lan>\r\n[^]*\r\nSubject: \(Archive Copy\) Rapat\r\n besok\r\n\r\nIsi\r\n$/);
    expect(untitled!.text).toMatch(/\r\nMessage-ID: y\r\nSubject: \(Archive Copy\)\r\n\r\nIsi\r\n$/);
    expect(world.incoming.open.size).toBe(0);
  });
});

describe('refusals', () => {
  const refusedWith = async (world: World2, text: string, mail = envelope(null, ['sari@majuterus.lan'])) => {
    const result = await send(world, lan, mail, text, (all) => all.match(/[^]{1,65536}/g) ?? []);
    expect(world.incoming.committed).toEqual([]);
    expect(world.incoming.open.size).toBe(0);
    return result.kind === 'refused' ? `${result.reply.code} ${result.reply.enhanced}` : result.kind;
  };
  test('too large: nothing is kept, however much follows', async () => {
    const world = setUp({ 'smtp.maxMessageKb': 1 });
    expect(await refusedWith(world, `Subject: x\r\n\r\n${'y'.repeat(1100)}\r\n`)).toBe('552 5.3.4');
    const ok = setUp({ 'smtp.maxMessageKb': 1 });
    expect((await send(ok, lan, envelope(null, ['sari@majuterus.lan']), `Subject: x\r\n\r\n${'y'.repeat(1008)}\r\n`)).kind).toBe('ok');
  });
  test('a header without end', async () => {
    expect(await refusedWith(setUp(), 'X: y\r\n'.repeat(200_000))).toBe('552 5.3.4');
    expect(await refusedWith(setUp(), `X: ${'y'.repeat(1_200_000)}`)).toBe('552 5.3.4');
  });
  test('a message in circles: more hops than allowed', async () => {
    const hops = (count: number): string => `${'Received: from a by b; c\r\n'.repeat(count)}Subject: x\r\n\r\nReceived: body\r\n`;
    expect(await refusedWith(setUp(), hops(51))).toBe('554 5.4.6');
    expect((await send(setUp(), lan, envelope(null, ['sari@majuterus.lan']), hops(50))).kind).toBe('ok');
  });
  test.each([
    [new StoreError('disk.full', 'full'), '452 4.3.1'],
    [Object.assign(new Error('write'), { code: 'ENOSPC' }), '452 4.3.1'],
    [new Error('secret /path'), '451 4.3.0'],
  ])('the store fails with %s', async (error, expected) => {
    const atCommit = setUp();
    atCommit.incoming.failCommitWith = error;
    expect(await refusedWith(atCommit, usual)).toBe(expected);
    const atDrain = setUp();
    atDrain.incoming.pauses = true;
    atDrain.incoming.failDrainWith = error;
    expect(await refusedWith(atDrain, `${usual}${'x'.repeat(200_000)}`)).toBe(expected);
    for (const world of [atCommit, atDrain]) {
      expect(world.events.find((event) => event.kind === 'problem')).toMatchObject({ cause: error });
      expect(JSON.stringify(world.events.filter((event) => event.kind === 'refused'))).not.toContain('secret');
    }
  });
  test('abort leaves nothing', () => {
    const world = setUp();
    const sink = world.mail.smtp.message(envelope(null, ['sari@majuterus.lan']), lan) as MessageSink;
    sink.write(Buffer.from(usual));
    sink.abort();
    expect([world.incoming.open.size, world.incoming.committed]).toEqual([0, []]);
  });
  test('no room on the disk: said at MAIL and at DATA', async () => {
    const world = setUp();
    world.state.free = 1000;
    world.mail.smtp.sender(envelope(null, []).mail, lan);
    await Promise.resolve();
    expect(world.mail.smtp.sender(envelope(null, []).mail, lan)).toMatchObject({ reply: { code: 452, enhanced: '4.3.1' } });
    expect(world.mail.smtp.message(envelope(null, ['sari@majuterus.lan']), lan)).toMatchObject({ kind: 'refused', reply: { code: 452 } });
  });
  test('a declared size over the limit is refused at MAIL', () => {
    expect(setUp().mail.smtp.sender(envelope(null, [], { size: 60_000_000 }).mail, lan)).toMatchObject({ reply: { code: 552, enhanced: '5.3.4' } });
  });
});

test('an account that goes away while its message comes in leaves the message to the administrator', async () => {
  const world = setUp();
  const sink = world.mail.smtp.message(envelope(null, ['sari@majuterus.lan', 'dina@majuterus.lan']), lan) as MessageSink;
  sink.write(Buffer.from(usual));
  world.state.directory = directoryOf({ ...majuTerus, accounts: majuTerus.accounts!.filter((account) => account.address !== 'sari@majuterus.lan') });
  await sink.finish();
  expect(world.incoming.committed[0]).toMatchObject({ local: [1], queued: [{ queue: 'bad', address: 'sari@majuterus.lan', destination: '', reason: { code: 'bad.gone', text: 'The mailbox sari@majuterus.lan disappeared while the message was coming in.' } }] });
});

test('the Routing log says where each recipient went, and who was refused', async () => {
  const world = setUp({ 'unknown.refuse': false, 'unknown.toPostmaster': true, 'unknown.toBad': true, 'archival.addresses': 'sari@majuterus.lan' });
  const mail = envelope('dina@majuterus.lan', ['Sari@majuterus.lan', 'nobody@majuterus.lan', 'b@far.example']);
  world.mail.smtp.recipient({ forwardPath: mailbox('off@majuterus.lan'), notify: null, orcpt: null }, mail, dina);
  await send(world, dina, mail, usual);
  expect(world.events.flatMap(formatEvent).map(({ channel, said }) => `${channel}: ${said.text}`)).toEqual([
    'routing: Refused <off@majuterus.lan> from <dina@majuterus.lan> at 192.168.0.7: The mailbox off@majuterus.lan is switched off and takes no mail.',
    'routing: Message id000000000000000001 from <dina@majuterus.lan>, 81 bytes, subject "Rapat"',
    'routing:   Sari@majuterus.lan: delivered',
    'routing:   nobody@majuterus.lan: delivered to dina@majuterus.lan. There is no mailbox nobody@majuterus.lan; the postmaster gets the message.',
    'routing:   nobody@majuterus.lan: bad queue. There is no mailbox nobody@majuterus.lan; the message was kept for the administrator.',
    'routing:   b@far.example: remote queue',
    'routing:   sari@majuterus.lan: archive copy',
  ]);
  expect(world.mail.counters()).toMatchObject({ refused: 1, received: 1, delivered: 2, queuedRemote: 1 });
  world.mail.resetCounters();
  expect(world.mail.counters().received).toBe(0);
});
