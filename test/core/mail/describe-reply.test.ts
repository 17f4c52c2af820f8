// What replies of other servers mean: the words of real servers (as their operators publish them and as reports quote them), and every code.
import { expect, test } from 'vitest';
import { explainReason, printableWords, replyReason } from '../../../core/mail/describe-reply.ts';
import { expiredReason, reason } from '../../../core/mail/describe.ts';

const topic = (code: number, enhanced: string, text = ''): string => replyReason('mx.example.net', { code, enhanced, text }).code;

test.each([
  // Postfix
  [550, '5.1.1', '<x@y>: Recipient address rejected: User unknown in virtual mailbox table', 'no-such-mailbox'],
  [554, '5.7.1', '<x@y>: Relay access denied', 'relay-denied'],
  [454, '4.7.1', '<x@y>: Relay access denied', 'relay-denied'],
  [450, '4.2.0', '<x@y>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/y.html', 'greylisted'],
  [450, '4.1.8', '<a@nowhere>: Sender address rejected: Domain not found', 'sender-address'],
  [504, '5.5.2', '<pc1>: Helo command rejected: need fully-qualified hostname', 'helo'],
  [450, '4.7.1', '<pc1.kantor>: Helo command rejected: Host not found', 'helo'],
  [450, '4.7.25', 'Client host rejected: cannot find your hostname, [203.0.113.9]', 'no-ptr'],
  [554, '5.7.1', 'Service unavailable; Client host [203.0.113.9] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.9', 'address-listed'],
  [553, '5.7.1', '<a@b>: Sender address rejected: not owned by user sari', 'sender-not-yours'],
  [530, '5.7.0', 'Must issue a STARTTLS command first', 'encryption-needed'],
  [552, '5.3.4', 'Message size exceeds fixed limit', 'too-large'],
  [452, '4.3.1', 'Insufficient system storage', 'disk-full'],
  [421, '4.4.2', 'mx.example.net Error: timeout exceeded', 'line-broke'],
  [556, '5.1.10', 'Recipient address rejected: Domain far.example does not accept mail (nullMX)', 'no-mail-here'],
  // Gmail
  [550, '5.7.26', 'Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.', 'unauthenticated'],
  [550, '5.7.26', 'Unauthenticated email from example.com is not accepted due to domain\'s DMARC policy.', 'unauthenticated'],
  [421, '4.7.0', 'Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily blocked.', 'address-listed'],
  [421, '4.7.28', 'Our system has detected an unusual rate of mail originating from your IP', 'too-fast'],
  [550, '5.7.1', 'Our system has detected that this message is likely unsolicited mail.', 'spam'],
  [550, '5.7.25', 'The IP address sending this message does not have a PTR record setup', 'no-ptr'],
  [550, '5.7.30', 'Your email has been blocked because DKIM authentication did not pass', 'unauthenticated'],
  [421, '4.7.0', 'TLS required for RCPT domain, closing connection', 'encryption-needed'],
  [450, '4.2.1', 'The user you are trying to contact is receiving mail too quickly.', 'mailbox-busy'],
  [452, '4.2.2', 'The email account that you tried to reach is over quota.', 'mailbox-full'],
  [550, '5.2.1', 'The email account that you tried to reach is disabled.', 'mailbox-disabled'],
  [550, '5.4.5', 'Daily user sending limit exceeded.', 'sending-limit'],
  [421, '4.4.5', 'Server busy, try again later.', 'too-fast'],
  [534, '5.7.9', 'Application-specific password required.', 'logon-failed'],
  [530, '5.7.0', 'Authentication Required.', 'logon-needed'],
  [552, '5.7.0', 'This message was blocked because its content presents a potential security issue: attachment', 'attachment'],
  // Microsoft
  [550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient x@y not found by SMTP address lookup', 'no-such-mailbox'],
  [550, '5.4.1', 'Recipient address rejected: Access denied. AS(201806281)', 'recipient-refused'],
  [550, '5.7.606', 'Access denied, banned sending IP [203.0.113.9]. To request removal from this list', 'address-listed'],
  [550, '5.7.1', 'Unfortunately, messages from [203.0.113.9] weren\'t sent. Please contact your Internet service provider since part of their network is on our block list (S3140).', 'address-listed'],
  [550, '5.7.509', 'Access denied, sending domain example.com does not pass DMARC verification', 'dmarc'],
  [550, '5.7.23', 'The message was rejected because of Sender Policy Framework violation', 'spf'],
  [451, '4.7.500', 'Server busy. Please try again later from [203.0.113.9].', 'too-fast'],
  [451, '4.7.650', 'The mail server [203.0.113.9] has been temporarily rate limited due to IP reputation', 'too-fast'],
  [550, '5.7.57', 'Client not authenticated to send mail', 'logon-needed'],
  [550, '5.7.60', 'Client does not have permissions to send as this sender', 'sender-not-yours'],
  // Yahoo
  [553, '5.7.1', '[BL21] Connections will not be accepted from 203.0.113.9, because the ip is in Spamhaus\'s list PBL', 'dynamic-address'],
  [421, '4.7.0', '[TSS04] Messages from 203.0.113.9 temporarily deferred due to unexpected volume or user complaints', 'too-fast'],
  [554, '5.7.9', 'Message not accepted for policy reasons.', 'policy'],
  [554, '', 'delivery error: dd This user doesn\'t have a yahoo.com account', 'no-such-mailbox'],
  // Those that say little
  [550, '', '', 'refused-550'], [552, '', '', 'full-or-large'], [451, '', '', 'server-problem'], [599, '5.9.9', '', 'refused'], [499, '', '', 'later'], [550, 'nonsense', '', 'refused-550'],
  [550, '5.0.0', 'mailbox is full', 'mailbox-full'], [550, '5.7.99', '', 'policy'], [250, '2.0.0', 'ok', 'taken'], [554, '5.4.14', 'Hop count exceeded', 'loop'], [553, '5.6.7', '', 'needs-utf8'],
])('%i %s %s', (code, enhanced, text, expected) => {
  expect(topic(code, enhanced, text)).toBe(`reply.${expected}`);
});

test('every code there is leads to three sentences in both languages, filled in', () => {
  for (const code of [211, 250, 421, 432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 523, 525, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556]) {
    for (let subject = 0; subject <= 7; subject += 1) {
      for (const detail of ['', ...Array.from({ length: 35 }, (_, index) => String(index)), '57', '509', '606', '650', '999']) {
        const enhanced = detail === '' ? '' : `${String(code)[0]!}.${subject}.${detail}`;
        const because = replyReason('mx.example.net', { code, enhanced, text: '' });
        expect(because.params).toEqual({ host: 'mx.example.net', code, enhanced, said: '' });
        expect(because.text).toMatch(/\.$/);
        for (const language of ['en', 'id'] as const) for (const sentence of Object.values(explainReason(because, language))) expect(sentence).toMatch(/^[A-Z“m][^{}]+\.$/);
      }
    }
  }
});

test('the words of a server are one printable line of bearable length', () => {
  const { params, text } = replyReason('mx\u202e.example\r\n', { code: 550, enhanced: '5.1.1', text: `no\r\n such\x1b[31m\0user ${'x'.repeat(5000)}` });
  expect(params['said']).toMatch(/^no such \[31m user x+\.\.\.$/);
  expect(String(params['said']).length).toBe(503);
  expect(text).toBe('mx .example has no mailbox with this address.');
  expect(printableWords('a\ud83d')).toBe('a');
});

test('our own reasons are explained too, also the one before the end', () => {
  expect(explainReason(reason('host.timeout', { host: 'mx.example' }), 'id')).toMatchObject({ means: 'mx.example tidak menjawab pada waktunya.', fault: '', cure: expect.stringContaining('port 25') as string });
  const last = replyReason('mx.example', { code: 452, enhanced: '4.2.2', text: 'full' });
  expect(explainReason(expiredReason(5, last), 'id')).toEqual({
    means: 'Pesan ini tidak dapat diantar selama 5 hari dan tidak dicoba lagi. Alasan terakhir: Kotak surat di mx.example penuh.',
    fault: 'Penerima, atau pengelola kotak suratnya di sana.', cure: 'Minta penerima dengan cara lain untuk mengosongkannya, lalu kirim lagi.',
  });
  expect(explainReason({ code: 'from.a.newer.version', params: {}, text: 'Something new.' }, 'id')).toEqual({ means: 'Something new.', fault: '', cure: '' });
});
