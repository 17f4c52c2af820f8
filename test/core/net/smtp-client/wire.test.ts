// What is written and read: replies, dots, commands.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataLines } from '../../../../core/net/smtp-client/data-lines.ts';
import { envelopeOf, type Offers } from '../../../../core/net/smtp-client/envelope.ts';
import { readReply } from '../../../../core/net/smtp-client/reply.ts';
import { message } from './fixture.ts';

describe('replies', () => {
  test.each([
    ['250 ok', { code: 250, enhanced: '', text: 'ok' }],
    ['250', { code: 250, enhanced: '', text: '' }],
    ['550 5.1.1 <x@b.test>: no such user', { code: 550, enhanced: '5.1.1', text: '<x@b.test>: no such user' }],
    ['550-5.7.1 Our system\n550-5.7.1 has found this mail\n550 5.7.1 to be spam.', { code: 550, enhanced: '5.7.1', text: 'Our system has found this mail to be spam.' }],
    ['451-first\n451 4.3.0 second', { code: 451, enhanced: '4.3.0', text: 'first second' }],
    ['250 5.1', { code: 250, enhanced: '', text: '5.1' }],
    ['554 bad \x1b[31m\x07 \u202eword', { code: 554, enhanced: '', text: 'bad  [31m   word' }],
  ])('%j', (given, reply) => {
    expect(readReply(given)).toEqual(reply);
  });

  test.each(['', 'hello', '2', '99 x', '150 x', '650 x', '2500 x', '+OK', 'HTTP/1.1 400 Bad Request'])('%j is none', (given) => {
    expect(readReply(given)).toBeNull();
  });

  test('text without end is cut', () => {
    expect(readReply(`550 ${'x'.repeat(100_000)}`)?.text).toHaveLength(1000);
  });
});

describe('the bytes of DATA', () => {
  const sent = (...pieces: string[]): string => {
    const lines = new DataLines();
    return [...pieces.map((piece) => lines.push(Buffer.from(piece, 'latin1')).toString('latin1')), lines.finish()].join('');
  };

  test.each([
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['', '.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['..\r\n.a\r\n', '...\r\n..a\r\n.\r\n'],
    ['a.\r\nb', 'a.\r\nb\r\n.\r\n'],
    // Attempts to end the message early, for servers that see line ends where there are none.
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\n.\r\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\n.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\r\n.\r\r\nb', 'a\r\n\r\n..\r\n\r\nb\r\n.\r\n'],
    ['a\r', 'a\r\n.\r\n'],
  ])('%j leaves as %j', (given, wanted) => {
    expect(sent(given)).toBe(wanted);
    for (let cut = 0; cut <= given.length; cut += 1) expect(sent(given.slice(0, cut), given.slice(cut))).toBe(wanted);
  });

  test('whatever comes in, however cut: CRLF only, and the end is at the end', () => {
    const text = fc.string({ unit: fc.constantFrom('.', '\r', '\n', 'a'), maxLength: 40 });
    fc.assert(fc.property(fc.array(text, { maxLength: 5 }), (pieces) => {
      const out = sent(...pieces);
      expect(out).toBe(sent(pieces.join('')));
      expect(out.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      const ends = [...`\r\n${out}`.matchAll(/\r\n\.(?=\r\n)/g)].map(({ index }) => index);
      expect(ends).toEqual([out.length - 3]);
      // A server that undoes what RFC 5321 §4.5.2 says has the message, with CRLF where anything like a line end was.
      const lines = out.slice(0, -3).split('\r\n').map((line) => line.replace(/^\./, ''));
      expect(lines.join('\n').replace(/\n$/, '')).toBe(pieces.join('').replace(/\r\n|\r|\n/g, '\n').replace(/\n$/, ''));
    }), { numRuns: 2000 });
  });
});

describe('commands', () => {
  const all: Offers = { pipelining: true, size: true, dsn: true, eightBit: true, smtpUtf8: true };
  const none: Offers = { pipelining: false, size: false, dsn: false, eightBit: false, smtpUtf8: false };
  const said = (given: Parameters<typeof envelopeOf>[0], offers: Offers) => {
    const { mail, recipients } = envelopeOf(given, offers);
    return [mail, ...recipients].map((one) => one.kind === 'command' ? one.line : `${one.reply.code} ${one.reply.enhanced}`);
  };
  const full = message('12345', [], {
    recipients: [{ address: 'b@b.test', notify: 'SUCCESS,DELAY', orcpt: 'rfc822;B+2Bx@b.test' }, { address: 'c@[192.0.2.1]', notify: 'never', orcpt: null }],
    envid: 'QQ+3D1', ret: 'FULL', eightBit: true, smtpUtf8: true,
  });

  test('everything that is offered is used, nothing else', () => {
    expect(said(full, all)).toEqual(['MAIL FROM:<a@a.test> SIZE=5 BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=QQ+3D1', 'RCPT TO:<b@b.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;B+2Bx@b.test', 'RCPT TO:<c@[192.0.2.1]> NOTIFY=never']);
    expect(said(full, none)).toEqual(['MAIL FROM:<a@a.test>', 'RCPT TO:<b@b.test>', 'RCPT TO:<c@[192.0.2.1]>']);
  });

  test.each([
    ['', 'MAIL FROM:<>'],
    ['"odd name"@A.Test', 'MAIL FROM:<"odd name"@a.test>'],
    ['x@müller.example', 'MAIL FROM:<x@xn--mller-kva.example>'],
    ['jörg@müller.example', '550 5.6.7'],
    ['a@b.test> SIZE=1', '553 5.1.7'],
    ['a@b.test\r\nRCPT TO:<x@y.test>', '553 5.1.7'],
    ['no-address', '553 5.1.7'],
  ])('from %j: %j', (reversePath, wanted) => {
    expect(said(message('x', [], { reversePath }), none)[0]).toBe(wanted);
  });

  test.each([
    ['jörg@müller.example', all, 'RCPT TO:<jörg@xn--mller-kva.example>'],
    ['jörg@müller.example', none, '553 5.6.7'],
    ['postmaster', none, 'RCPT TO:<postmaster>'],
    ['b@b.test\r\nDATA', none, '553 5.1.3'],
    ['b@b.test\n', none, '553 5.1.3'],
    ['b\0@b.test', none, '553 5.1.3'],
    ['<b@b.test>', none, '553 5.1.3'],
  ])('to %j: %j', (address, offers, wanted) => {
    expect(said(message('x', [address]), offers)[1]).toBe(wanted);
  });

  test('SMTPUTF8 is declared for a recipient that needs it', () => {
    expect(said(message('x', ['jörg@b.test']), all)[0]).toBe('MAIL FROM:<a@a.test> SIZE=1 SMTPUTF8');
  });

  test.each([
    [{ envid: 'a b' }, 0], [{ envid: 'a\r\nRSET' }, 0], [{ ret: 'ALL' }, 0],
    [{ recipients: [{ address: 'b@b.test', notify: 'SUCCESS NEVER', orcpt: null }] }, 1],
    [{ recipients: [{ address: 'b@b.test', notify: null, orcpt: 'rfc822;b@b.test\r\nRSET' }] }, 1],
  ])('%j is refused here', (more, place) => {
    expect(said(message('x', ['b@b.test'], more), all)[place]).toBe('501 5.5.4');
    expect(said(message('x', ['b@b.test'], more), none)[place]).not.toBe('501 5.5.4');
  });
});
